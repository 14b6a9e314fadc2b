"""Figures by one call: what each says and draws, on the toy package whose numbers can be worked out by hand."""

from __future__ import annotations

import inspect
import re
from dataclasses import replace
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import matplotlib as mpl
import numpy as np
import pandas as pd
import pytest
from matplotlib.axes import Axes
from PIL import Image
from toy_package import YEAR, toy_data

import energy_model as em
from energy_model.errors import ResultError, ScenarioError, UnknownNameError
from energy_model.impact.answer import Answer, Picture
from energy_model.report import style
from energy_model.report.facts import OPEN_WEEKS
from energy_model.report.plots.answers import waterfall_figure
from energy_model.report.seller_routes import route_rates
from energy_model.report.style import HouseFigure, save_with_numbers
from energy_model.results import lost_gas
from energy_model.results.band import Band
from energy_model.results.plotting import plots_of
from energy_model.results.run import Results
from energy_model.scenario.load import with_changes
from energy_model.scenario.schema import Horizon
from energy_model.units import GWH_PER_TWH

SORTS = ("results", "answer", "sample")
BANDS = {
    "region_curtailed": Band(10.0, 54.0, 70.0, "TWh", "easy supply", "tight supply"),
    "region_demand": Band(146.0, 146.0, 146.0, "TWh"),
    "region_price": Band(900.0, 2285.0, 2400.0, "EUR/MWh", "easy supply", "tight supply"),
}
OF_A_RUN: dict[str, Any] = {
    "supply": lambda run: run.plot.supply(),
    "storage": lambda run: run.plot.storage(solved("reference"), data=toy_data()),
    "price": lambda run: run.plot.price(solved("reference")),
    "routes": lambda run: run.plot.routes(),
    "shortage": lambda run: run.plot.shortage(),
    "sectors": lambda run: run.plot.sectors("BB"),
    "replaced": lambda run: run.plot.replaced(solved("reference")),
    "ranges": lambda run: run.plot.ranges(BANDS),
}
"""Every plot of a run but the map, for which the toy has no land."""


@cache
def solved(name: str) -> Results:
    return em.run(name, toy_data())


@cache
def drawn(kind: str) -> HouseFigure:
    figure: HouseFigure = OF_A_RUN[kind](solved("both_stop"))
    return figure


def texts(figure: HouseFigure) -> list[str]:
    """Everything that is written on a figure."""
    found = [*figure.texts, *(text for axes in figure.axes for text in axes.texts)]
    return [text.get_text() for text in found if text.get_text().strip()]


def written(axes: Axes) -> list[Any]:
    """What is written in axes and beside them."""
    if not axes.axison:
        return list(axes.texts)
    left, right = axes.get_xlim()
    days = [text for text, at in zip(axes.get_xticklabels(), axes.get_xticks(), strict=True) if left <= at <= right]
    return [*axes.texts, *axes.get_yticklabels(), *days]


def test_every_plot_of_a_run_is_among_those_that_are_tried() -> None:
    assert {*OF_A_RUN, "map"} == {*plots_of("results")} == {*dir(solved("reference").plot)}


@pytest.mark.parametrize("kind", sorted(OF_A_RUN))
def test_a_figure_carries_a_finding_words_numbers_and_its_source(kind: str) -> None:
    figure = drawn(kind)

    assert figure.finding
    assert figure.words.startswith(figure.finding.rstrip("."))
    assert figure.table is not None
    assert len(figure.table)
    is_told = "unit" in figure.table.columns
    units = (
        [] if is_told else [name for name in figure.table.columns if pd.api.types.is_float_dtype(figure.table[name])]
    )
    assert all(name.endswith(("_twh", "twh", "_share", "_gwh_per_day", "_eur_per_mwh")) for name in units), units
    assert any("Own model calculation" in text for text in texts(figure))


