"""CSV as people write it is read by any usual separator and line end; what cannot be meant is refused row by row."""

from __future__ import annotations

from pathlib import Path

import pytest

from energy_model.errors import DataError
from energy_model.imports.csv_text import csv_cells

PLAIN = 'asset,lost,note\nYY,30,press\n\n,,\nXX,,"a, b"\n'


def read(folder: Path, raw: str | bytes) -> list[list[str]]:
    file = folder / "calendar.csv"
    file.write_bytes(raw if isinstance(raw, bytes) else raw.encode())
    table = csv_cells(file)
    return [
        table.columns.tolist(),
        *([str(row), *cells] for row, cells in zip(table.index, table.values.tolist(), strict=True)),
    ]


def refused(folder: Path, raw: str | bytes) -> list[str]:
    with pytest.raises(DataError) as told:
        read(folder, raw)
    return str(told.value).splitlines()[1:]


@pytest.mark.parametrize(
    "raw",
    [
        PLAIN,
        PLAIN.replace("\n", "\r\n"),
        b"\xef\xbb\xbf" + PLAIN.encode(),
        PLAIN.encode("utf-16"),
        PLAIN.replace("a, b", "a; b").replace(",", ";").replace("a; b", "a, b"),
        PLAIN.replace("a, b", "a# b").replace(",", "\t").replace("a# b", "a, b"),
    ],
    ids=["plain", "CRLF", "BOM", "UTF-16", "semicolon", "tab"],
)
def test_however_it_is_saved_the_cells_are_the_same_and_rows_are_those_of_the_file(tmp_path: Path, raw: str) -> None:
    """Row 5 of the file is the third below the row under the heads, blank rows counted."""
    assert [["asset", "lost", "note"], ["0", "YY", "30", "press"], ["3", "XX", "", "a, b"]] == read(tmp_path, raw)


def test_rows_longer_or_shorter_than_the_heads_and_hidden_characters_are_told_all_at_once(tmp_path: Path) -> None:
    told = refused(tmp_path, "asset,lost\nYY,1,000\nXX\nZ\x00Z,5\n")

    assert [line.strip().split(";")[0] for line in told] == [
        "row 2 has 3 cells, the heads are 2",
        "row 3 has 1 cells, the heads are 2",
        "row 4, column 1: holds a control character (U+0000)",
    ]


@pytest.mark.parametrize(
    ("raw", "words"),
    [
        ("", "has no rows"),
        ("asset,lost\n", "has no rows"),
        ("asset,lost,Asset \nYY,1,2\n", "columns 1 and 3 have the same head"),
        ("asset,lost\nGr\xf6\xdfe,1\n".encode("latin-1"), "byte 14 is none of a text in UTF-8; save it as CSV UTF-8"),
        ('asset,lost\n"YY,1\n', "is no CSV"),
    ],
    ids=["empty", "heads alone", "a head twice", "another encoding", "a quote left open"],
)
def test_what_is_no_table_is_refused_in_words(tmp_path: Path, raw: str | bytes, words: str) -> None:
    (told,) = refused(tmp_path, raw)
    assert words in told


def test_a_file_that_is_not_there_or_is_a_folder_is_no_download_to_be_repeated(tmp_path: Path) -> None:
    for file, why in ((tmp_path / "none.csv", "No such file"), (tmp_path, "directory")):
        with pytest.raises(DataError, match=why) as told:
            csv_cells(file)
        assert "download" not in str(told.value)
