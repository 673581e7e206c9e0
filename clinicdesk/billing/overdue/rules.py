"""Decides which reminder of an unpaid invoice is next: each level once, and never in a rush."""

from datetime import date

from clinicdesk.settings.records import OverdueSettings

LAST_LEVEL = 3


def days_of_levels(settings: OverdueSettings) -> dict[int, int]:
    """Give the days after which each level is due; a level of 0 days is left out."""
    days = (settings.first_after_days, settings.second_after_days, settings.third_after_days)
    return {level: after for level, after in enumerate(days, start=1) if after > 0}


def level_due(
    settings: OverdueSettings, *, days_late: int, level: int, reminded_on: date | None, today: date
) -> int | None:
    """Give the level to remind at today by the settings, None for none.

    `level` is the last one that went out (0 for none) on `reminded_on`. Levels come one after the
    other, at least as far apart as the settings put them, however late the first one was.
    """
    wanted = days_of_levels(settings)
    later = [each for each in wanted if each > level]
    if not later or days_late < wanted[later[0]]:
        return None
    if reminded_on is not None:
        gap = wanted[later[0]] - wanted.get(level, 0)
        if (today - reminded_on).days < max(1, gap):
            return None
    return later[0]
