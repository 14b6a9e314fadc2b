"""A briefing is about the gas that its scenarios take: the toy's seller in focus, another by pipeline, one by ship."""

from __future__ import annotations

from datetime import date
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import openpyxl
import pytest
from toy_package import toy_data

from energy_model import Results, load_scenario, run, with_changes, write_workbook
from energy_model.report.drawing import draw_figures
from energy_model.report.explorer.page import payload
from energy_model.report.findings import findings
from energy_model.report.tongue import Tongue
from energy_model.report.whose import QUESTION, about_one_seller, ranges_told, title_and_question, whose
from energy_model.report.workbook.countries import NOBODY
from energy_model.report.workbook.supplies import GAINED_OF_ALL, LOST_OF_ALL
from energy_model.results import lost_gas
from energy_model.results import substitution as sub
from energy_model.scenario import Scenario
from energy_model.scenario.measures import KINDS

FOCUS = {"kind": "supply_cut", "supplier": "XX", "remaining_share": 0.0, "start": date(2031, 4, 1)}
OTHER = {"kind": "supply_cut", "supplier": "YY", "remaining_share": 0.0, "start": date(2031, 4, 1)}
SHIP = {"kind": "lng_ban", "exporter": "QQ", "start": date(2031, 4, 1)}
SAVING = {"kind": "demand_saving", "countries": ("UNION",), "share": 0.1, "start": date(2031, 4, 1)}


def changed(name: str, *measures: dict[str, Any]) -> Scenario:
    """The reference of the toy with measures under a name of its own."""
    made = tuple(KINDS[str(one["kind"])].model_validate(one).model_dump() for one in measures)
    return with_changes(load_scenario("reference", toy_data().root), id=name, title=f"Case {name}", measures=made)


@cache
def solved(name: str) -> Results:
    cases = {"focus": (FOCUS,), "other": (OTHER,), "ship": (SHIP,), "dry": (FOCUS, SHIP), "saving": (SAVING,)}
    return run(changed(name, *cases[name]) if name in cases else load_scenario(name, toy_data().root), toy_data())


@cache
def sheets(*names: str, base: str = "reference") -> dict[str, list[list[object]]]:
    """The cells of a briefing of these runs, measured against another, by sheet."""
    runs = [solved(name) for name in (base, *names)]
    with TemporaryDirectory() as folder:
        path = write_workbook(runs, Path(folder) / "briefing.xlsx", data=toy_data(), base=base)
        book = openpyxl.load_workbook(path, data_only=True)
        return {page.title: [list(row) for row in page.iter_rows(values_only=True)] for page in book.worksheets}


def texts(book: dict[str, list[list[object]]], *left_out: str) -> list[str]:
    """Words of the sheets that tell of the runs; inputs and sources are of the whole package."""
    told = {name: rows for name, rows in book.items() if name not in ("Assumptions", "Sources", *left_out)}
    return [cell for rows in told.values() for row in rows for cell in row if isinstance(cell, str)]


@pytest.mark.parametrize(
    ("names", "sellers", "title"),
    [
        (("focus",), ("XX",), "Who replaces the gas that Exland does not send"),
        (("other",), ("YY",), "Who replaces the gas that Yland does not send"),
        (("ship",), ("QQ",), "What replaces the LNG that Quland does not send"),
        (("other", "ship"), ("QQ", "YY"), "What replaces the gas that Quland and Yland do not send"),
        (("dry",), ("QQ", "XX"), "What replaces the gas that is lost"),
        (("saving",), (), "What changes in the balance of gas"),
    ],
)
def test_the_title_follows_whose_gas_is_taken(names: tuple[str, ...], sellers: tuple[str, ...], title: str) -> None:
    runs = [solved(name) for name in names]
    told = whose([one.scenario for one in runs], solved("reference").scenario, toy_data(), solved("reference").labels)

    assert sellers == told.sellers
    assert title == told.title
    assert title == sheets(*names)["Substitution"][0][0]


