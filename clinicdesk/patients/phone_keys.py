"""The digits by which phone numbers are found, however they were written or are typed."""

import re

import phonenumbers

FEWEST_DIGITS = 3
WHOLE_NUMBER = 9
FOREIGN = re.compile(r"^\s*(?:tel:)?\s*(?:\+|＋|00)")


def digits_of(text: str) -> str:
    """Give the digits in a text; those of other scripts become 0 to 9."""
    return "".join(str(int(c)) for c in text if c.isdecimal())


def phone_digits(phone: str, region: str) -> str:
    """Give the runs of digits that find a phone number, the national form first.

    `region` is the clinic's country (ISO 3166). An extension is left out. There is a second run
    only when the international form does not lie within the national one, as in Argentina. What is
    no phone number gives the digits as they stand.
    """
    written = digits_of(phone)
    if len(written) < FEWEST_DIGITS:
        return written
    number = _parsed(phone, region)
    if number is None:
        return written
    extension, number.extension = number.extension or "", None
    national = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.NATIONAL)
    runs = [digits_of(national), phonenumbers.national_significant_number(number)]
    if not FOREIGN.match(phone):
        runs.insert(0, written.removesuffix(extension))
    return " ".join(_longest(runs))


def typed_digits(text: str, region: str) -> tuple[str, ...]:
    """Give the runs of digits to look for, one of which must occur; none for less than three.

    A country code is taken off: any that "+" or "00" leads, the clinic's own also without them.
    """
    typed = digits_of(text)
    if FOREIGN.match(text):
        typed = digits_of(FOREIGN.sub("", text))
        country = next((n for n in (1, 2, 3) if _is_country(typed[:n])), 0)
        runs = [typed[country:]]
        if text.lstrip()[0] == "0" and len(runs[0]) < 2 * FEWEST_DIGITS:
            runs = [digits_of(text)]
    else:
        own = str(phonenumbers.country_code_for_region(region))
        perhaps_whole = len(typed) >= len(own) + 2 * FEWEST_DIGITS
        runs = [typed.removeprefix(own) if perhaps_whole else typed]
    whole = _parsed(text, region) if len(typed) >= WHOLE_NUMBER else None
    if whole is not None:
        runs.append(phonenumbers.national_significant_number(whole))
    return tuple(_shortest([run for run in runs if len(run) >= FEWEST_DIGITS]))


def _parsed(text: str, region: str) -> phonenumbers.PhoneNumber | None:
    try:
        return phonenumbers.parse(text, region)
    except phonenumbers.NumberParseException:
        return None


def _is_country(digits: str) -> bool:
    return digits != "" and int(digits) in phonenumbers.COUNTRY_CODE_TO_REGION_CODE


def _shortest(runs: list[str]) -> list[str]:
    """Drop each run that has another in it: where it occurs, that one does too."""
    return [
        run
        for at, run in enumerate(runs)
        if not any(other in run for other in (*runs[:at], *(r for r in runs[at:] if r != run)))
    ]


def _longest(runs: list[str]) -> list[str]:
    """Drop each run that lies within another."""
    kept: list[str] = []
    for run in runs:
        if run and not any(run in other for other in kept):
            kept = [other for other in kept if other not in run] + [run]
    return kept
