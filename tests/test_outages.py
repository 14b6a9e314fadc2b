"""A calendar of outages becomes dated measures. The toy offers 120 GWh/d of YY all year and 400 of XX, in July 200."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from toy_package import toy_data
from typer.testing import CliRunner

from energy_model.cli.program import app
from energy_model.errors import DataError, ScenarioError
from energy_model.imports.outage_measures import Calendar, outage_calendar, with_outages
from energy_model.results.run import run
from energy_model.scenario import Scenario, load_scenario
from energy_model.scenario.load import with_changes

HEADS = "asset,from,to,lost_gwh_per_day,lost_share,kind,published,source"
MESSAGES = (
    "Message ID,Event Status,Affected asset,Type of unavailability,Event start,Event stop,Unavailable capacity,"
    "Unit of measurement,Publication date/time"
)
Stretch = tuple[str, str, float]


def reference() -> Scenario:
    return load_scenario("reference", toy_data().root)


def calendar_of(folder: Path, *rows: str, heads: str = HEADS) -> Calendar:
    file = folder / "outages.csv"
    file.write_text("\n".join([heads, *rows]) + "\n", encoding="utf-8")
    return outage_calendar(file, reference(), toy_data())


def stretches(calendar: Calendar) -> list[Stretch]:
    return [(str(one["start"]), str(one["end"]), float(str(one["remaining_share"]))) for one in calendar.measures]


def problems_of(folder: Path, *rows: str, heads: str = HEADS) -> str:
    with pytest.raises(DataError) as told:
        calendar_of(folder, *rows, heads=heads)
    return str(told.value)


def test_what_is_lost_a_day_counts_against_what_the_supplier_offers(tmp_path: Path) -> None:
    """30 of 120 are a quarter; nobody knows of it before it happens."""
    found = calendar_of(tmp_path, "YY,2031-03-10,2031-03-20,30,,unplanned,,press")

    assert stretches(found) == [("2031-03-10", "2031-03-20", 0.75)]
    assert found.measures[0]["kind"] == "supply_cut"
    assert found.measures[0]["announced"] == date(2031, 3, 10)
    assert "30.0 GWh/d (press)" in str(found.measures[0]["note"])


def test_a_planned_outage_is_known_from_its_message_on(tmp_path: Path) -> None:
    found = calendar_of(tmp_path, "YY,2031-03-10,2031-03-20,30,,planned,2031-02-01,")

    assert found.measures[0]["announced"] == date(2031, 2, 1)


def test_outages_of_one_thing_add_up_day_by_day(tmp_path: Path) -> None:
    """30 from the 10th to the 20th, 60 from the 15th to the 25th: 90, 30 and 60 of 120 are left."""
    found = calendar_of(
        tmp_path, "YY,2031-03-10,2031-03-20,30,,unplanned,,", "Yland,2031-03-15,2031-03-25,,0.5,planned,,"
    )

    expected = [
        ("2031-03-10", "2031-03-14", 0.75),
        ("2031-03-15", "2031-03-20", 0.25),
        ("2031-03-21", "2031-03-25", 0.5),
    ]
    assert stretches(found) == expected


def test_planned_maintenance_takes_the_place_of_the_usual_one_of_the_season(tmp_path: Path) -> None:
    """July has 200 of 400 already: planned work on 200 is what July has, on 300 it takes 100 more, a failure all."""
    usual = calendar_of(tmp_path, "XX,2031-07-05,2031-07-10,200,,planned,2031-01-01,")
    more = calendar_of(tmp_path, "XX,2031-07-05,2031-07-10,300,,planned,2031-01-01,")
    failure = calendar_of(tmp_path, "XX,2031-07-05,2031-07-10,100,,unplanned,,")

    assert stretches(usual) == []
    assert "within the maintenance that the data have taken off XX" in usual.notes[0]
    assert stretches(more) == stretches(failure) == [("2031-07-05", "2031-07-10", 0.5)]


@pytest.mark.parametrize(
    ("asset", "lost", "keys"),
    [
        ("north_line", "75", {"kind": "route_outage", "route": "north_line"}),
        ("yy_aa", "75", {"kind": "route_outage", "pipeline": "yy_aa"}),
        ("Aland LNG", "25", {"kind": "asset_loss", "asset": "lng_terminal", "id": "aa_lng"}),
        ("aa_store", "75", {"kind": "asset_loss", "asset": "storage", "id": "aa_store"}),
        ("AA_S", "5", {"kind": "asset_loss", "asset": "production", "id": "AA_S"}),
        ("lng_exporter:QQ", "150", {"kind": "lng_outage", "exporter": "QQ"}),
    ],
)
def test_every_sort_of_thing_fails_by_its_own_measure(
    tmp_path: Path, asset: str, lost: str, keys: dict[str, str]
) -> None:
    """Half of 150 of a line, 50 of a terminal, 150 out of a store, 10 of production; QQ loads what it can."""
    found = calendar_of(tmp_path, f"{asset},2031-03-10,2031-03-20,{lost},,unplanned,,")

    assert keys.items() <= found.measures[0].items()
    if asset != "lng_exporter:QQ":
        assert found.measures[0]["remaining_share"] == 0.5


def test_messages_of_an_operator_are_read_to_the_hour_in_their_last_version(tmp_path: Path) -> None:
    """6.0 MSm3/d are 63.3 GWh/d; a stop at 16:00 UTC in winter is eleven of 24 hours after the gas day began.

    The first version of message a is superseded, message b withdrawn. The gas day begins at 5:00 UTC in winter.
    """
    found = calendar_of(
        tmp_path,
        "a_001,Active,YY,Planned,2031-02-03T05:00:00Z,2031-02-20T05:00:00Z,9.0,MSm3/d,2031-01-10T09:00:00Z",
        "a_002,Active,YY,Planned,2031-02-03T05:00:00Z,2031-02-05T16:00:00Z,6.0,MSm3/d,2031-01-12T09:00:00Z",
        "b_001,Dismissed,YY,Planned,2031-02-03T05:00:00Z,2031-02-20T05:00:00Z,9.0,MSm3/d,2031-01-10T09:00:00Z",
        heads=MESSAGES,
    )

    whole, part = 1 - 6 * 10.55 / 120, 1 - 6 * 10.55 / 120 * 11 / 24
    assert [one[:2] for one in stretches(found)] == [("2031-02-03", "2031-02-04"), ("2031-02-05", "2031-02-05")]
    assert [one[2] for one in stretches(found)] == pytest.approx([whole, part], abs=1e-4)
    assert found.measures[0]["announced"] == date(2031, 1, 12)
    assert ["1 rows are earlier", "1 messages were withdrawn"] == [" ".join(n.split()[:4]) for n in found.notes]


def test_all_that_is_wrong_is_told_at_once_by_row(tmp_path: Path) -> None:
    told = problems_of(
        tmp_path,
        "YYY,2031-03-10,2031-03-20,30,,unplanned,,",
        "YY,2031-03-20,2031-03-10,30,,unplanned,,",
        "YY,10.3.2031,2031-03-20,30,,unplanned,,",
        "YY,2031-03-10,2031-03-20,30,0.5,unplanned,,",
        "YY,2031-03-10,2031-03-20,,1.5,perhaps,,",
        'YY,2031-03-10,2031-03-20,"1,000",,planned,,',
    )

    for words in (
        "row 2, asset = 'YYY': nothing in the data is called so",
        "row 3, to = '2031-03-10': lies before the start",
        "row 4, from = '10.3.2031': is no day",
        "row 5, lost_gwh_per_day = '30': give either",
        "row 6, lost_share = '1.5': is more than all",
        "row 6, kind = 'perhaps': write planned or unplanned",
        "row 7, lost_gwh_per_day = '1,000': is no number",
    ):
        assert words in told


def test_a_number_that_is_none_a_unit_mixed_up_and_a_day_that_is_none_are_told_together(tmp_path: Path) -> None:
    """What only the horizon and the size of the thing can tell comes with what the row itself tells, by row."""
    told = problems_of(
        tmp_path,
        "YY,2031-03-10,2031-03-20,nan,,unplanned,,",
        "YY,2031-03-21,2031-03-22,30000,,unplanned,,",
        "",
        "YY,2031-02-30,2031-03-20,30,,unplanned,,",
        "YY,2031-03-10,2031-03-20,inf,,unplanned,,",
    ).splitlines()

    assert [line.split(",")[0].strip() for line in told[1:]] == ["row 2", "row 3", "row 5", "row 6"]
    assert "= 'nan': is no number" in told[1]
    assert "YY has 120.0 GWh/d at most" in told[2]
    assert "= 'inf': is no number" in told[4]


def test_an_outage_that_loses_nothing_is_told(tmp_path: Path) -> None:
    found = calendar_of(tmp_path, "YY,2031-03-10,2031-03-20,0,,unplanned,,")

    assert found.measures == ()
    assert found.notes == ("row 2, YY: loses nothing, and changes nothing",)


def test_more_than_there_is_points_to_the_unit(tmp_path: Path) -> None:
    """Thirty thousand MWh written as GWh; and a route of several lines has no rate of its own."""
    told = problems_of(
        tmp_path, "YY,2031-03-10,2031-03-20,30000,,unplanned,,", "interconnector,2031-03-10,2031-03-20,10,,planned,,"
    )

    assert "row 2, lost = 30,000.0 GWh/d: YY has 120.0 GWh/d at most; correct the number or its unit" in told
    assert "row 3, lost = 10.0 GWh/d: interconnector is a route of several pipelines; give 'lost_share'" in told


def test_a_row_twice_and_a_column_without_its_unit_are_refused(tmp_path: Path) -> None:
    row = "YY,2031-03-10,2031-03-20,30,,unplanned,,"
    assert "row 3: says the same as row 2" in problems_of(tmp_path, row, row)
    no_unit = MESSAGES.replace("Unit of measurement,", "")
    assert "needs a column 'unit'" in problems_of(
        tmp_path, "a,Active,YY,Planned,2031-02-03,2031-02-05,6,", heads=no_unit
    )


def test_outages_outside_of_the_horizon_are_told_and_change_nothing(tmp_path: Path) -> None:
    found = calendar_of(tmp_path, "YY,2029-03-10,2029-03-20,30,,unplanned,,")

    assert found.measures == ()
    assert "outside of the horizon" in found.notes[0]


def test_a_run_with_outages_is_the_run_with_the_cut_written_by_hand(tmp_path: Path) -> None:
    file = tmp_path / "outages.csv"
    file.write_text(f"{HEADS}\nYY,2031-03-01,2031-03-31,60,,unplanned,,\n", encoding="utf-8")
    changed, notes = with_outages(reference(), file, toy_data())
    cut = {"kind": "supply_cut", "supplier": "YY", "remaining_share": 0.5, "start": date(2031, 3, 1)}
    by_hand = with_changes(reference(), measures=({**cut, "end": date(2031, 3, 31)},))
    result, other = run(changed, toy_data()), run(by_hand, toy_data())

    assert notes == []
    assert result.scenario.id == "reference_with_outages"
    assert result.objective_eur == pytest.approx(other.objective_eur)
    assert result.statistics.supply.value(supplier="YY", since="2031-03-01", until="2031-03-31") <= 60 * 31 / 1e3 + 1e-9


def test_a_measure_of_the_scenario_on_the_same_thing_is_a_contradiction_in_words(tmp_path: Path) -> None:
    file = tmp_path / "outages.csv"
    file.write_text(f"{HEADS}\nXX,2031-05-01,2031-05-31,60,,unplanned,,\n", encoding="utf-8")

    with pytest.raises(ScenarioError, match="both set supplier XX on 2031-05-01"):
        with_outages(load_scenario("stop", toy_data().root), file, toy_data())


def test_the_command_writes_a_scenario_that_runs(tmp_path: Path) -> None:
    file, target = tmp_path / "outages.csv", tmp_path / "work.toml"
    file.write_text(f"{HEADS}\nYY,2031-03-10,2031-03-20,30,,unplanned,,press\n", encoding="utf-8")
    words = ["scenarios", "outages", file, "--data", toy_data().root, "--write", target]
    told = CliRunner().invoke(app, [*map(str, words)])

    assert told.exit_code == 0, told.output
    written = load_scenario(target, toy_data().root)
    expected, _ = with_outages(reference(), file, toy_data())
    assert written.measures == expected.measures
    assert written.id == "work"
