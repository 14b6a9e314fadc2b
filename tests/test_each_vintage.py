"""Every data package that is installed passes its checks, runs its reference and its library, and tells of it."""

from __future__ import annotations

import base64
import gzip
import json
import re
from datetime import date
from functools import cache
from pathlib import Path

import openpyxl
import pytest
from plain_package import SHIPPED

from energy_model import GasData, Results, compare, library, load_data, load_scenario, run, with_changes, write_workbook
from energy_model.data import check_data
from energy_model.data.basis import NOT_STATED, basis_shares
from energy_model.data.check import release_problems
from energy_model.data.descriptor import DESCRIPTOR
from energy_model.impact.questions import QUESTIONS, answer
from energy_model.impact.study import study
from energy_model.report.audit_page import audit_page
from energy_model.report.explorer.page import explore
from energy_model.report.onepage.make import one_page, write_page
from energy_model.report.onepage.options import relieving
from energy_model.report.whose import whose
from energy_model.results.checks import failed, run_checks
from energy_model.results.headline import headline_values
from energy_model.results.labels import labels_of
from energy_model.scenario.package_check import library_problems
from energy_model.validate.scorecard import scorecard

PACKAGES = [file.parent for file in sorted(SHIPPED.glob(f"*/{DESCRIPTOR}")) if file.parent.name != "common"]
SCENARIOS = [(root, name) for root in PACKAGES for name in library(root)]
QUICK = ("substitution", "dependency")
"""Questions that need no further solve, or few."""
each_package = pytest.mark.parametrize("root", PACKAGES, ids=lambda root: root.name)


@cache
def package(root: Path) -> GasData:
    return load_data(root)


@cache
def in_months(root: Path, name: str) -> Results:
    return run(with_changes(load_scenario(name, root), resolution="month"), package(root))


@each_package
def test_nothing_is_wrong_with_a_package(root: Path) -> None:
    assert [] == [str(problem) for problem in check_data(root, further=[library_problems])]


@each_package
def test_every_table_says_what_its_figures_rest_on(root: Path) -> None:
    shares = basis_shares(package(root)).set_index("table")

    assert [] == shares.index[shares[NOT_STATED] > 0.0].tolist()
    assert "## What the figures rest on" in audit_page(package(root))


@each_package
def test_nobody_is_cut_in_the_reference(root: Path) -> None:
    """No government cut a consumer in the winters in which these packages stand."""
    assert headline_values(in_months(root, package(root).storyline.reference), "TWh")["region_curtailed"] < 1.0


def shortage(root: Path) -> Results:
    """The run that a briefing of the package takes for a shortage."""
    return in_months(root, package(root).storyline.briefing.shortage)


@each_package
def test_nothing_in_a_package_keeps_it_from_being_passed_on(root: Path) -> None:
    assert [] == release_problems(root)


@each_package
def test_every_check_of_a_run_holds(root: Path) -> None:
    """Balance of every node and day, cost, demand met, ledger: of the reference and of a shortage."""
    for results in (in_months(root, package(root).storyline.reference), shortage(root)):
        assert [] == failed(run_checks(results))


@each_package
def test_statistics_add_up(root: Path) -> None:
    """What is asked for is served, reduced or curtailed; sums over countries, months and sectors are one number."""
    results, region = shortage(root), package(root).storyline.focus.region
    ask = results.statistics
    parts = ask.served.value(region=region) + ask.reduced.value(region=region) + ask.curtailed.value(region=region)
    told = headline_values(results, "TWh")

    assert parts == pytest.approx(ask.demand.value(region=region), rel=1e-9)
    for name in ("demand", "served", "reduced", "curtailed"):
        whole = ask[name].value(region=region)
        for by in ("country", "month", "sector"):
            assert ask[name](by, region=region).sum() == pytest.approx(whole, rel=1e-9, abs=1e-9), (name, by)
    assert told["region_curtailed"] == pytest.approx(ask.curtailed.value(region=region))
    assert 0.0 <= ask.filling("period", region=region).min() <= ask.filling("period", region=region).max() <= 1.0 + 1e-9


@each_package
def test_a_shortage_is_worse_than_the_reference(root: Path) -> None:
    """Dearer, and no more demand is served; `compare` says the difference of the same numbers."""
    runs = (in_months(root, package(root).storyline.reference), shortage(root))
    table = compare(*runs).headlines
    before, after = (headline_values(one, "TWh") for one in runs)

    assert after["total_cost"] > before["total_cost"]
    assert after["region_price"] > before["region_price"]
    assert runs[1].statistics.served.value() <= runs[0].statistics.served.value() + 1e-6
    assert table["difference"].to_numpy() == pytest.approx((table["other"] - table["base"]).to_numpy(), nan_ok=True)
    assert len(table) == len(before)


@each_package
def test_titles_name_the_sellers_whose_gas_a_scenario_takes_and_nobody_else(root: Path) -> None:
    """Of every scenario of the library: the seller in focus is named where its gas is taken, and only there."""
    data = package(root)
    labels, base = labels_of(data), load_scenario(data.storyline.reference, root, data)
    focus = labels.supplier_name(data["nodes"])
    for name in library(root):
        if name == data.storyline.reference:
            continue
        told = whose([load_scenario(name, root, data)], base, data, labels)
        assert told.has_focus == (data.storyline.focus.supplier in told.sellers)
        if not told.has_focus or len(told.sellers) == 1:
            assert told.has_focus == (focus in told.title), (name, told.title)


