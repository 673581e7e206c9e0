"""Runs the command line without a window: `python -m clinicdesk worker`."""

import sys

from clinicdesk.cli import main

if __name__ == "__main__":
    sys.exit(main())