def test_a_briefing_on_gas_by_ship_does_not_speak_of_the_seller_in_focus_as_lost() -> None:
    """With Exland cut anyway Quland's ships fail too: no sheet of routes, no bridge; theirs is the gas lost."""
    book = sheets("dry", base="focus")
    words = texts(book)
    lost = [row for row in book["Substitution"] if row[1] == "LNG lost in the consumption of the Union"]

    assert "Exlandic routes" not in book
    assert not [word for word in words if "Exlandic" in word and "lost" in word]
    assert not [word for word in words if "Exlandic gas by pipeline" in word]
    assert {row[1] for row in book["Substitution"] if row[2] == "LNG from Quland"} == {"LNG"}
    used = lost_gas.consumption(solved("focus")).table
    outside = used[(used["item"] == "LNG from Quland") & (used["node"] == "CC")]["energy_gwh"].sum() / 1e3
    assert lost[0][4] + outside == pytest.approx(0.275 * 50.0), "50 GWh a day over the one terminal, from April on"


def test_gas_of_several_sellers_is_told_as_a_balance_and_the_bridge_is_of_the_seller_in_focus_alone() -> None:
    """Yland's cut takes Yland's gas: its column sums what is less in all rows, and has no step of Exland's sales."""
    rows = sheets("focus", "other")["Substitution"]
    heads = next(row for row in rows if row[1] == "Group")
    cut, other = (heads.index(f"Case {name}, difference (TWh)") for name in ("focus", "other"))
    ends = {str(row[1]): row for row in rows if row[0] == "Union" and row[1] in (LOST_OF_ALL, GAINED_OF_ALL)}
    items = [row for row in rows if row[0] == "Union" and row[2] in ("Exland", "Yland")]
    less = {str(row[2]): row for row in items}
    sold = next(row for row in rows if row[1] == "Exlandic gas no longer sold to Europe by pipeline")

    assert sold[cut] > 1.0
    assert sold[other] is None
    assert -less["Yland"][other] <= ends[LOST_OF_ALL][other] == pytest.approx(ends[GAINED_OF_ALL][other])
    assert less["Exland"][other] > -1e-3
    assert less["Exland"][cut] < -1.0
    assert not [row for row in rows if "lost in the consumption" in str(row[1]) and row[0]]


def test_another_seller_by_pipeline_has_its_routes_and_its_bridge() -> None:
    book = sheets("other")

    assert "Ylandic routes" in book
    assert any("Ylandic gas no longer sold to Europe by pipeline" in word for word in texts(book))
    assert not [word for word in texts(book) if "Exlandic" in word]


@pytest.mark.parametrize(
    "names", [("focus",), ("other",), ("ship",), ("dry",), ("saving",), ("other", "ship"), ("focus", "other")]
)
def test_every_check_of_such_a_briefing_holds(names: tuple[str, ...]) -> None:
    about = [cell for row in sheets(*names)["About"] for cell in row if isinstance(cell, str)]
    checks = [row for row in sheets(*names)["Checks"] if row[0] == "All failures (number)"]

    assert any(cell.startswith("All checks hold") for cell in about), about
    assert [0] == [row[1] for row in checks]


@pytest.mark.parametrize(
    ("names", "title"),
    [
        (("focus",), ""),
        (("focus", "other"), ""),
        (("saving",), ""),
        (("other",), "Gas from Yland: what changes for the Union"),
        (("ship",), "LNG from Quland: what changes for the Union"),
        (("other", "ship"), "Gas from Quland and Yland: what changes for the Union"),
    ],
)
def test_cover_and_question_are_about_the_gas_that_is_taken(names: tuple[str, ...], title: str) -> None:
    """As the data package has them wherever the seller in focus, or nobody, is cut."""
    data, base = toy_data(), solved("reference").scenario
    line = data.storyline
    own = (line.briefing.title or line.title, line.briefing.question)
    found = title_and_question([solved("reference"), *map(solved, names)], base, data)
    book = sheets(*names)

    assert found == own if not title else found == (title, QUESTION.format(region="the Union"))
    assert {book["Summary"][0][0], book["About"][0][0]} == {found[0]}
    assert not title or found[1] in texts(book)
    german = Tongue.of("de", data, {})
    assert not title or all(german.say(text) != text for text in found)