@each_package
def test_what_helps_is_named_and_relieves_in_every_scenario_that_it_is_taken_from(root: Path) -> None:
    """Offers and savings of the storyline: the best leaves less curtailed, or a lower price where nobody is."""
    data = package(root)
    names = {name for one in data.storyline.helps for name in one.scenarios}
    short = headline_values(shortage(root), "TWh")
    key = "region_curtailed" if short["region_curtailed"] > 0.0 else "region_price"

    assert len(names) > 1
    assert all(relieving(load_scenario(name, root, data)) for name in names)
    assert min(headline_values(in_months(root, name), "TWh")[key] for name in names) < short[key]


@each_package
def test_days_of_a_month_cost_no_less_than_the_month(root: Path) -> None:
    """A month of days has its cold days to serve, which the month as a whole does not see; both planned at once."""
    data = package(root)
    start = data.storyline.horizon.start
    end = date(start.year, start.month, 28)
    short = with_changes(
        load_scenario(data.storyline.reference, root), horizon={"start": start, "end": end}, measures=()
    )
    month, days = (run(with_changes(short, resolution=one, foresight="perfect"), data) for one in ("month", "day"))

    assert days.objective_eur >= month.objective_eur * (1.0 - 1e-6)
    assert 28 == len(days["periods"])


@each_package
def test_a_briefing_opens_with_every_check_true(root: Path, tmp_path: Path) -> None:
    """The reference and a shortage: no cell is an error, no check fails, and the first sheets say so."""
    data = package(root)
    names = (data.storyline.reference, data.storyline.briefing.shortage)
    path = write_workbook([in_months(root, name) for name in names], tmp_path / "briefing.xlsx", data=data)
    book = openpyxl.load_workbook(path, data_only=True, read_only=True)
    cells = {page.title: [list(row) for row in page.iter_rows(values_only=True)] for page in book.worksheets}
    failures = [row[1] for row in cells["Checks"] if row[0] == "All failures (number)"]

    assert path.stat().st_size > 50_000
    assert [] == [cell for rows in cells.values() for row in rows for cell in row if str(cell).startswith("#")]
    assert [0] == failures
    assert any(str(cell).startswith("All checks hold") for row in cells["About"] for cell in row)


@each_package
def test_answers_are_made_of_a_route_that_stops(root: Path) -> None:
    """Questions that need no further solve, about a route of the seller in focus."""
    data = package(root)
    stopped = with_changes(load_scenario(data.storyline.routes[0].scenario, root), resolution="month")
    answers = answer(study(stopped, data), QUICK)

    assert set(QUICK) <= set(QUESTIONS)
    assert all(one.tables for one in answers)


@pytest.mark.slow
@each_package
def test_one_page_is_made_of_a_shortage_in_both_languages(root: Path, tmp_path: Path) -> None:
    data = package(root)
    short = with_changes(load_scenario(data.storyline.briefing.shortage, root), resolution="month")
    for language in ("en", "de"):
        page = one_page(short, data, language=language, issued=data.storyline.as_of, find_ranges=False)
        text = write_page(page, tmp_path / f"{language}.html").read_text(encoding="utf-8")

        assert len(text) > 20_000
        assert "nan" not in re.findall(r"[a-z]+", re.sub(r"<[^>]*>|data:[^\"']*", " ", text).lower())


@each_package
def test_the_scorecard_stands_on_what_was_said_and_observed(root: Path) -> None:
    """No run is needed for what others said; each row has a source that single figures may be taken from."""
    card = scorecard(package(root), runs={}).table

    assert len(card) > 3
    assert card["ours"].isna().all()
    assert card["came"].notna().any()


@pytest.mark.slow
@each_package
def test_every_question_is_answered_of_a_shortage_or_says_why_not(root: Path) -> None:
    data = package(root)
    short = with_changes(load_scenario(data.storyline.briefing.shortage, root), resolution="month")
    answers = answer(study(short, data))

    assert len(QUESTIONS) == len(answers)
    assert [] == [one.name for one in answers if not one.words]
    assert [] == [one.name for one in answers if one.applies and not one.tables]
    assert sum(one.applies for one in answers) > 0.6 * len(answers)


@pytest.mark.slow
@each_package
def test_the_explorer_is_one_file_with_both_scenarios(root: Path, tmp_path: Path) -> None:
    data = package(root)
    names = [data.storyline.reference, data.storyline.briefing.shortage]
    path, _ = explore(data, tmp_path / "explorer.html", names)
    packed = re.search(r'id="data">([^<]+)<', path.read_text(encoding="utf-8"))
    assert packed is not None
    held = json.loads(gzip.decompress(base64.b64decode(packed.group(1))))

    assert path.stat().st_size > 1_000_000
    assert all(name in held["pages"][data.storyline.focus.country] for name in names)


@pytest.mark.slow
@pytest.mark.parametrize(("root", "name"), SCENARIOS, ids=lambda one: one.name if isinstance(one, Path) else one)
def test_no_scenario_of_a_library_fails_and_none_is_cheaper_than_nothing_at_all(root: Path, name: str) -> None:
    """Whatever happens, all demand of the region is served, reduced at a price, or curtailed."""
    told = headline_values(in_months(root, name), "TWh")

    assert 0.0 <= told["region_curtailed"] + told["region_voluntary"] < told["region_demand"]
    assert told["region_price"] > 0.0
