"""The explorer: its numbers are those of the results, the file needs nothing but itself, and it serves any package."""

from __future__ import annotations

import base64
import gzip
import json
import re
from functools import cache
from importlib.metadata import distribution
from pathlib import Path
from typing import Any

import pytest
from report_fixtures import monthly, real_data, small_bands
from test_toy_package import REAL, solved
from toy_package import YEAR, toy_data, write_toy
from typer.testing import CliRunner

from energy_model.cli import app
from energy_model.errors import OutputError
from energy_model.report import facts
from energy_model.report.explorer import page as module
from energy_model.report.explorer import words
from energy_model.report.explorer.gather import places_of
from energy_model.report.explorer.page import page, payload, write_explorer
from energy_model.report.figures import map_flows
from energy_model.report.map_links import families, net_links
from energy_model.results import lost_gas
from energy_model.results import substitution as sub
from energy_model.results.headline import ROUTE_PREFIX, curtailed_share, headline_values
from energy_model.results.run import Results
from energy_model.scenario import load_scenario

BASE, CUT = "reference", "full_cutoff_february"
FOLDER = Path(module.__file__).parent
ADDRESS = re.compile(r"https?:", re.IGNORECASE)
LARGEST_BYTES, SCENARIOS = 6_000_000, 23
"""Size of the file that the library of scenarios may have."""


def runs() -> list[Results]:
    return [monthly(BASE), monthly(CUT)]


@cache
def content() -> dict[str, Any]:
    return payload(runs(), real_data(), BASE, small_bands())


@cache
def toy_content() -> dict[str, Any]:
    return payload([solved("reference"), solved("stop")], toy_data(), "reference", {})


def cut_of(found: dict[str, Any]) -> dict[str, Any]:
    return found["runs"][1]


# Numbers


def test_routes_that_carry_nothing_anywhere_are_no_rows_and_all_others_are() -> None:
    """Of a headline on a route at least one run has some gas; what carries gas in one run is a row in all."""
    shown = [{row["key"]: row["value"] for row in run["numbers"]} for run in content()["runs"]]
    routes = [key for key in headline_values(monthly(BASE)) if key.startswith(ROUTE_PREFIX)]

    assert shown[0].keys() == shown[1].keys()
    for key in routes:
        carries = any(headline_values(run)[key] > 5e-3 for run in runs())
        assert (key in shown[0]) == carries, key


def test_runs_are_told_in_german_too() -> None:
    """The finding of the one page, and its month: not the English sentence."""
    told = cut_of(content())["said"]

    assert "abgeschaltet" in told["de"][0]
    assert "curtailed" in " ".join(told["en"])
    assert not set(told["en"]) & set(told["de"])
    assert content()["words"]["de"][cut_of(content())["title"]] == load_scenario(CUT).title_de


def test_headlines_are_those_of_the_run_and_ranges_stand_beside_them() -> None:
    shown, values = cut_of(content()), headline_values(monthly(CUT))
    rows = {one["key"] for one in shown["numbers"]}
    values = {key: value for key, value in values.items() if key in rows or not key.startswith(ROUTE_PREFIX)}

    assert {one["key"]: pytest.approx(one["value"], abs=1e-6) for one in shown["numbers"]} == values
    assert [0.4, 1613.0] == shown["ranges"]["region_curtailed"]
    assert {} == content()["runs"][0]["ranges"]


def test_a_countrys_page_is_what_statistics_say_of_it() -> None:
    """Germany in the cut: cuts by sector, price and stock by month, each asked for by itself."""
    ask, months = monthly(CUT).statistics, cut_of(content())["months"]
    shown = cut_of(content())["places"]["DE"]

    for sector, rows in shown["sectors"].items():
        asked = ask.curtailed("month", country="DE", sector=sector)
        assert asked.reindex(months).tolist() == pytest.approx(rows["curtailed"], abs=5e-4)
    assert ask.price("month", country="DE").tolist() == pytest.approx(shown["price"], abs=0.05)
    assert ask.filling("boundary", country="DE", unit="%").tolist() == pytest.approx(shown["filling"], abs=0.05)
    assert sum(sum(rows["curtailed"]) for rows in shown["sectors"].values()) > 1.0


def test_what_serves_a_place_adds_up_to_its_demand_in_every_month() -> None:
    """Sources and reductions less the demand are nothing, but for what is rounded and too small to be shown."""
    for code, shown in cut_of(content())["places"].items():
        for month in range(len(cut_of(content())["months"])):
            served = sum(row["twh"][month] for row in shown["supply"] if row["group"] != sub.DEMAND)
            demand = sum(rows["demand"][month] for rows in shown["sectors"].values())
            assert served == pytest.approx(demand, abs=0.03), (code, month)


