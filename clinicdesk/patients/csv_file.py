"""Reads a CSV file row by row in little memory, and says in which line it is broken.

The encoding is found by its mark or by trying: UTF-8, UTF-16, and else Windows-1252. The delimiter
is the one of comma, semicolon and tab that splits the heading into the most columns.
"""

import codecs
import csv
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from clinicdesk.patients.errors import ImportFileError

DELIMITERS = (",", ";", "\t")
LONGEST_LINE = 1 << 20
BLOCK = 1 << 20
UTF16_MARKS = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
FALLBACK = "cp1252"


@dataclass(frozen=True, slots=True)
class CsvFile:
    """A file whose heading was read. `is_guessed` is set when no encoding fitted but the last."""

    path: Path
    encoding: str
    delimiter: str
    headings: tuple[str, ...]

    @property
    def is_guessed(self) -> bool:
        """Tell whether the encoding is a guess, so that accents deserve a look."""
        return self.encoding == FALLBACK

    def rows(self) -> Iterator[tuple[int, list[str]]]:
        """Yield each row below the heading with the number of the line in which it begins.

        Empty lines are passed over.

        Raises:
            ImportFileError: the file cannot be read on; says the line.
        """
        with _opened(self.path, self.encoding) as file:
            rows = _parsed(file, self.delimiter)
            next(rows, None)
            for line, row in rows:
                if any(field.strip() for field in row):
                    yield line, row


def open_csv(path: Path, *, known_columns: Callable[[tuple[str, ...]], int]) -> CsvFile:
    """Find out a file's encoding and delimiter, and read its heading.

    `known_columns` counts the headings that mean something: the delimiter with the most wins.

    Raises:
        ImportFileError: the file is missing, empty, no text, or its heading means nothing.
    """
    encoding = _encoding(path)
    best: tuple[int, str, tuple[str, ...]] = (0, "", ())
    for delimiter in DELIMITERS:
        with _opened(path, encoding) as file:
            headings = tuple(h.strip() for h in next(_parsed(file, delimiter), (1, []))[1])
        count = known_columns(headings)
        if count > best[0]:
            best = (count, delimiter, headings)
    if not best[0]:
        raise ImportFileError(
            "The first line names no column that is known, such as “last name”. The columns must "
            "be parted by commas, semicolons or tabs, with their names in the first line."
        )
    return CsvFile(path, encoding, best[1], best[2])


def _opened(path: Path, encoding: str) -> IO[str]:
    try:
        return path.open(encoding=encoding, newline="")
    except OSError as error:
        raise ImportFileError("The file cannot be opened. Please choose it again.") from error


def _encoding(path: Path) -> str:
    """Find the encoding by reading the whole file once.

    Raises:
        ImportFileError: the file is empty, cannot be opened, or is no text.
    """
    try:
        with path.open("rb") as file:
            head = file.read(4096)
            if not head.strip(b"\0 \t\r\n" + codecs.BOM_UTF8):
                raise ImportFileError("The file is empty.")
            if head.startswith(UTF16_MARKS):
                return "utf-16"
            likely_utf16 = _unmarked_utf16(head)
            if likely_utf16:
                return likely_utf16
            file.seek(0)
            return _utf8_or_fallback(file)
    except OSError as error:
        raise ImportFileError("The file cannot be opened. Please choose it again.") from error


def _unmarked_utf16(head: bytes) -> str:
    """Tell UTF-16 without a mark by the NULs in it: every second byte of Western text."""
    if head[1::2].count(0) > len(head) // 4:
        return "utf-16-le"
    return "utf-16-be" if head[::2].count(0) > len(head) // 4 else ""


def _utf8_or_fallback(file: IO[bytes]) -> str:
    for encoding in ("utf-8-sig", FALLBACK):
        decoder = codecs.getincrementaldecoder(encoding)()
        file.seek(0)
        try:
            while block := file.read(BLOCK):
                decoder.decode(block)
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            continue
        return encoding
    raise ImportFileError("The file is not text. Export the list as CSV in UTF-8.")


def _lines(file: IO[str]) -> Iterator[str]:
    """Yield lines, none of them so long that it would fill the memory."""
    number = 0
    while line := file.readline(LONGEST_LINE):
        number += 1
        if len(line) == LONGEST_LINE and not line.endswith(("\n", "\r")):
            raise ImportFileError(f"Line {number:,} is far too long. Is this a CSV file?")
        yield line


def _parsed(file: IO[str], delimiter: str) -> Iterator[tuple[int, list[str]]]:
    """Yield each row with the line in which it begins, in plain words when the file is broken."""
    reader = csv.reader(_lines(file), delimiter=delimiter, strict=True)
    while True:
        line = reader.line_num + 1
        try:
            row = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            raise ImportFileError(_broken(str(error), line)) from error
        except UnicodeError as error:
            raise ImportFileError(
                f"Line {line:,} cannot be read: the file mixes encodings or was cut off. "
                "Export the list again, in UTF-8."
            ) from error
        yield line, row


def _broken(problem: str, line: int) -> str:
    if "field limit" in problem:
        return (
            f"A field that begins in line {line:,} is longer than any can be. Perhaps a quotation "
            "mark there is not closed. Nothing was imported."
        )
    return (
        f"The quotation marks in line {line:,} do not match: one is not closed, or stands inside a "
        "text without being doubled. Nothing was imported; mend that line and try again."
    )
