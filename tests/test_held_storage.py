"""Stores that a seller holds: filled as usual, left empty, emptied, or under a trustee."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from cases import answer
from pydantic import ValidationError

from energy_model import GasData, load_scenario, with_changes
from energy_model.data import Package
from energy_model.data.check import check_tables
from energy_model.errors import ScenarioError
from energy_model.plan.foresight import solve_scenario
from energy_model.scenario import apply, check_against, notes
from energy_model.scenario.lookups import usual_shares
from energy_model.scenario.measures.holders import HeldStorage, usual_filling
from energy_model.scenario.notes import is_changed
from energy_model.scenario.toy import toy_case
from energy_model.scenario.world.storage import usual_filling as of_stores
from energy_model.scenario.world.storage import with_usable_targets

APRIL = date(2022, 4, 1)


def held(data: GasData, *states: str, **keys: object):
    """The reference in months with stores of the seller in these states, one after another."""
    measures = [{"kind": "held_storage", "holder": "RU", "state": state} for state in states]
    measures = [{**one, **({"start": APRIL} if one["state"] == "trustee" else {}), **keys} for one in measures]
    reference = load_scenario("reference", data.root)
    return with_changes(reference, resolution="month", measures=(*reference.measures, *measures))


def store(case, name: str) -> int:
    return int(np.flatnonzero(case.storage.id == name)[0])


def table(data: GasData, name: str) -> pd.DataFrame:
    rows = data["storage_holders"]
    return rows[rows["storage"] == name]


def test_what_is_left_empty_may_be_emptied_and_not_filled(data):
    """Germany: what is held less what lies in it is lost to everybody; no other country loses anything."""
    case, rows = apply(held(data, "left_empty"), data), table(data, "de_storage")
    lost = float((rows["working_gas_gwh"] * (1.0 - rows["fill_share"])).sum())
    de = store(case, "de_storage")

    assert case.storage.usable[de] == pytest.approx(1.0 - lost / case.storage.working_gas[de])
    assert {"de_storage", "at_storage"} == set(case.storage.id[(case.storage.usable < 1.0).any(axis=1)])
    assert not is_changed(
        apply(held(data), data), replace(case, storage=apply(held(data), data).storage)
    )  # nothing but stores differs


def test_nobody_stores_more_than_may_be_used_and_levels_are_asked_of_that_part(data):
    solved = solve_scenario(held(data, "left_empty"), data)
    case, plain = solved.case, apply(held(data), data)
    de = store(case, "de_storage")
    asked, before = (
        {one.name: one.level_gwh for one in each.storage.targets if one.storages == (de,) and one.kind != "end_level"}
        for each in (case, plain)
    )

    assert solved.values["level"][de].max() <= case.storage.usable[de].max() * case.storage.working_gas[de] + 1e-3
    assert asked == pytest.approx({name: level * case.storage.usable[de, 0] for name, level in before.items()})


def test_emptied_stores_lack_the_gas_and_filled_ones_have_what_others_had_in_the_years_before(data):
    plain, emptied, filled = (apply(held(data, *states), data) for states in ((), ("emptied",), ("filled",)))
    rows, de = table(data, "de_storage"), store(plain, "de_storage")
    inside = float((rows["working_gas_gwh"] * rows["fill_share"]).sum())
    usual = float(usual_filling(data, date(2022, 1, 1))["DE"]) * float(rows["working_gas_gwh"].sum())

    assert plain.storage.initial[de] - emptied.storage.initial[de] == pytest.approx(inside)
    assert filled.storage.initial[de] - plain.storage.initial[de] == pytest.approx(usual - inside)
    assert (filled.storage.usable == 1.0).all()
    assert 30_000.0 < usual - inside < 50_000.0


def test_usual_filling_is_the_mean_of_the_same_day_in_the_years_before(data):
    rows = data["storage_filling"]
    days = pd.to_datetime([f"{year}-01-01" for year in (2018, 2019, 2020, 2021)])
    level = rows[(rows["node"] == "AT") & rows["date"].isin(days)]["gas_in_storage_gwh"]
    volume = data["storage"].set_index("node")["working_gas_volume_gwh"]["AT"]

    assert 4 == len(level)
    assert usual_filling(data, date(2022, 1, 1))["AT"] == pytest.approx(min(level.mean() / volume, 1.0))


def test_two_stores_of_one_country_are_usually_as_full_as_the_country(data):
    """Its level stands for both together: each is as full as all of its working gas."""
    table = data["storage"]
    austria = table[table["node"] == "AT"].assign(
        working_gas_volume_gwh=lambda rows: rows["working_gas_volume_gwh"] / 2
    )
    halves = pd.concat([table[table["node"] != "AT"], austria, austria.assign(storage="second")], ignore_index=True)
    world = replace(data, tables={**data.tables, "storage": halves})
    two = SimpleNamespace(nodes=np.array(["AT"]), storage=SimpleNamespace(node=np.array([0, 0])))

    shares = usual_shares(data, date(2022, 1, 1)).loc[["AT", "AT"]].to_numpy(float)

    np.testing.assert_allclose(of_stores(world, two, date(2022, 1, 1)), shares)
    assert shares.min() < 0.6


def test_a_trustee_opens_the_stores_from_its_day_and_nobody_counts_on_it_before(data):
    scenario = held(data, "left_empty", "trustee")
    known, before = apply(scenario, data), apply(scenario, data, believed_on=date(2022, 3, 1))
    at = known.timeline.boundary_at(APRIL)
    closed = apply(held(data, "left_empty"), data)

    assert (known.storage.usable[:, at:] == 1.0).all()
    assert known.storage.usable[:, :at] == pytest.approx(closed.storage.usable[:, :at])
    assert before.storage.usable == pytest.approx(
        apply(held(data, "left_empty"), data, base=None).storage.usable.min(axis=1)[:, None]
        * np.ones_like(before.storage.usable)
    )
    assert (APRIL,) == tuple(scenario.announcements())


def test_a_trustee_of_what_nobody_leaves_empty_changes_nothing_and_a_note_says_so(data):
    scenario = held(data, "trustee")

    assert not is_changed(apply(held(data), data), apply(scenario, data))
    assert any("held_storage" in note and "changes nothing" in note for note in notes(scenario, data))


def test_a_store_of_which_half_may_be_used_by_hand():
    """Germany needs 10 GWh/d for two spells of 10 days; 15 a day come in the first, none in the second. Of a store of
    80 GWh half may be used: 40 GWh are kept, 60 lack. With all of it 50 are kept and 50 lack."""
    case = toy_case(
        demand={"DE": 10.0},
        pipelines={("RU", "DE"): (15.0, 0.0)},
        supply={"RU": (15.0, 10.0)},
        storage={"DE": (80.0, 20.0, 20.0, 0.0)},
        periods=2,
        days=10,
    )
    rate = case.supply.rate * np.array([1.0, 0.0])
    case = case.with_("supply", rate=rate)
    half = case.with_("storage", usable=np.full_like(case.storage.usable, 0.5))

    lacking = [
        float(found.matrix.values(found.solution.col_value, "curtailment").sum() * 10.0)
        for found in (answer(case), answer(half))
    ]

    assert lacking == pytest.approx([50.0, 60.0], abs=1e-6)
    assert with_usable_targets(case) is case


@pytest.mark.parametrize("state", ["filled", "left_empty", "emptied"])
def test_how_the_horizon_begins_has_no_day(state):
    with pytest.raises(ValidationError, match=f"state '{state}' is how the horizon begins; leave out start"):
        HeldStorage.model_validate({"kind": "held_storage", "holder": "RU", "state": state, "start": APRIL})


def test_a_holder_of_nothing_and_a_country_without_its_stores_are_refused(data):
    with pytest.raises(ScenarioError, match="no such holder of stores"):
        check_against(held(data, "left_empty", holder="NO"), data)
    with pytest.raises(ScenarioError, match="RU holds no store there"):
        check_against(held(data, "left_empty", countries=("FR",)), data)
    with pytest.raises(ScenarioError, match="both set stores held by RU"):
        check_against(held(data, "left_empty", "emptied"), data)


def test_a_package_without_the_table_says_that_it_knows_no_holder(data):
    tables = {name: rows for name, rows in data.tables.items() if name != "storage_holders"}
    bare = replace(data, tables=tables)

    (told,) = HeldStorage(kind="held_storage", holder="RU", state="emptied").problems(bare)

    assert told.startswith("key 'holder', value 'RU': the data package has no table storage_holders.csv")


def test_parts_that_hold_more_than_their_store_are_an_error(data):
    rows = data["storage_holders"].assign(working_gas_gwh=lambda one: 10.0 * one["working_gas_gwh"])
    tables = {**data.tables, "storage_holders": rows}
    told = [one.text for one in check_tables(Package.open(data.root), tables, about=["storage_holders"])]

    assert any("storage 'at_storage': 298,350 GWh are held" in text for text in told)