def test_who_replaces_is_the_loss_that_findings_tell() -> None:
    """The difference of two pages by group is the region's substitution, and sums to nothing."""
    code = content()["region"]
    base, cut = (
        {group: sum(sum(row["twh"]) for row in run["places"][code]["supply"] if row["group"] == group)
         for group in sub.GROUPS}
        for run in content()["runs"]
    )  # fmt: skip
    consumed = [lost_gas.consumption(run) for run in runs()]
    told = lost_gas.loss(*consumed, facts.region(monthly(CUT)))
    wanted = told.table.groupby("group", observed=True)["difference_gwh"].sum() / 1e3

    assert {group: cut[group] - base[group] for group in wanted.index} == pytest.approx(wanted.to_dict(), abs=0.3)
    assert base[sub.FOCUS] - cut[sub.FOCUS] == pytest.approx(told.lost_gwh / 1e3, abs=0.05)


def test_routes_add_up_to_what_the_seller_sells() -> None:
    for shown, run in zip(content()["runs"], runs(), strict=True):
        sold = headline_values(run)["supplier_pipeline_gas"]

        assert sum(sum(row["twh"]) for row in shown["routes"]) == pytest.approx(sold, abs=0.1)


def test_the_map_shows_for_each_period_what_the_map_of_that_period_shows() -> None:
    """Periods netted in one go are each netted by itself, and colours are shares of demand curtailed."""
    run, drawn = monthly(CUT), content()["map"]
    shown, flows = drawn["runs"][CUT], map_flows(run, real_data())
    share = curtailed_share(run, ["country", "period"])
    for place, period in enumerate(run["periods"]["period"]):
        own = net_links(flows[flows["period"] == period].drop(columns="period"), families(run.labels))
        wanted = own.groupby(["family", "from_node", "to_node"])["flow_gwh_per_day"].sum()
        moving: dict[tuple[str, str, str], float] = {}
        for link, row in zip(drawn["links"], shown["flows"], strict=True):
            key = (link["family"], link["from"], link["to"])
            moving[key] = moving.get(key, 0.0) + row[place]
        assert all(wanted.get(key, 0.0) == pytest.approx(flow, abs=2.0) for key, flow in moving.items())
        assert 100 * share[("DE", period)] == pytest.approx(shown["land"]["DE"][place], abs=0.05)


def test_storage_is_shown_against_the_levels_of_the_law_and_years_past() -> None:
    """The customary levels and the law's stand as they are in the targets; the band is of years before the run."""
    past = content()["past"]["DE"]
    asked = facts.asked_levels(monthly(BASE), frozenset({"DE"}))

    assert [[f"{day:%Y-%m-%d}", round(100 * level, 1)] for day, level in sorted(asked.items())] == past["asked"] != []
    assert all(
        0.0 <= least <= most <= 105.0 for least, most in zip(past["band"]["least"], past["band"]["most"], strict=True)
    )
    assert max(past["observed"]["days"]) <= content()["as_of"]


def test_the_worst_period_is_that_of_the_region_and_the_comparison_opens_with_the_run_that_stands_for_a_shortage() -> (
    None
):
    shown = cut_of(content())
    worst, _ = facts.worst_period(monthly(CUT), facts.region(monthly(CUT)))

    assert worst == monthly(CUT)["periods"]["period"].iloc[shown["telling"]]
    assert (False, True) == tuple(one["someone_short"] for one in content()["runs"])
    assert CUT == content()["shortage"]


def test_every_country_with_a_market_has_a_page_and_the_region_stands_first() -> None:
    places = places_of(monthly(BASE), real_data())

    assert ["EU27", "DE"] == [one.code for one in places[:2]]
    assert set(monthly(BASE)["demand"]["node"]) == frozenset().union(*(one.nodes for one in places))


# The file


def test_the_same_runs_give_the_same_bytes_and_the_file_holds_what_was_gathered(tmp_path: Path) -> None:
    one = write_explorer(runs(), real_data(), tmp_path / "one.html", BASE, small_bands())
    text = one.read_text(encoding="utf-8")

    assert page(content()) == text
    packed = re.search(r'id="data">([^<]+)<', text)
    assert packed is not None
    held = json.loads(gzip.decompress(base64.b64decode(packed.group(1))))
    assert held["pages"]["DE"][CUT] == cut_of(content())["places"]["DE"]
    assert [content()["map"]["runs"][CUT]["flows"][0]] == [held["moving"]["flows"][0][1]]


