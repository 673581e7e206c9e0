"""What is chosen for one workstation: its card reader, its printers."""

from dataclasses import asdict, dataclass, fields, replace
from typing import Any, ClassVar, TypeVar

from sqlalchemy import select
from sqlalchemy.orm import Session

from clinicdesk.access import Actor, open_to_all
from clinicdesk.database.session import Database, Transaction
from clinicdesk.settings.models import WorkstationSetting
from clinicdesk.settings.service import Topic


@dataclass(frozen=True, slots=True)
class ReaderChoice:
    """The card reader that a workstation takes first; 0 for none."""

    topic: ClassVar[str] = "reader"

    reader_id: int = 0


@dataclass(frozen=True, slots=True)
class PrinterChoice:
    """On which printer a workstation prints each kind of paper; "" asks each time.

    A kind whose name stands in `silent` (separated by blanks) is printed without a preview.
    """

    topic: ClassVar[str] = "printers"

    invoice: str = ""
    receipt: str = ""
    receipt_roll: str = ""
    credit_note: str = ""
    statement: str = ""
    till_sheet: str = ""
    silent: str = ""


S = TypeVar("S", bound=Topic)


class WorkstationService:
    """The choices of each workstation; whoever sits at one may change its own."""

    def __init__(self, database: Database) -> None:
        self._database = database

    @open_to_all
    def load(self, actor: Actor, kind: type[S]) -> S:
        """Give the choices of a topic at the actor's desk, with defaults for what is not chosen."""

        def work(session: Session) -> S:
            rows = session.execute(
                select(WorkstationSetting.name, WorkstationSetting.value).where(
                    WorkstationSetting.desk == actor.desk, WorkstationSetting.topic == kind.topic
                )
            )
            known = {field.name for field in fields(kind)}
            chosen: dict[str, Any] = {name: value for name, value in rows if name in known}
            return replace(kind(), **chosen)

        return self._database.read(work)

    @open_to_all
    def save(self, actor: Actor, choices: Topic) -> None:
        """Store every value of a topic for the actor's desk."""

        def work(transaction: Transaction) -> None:
            for name, value in asdict(choices).items():
                transaction.session.merge(
                    WorkstationSetting(desk=actor.desk, topic=choices.topic, name=name, value=value)
                )

        self._database.write(work)
