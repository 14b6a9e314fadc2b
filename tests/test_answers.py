"""Answers and the workbook they are told in; questions put to a compiled problem."""

from __future__ import annotations

import html
import zipfile
from dataclasses import replace

import numpy as np
import openpyxl
import pandas as pd
import pytest
from cases import answer as solved_case
from cases import everything
from hypothesis import given, settings
from hypothesis import strategies as st
from workbooks import printed_without_heads

from energy_model.errors import ResultError, SolveError
from energy_model.fast import optimum
from energy_model.impact.answer import Answer, Picture
from energy_model.impact.economy import CAUTIOUS_SIGMA, WIDE_SIGMA, economy
from energy_model.impact.output_loss import SIGMAS
from energy_model.impact.study import study
from energy_model.lp import compile_model, solve
from energy_model.lp.extend import add_columns, add_rows, cost_of, with_objective
from energy_model.model import build_model
from energy_model.report.answers import heading, in_words, write_answers


@pytest.fixture(scope="module")
def cut():
    return study("full_cutoff_february", resolution="month")


@pytest.fixture(scope="module")
def told(cut):
    return economy(cut)


def short_toy():
    """The toy with every feature, with a tenth of its supply: somebody is cut."""
    case = everything()
    return case.with_("supply", rate=case.supply.rate * 0.1)


def test_a_row_that_does_not_bind_changes_nothing_and_one_that_binds_costs():
    found = solved_case(everything())
    use = cost_of(found.matrix, "sendout")
    most = float(use @ found.solution.col_value)

    loose = add_rows(found.matrix, "room", use, upper=most + 1.0)
    tight = add_rows(found.matrix, "room", use, upper=0.5 * most)

    assert solve(loose).objective == pytest.approx(found.cost, rel=1e-9)
    assert solve(tight).objective > found.cost
    assert (1,) == tight.rows["room"].shape


def test_free_gas_at_a_node_is_worth_its_price():
    """One GWh a day for nothing in period 1 saves days x shadow price, to first order."""
    found = solved_case(everything())
    balance = found.matrix.rows["balance"]
    price = found.matrix.values(found.solution.row_dual, "balance")
    node, small = int(np.argmax(price[:, 0])), 1e-4
    entry = np.zeros(found.matrix.n_rows)
    entry[balance.start + node * balance.shape[1]] = 1.0

    gift = add_columns(found.matrix, "gift", entry, upper=small)

    assert (found.cost - solve(gift).objective) / small == pytest.approx(price[node, 0], rel=1e-3)


@pytest.mark.parametrize("maximise", [False, True])
def test_slices_split_lazily_give_the_extremes_within_a_budget(maximise):
    """Least and most curtailment at one percent over least cost: as with every slice in the matrix."""
    case = short_toy()
    matrix = compile_model(build_model(case))
    best = solve(matrix)
    assert best.col_value[matrix.columns["curtailment"].slice].sum() > 0.0
    question = with_objective(
        add_rows(matrix, "budget", matrix.cost, upper=1.01 * best.objective),
        cost_of(matrix, "curtailment", case.timeline.days),
        maximise=maximise,
    )

    assert optimum(question, case)[0].objective == pytest.approx(solve(question).objective, rel=1e-7)


@settings(max_examples=15, deadline=None)
@given(st.floats(1.0, 1.2))
def test_a_wider_budget_never_narrows_the_range(slack):
    case = short_toy()
    matrix = compile_model(build_model(case))
    found = solve(matrix)
    best, point = found.objective * (1 + 1e-9), found.col_value
    aim = cost_of(matrix, "curtailment", case.timeline.days)

    def most(factor: float) -> float:
        budget = add_rows(matrix, "budget", matrix.cost, upper=factor * best)
        return optimum(with_objective(budget, aim, maximise=True), case, point=point)[0].objective

    assert most(slack) <= most(slack * 1.05) * (1 + 1e-7)


def test_a_name_that_is_taken_or_a_shape_that_does_not_fit_is_refused():
    matrix = compile_model(build_model(everything()))

    with pytest.raises(SolveError, match="has 'balance' already"):
        add_rows(matrix, "balance", matrix.cost)
    with pytest.raises(SolveError, match="should have"):
        add_columns(matrix, "gift", np.ones(3))
    with pytest.raises(SolveError, match="2 labels for 1"):
        add_rows(matrix, "budget", matrix.cost, labels=["a", "b"])
    with pytest.raises(SolveError, match="no such variable"):
        cost_of(matrix, "wind")
    with pytest.raises(SolveError, match="objective over"):
        with_objective(matrix, np.ones(2))


def test_a_study_compares_both_runs_on_the_same_periods(cut):
    pd.testing.assert_frame_equal(cut.results["periods"], cut.reference["periods"])
    assert "2022-02-15" in cut.reference["periods"]["start"].astype(str).tolist()


def test_output_falls_more_the_harder_gas_is_to_replace(told):
    table = told.table
    columns = [f"sigma_{sigma:g}_share" for sigma in SIGMAS]

    assert ["EU27", "Germany"] == table["country"].head(2).tolist()
    assert (table[columns].diff(axis=1).iloc[:, 1:] > 0.0).all(axis=None)
    assert (table[columns] < 0.0).all(axis=None)


