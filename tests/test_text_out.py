"""Words from outside in outputs: no formula in a table, no mathematics in a figure, no tricks in a terminal."""

from __future__ import annotations

import io
from pathlib import Path

import matplotlib.pyplot as plt
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from energy_model.errors import ScenarioError
from energy_model.report import style
from energy_model.results.csv_text import csv_text, unguarded

FORMULAS = ["=1+1", "=cmd|' /C calc'!A0", "+A1", "-A1", "@SUM(A1)", "\t=1", "\n=1", "'=1", "''=1"]
PLAIN = ["Nord Stream 1", "a=b", "'quoted'", "-5", "+1.5e3", "", "ü"]


@pytest.mark.parametrize("word", [*FORMULAS, "\r=1", "\r\n=1"])
def test_no_text_in_a_csv_table_begins_like_a_formula(word: str) -> None:
    line = csv_text(pd.DataFrame({"text": [word]})).splitlines()[1]

    assert line.strip('"').startswith("'")


@pytest.mark.parametrize("word", PLAIN)
def test_plain_words_and_numbers_are_written_as_they_are(word: str) -> None:
    table = pd.DataFrame({"text": [word], "other": ["x"]})

    assert f"{word},x" == csv_text(table).splitlines()[1]


@given(st.lists(st.one_of(st.sampled_from([*FORMULAS, *PLAIN]), st.text("'=+-@a1 ", max_size=5)), min_size=1))
def test_a_table_read_back_has_the_words_that_were_written(words: list[str]) -> None:
    table = pd.read_csv(
        io.StringIO(csv_text(pd.DataFrame({"text": words, "number": 1.0})), newline=""),
        keep_default_na=False, na_values=[], dtype={"text": str}, skip_blank_lines=False,
    )  # fmt: skip

    assert words == list(unguarded(table)["text"])


def test_categories_are_guarded_too() -> None:
    table = pd.DataFrame({"text": pd.Categorical(["=1+1", "plain", "=1+1"])})

    assert ["text", "'=1+1", "plain", "'=1+1"] == csv_text(table).splitlines()


WORDS = st.sampled_from([None, "", "0"]) | st.text('a1 ,;"\n\u00fc', max_size=4).map("a".__add__)
ROWS = st.tuples(st.floats(), st.integers(-(2**62), 2**62), st.booleans(), st.dates() | st.none(), WORDS, WORDS)


@given(st.lists(ROWS, min_size=1, max_size=9))
def test_the_text_of_a_table_is_that_of_pandas(rows: list[tuple[object, ...]]) -> None:
    table = pd.DataFrame(rows, columns=["energy_gwh", "period", "protected", "day", "word", 'a "kind"'])
    table = table.assign(day=pd.to_datetime(table["day"]), word=table["word"].astype("category"))
    expected = table.to_csv(index=False, float_format="%.10g", date_format="%Y-%m-%d", lineterminator="\n")

    assert expected == csv_text(table)
    assert table[["word"]].to_csv(index=False, lineterminator="\n") == csv_text(table[["word"]])


@pytest.mark.parametrize("title", ["Cut at $x^{ and $y", r"$\foo$", "$100 to $200", "a_b^c", "100 %", r"\alpha"])
def test_a_title_is_drawn_as_it_is_written(title: str, tmp_path: Path) -> None:
    with style.house_style():
        figure = style.new_figure()
        style.add_header(figure, title, title)
    style.save_figure(figure, tmp_path / "figure.png")

    assert (tmp_path / "figure.png").stat().st_size > 0
    assert not any(text.get_parse_math() for text in figure.findobj(plt.Text))


@pytest.mark.parametrize("text", ["\x1b[31mred", "a\x00b", "bell\x07", "\u202eleft", "x" * 5000])
def test_a_message_neither_controls_a_terminal_nor_fills_it(text: str) -> None:
    said = str(ScenarioError(text, [f"value '{text}': not known"]))

    assert all(letter.isprintable() or letter == "\n" for letter in said)
    assert len(said) < 500
