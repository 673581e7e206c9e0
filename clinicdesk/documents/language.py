"""The language of a paper: its words, days and sums, and the way it is read."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from clinicdesk.documents.translations import LANGUAGES, TRANSLATIONS
from clinicdesk.documents.wording import long_day, visit_time
from clinicdesk.money import Money, exponent

ENGLISH_TAG = "en"
LTR_MARK = "\N{LEFT-TO-RIGHT MARK}"
NAMES = {
    "de": "german deutsch allemand alemao aleman tedesco",
    "pt-BR": "portuguese portugues português brazilian",
    "ar": "arabic arabisch arabe árabe العربية عربي",
    ENGLISH_TAG: "english englisch anglais ingles inglese",
}
"""What people write for a language besides its code."""
RIGHT_TO_LEFT = frozenset({"ar"})


@dataclass(frozen=True)
class PaperLanguage:
    """One of the languages that papers are written in, by its tag (BCP 47)."""

    tag: str
    _words: Mapping[str, str] = field(repr=False, compare=False, default_factory=dict)

    @property
    def is_rtl(self) -> bool:
        """Whether it is read from right to left."""
        return self.tag in RIGHT_TO_LEFT

    @property
    def is_english(self) -> bool:
        """Whether it is the language that the words are kept in."""
        return self.tag.startswith(ENGLISH_TAG)

    def say(self, english: str, **values: object) -> str:
        """Give a text in this language, with what is put in.

        Raises:
            KeyError: there is no translation of it.
        """
        text = english if self.is_english else self._words[english]
        return text.format(**values) if values else text

    def known(self, english: str) -> str:
        """Give a text in this language, or as it is where it is nobody's but the clinic's own."""
        return self._words.get(english, english)

    def day(self, on: date) -> str:
        """Give a day with its month in words: "24 November 2026", "24. November 2026"."""
        if self.is_english:
            return long_day(on)
        from babel.dates import format_date  # noqa: PLC0415  # 0.1 s, for papers in English never

        return format_date(on, "long", locale=self._locale)

    def short_day(self, on: date, *, beside: date) -> str:
        """Give a day in few letters, with its year where that differs from the day beside it."""
        from babel.dates import format_skeleton  # noqa: PLC0415

        skeleton = "MMMd" if on.year == beside.year else "yMMMd"
        return format_skeleton(skeleton, _midnight(on), locale=self._locale)

    def figures_of_day(self, on: date) -> str:
        """Give a day as a column holds it: "24 Nov 2026", "24.11.2026"."""
        if self.is_english:
            return f"{on.day} {long_day(on).split()[1][:3]} {on.year}"
        if self.is_rtl:
            return f"{LTR_MARK}{on:%d/%m/%Y}{LTR_MARK}"
        from babel.dates import format_skeleton  # noqa: PLC0415

        return format_skeleton("yMMdd", _midnight(on), locale=self._locale)

    def moment(self, at: datetime, time_zone: str) -> str:
        """Give an instant on a wall: "Tuesday 24 November 2026, 10:30"."""
        if self.is_english:
            return visit_time(at, time_zone)
        from babel.dates import format_date  # noqa: PLC0415

        wall = at.astimezone(ZoneInfo(time_zone))
        return f"{format_date(wall.date(), 'full', locale=self._locale)}, {wall:%H:%M}"

    def money(self, amount: Money) -> str:
        """Give an amount: "£95.00", "95,00 £"."""
        if self.is_english:
            return str(amount)
        if self.is_rtl:
            return f"{LTR_MARK}{amount}{LTR_MARK}"
        from babel.numbers import format_currency  # noqa: PLC0415

        return format_currency(
            Decimal(amount.minor).scaleb(-exponent(amount.currency)),
            amount.currency,
            locale=self._locale,
        ).replace("-", "\N{MINUS SIGN}")

    @property
    def _locale(self) -> str:
        return self.tag.replace("-", "_")


def _midnight(on: date) -> datetime:
    """Give a day as the library wants it, which takes it for UTC."""
    return datetime(on.year, on.month, on.day, tzinfo=UTC)


ENGLISH = PaperLanguage(ENGLISH_TAG)
_OTHERS = {
    tag: PaperLanguage(tag, {english: texts[n] for english, texts in TRANSLATIONS.items()})
    for n, tag in enumerate(LANGUAGES)
}


def language_named(name: str) -> PaperLanguage | None:
    """Give the language that somebody means by a code or a name; None for another, or for ""."""
    wanted = name.strip().casefold().replace("_", "-")
    if not wanted:
        return None
    for tag, names in NAMES.items():
        codes = {tag.casefold(), tag.partition("-")[0]}
        if wanted in codes or wanted.partition("-")[0] in codes or wanted in names.split():
            return _OTHERS.get(tag, ENGLISH)
    return None
