"""Fills the message templates: subject, plain text and HTML of each kind.

Templates are ours and run in a sandbox; what they are filled with is text and never a template.
"""

from collections.abc import Mapping
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from zoneinfo import ZoneInfo

from babel import Locale
from babel.core import UnknownLocaleError
from babel.dates import format_date, format_time
from jinja2 import FileSystemLoader, StrictUndefined
from jinja2.sandbox import ImmutableSandboxedEnvironment

from clinicdesk.bundled import resources_dir
from clinicdesk.outbox.channels.mail_text import one_line
from clinicdesk.outbox.records import WrittenMessage
from clinicdesk.reminders.records import Kind, Sender

LONGEST_VALUE = 500


class Templates:
    """The templates in a folder, ours unless another one is given."""

    def __init__(self, folder: Path | None = None) -> None:
        self._environment = ImmutableSandboxedEnvironment(
            loader=FileSystemLoader(folder or resources_dir() / "templates"),
            autoescape=lambda name: bool(name and name.endswith(".html")),
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            auto_reload=False,
        )

    def fill(self, kind: Kind, values: Mapping[str, str], *, clinic: Sender) -> WrittenMessage:
        """Write a message of a kind; every value stands in it as it is, on one line.

        The templates know `values` and clinic, address and phone. A name that is not among them is
        a bug and raises.
        """
        known = {
            **values,
            "clinic": clinic.name,
            "address": ", ".join(clinic.address.splitlines()),
            "phone": clinic.phone,
        }
        plain = {name: one_line(value)[:LONGEST_VALUE] for name, value in known.items()}
        subject, text, html = (
            self._environment.get_template(f"{kind}.{part}").render(plain)
            for part in ("subject.txt", "txt", "html")
        )
        return WrittenMessage(
            subject=subject.strip(),
            text=text.strip() + "\n",
            html=html,
            sender_name=clinic.name,
            reply_to=clinic.email,
        )


def when(at: datetime, clinic: Sender) -> dict[str, str]:
    """Give the date and the time of an instant as the clinic's calendar and clock show them."""
    local = at.astimezone(ZoneInfo(clinic.time_zone))
    locale = english_of(clinic.country)
    return {
        "date": format_date(local.date(), format="full", locale=locale),
        "time": format_time(local.time(), format="short", locale=locale),
    }


@lru_cache(maxsize=64)
def english_of(country: str) -> Locale:
    """Give English as it is written in a country, or as such."""
    try:
        return Locale.parse(f"en_{country.upper()}")
    except (UnknownLocaleError, ValueError):
        return Locale.parse("en")