def test_no_text_of_what_is_handed_over_speaks_of_the_seller_in_focus_where_another_is_cut() -> None:
    """The sentences of a briefing, the page in a browser and what a run prints name Yland's gas, not Exland's."""
    data, base = toy_data(), solved("reference").scenario
    runs = [solved("reference"), solved("other")]
    told = about_one_seller(runs, base, data)
    shown = payload(runs, data, base.id, {})

    assert "Exland" not in " ".join(findings(told, base.id))
    assert "Ylandic" == shown["seller"]
    assert "Exlandic" not in " ".join([shown["title"], *shown["findings"], *shown["words"]["en"].values()])
    assert not [one for run in shown["runs"] for one in run["numbers"] if "Exlandic" in one["label"]]


def test_ranges_of_the_seller_in_focus_are_not_those_of_another() -> None:
    before = solved("other")
    (told,) = about_one_seller([before], solved("reference").scenario, toy_data())
    bands: dict[str, dict[str, Any]] = {"other": {"supplier_pipeline_gas": 1.0, "region_curtailed": 2.0}}

    assert {"other": {"region_curtailed": 2.0}} == ranges_told(before, told, bands)
    assert bands == ranges_told(before, before, bands)


def test_gas_of_others_is_named_by_its_way() -> None:
    told = whose(
        [solved(name).scenario for name in ("other", "ship")],
        solved("reference").scenario,
        toy_data(),
        solved("reference").labels,
    )

    assert "Gas from Yland and LNG" == told.gas
    assert "Gas from Yland and LNG lost in the consumption of the Union" == told.lost("the Union")


def test_rows_are_regrouped_without_loss() -> None:
    """The sum over all rows stays 0, and the group in focus holds Quland's gas alone."""
    runs = [solved("focus"), solved("dry")]
    table = lost_gas.loss(*map(lost_gas.consumption, runs), ["AA_N", "AA_S", "BB"]).table
    told = whose([runs[1].scenario], runs[0].scenario, toy_data(), runs[0].labels)
    after = told.regrouped(table, runs[0].nodes)

    assert after["difference_gwh"].sum() == pytest.approx(0.0, abs=1e-6)
    assert {"LNG from Quland"} == set(after.loc[after["group"] == sub.FOCUS, "item"])
    assert "Exland" in set(after.loc[after["group"] == sub.PIPELINE, "item"])


def test_runs_are_about_another_seller_only_if_it_is_one_alone_with_routes_of_its_own() -> None:
    base = solved("reference").scenario

    def focus(*names: str) -> set[str]:
        runs = about_one_seller([solved("reference"), *map(solved, names)], base, toy_data())
        return {one.labels.focus.supplier for one in runs}

    assert {"YY"} == focus("other")
    assert {"XX"} == focus("focus") == focus("ship") == focus("other", "ship") == focus("saving")


def test_figures_of_routes_are_of_the_gas_that_is_taken(tmp_path: Path) -> None:
    def drawn(name: str) -> set[str]:
        return {
            path.name
            for path in draw_figures(solved(name), toy_data(), tmp_path / name)
            if "routes" in path.stem and path.suffix == ".png"
        }

    for name in ("focus", "other", "ship", "beside"):
        (tmp_path / name).mkdir()
    assert {"focus_exlandic_routes.png"} == drawn("focus")
    assert {"other_ylandic_routes.png"} == drawn("other")
    assert set() == drawn("ship")
    for name, routes in {"focus": "exlandic", "other": "ylandic", "ship": ""}.items():
        beside = [solved(name).scenario]
        files = draw_figures(solved("reference"), toy_data(), tmp_path / "beside", None, "en", beside)
        assert {routes} - {""} == {path.stem.split("_")[1] for path in files if "routes" in path.stem}


def test_where_nobody_is_cut_the_table_of_who_goes_short_is_a_sentence() -> None:
    rows = sheets("saving")["Countries x sectors"]

    assert NOBODY in {row[0] for row in rows}
    assert not [cell for row in rows for cell in row if cell == "Scenario"]
