"""Checks that a text is exactly one plain mail address, fit for an envelope and a header."""

import re

LONGEST_ADDRESS = 254
LONGEST_LOCAL_PART = 64
_ATOM = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"
_LABEL = r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
_ADDRESS = re.compile(rf"({_ATOM}(?:\.{_ATOM})*)@({_LABEL}(?:\.{_LABEL})+)")


class BadAddressError(ValueError):
    """The text is no single mail address; the error does not repeat it."""


def mail_address(text: str) -> str:
    """Give back a text that is one address such as anna@example.org.

    Stricter than the standard on purpose: no display name, quotes, comments, lists, spaces, line
    ends or letters beyond ASCII.

    Raises:
        BadAddressError: it is anything else.
    """
    found = _ADDRESS.fullmatch(text)
    if found is None or len(text) > LONGEST_ADDRESS or len(found[1]) > LONGEST_LOCAL_PART:
        raise BadAddressError("not one plain mail address")
    return text


def domain_of(address: str) -> str:
    """Give the part behind the @ of a checked address."""
    return address.rpartition("@")[2]
