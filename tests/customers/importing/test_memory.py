"""The memory of an import does not grow with the rows of its file."""

import gc
import os
import subprocess
import sys
import tracemalloc

import pytest
from django.conf import settings

from customers.importing import import_customers
from tests.factories import make_location
from tests.jobs.test_worker import database_url
from tests.samples.workbooks import MAIN, workbook
from tests.samples.workbooks import sheet as make_sheet

HEAD = "first_name,last_name,email,phone,tags,company"
HELD_RATIO, RESIDENT_RATIO = 1.05, 1.2


def write_csv(path, rows: int) -> None:
    """Every tenth row is refused, every tenth says again what an earlier one said."""
    with path.open("w") as file:
        file.write(f"{HEAD}\n")
        for number in range(rows):
            email = {3: "nope", 7: f"g{number // 2}@example.org"}.get(number % 10, f"g{number}@example.org")
            file.write(f'G,n{number},{email},,"VIP, T{number % 9}",Café {number}\n')


def write_xlsx(path, rows: int) -> None:
    lines = [f'<row r="1">{"".join(_text(name) for name in HEAD.split(","))}</row>']
    for number in range(rows):
        values = ("G", f"n{number}", f"g{number}@example.org", "", "VIP", f"Café {number}")
        lines.append(f"<row>{''.join(map(_text, values))}</row>")
    body = f'<worksheet xmlns="{MAIN}"><sheetData>{"".join(lines)}</sheetData></worksheet>'
    path.write_bytes(workbook(make_sheet(), parts={"xl/worksheets/sheet1.xml": body}))


def _text(value: str) -> str:
    return f'<c t="inlineStr"><is><t>{value}</t></is></c>'


def held_while_importing(path, organisation) -> dict[int, int]:
    """Bytes that Python holds behind each chunk of the import, by rows; garbage does not count."""
    held = {}

    def look(rows: int) -> None:
        gc.collect()
        held[rows] = tracemalloc.get_traced_memory()[0]

    with path.open("rb") as file, path.with_suffix(".refused").open("w") as refused:
        tracemalloc.start()
        try:
            import_customers(file, organisation=organisation, refused=refused, progress=look)
        finally:
            tracemalloc.stop()
    return held


@pytest.mark.slow
@pytest.mark.parametrize("write", [write_csv, write_xlsx])
def test_an_import_holds_no_more_at_its_end_than_at_its_beginning(write, db, tmp_path):
    path = tmp_path / f"guests.{write.__name__.removeprefix('write_')}"
    write(path, 6_000)

    held = held_while_importing(path, make_location().organisation)

    # by then the caches of cells and statements are full
    assert held[5_500] < HELD_RATIO * held[2_500]


def resident_peak(command: list[str], folder) -> int:
    """Kilobytes that a management command took at most, as the system counts them."""
    environment = {
        **os.environ,
        "DATABASE_URL": database_url(),
        "DJANGO_SETTINGS_MODULE": "tests.settings",
        "VAR_DIR": str(folder),
    }
    process = subprocess.Popen(  # noqa: S603
        [sys.executable, "manage.py", *command],
        cwd=settings.BASE_DIR,
        env=environment,
        stdout=subprocess.DEVNULL,
    )
    _pid, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    assert process.returncode == 1  # rows were refused
    return usage.ru_maxrss


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_a_hundred_thousand_rows_take_no_more_memory_than_twenty_thousand(tmp_path):
    make_location()
    peaks = {}
    for rows in (20_000, 100_000):
        write_csv(tmp_path / "guests.csv", rows)
        peaks[rows] = resident_peak(["import_customers", str(tmp_path / "guests.csv"), "--dry-run"], tmp_path)

    assert peaks[100_000] < RESIDENT_RATIO * peaks[20_000]
