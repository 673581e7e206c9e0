"""The entry point: paints the window first, then opens the clinic's data beside it."""

import gc
import sys
from collections.abc import Sequence

from clinicdesk import cli


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line with the window."""
    return cli.main(arguments, open_window=open_window)


def open_window(request: cli.WindowRequest) -> int:
    """Open the window and give the exit status when it is closed."""
    gc.disable()  # collecting while modules load costs a quarter of the time to the first picture
    from ui.start import start

    return start(request)


if __name__ == "__main__":
    sys.exit(main())
