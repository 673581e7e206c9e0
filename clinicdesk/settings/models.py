"""The table of settings: one row per topic and name."""

from typing import Any

from sqlalchemy.orm import Mapped, mapped_column

from clinicdesk.database.base import Base, Json


class Setting(Base):
    """One chosen value; what is not chosen has its default in `records`."""

    __tablename__ = "setting"

    topic: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(primary_key=True)
    value: Mapped[Any] = mapped_column(Json())


class WorkstationSetting(Base):
    """One value chosen for a workstation, by its name; see `workstation`."""

    __tablename__ = "workstation_setting"

    desk: Mapped[str] = mapped_column(primary_key=True)
    topic: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(primary_key=True)
    value: Mapped[Any] = mapped_column(Json())
