"""One-page invoices with 8 lines and a logo: ours beside hand-written PDF and ReportLab's canvas.

The programs of comparison lie in the shared folder beside the repository; all run in one sitting.
"""

import io
import json
import re
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from PIL import Image

from clinicdesk.billing.records import InvoiceLineRecord, InvoiceRecord, InvoiceState, LedgerEntry
from clinicdesk.clinics.records import ClinicRecord
from clinicdesk.documents.invoice import invoice_pdf
from clinicdesk.documents.sheet import Logo
from clinicdesk.money import Money, tax_within

BENCH = Path(__file__).resolve().parents[2].parent / "shared" / "bench"
COUNT, ROUNDS = 100, 5
TAX_BASIS_POINTS = 500


def _money(minor: int) -> Money:
    return Money(minor, "GBP")


def _line(given: dict[str, Any]) -> InvoiceLineRecord:
    total = given["q"] * given["u"]
    tax = tax_within(total, TAX_BASIS_POINTS)
    return InvoiceLineRecord(
        description=given["d"],
        quantity=given["q"],
        unit_price=_money(given["u"]),
        tax_basis_points=TAX_BASIS_POINTS,
        net=_money(total - tax),
        tax=_money(tax),
        total=_money(total),
        discount=_money(0),
    )


def _invoice(given: dict[str, Any], name: str) -> InvoiceRecord:
    """Turn a generated invoice into ours; its discount stands where we show what was waived."""
    lines = tuple(map(_line, given["lines"]))
    total, paid = sum(line.total.minor for line in lines), given["paid"]
    tax = sum(line.tax.minor for line in lines)
    at = datetime(2027, 1, 4, 9, 30, tzinfo=UTC)
    return InvoiceRecord(
        id=1,
        number=given["no"],
        clinic_id=1,
        patient_id=1,
        appointment_id=1,
        patient_name=given["patient"],
        billed_name=name or f"{given['patient']} ({given['mrn']})",
        billed_address="14 Cedar Road\nLondon N1 4AA",
        doctor_name=given["doctor"],
        specialty="General medicine",
        visit_at=at,
        time_zone="Europe/London",
        issued_on=date.fromisoformat(given["date"]),
        due_on=date.fromisoformat(given["due"]),
        lines=lines,
        net=_money(total - tax),
        tax=_money(tax),
        total=_money(total),
        ledger=(LedgerEntry(at, "Paid 4 Jan · Visa •••• 4242", _money(paid)),),
        paid=_money(paid),
        due=_money(total - paid - given["disc"]),
        state=InvoiceState.PART_PAID,
        credited=_money(0),
        credit=_money(0),
    )


def _clinic(given: dict[str, Any]) -> ClinicRecord:
    return ClinicRecord(
        id=1,
        name=given["clinic"],
        time_zone="Europe/London",
        currency="GBP",
        country="GB",
        address="\n".join(given["addr"]),
        phone="",
        email="desk@north.example",
        tax_number="GB 123 4567 89",
        bank_details="",
        invoice_prefix="INV",
        step_minutes=15,
        opens_minute=480,
        closes_minute=1080,
    )


def _measured(folder: Path, name: str = "") -> tuple[float, float]:
    """Give our median milliseconds and bytes; a name beyond Latin needs an embedded font."""
    given = json.loads((folder / "invoices.json").read_text())
    jpeg = io.BytesIO()
    Image.open(folder / "logo.png").save(jpeg, "JPEG", quality=90)
    logo = Logo(jpeg.getvalue(), 160, 48)
    work = [(_invoice(one, name), _clinic(one)) for one in given]
    times, sizes = [], []
    for number in range(COUNT):
        invoice, clinic = work[number % len(work)]
        began = time.perf_counter()
        pdf = invoice_pdf(invoice, clinic, logo=logo)
        times.append((time.perf_counter() - began) * 1000)
        sizes.append(len(pdf))
    return statistics.median(times), statistics.median(sizes)


def _printed(script: str, *arguments: object) -> tuple[float, float]:
    run = subprocess.run(
        [sys.executable, str(BENCH / script), *map(str, arguments)],
        capture_output=True,
        text=True,
        check=True,
    )
    ms, size = re.findall(r"median +([\d.]+) ms.*?(\d+) bytes", run.stdout)[0]
    return float(ms), float(size)


def main() -> None:
    """Print medians, sizes and ratios."""
    if not BENCH.is_dir():
        print("   the programs of comparison are not here: shared/bench is missing")
        return
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        generate = [sys.executable, str(BENCH / "gen_c_invoices.py"), name]
        subprocess.run(generate, check=True, capture_output=True)
        programs: dict[str, Callable[[], tuple[float, float]]] = {
            "hand-written PDF (bound)": lambda: _printed("bound_c_raw.py", name, COUNT),
            "ReportLab canvas": lambda: _printed("ref_c_pdf.py", name, "canvas_jpeg", COUNT),
            "ClinicDesk": lambda: _measured(folder),
            "canvas, font embedded": lambda: _printed("ref_c_pdf.py", name, "canvas_ttf", COUNT),
            "ClinicDesk, font embedded": lambda: _measured(folder, "Łukasz Żółć"),
        }
        # In turn, so that the machine's mood falls on all alike; the best of each counts.
        rounds = [{label: run() for label, run in programs.items()} for _ in range(ROUNDS)]
        rows = {label: min(each[label] for each in rounds) for label in programs}
    for label, (ms, size) in rows.items():
        print(f"   {label:26} {ms:6.2f} ms {size:8,.0f} bytes")
    plain, embedded = rows["ClinicDesk"], rows["ClinicDesk, font embedded"]
    print(
        f"   Latin: {plain[0] / rows['ReportLab canvas'][0]:.2f} x the canvas"
        " (wanted: 3 ms and 20,000 bytes at most)"
    )
    print(
        f"   Embedded: {embedded[0] / rows['canvas, font embedded'][0]:.2f} x the canvas"
        " (wanted: 10 ms at most)"
    )


if __name__ == "__main__":
    main()
