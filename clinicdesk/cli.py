"""The command line: opens the window, works headless, imports, and plays the tour.

The window is handed in by `ui.main`, so that everything else here runs without Qt.
"""

import argparse
import os
import signal
import sys
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from clinicdesk.errors import ClinicDeskError, InvalidInputError

ONLY_THIS_USER = 0o077
CHOSEN_FOLDER = "CLINICDESK_FOLDER"


@dataclass(frozen=True, slots=True)
class WindowRequest:
    """What the window is to open: the clinic's own data, or the demo clinic in `folder`.

    With `tour` the demo clinic's day is played, and its record is written into that folder.
    """

    folder: Path | None = None
    is_demo: bool = False
    tour: Path | None = None
    patients: Path | None = None


OpenWindow = Callable[[WindowRequest], int]


def main(arguments: Sequence[str] | None = None, *, open_window: OpenWindow | None = None) -> int:
    """Run one command and give the exit status: 0 done, 1 not possible, 2 not understood."""
    os.umask(ONLY_THIS_USER)
    chosen = _parser().parse_args(arguments)
    try:
        return int(chosen.work(chosen, open_window))
    except ClinicDeskError as error:
        print(f"{error.title}: {error.sentence}", file=sys.stderr)
        return 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="clinicdesk", description="The front desk of a clinic.")
    parser.set_defaults(work=_run, folder=None)
    commands = parser.add_subparsers(title="commands", metavar="")
    run = _command(commands, "run", _run, "open the clinic on this computer (the default)")
    _with_folder(run)
    demo = _command(commands, "demo", _demo, "open a made-up clinic; nothing leaves this computer")
    _with_folder(demo)
    demo.add_argument("--tour", type=Path, metavar="DIR", help="play a whole day, pictures in DIR")
    demo.add_argument("--patients", type=Path, metavar="FILE", help="the list the tour imports")
    first = _command(commands, "init", _init, "make a clinic on this computer")
    _with_folder(first)
    first.add_argument("--clinic", required=True, help="the clinic's name")
    first.add_argument("--time-zone", required=True, help="such as Europe/London")
    first.add_argument("--currency", required=True, help="such as GBP")
    first.add_argument("--country", required=True, help="such as GB")
    first.add_argument("--login", required=True, help="the first administrator's login name")
    first.add_argument("--name", required=True, help="the first administrator's name")
    worker = _command(commands, "worker", _worker, "send messages and settle payments, no window")
    _with_folder(worker)
    patients = _command(commands, "import", _import, "take in a list of patients (CSV)")
    _with_folder(patients)
    patients.add_argument("file", type=Path)
    patients.add_argument("--dry-run", action="store_true", help="only say what would happen")
    patients.add_argument(
        "--leave-out-problems", action="store_true", help="take the good rows, leave the others"
    )
    audit = _command(commands, "audit", _audit, "check that nobody changed the audit log")
    _with_folder(audit)
    return parser


def _command(
    commands: "argparse._SubParsersAction[argparse.ArgumentParser]",
    name: str,
    work: Callable[[argparse.Namespace, OpenWindow | None], int],
    summary: str,
) -> argparse.ArgumentParser:
    command = commands.add_parser(name, help=summary, description=summary[0].upper() + summary[1:])
    command.set_defaults(work=work)
    return command


def _with_folder(command: argparse.ArgumentParser) -> None:
    given = os.environ.get(CHOSEN_FOLDER)
    command.add_argument(
        "--folder",
        type=Path,
        default=Path(given) if given else None,
        help=f"where the clinic's data lies (or set {CHOSEN_FOLDER})",
    )


def _run(chosen: argparse.Namespace, open_window: OpenWindow | None) -> int:
    return _open(open_window, WindowRequest(folder=chosen.folder))


def _demo(chosen: argparse.Namespace, open_window: OpenWindow | None) -> int:
    request = WindowRequest(chosen.folder, True, chosen.tour, chosen.patients)
    return _open(open_window, request)


def _open(open_window: OpenWindow | None, request: WindowRequest) -> int:
    if open_window is None:
        print("The window belongs to the command clinicdesk.", file=sys.stderr)
        return 2
    return open_window(request)


def _init(chosen: argparse.Namespace, _open_window: OpenWindow | None) -> int:
    import getpass

    from clinicdesk import opening
    from clinicdesk.clinics.records import NewClinic
    from clinicdesk.settings.place import place_in

    clinic = NewClinic(chosen.clinic, chosen.time_zone, chosen.currency, chosen.country)
    password = getpass.getpass("Password for the first administrator: ")
    if password != getpass.getpass("The same again: "):
        raise InvalidInputError("The two passwords differ; nothing was made.", field="password")
    opening.make_clinic(
        place_in(chosen.folder), clinic, login=chosen.login, name=chosen.name, password=password
    )
    print(f"{chosen.clinic} is ready. Start it with: clinicdesk")
    return 0


def _worker(chosen: argparse.Namespace, _open_window: OpenWindow | None) -> int:
    from clinicdesk import jobs, opening

    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda _number, _frame: stop.set())
    with opening.clinic_on_this_computer(chosen.folder) as services:
        jobs.run_worker(jobs.jobs_of(services), stop)
    return 0


def _import(chosen: argparse.Namespace, _open_window: OpenWindow | None) -> int:
    from clinicdesk import opening
    from clinicdesk.access import program_actor

    actor = program_actor("command line")
    with opening.clinic_on_this_computer(chosen.folder) as services:
        preview = services.patients.preview_import(actor, chosen.file)
        print(f"{preview.rows} rows: {preview.new} new, {preview.known} known already,", end=" ")
        print(f"{preview.problem_count} that cannot be taken.")
        for problem in preview.problems:
            print(f"  line {problem.line}, {problem.column}: {problem.sentence}")
        if chosen.dry_run:
            return 0
        outcome = services.patients.import_file(
            actor, chosen.file, skip_problems=chosen.leave_out_problems
        )
        print(f"{outcome.added} patients added, {outcome.left_out} left out.")
    return 0


def _audit(chosen: argparse.Namespace, _open_window: OpenWindow | None) -> int:
    from clinicdesk import opening
    from clinicdesk.access import program_actor

    with opening.clinic_on_this_computer(chosen.folder) as services:
        check = services.audit.verify(program_actor("command line"))
    if check.is_whole:
        print(f"The audit log is whole: {check.entries} entries.")
        return 0
    print(f"The audit log was changed: entry {check.broken_at} does not fit.", file=sys.stderr)
    return 1