def test_a_shortage_shared_equally_costs_no_more_than_one_that_stays_where_it_falls(told):
    """Output is concave in gas, so an even spread loses least."""
    union = list(told.tables.values())[2].iloc[0]

    for sigma in (CAUTIOUS_SIGMA, WIDE_SIGMA):
        shared, apart = (union[f"{view}_at_sigma_{sigma:g}_share"] for view in ("shared_equally", "where_it_falls"))
        assert 0.0 > shared > apart


def test_the_paragraph_takes_its_numbers_from_the_table(told):
    for share in told.table.iloc[0][[f"sigma_{sigma:g}_share" for sigma in SIGMAS]]:
        assert f"{-share:.1%}" in told.words


def test_every_answer_becomes_a_sheet_with_its_caveats(told, cut, tmp_path):
    path = write_answers([told], cut, tmp_path / "impact.xlsx")

    book = openpyxl.load_workbook(path)
    assert ["Cover", "Economy"] == book.sheetnames
    said = [str(cell.value) for row in book["Economy"].iter_rows() for cell in row if cell.value is not None]
    assert told.question == said[0]
    assert "Missing gas (%)" in said
    text = " ".join(said)
    assert "What it does not say" in text
    assert "Never quote one column alone" in text


def test_a_table_longer_than_a_page_comes_last_and_repeats_its_heads(told, cut, tmp_path):
    long = pd.DataFrame({"country": [f"Country {number}" for number in range(300)], "curtailed_twh": 1.0})
    answer = replace(told, tables={"Country by country": long, **told.tables})

    path = write_answers([answer], cut, tmp_path / "answers.xlsx")

    sheet = openpyxl.load_workbook(path)[told.name]
    heads = [row for row in range(1, sheet.max_row) if sheet.cell(row, 1).value == "Country"]
    assert [] == printed_without_heads(path)
    assert sheet.print_title_rows == f"${heads[-1]}:${heads[-1]}"
    assert "Country 299" == sheet.cell(sheet.max_row, 1).value


def test_the_same_answers_give_the_same_bytes(told, cut, tmp_path):
    one, two = (write_answers([told], cut, tmp_path / name) for name in ("one.xlsx", "two.xlsx"))

    assert one.read_bytes() == two.read_bytes()
    assert zipfile.is_zipfile(one)


def test_a_number_without_a_unit_is_refused_and_nothing_is_written(told, cut, tmp_path):
    bad = Answer(
        name="Bad",
        question="What is this?",
        words="A number.",
        tables={"table": pd.DataFrame({"value": [1.5]})},
        method="none",
        caveats=("none",),
    )

    with pytest.raises(ResultError, match="'value' holds numbers without a unit"):
        write_answers([told, bad], cut, tmp_path / "impact.xlsx")
    assert [] == list(tmp_path.iterdir())
    with pytest.raises(ResultError, match="name of its own"):
        write_answers([told, told], cut, tmp_path / "impact.xlsx")


def test_an_answer_without_caveats_is_refused():
    with pytest.raises(ResultError, match="caveats"):
        Answer("Bad", "What is this?", "Words.", {"table": pd.DataFrame()}, "none", ())
    with pytest.raises(ResultError, match="and a question"):
        Answer("Bad", "What is this", "Words.", {"table": pd.DataFrame()}, "none", ("none",))


def test_headings_carry_units_and_text_carries_caveats(told):
    assert "Days of cover (days)" == heading("days_of_cover_days")
    assert "Price (EUR/MWh)" == heading("price_eur_per_mwh")
    assert in_words(told).count("\n- ") == len(told.caveats)


def test_a_picture_of_an_answer_becomes_a_chart_with_words_and_the_ends_of_its_bars(cut, tmp_path):
    """From 5 over +2 and -3 to 4: the second bar starts at 5, the third at 4."""
    table = pd.DataFrame({"step": ["before", "more", "less", "after"], "curtailed_twh": [5.0, 2.0, -3.0, 4.0]})
    picture = Picture("waterfall", "Steps", "step", ("curtailed_twh",), "Four TWh are left", (0, 3))
    answer = Answer("Bars", "What does what?", "Words.", {"Steps": table}, "How.", ("Nothing.",), pictures=(picture,))
    path = write_answers([answer], cut, tmp_path / "bars.xlsx")
    sheet = openpyxl.load_workbook(path)["Bars"]
    rows = list(sheet.iter_rows(values_only=True))
    first = next(number for number, row in enumerate(rows) if row[0] == "Behind the chart") + 2

    assert 1 == len(sheet._charts)
    assert [(0, 5, 0, 0), (5, 0, 2, 0), (4, 0, 0, 3), (0, 4, 0, 0)] == [row[1:5] for row in rows[first : first + 4]]
    with zipfile.ZipFile(path) as parts:
        drawings = [parts.read(name).decode() for name in parts.namelist() if name.startswith("xl/drawings/drawing")]
    assert "Four TWh are left. Drawn from the table 'Steps'." in html.unescape(drawings[0])


def test_a_picture_of_what_an_answer_does_not_have_is_refused():
    table = pd.DataFrame({"step": ["before"], "curtailed_twh": [5.0]})
    picture = Picture("lines", "Steps", "step", ("price",), "Nothing")

    with pytest.raises(ResultError, match="picture of price"):
        Answer("Bars", "What does what?", "Words.", {"Steps": table}, "How.", ("Nothing.",), pictures=(picture,))