@pytest.mark.parametrize("kind", sorted(OF_A_RUN))
def test_nothing_that_is_written_leaves_the_figure(kind: str) -> None:
    figure = drawn(kind)
    figure.canvas.draw()
    width, height = figure.canvas.get_width_height()
    outside = [
        text.get_text()
        for text in [*figure.texts, *(text for axes in figure.axes for text in written(axes))]
        if text.get_text().strip()
        for box in [text.get_window_extent()]
        if box.x0 < -0.5 or box.y0 < -0.5 or box.x1 > width + 0.5 or box.y1 > height + 0.5
    ]

    assert [] == outside


def test_a_figure_is_three_files_that_say_what_it_shows_and_are_the_same_twice(tmp_path: Path) -> None:
    figure = drawn("sectors")
    files = save_with_numbers(figure, tmp_path / "sectors.png")
    first = [path.read_bytes() for path in files]
    again = OF_A_RUN["sectors"](solved("both_stop"))

    assert ["sectors.png", "sectors.svg", "sectors.csv"] == [path.name for path in files]
    assert first == [path.read_bytes() for path in save_with_numbers(again, tmp_path / "sectors.png")]
    with Image.open(files[0]) as image:
        assert (figure.finding, figure.words) == (image.info["Title"], image.info["Description"])
    svg = ElementTree.parse(files[1]).getroot()
    name = "{http://www.w3.org/2000/svg}"
    assert [figure.finding] == [one.text for one in svg.iter(f"{name}title")]
    assert figure.words == svg.findtext(f"{name}desc")
    assert "img" == svg.get("role")
    assert figure.table is not None
    assert list(figure.table.columns) == list(pd.read_csv(files[2]).columns)


def test_words_with_signs_of_markup_stay_words(tmp_path: Path) -> None:
    figure = style.new_figure()
    style.add_header(figure, "Less <b> & more", "a > b")
    path = style.save_figure(figure, tmp_path / "signs.svg")

    assert "Less <b> & more" == ElementTree.parse(path).getroot().findtext("{http://www.w3.org/2000/svg}title")


def test_a_figure_shows_itself_in_a_notebook_with_its_words() -> None:
    content, about = drawn("sectors")._repr_png_()

    assert content.startswith(b"\x89PNG")
    assert {"alt": drawn("sectors").words} == about


def test_what_is_drawn_is_what_the_statistics_say() -> None:
    run = solved("both_stop")
    sectors, prices = drawn("sectors").table, drawn("price").table
    assert sectors is not None
    assert prices is not None
    mine = prices[(prices["scenario"] == "both_stop") & (prices["place"] == "Union")]

    assert run.statistics.curtailed.value(country="BB") == pytest.approx(sectors["curtailed_twh"].sum())
    assert run.statistics.price("month", region="UNION").tolist() == pytest.approx(mine["price_eur_per_mwh"].tolist())


def test_what_is_replaced_is_what_replaces_it() -> None:
    """XX and YY stop for nine months of a year: what both columns lose and gain is the same, source by source."""
    table = drawn("replaced").table
    assert table is not None
    left = table.groupby("from")["twh"].sum()
    right = table.groupby("to")["twh"].sum()
    run, reference = solved("both_stop"), solved("reference")
    cut = run.statistics.curtailed.value(region="UNION") - reference.statistics.curtailed.value(region="UNION")

    assert left.sum() == pytest.approx(right.sum())
    assert cut == pytest.approx(right["Curtailment"])
    assert ["Exlandic pipeline gas", "Yland"] == list(left.index)
    assert left["Exlandic pipeline gas"] == pytest.approx(lost_of_focus(run, reference))


def lost_of_focus(run: Results, reference: Results) -> float:
    """Gas of the seller in focus that the Union no longer uses, from the tracing, TWh."""
    nodes = run.labels.region_nodes(run.nodes)
    return lost_gas.loss(lost_gas.consumption(reference), lost_gas.consumption(run), nodes).lost_gwh / GWH_PER_TWH


def test_the_other_way_round_the_two_columns_change_places() -> None:
    there, back = (
        one.plot.replaced(other).table
        for one, other in ((solved("both_stop"), solved("reference")), (solved("reference"), solved("both_stop")))
    )
    assert there is not None
    assert back is not None

    assert there.groupby("from")["twh"].sum().to_dict() == pytest.approx(back.groupby("to")["twh"].sum().to_dict())