def test_nothing_of_ours_names_an_address_and_the_browser_is_told_to_send_nothing() -> None:
    """The library stands in the file byte for byte as its package ships it; all the rest names no address."""
    text, library = page(content()), module.chart_script()

    assert library == Path(str(distribution("plotly").locate_file(module.LIBRARY_FILE))).read_text(encoding="utf-8")
    assert 1 == text.count(library)
    rest = text.replace(library, "")
    assert not ADDRESS.search(rest)
    assert not ADDRESS.search(json.dumps(content()))
    assert "connect-src 'none'" in rest
    assert "default-src 'none'" in rest
    assert not re.search(r"<(?:script|link|img|iframe)[^>]+(?:src|href)=\"(?!data:,)", rest)
    assert "MIT" in library[:300]
    assert "MIT" in content()["library"]


def test_the_library_of_scenarios_stays_under_six_megabytes() -> None:
    """What a run that differs in every number adds, as often as there are scenarios; the library's are more alike."""
    two = len(page(content()).encode())
    one = len(page(payload([monthly(BASE)], real_data(), BASE, {})).encode())

    assert one + (two - one) * SCENARIOS < LARGEST_BYTES


def test_without_the_charting_library_the_error_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "LIBRARY_FILE", "plotly/package_data/missing.js")

    with pytest.raises(OutputError, match="python -m pip install plotly"):
        module.chart_script()


# Words


def test_every_text_is_there_in_both_languages_and_every_text_that_the_page_asks_for_is_there() -> None:
    told = words.page_texts()
    sources = {path.name: path.read_text(encoding="utf-8") for path in FOLDER.glob("explorer*.*")}
    asked = {key for text in sources.values() for key in re.findall(r'\bt\("(\w+)"\)|data-text="(\w+)"', text)}
    keys = {one or two for one, two in asked}

    assert told["en"].keys() == told["de"].keys() >= keys
    assert {"english", "english_descriptions"} == {key for key, text in told["en"].items() if not text}
    assert all(told["de"].values())


def test_countries_headlines_and_groups_have_german_names() -> None:
    german = content()["words"]["de"]
    labels = {one["label"]: one["key"] for one in cut_of(content())["numbers"] if not one["key"].startswith("route")}

    assert ("Deutschland", "Pipelinegas aus Russland", "LNG aus Katar") == (
        german["Germany"], german[sub.FOCUS], german["LNG from Qatar"],
    )  # fmt: skip
    assert "Deutschland: abgeschaltet (TWh)" == german["Germany curtailed (TWh)"]
    assert set() == {label for label in labels if label not in german}
    assert set(sub.GROUPS) <= german.keys()


# Any package


def test_the_toy_package_has_an_explorer_without_a_word_of_the_real_one() -> None:
    told = {key: part for key, part in toy_content().items() if key not in ("texts", "library", "words")}
    english = json.dumps(toy_content()["words"]["en"])

    assert not REAL.search(json.dumps(told))
    assert not REAL.search(english)
    assert ["UNION", "AA", "BB", "CC"] == [one["code"] for one in toy_content()["places"]]
    assert f"{YEAR}-01-01" == toy_content()["runs"][0]["starts"][0]
    assert "Exlandic pipeline gas" == toy_content()["words"]["en"][sub.FOCUS]
    assert json.loads(json.dumps(toy_content(), allow_nan=False))


def test_the_command_writes_the_file_and_reuses_what_it_solved(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    toy, target = write_toy(tmp_path / "toy"), tmp_path / "out" / "toy.html"
    words_of = ["explore", "--out", str(target), "--data", str(toy), "--lang", "de", "--accept-data-errors"]
    first = CliRunner().invoke(app, words_of)
    once = target.read_bytes()
    monkeypatch.setattr(module, "run", lambda *_, **__: pytest.fail("solved again"))
    second = CliRunner().invoke(app, words_of)

    assert (0, 0) == (first.exit_code, second.exit_code), first.output + second.output
    assert "explorer:" in first.output
    assert once == target.read_bytes()
    assert b'<html lang="de">' in once


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--lang", "fr"], "'fr' is not one of 'en', 'de'"),
        (["--out", "explorer.pdf"], "ends in .html|end in .html"),
        (["no_such_scenario"], "no_such_scenario"),
    ],
)
def test_nonsense_is_refused_in_words(options: list[str], said: str, tmp_path: Path) -> None:
    given = options if "--out" in options else [*options, "--out", str(tmp_path / "a.html")]
    refused = CliRunner().invoke(app, ["explore", *given])

    assert refused.exit_code != 0
    assert re.search(said, " ".join(refused.output.replace("│", " ").split()))
    assert not list(tmp_path.glob("*.html"))
