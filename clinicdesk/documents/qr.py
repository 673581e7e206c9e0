"""The square of dots that a telephone's camera reads, as rows of dark and light modules."""

import segno

QUIET_ZONE = 4
"""How many light modules must stand around the code (ISO/IEC 18004)."""

Modules = tuple[tuple[bool, ...], ...]


def qr_modules(text: str) -> Modules:
    """Give the rows of a code with its quiet zone; True is dark.

    It is readable when up to 15 % of it is lost (level M).
    """
    made = segno.make(text, error="m", micro=False)
    return tuple(
        tuple(bool(module) for module in row) for row in made.matrix_iter(border=QUIET_ZONE)
    )


def dark_runs(row: tuple[bool, ...]) -> list[tuple[int, int]]:
    """Give where dark modules stand in a row, as starts and lengths."""
    runs: list[tuple[int, int]] = []
    for place, is_dark in enumerate(row):
        if not is_dark:
            continue
        if runs and sum(runs[-1]) == place:
            runs[-1] = (runs[-1][0], runs[-1][1] + 1)
        else:
            runs.append((place, 1))
    return runs
