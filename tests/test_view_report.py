"""The view from January 2022 as a page and as a picture."""

from __future__ import annotations

from pathlib import Path

import pytest
from pages import assert_page
from report_fixtures import real_data
from test_view import small_view

from energy_model.cases.ukraine_2022.view import ViewComparison, compare_view, view
from energy_model.cases.ukraine_2022.view.figure import MISSED_COLOUR, OVERVIEW, view_countries_figure, view_figure
from energy_model.cases.ukraine_2022.view.section import predicted_table, view_section, write_view_page
from energy_model.cases.ukraine_2022.view.series import COUNTRIES, EU
from energy_model.report import style
from energy_model.validate.view.spread import LNG, STORE


@pytest.fixture(scope="module")
def comparison() -> ViewComparison:
    return compare_view(small_view(), real_data())


def cells(line: str) -> list[str]:
    return [cell.strip() for cell in line.strip("|").split("|")]


def test_the_section_states_the_prediction_of_the_central_run(comparison):
    lines = predicted_table(small_view()).splitlines()
    heads, row = cells(lines[0]), cells(next(line for line in lines if "phases Russian gas out" in line))
    table = small_view().table.query("scenario == 'phase_out_by_winter'")
    lng = table[(table["group"] == LNG) & (table["series"] == EU) & (table["month"] > "2022-01-31")]

    assert row[heads.index("LNG send-out, TWh")].startswith(f"{lng['central'].sum():,.0f} (")


def test_the_section_says_which_world_came_and_scores_only_that_one(comparison):
    text = view_section(small_view(), comparison)

    assert text.count("nearest to what happened") == 1
    assert text.count("did not happen") == 1
    score = comparison.scores.set_index(["group", "series"]).loc[(STORE, EU)]
    row = next(line for line in text.splitlines() if line.startswith(f"| {STORE}, EU27"))
    assert cells(row)[2:5] == [f"{score['observed_mean']:,.0f}", f"{score['central_mean']:,.0f}",
                               f"{score['mean_absolute_error']:.1f}"]  # fmt: skip
    assert cells(row)[5] == f"{score['inside_share'] * score['months']:.0f} of {score['months']:.0f}"


def test_on_the_day_itself_the_section_claims_nothing():
    text = view_section(small_view(), compare_view(small_view(), real_data().at(small_view().day)))

    assert "Nothing has been observed since." in text
    assert "nearest to what happened" not in text


def test_the_overview_has_a_panel_for_each_quantity_and_scenario_and_dots_where_observed(comparison):
    names = [one.id for one in small_view().scenarios]
    figure = view_figure(small_view(), comparison, names)

    assert len(figure.axes) == len(OVERVIEW) * len(names)
    storage = figure.axes[len(names)]  # second row, first column
    colours = {
        line.get_markerfacecolor() for line in storage.lines if len(line.get_xdata()) and line.get_marker() == "o"
    }
    assert colours <= {style.INK, MISSED_COLOUR, style.PAPER}
    drawn = sum(len(line.get_xdata()) for line in storage.lines if line.get_marker() == "o")
    part = comparison.table.query("scenario == 'phase_out_by_winter' and group == @STORE and series == @EU")
    assert drawn == part["observed"].notna().sum()


def test_the_page_of_countries_shows_the_largest_of_each_quantity(comparison):
    figure = view_countries_figure(small_view(), comparison)

    titles = [axes.get_title(loc="left") for axes in figure.axes]
    assert len(titles) == 4 * COUNTRIES
    assert titles.count("Germany") == 2  # storage and demand; it had no terminal
    assert "Spain" in titles


@pytest.mark.slow
def test_the_page_on_the_view_is_what_the_program_writes(shipped, tmp_path):
    page = Path(__file__).resolve().parents[1] / "docs" / "view.md"
    world = shipped
    whole = view(world)

    fresh = write_view_page(whole, compare_view(whole, world), tmp_path / "view.md")

    assert_page(fresh.read_text(encoding="utf-8"), page, "energy-model validate view --write docs/view.md")