def test_a_run_beside_itself_replaces_nobody() -> None:
    with pytest.raises(ResultError, match="nobody replaces anybody"):
        solved("stop").plot.replaced(solved("stop"))


def test_the_reference_is_the_first_line_whoever_asks() -> None:
    first = drawn("storage").axes[0].lines[0]

    assert style.SCENARIO_COLOURS[0] == first.get_color()
    assert 100.0 * solved("reference").statistics.filling("boundary", region="UNION").to_numpy() == pytest.approx(
        np.asarray(first.get_ydata(), float)
    )


def test_a_legend_names_only_what_is_drawn() -> None:
    """The toy asks for a level on a day, and has no observation; without targets nothing is asked for."""
    run = solved("stop")
    none = replace(run, tables={**run.tables, "targets": run["targets"].iloc[:0]})
    asked, bare = ([text.get_text() for text in one.plot.storage().legends[0].get_texts()] for one in (run, none))

    assert ["Exland stops on 1 April", "Level asked for"] == asked
    assert ["Exland stops on 1 April"] == bare


def test_ranges_are_drawn_from_low_over_central_to_high_and_only_where_there_is_one() -> None:
    figure = drawn("ranges")
    assert figure.table is not None

    assert ["Union curtailed", "Union mean price"] == figure.table["headline"].tolist()
    assert [(10.0, 54.0, 70.0)] == [tuple(row) for row in figure.table[["low", "central", "high"]].to_numpy()[:1]]
    assert "about 54 (10 to 70) TWh" in figure.words
    with pytest.raises(ResultError, match="move none of the headlines"):
        solved("stop").plot.ranges({"region_demand": BANDS["region_demand"]})


def test_runs_of_different_days_are_not_drawn_side_by_side() -> None:
    scenario = em.load_scenario("reference", toy_data().root)
    shorter = with_changes(scenario, horizon=Horizon(start=date(YEAR, 1, 1), end=date(YEAR, 6, 30)))

    with pytest.raises(ScenarioError, match="different days"):
        solved("stop").plot.storage(em.run(shorter, toy_data()))


def test_more_lines_than_can_be_told_apart_are_refused() -> None:
    with pytest.raises(ResultError, match="at most 7"):
        solved("stop").plot.price(*[solved("reference")] * 7)


@pytest.mark.parametrize("place", ["UNION", "AA", "AA_N", "BB", None])
def test_a_place_is_a_group_a_country_or_a_market(place: str | None) -> None:
    assert solved("stop").plot.supply(place).table is not None


def test_what_is_not_there_is_an_error_that_says_what_there_is() -> None:
    run = solved("stop")
    with pytest.raises(AttributeError, match="did you mean 'storage'"):
        _ = run.plot.storages
    with pytest.raises(KeyError, match="no plot 'x'; known: map, supply"):
        _ = run.plot["x"]
    with pytest.raises(UnknownNameError, match="no place 'BBB' with a market; did you mean 'BB'"):
        run.plot.supply("BBB")


def test_a_map_needs_the_package_of_the_run_with_a_base_map() -> None:
    with pytest.raises(ResultError, match="another data package"):
        solved("stop").plot.map()
    with pytest.raises(ResultError, match="no base map"):
        solved("stop").plot.map(toy_data())


@pytest.mark.parametrize("sort", SORTS)
def test_every_plot_says_in_its_words_what_it_takes_and_gives(sort: str) -> None:
    for name, one in plots_of(sort).items():
        words = inspect.getdoc(one.draw) or ""
        more = [*inspect.signature(one.draw).parameters][1:]
        assert re.search(r"%|GWh|TWh|EUR/MWh|unit", words), f"{sort}.{name} names no unit"
        assert all(f"{given}" in words or given == "title" for given in more), f"{sort}.{name}: {more}"


def test_tab_lists_the_plots_in_a_console() -> None:
    from IPython.core.completer import IPCompleter, provisionalcompleter

    console = IPCompleter(namespace={"results": solved("stop")}, use_jedi=False)
    with provisionalcompleter():
        found = {one.text.rpartition(".")[2] for one in console.completions("results.plot.", len("results.plot."))}

    assert set(dir(solved("stop").plot)) <= found


