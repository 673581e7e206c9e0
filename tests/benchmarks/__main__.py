"""Runs the workloads one after the other: `python -m tests.benchmarks [name ...]`.

Each prints our figure beside what is possible at best in the same run, and their ratio.
"""

import importlib
import sys
import time

JOBS = (
    "first_paint",
    "week_start",
    "calendar_paint",
    "free_slots",
    "patient_search",
    "invoice_pdf",
    "reminders",
    "day_view",
)


def main(names: list[str]) -> int:
    """Run the named jobs, or all."""
    unknown = set(names) - set(JOBS)
    if unknown:
        print(f"There is no {', '.join(sorted(unknown))}; choose from {', '.join(JOBS)}.")
        return 2
    for name in names or JOBS:
        began = time.perf_counter()
        print(f"== {name.replace('_', ' ')}", flush=True)
        importlib.import_module(f"tests.benchmarks.{name}").main()
        print(f"   ({time.perf_counter() - began:.0f} s)\n", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