def test_a_plot_has_the_words_and_arguments_of_its_function_without_the_object() -> None:
    plot = solved("stop").plot

    assert ["place"] == [*inspect.signature(plot.supply).parameters]
    assert "GWh/d" in str(plot.supply.__doc__)
    assert all(f".{name}()" in repr(plot) for name in dir(plot))


# Answers


def bars() -> tuple[pd.DataFrame, Picture]:
    table = pd.DataFrame({"step": ["before", "more", "less", "after"], "curtailed_twh": [5.0, 2.0, -9.0, -2.0]})
    return table, Picture("waterfall", "Steps", "step", ("curtailed_twh",), "Two TWh too many", (0, 3))


def test_a_waterfall_goes_below_nought_where_its_numbers_do() -> None:
    """From 5 by +2 to 7, by -9 to -2: the third bar reaches from -2 to 7, the last level from -2 to 0."""
    (axes,) = waterfall_figure(*bars(), "").axes

    assert [(0.0, 5.0), (5.0, 2.0), (-2.0, 9.0), (-2.0, 2.0)] == [(b.get_x(), b.get_width()) for b in axes.patches]


def test_an_answer_has_the_plots_that_its_pictures_allow() -> None:
    table, picture = bars()
    answer = Answer("Bars", "What?", "Words.", {"Steps": table}, "How.", ("Nothing.",), pictures=(picture,))
    bare = Answer("None", "What?", "Words.", {"Steps": table}, "How.", ("Nothing.",))

    assert ["waterfall"] == dir(answer.plot)
    assert [] == dir(bare.plot)
    assert answer.plot.waterfall().finding == picture.finding
    with pytest.raises(AttributeError, match="nothing of it is drawn"):
        bare.plot.waterfall()
    with pytest.raises(UnknownNameError, match="no picture 1 of this kind; known: 0: Two TWh too many"):
        answer.plot.waterfall(1)


def test_lines_are_drawn_in_the_unit_of_their_heading_with_gaps_where_there_is_no_number() -> None:
    table = pd.DataFrame({"saving_share": [0.0, 0.1], "needed_share": [np.nan, 0.25]})
    picture = Picture("lines", "Needed", "saving_share", ("needed_share",), "Less is needed")
    answer = Answer("Lines", "What?", "Words.", {"Needed": table}, "How.", ("Nothing.",), pictures=(picture,))
    figure = answer.plot.lines()
    line = figure.axes[0].lines[0]

    assert [0.0, 10.0] == np.asarray(line.get_xdata(), float).tolist()
    assert 25.0 == np.asarray(line.get_ydata(), float)[1]
    assert np.isnan(np.asarray(line.get_ydata(), float)[0])
    assert "no value to 0.25" in figure.words


# Style


def test_one_call_sets_the_house_style_for_charts_of_ones_own(monkeypatch: pytest.MonkeyPatch) -> None:
    with mpl.rc_context():
        em.use_house_style()

        assert style.INK == mpl.rcParams["text.color"]
        assert list(style.SCENARIO_COLOURS) == mpl.rcParams["axes.prop_cycle"].by_key()["color"]


def test_routes_are_told_by_months_and_apart_before_and_after_a_measure_begins() -> None:
    """In which week of a month gas comes is open, so that weeks are no finding; what came is all of it."""
    data = toy_data()
    run = em.run(with_changes(em.load_scenario("stop", data.root, data), resolution="week"), data)
    rates = route_rates(run)
    days = (rates["end"] - rates["start"]).dt.days + 1
    begins = pd.Timestamp(run.scenario.in_force[0].start)

    assert len(rates) <= 13 < len(run["periods"])
    assert begins in set(rates["start"])
    amounts = rates.drop(columns=["start", "end"]).sum(axis=1) * days
    assert amounts.sum() == pytest.approx(run.statistics.supply.value(unit="GWh", supplier=run.labels.focus.supplier))
    assert any(OPEN_WEEKS in text.replace("\n", " ") for text in texts(run.plot.routes()))
