"""Sweeps: neighbours change the time a case takes and nothing else; the same plan gives the same bytes."""

from __future__ import annotations

import math
import re
import threading
from collections import Counter
from dataclasses import replace
from datetime import date
from itertools import pairwise
from multiprocessing import active_children
from pathlib import Path
from random import Random
from typing import Any

import networkx as nx
import numpy as np
import pandas as pd
import pytest
from cases import networks
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from scipy import stats
from toy_package import toy_data
from toy_sweep import toy_plan

from energy_model import headlines, load_data
from energy_model.data.load import GasData
from energy_model.data.regions import nodes_of_group
from energy_model.errors import OutputError, ScenarioError, SolveError, StoppedError
from energy_model.fast import Chain
from energy_model.fast.curtailment_segments import Tiers
from energy_model.lp import Solution, compile_model, solve
from energy_model.model import build_model
from energy_model.plan.foresight import solve_scenario
from energy_model.results.compare import country_totals
from energy_model.results.run import to_results
from energy_model.scenario import Case, load_scenario
from energy_model.scenario.load import with_changes
from energy_model.scenario.toy import toy_case
from energy_model.scenario.world import base_case
from energy_model.sweep import Plan, engine, load_plan, read_plan, read_results, run_sweep
from energy_model.sweep.axes import Triangular, Uniform, triangular
from energy_model.sweep.cases import Failure, PreparedSweep, prepare
from energy_model.sweep.chunk import Neighbours, job_of, solve_chunk
from energy_model.sweep.columns import Columns, month_end_levels
from energy_model.sweep.order import Chunk, chunks
from energy_model.sweep.plan import find_plan

NO_CUT = {"probability": 0.7, "low": 0.5, "high": 0.9, "basis": "judgement"}
STOP, SAVING = "measures.full stop", "measures.fifteen per cent"


def colder(case: Case, factor: float) -> Case:
    return case.with_("demand", rate=case.demand.rate * factor)


def plan(**changes: Any) -> Plan:
    raw = {
        "title": "test",
        "base": "full_cutoff_with_savings",
        "foresight": "perfect",
        "resolution": "month",
        "samples": 6,
        "seed": 7,
        "chunk": 3,
        "axes": {
            "cut_date": {
                "kind": "date",
                "field": f"{STOP}.start",
                "low": date(2022, 2, 15),
                "high": date(2022, 11, 30),
            },
            "left": {"kind": "uniform", "field": f"{STOP}.remaining_share", "low": 0.0, "high": 0.5},
            "lng": {"kind": "triangular", "field": "lng_limit_twh_per_year", "low": 700, "mode": 900, "high": 1300},
            "weather": {"kind": "discrete", "field": "weather", "values": ("2018", "cold_1_in_20")},
            "pipe": {"kind": "outage", "asset": "norway_fields", "rate": "high"},
        },
    }
    return Plan.model_validate({**raw, **changes})


def bytes_of(folder: Path) -> dict[str, bytes]:
    return {file.name: file.read_bytes() for file in sorted((folder / "results").iterdir())}


# --- warm and cold -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("foresight", ["perfect", "surprise"])
def test_a_chain_of_warm_solves_finds_the_optimum_of_every_case(data: GasData, foresight: str) -> None:
    study = prepare(plan(foresight=foresight, samples=3, no_cut=NO_CUT), data)
    neighbours, positions = Neighbours(), study.positions()

    for case in np.concatenate([chunk.cases for chunk in chunks(study, positions)]).tolist():
        values, with_cut = study.values(case, positions), study.with_cut(case)
        scenario, world = study.scenario(values, with_cut=with_cut), study.world(values)
        days = study.plan_days(values, with_cut=with_cut)
        warm = neighbours.solve(scenario, world, with_cut=with_cut, plan_days=days)
        cold = solve_scenario(scenario, world, plan_days=days)
        assert len(warm.stages) == len(cold.stages)
        assert len(warm.stages) == 1 or foresight == "surprise"
        assert warm.objective_keur == pytest.approx(cold.objective_keur, rel=1e-8)
        assert warm.solution.certificate.passes()
        assert (warm.values["curtailment"] * warm.case.timeline.days).sum() == pytest.approx(
            (cold.values["curtailment"] * cold.case.timeline.days).sum(), rel=1e-6, abs=1e-3
        )


@settings(max_examples=5, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    case=networks(),
    factors=st.lists(st.floats(0.3, 3.0), min_size=7, max_size=12),
    chance=st.randoms(use_true_random=False),
)
def test_a_chain_finds_the_optimum_of_each_problem(case: Case, factors: list[float], chance: Random) -> None:
    """Whichever of the cases before it goes back to."""
    chain = Chain()

    for number, factor in enumerate(factors):
        chain.back_to(chance.randint(0, number))
        matrix = compile_model(build_model(colder(case, factor)))
        found = chain.solve(matrix, colder(case, factor))
        assert found.objective == pytest.approx(solve(matrix).objective, rel=1e-8, abs=1e-6)
        assert found.certificate.passes()
        chain.mark(number)


def test_a_case_gone_back_to_needs_no_step_to_be_solved_again() -> None:
    case = toy_case({"DE": [12.0, 20.0]}, supply={"DE": (15.0, 30.0)}, periods=2, slices=3)
    problems = [(compile_model(build_model(colder(case, factor))), colder(case, factor)) for factor in (1.0, 0.5, 1.2)]
    chain = Chain()
    for number, problem in enumerate(problems):
        chain.solve(*problem)
        chain.mark(number)

    assert chain.solve(*problems[1]).iterations > 0
    chain.back_to(2)
    assert chain.solve(*problems[2]).iterations == 0


def test_a_chunk_goes_back_as_the_tree_says_and_forgets_what_nobody_needs(monkeypatch: pytest.MonkeyPatch) -> None:
    study = prepare(toy_plan(samples=4), toy_data())
    positions = study.positions()
    tree = Chunk(np.arange(4), np.array([-1, 0, 0, 2]))
    told: list[tuple[str, int]] = []
    for name in ("mark", "back_to", "forget"):
        usual = getattr(Neighbours, name)
        note = lambda self, case, name=name, usual=usual: told.append((name, case)) or usual(self, case)  # noqa: E731
        monkeypatch.setattr(Neighbours, name, note)
    part = solve_chunk(study, job_of(study, positions, 0, tree))

    assert (part.cases, part.failed) == (4, 0)
    assert told == [("mark", 0), ("back_to", 0), ("forget", 0)]


def test_a_process_that_is_told_to_stop_gives_its_chunk_up(monkeypatch: pytest.MonkeyPatch) -> None:
    study = prepare(toy_plan(samples=2), toy_data())
    job = job_of(study, study.positions(), 0, Chunk(np.arange(2), np.array([-1, 0])))
    monkeypatch.setattr(engine, "_kept", study)

    assert engine._one(job).cases == 2
    with pytest.raises(StoppedError):
        solve_chunk(study, job, lambda: True)


def test_a_case_of_another_shape_is_no_place_to_go_back_to() -> None:
    chain = Chain()
    for number, periods in enumerate((3, 2)):
        case = toy_case({"DE": [12.0, 20.0, 8.0][:periods]}, supply={"DE": (15.0, 30.0)}, periods=periods)
        problem = compile_model(build_model(case)), case
        chain.solve(*problem)
        chain.mark(number)
    chain.back_to(0)

    assert chain.solve(*problem).iterations == 0


def test_a_case_without_an_optimum_is_no_place_to_go_back_to() -> None:
    case = toy_case({"DE": [12.0, 20.0]}, supply={"DE": (15.0, 30.0)}, periods=2)
    matrix = compile_model(build_model(case))
    chain = Chain()
    chain.solve(matrix, case)
    with pytest.raises(SolveError):
        chain.solve(matrix.with_columns("curtailment", upper=np.zeros((1, 1, 2))), case)
    chain.mark(1)
    chain.back_to(1)

    assert chain.solve(matrix, case).objective == pytest.approx(solve(matrix).objective)


def test_an_optimum_that_does_not_pass_as_a_whole_is_looked_for_from_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    case = toy_case({"DE": [12.0, 20.0]}, supply={"DE": (15.0, 30.0)}, periods=2, slices=3)
    chain, whole, calls = Chain(), Tiers.full_solution, []

    def fails_once(tiers: Tiers, *found: Any) -> Solution | None:
        calls.append(found)
        return None if len(calls) == 1 else whole(tiers, *found)

    chain.solve(compile_model(build_model(case)), case)
    monkeypatch.setattr(Tiers, "full_solution", fails_once)
    for factor in (1.1, 1.2):
        matrix = compile_model(build_model(colder(case, factor)))
        assert chain.solve(matrix, colder(case, factor)).objective == pytest.approx(solve(matrix).objective)
    assert len(calls) > 2


def test_the_row_of_a_case_says_what_its_run_says(data: GasData) -> None:
    study = prepare(plan(samples=1), data)
    tight = {"cut_date": date(2022, 2, 15), "left": 0.0, "lng": 700.0, "weather": "cold_1_in_20", "pipe": None}
    solved = solve_scenario(study.scenario(tight), study.data)
    results, row = to_results(solved, study.data), Columns.of(study).numbers(solved)
    headline, countries = headlines(results), country_totals(results)

    assert row["region_unserved_twh"] == pytest.approx(headline["EU27 curtailed (TWh)"])
    assert row["region_unserved_twh"] > 1.0
    assert row["region_protected_unserved_twh"] == pytest.approx(headline["EU27 protected customers curtailed (TWh)"])
    assert row["total_cost_eur_bn"] == pytest.approx(headline["Total cost (bn EUR)"])
    assert row["unserved_twh_DE"] == pytest.approx(countries.loc["DE", "curtailed_twh"], abs=1e-8)
    assert row["price_eur_per_mwh_DE"] == pytest.approx(countries.loc["DE", "mean_price_eur_per_mwh"])
    stored = results["storage"]
    members = results.nodes.loc[nodes_of_group(results.nodes, "EU27"), "node"]
    last = stored[stored["node"].isin(members) & (stored["period"] == stored["period"].max())]["level_gwh"].sum()
    assert row["region_storage_twh_2023_03"] == pytest.approx(last / 1e3)
    assert list(row) == list(Columns.of(study).results)


def test_levels_at_the_end_of_a_month_lie_on_the_line_between_boundaries(data: GasData) -> None:
    study = prepare(plan(samples=1, resolution="week"), data)
    case = replace(Neighbours().solve(study.base.model_copy(update={"resolution": "month"}), study.data).case)
    rising = np.cumsum(np.concatenate([[0.0], case.timeline.days]))
    level = np.outer(case.inside("EU27")[case.storage.node] * 1.0, rising)

    ends = month_end_levels(case, level, case.inside("EU27")) / level[:, -1].sum() * rising[-1]

    assert ends.tolist()[:3] == pytest.approx([31.0, 59.0, 90.0])


# --- the share of a cut -------------------------------------------------------------------------------------------

WINDOWS: dict[str, dict[str, Any]] = {
    "RU": {}, "NO": {"end": date(2022, 9, 30)}, "DZ": {"ramp_days": 60}, "AZ": {}, "LY": {"end": date(2022, 9, 30)},
}  # fmt: skip


@pytest.mark.parametrize(
    "supplier", [pytest.param(one, marks=[pytest.mark.slow] if one in ("AZ", "LY") else []) for one in WINDOWS]
)
def test_a_share_on_an_axis_is_that_share_of_what_would_have_come(data: GasData, monthly: Any, supplier: str) -> None:
    """Whoever cuts, over whatever days; each case starts from one whose row of the volume has other coefficients."""
    begins, window = date(2022, 4, 1), WINDOWS[supplier]
    cut = {"kind": "supply_cut", "name": "cut", "supplier": supplier, "remaining_share": 0.5, "start": begins}
    base = monthly("reference", {**cut, **window})
    shares = (1.0, 0.8, 0.2)
    axis = {"kind": "grid", "field": "measures.cut.remaining_share", "values": shares}
    study = PreparedSweep(plan(base="reference", axes={"share": axis}, samples=1), base, data.at(base.as_of))
    neighbours, delivered, whole = Neighbours(), [], np.zeros(0)
    for case, share in enumerate(shares):
        scenario = study.scenario(study.values(case))
        solved = neighbours.solve(scenario, study.data)
        mine, days = solved.case.supply.supplier == supplier, solved.case.timeline.days
        came = (solved.values["supply"][mine] * days).sum(axis=0)
        left = 1.0 - solved.case.timeline.ramp(begins, window.get("end"), window.get("ramp_days", 0)) * (1.0 - share)
        first = solved.case.timeline.boundary_at(begins)
        delivered.append(came[first:].sum())
        if share == 1.0:
            whole = solved.case.supply.rate[mine].sum(axis=0) * days
            continue
        offered = left[first:] @ whole[first:] / whole[first:].sum()
        assert delivered[-1] == pytest.approx(offered * delivered[0], rel=1e-5)
        cold = solve_scenario(scenario, study.data)
        assert solved.objective_keur == pytest.approx(cold.objective_keur, rel=1e-8)
        assert came.sum() == pytest.approx((cold.values["supply"][mine] * days).sum(), rel=1e-6)

    assert all(more >= less for more, less in pairwise(delivered))


# --- with the cut and without -------------------------------------------------------------------------------------


def test_a_point_is_solved_with_the_cut_and_without_and_the_weights_add_up_to_one(
    data: GasData, tmp_path: Path
) -> None:
    sweep = run_sweep(plan(no_cut=NO_CUT, foresight="surprise", samples=3), tmp_path, data=data, workers=1)
    frame = sweep.frame()
    cut, none = frame[frame["with_cut"]], frame[~frame["with_cut"]]

    assert (sweep.cases, sweep.failed) == (6, 0)
    assert cut["point"].tolist() == none["point"].tolist() == [0, 1, 2]
    assert frame["weight"].sum() == pytest.approx(1.0)
    assert none["weight"].sum() == pytest.approx(NO_CUT["probability"])
    # The luck is the same; what is drawn of the cut has no value where it does not come.
    assert (cut[["lng", "weather", "pipe"]].to_numpy() == none[["lng", "weather", "pipe"]].to_numpy()).all()
    assert none[["cut_date", "left"]].isna().all(axis=None)


def test_a_case_without_the_cut_is_the_run_of_its_scenario(data: GasData, tmp_path: Path) -> None:
    axes = {name: axis for name, axis in plan().model_dump()["axes"].items() if name != "pipe"}
    chosen = plan(axes=axes, no_cut=NO_CUT, foresight="surprise", samples=2)
    frame = run_sweep(chosen, tmp_path, data=data, workers=1).frame().set_index("case")
    study = prepare(chosen, data)
    bare = with_changes(load_scenario("reference", data.root), resolution="month")

    for case in (2, 3):
        luck = {key: value for key, value in study.values(case).items() if key in ("lng", "weather")}
        days = study.plan_days(study.values(case), with_cut=False)
        same = with_changes(bare, lng_limit_twh_per_year=luck["lng"], weather=luck["weather"])
        solved = solve_scenario(same, data, plan_days=days)
        row = Columns.of(study).numbers(solved)
        assert frame.loc[case, "total_cost_eur_bn"] == pytest.approx(row["total_cost_eur_bn"], rel=1e-8)
        assert frame.loc[case, "region_unserved_twh"] == pytest.approx(row["region_unserved_twh"], rel=1e-6, abs=1e-6)


def test_a_case_without_the_cut_has_none_of_its_measures_and_the_same_periods(data: GasData) -> None:
    study = prepare(plan(no_cut=NO_CUT, foresight="surprise", samples=2), data)
    neighbours = Neighbours()
    for case in range(study.points):
        values = study.values(case)
        with_cut, without = (study.scenario(values, with_cut=one) for one in (True, False))
        names = {measure.name for measure in with_cut.measures} - {measure.name for measure in without.measures}

        assert names == {"full stop", "fifteen per cent"}
        days = study.plan_days(values, with_cut=False)
        pair = (
            neighbours.solve(with_cut, study.data),
            neighbours.solve(without, study.data, with_cut=False, plan_days=days),
        )
        assert pair[0].case.timeline == pair[1].case.timeline


def test_until_the_cut_is_announced_nobody_does_anything_else_than_without_it(data: GasData, tmp_path: Path) -> None:
    """Whatever its date, and whatever the dates of the other cases of the sweep."""
    days = (date(2022, 5, 1), date(2022, 8, 1))
    fields = (f"{STOP}.start", f"{SAVING}.start", f"{SAVING}.announced")
    axes = {"day": {"kind": "grid", "field": fields, "values": days}}
    frame = run_sweep(
        plan(axes=axes, samples=1, no_cut=NO_CUT, foresight="surprise"), tmp_path, data=data, workers=1
    ).frame()
    stored = frame.filter(like="region_storage_twh_2022").to_numpy()

    for row, months in ((0, 4), (1, 7)):
        np.testing.assert_allclose(stored[row, :months], stored[2 + row, :months], rtol=1e-6)
        assert abs(stored[row, months + 1 :] - stored[2 + row, months + 1 :]).max() > 1.0
    np.testing.assert_allclose(stored[0, :4], stored[1, :4], rtol=1e-6)


def test_the_first_plan_of_a_pair_is_made_once(data: GasData, monkeypatch: pytest.MonkeyPatch) -> None:
    axes = {name: axis for name, axis in plan().model_dump()["axes"].items() if name != "pipe"}
    axes["cut_date"] |= {"field": (f"{STOP}.start", f"{SAVING}.start", f"{SAVING}.announced")}
    study = prepare(plan(axes=axes, samples=2, no_cut=NO_CUT, foresight="surprise"), data)
    neighbours, values, plans = Neighbours(), study.values(0), []
    solve = Chain.solve
    monkeypatch.setattr(Chain, "solve", lambda *given: plans.append(1) or solve(*given))

    cut = neighbours.solve(study.scenario(values), study.data)
    assert len(plans) == len(cut.stages)
    before = len(plans)
    days = study.plan_days(values, with_cut=False)
    none = neighbours.solve(study.scenario(values, with_cut=False), study.data, with_cut=False, plan_days=days)
    assert len(plans) == before
    assert none.objective_keur == pytest.approx(cut.stages[0].objective_keur)


@pytest.mark.parametrize("region", ["EUROPE", "PL"])
def test_the_region_is_the_plans_else_the_data_packages(data: GasData, region: str) -> None:
    tight = {"cut_date": date(2022, 2, 15), "left": 0.0, "lng": 700.0, "weather": "cold_1_in_20", "pipe": None}
    study = prepare(plan(samples=1, region=region), data)
    row = Columns.of(study).numbers(solve_scenario(study.scenario(tight), study.data))
    each = {name.removeprefix("unserved_twh_"): twh for name, twh in row.items() if name.startswith("unserved_twh_")}

    assert row["region_unserved_twh"] == pytest.approx(sum(each.values()) if region == "EUROPE" else each[region])
    assert prepare(plan(samples=1), data).region == data.storyline.focus.region


WRONG_CUTS: dict[str, dict[str, Any]] = {
    "no_cut, key 'measures', value 'full stp': no measure of full_cutoff_with_savings; did you mean 'full stop'?": {
        "no_cut": {**NO_CUT, "measures": ("full stp",)}
    },
    "no_cut: nothing in reference comes later that may fail to come; name its cut in 'measures'": {
        "no_cut": NO_CUT, "base": "reference", "axes": {"w": {"kind": "grid", "field": "weather", "values": ("2018",)}},
        "samples": 1,
    },
    "axis 'a' moves measures.fifteen per cent.start, and the measure stays announced on 2022-02-15: give "
    "measures.fifteen per cent.announced to the axis too, or an axis of its own": {
        "axes": {"a": {"kind": "grid", "field": f"{SAVING}.start", "values": (date(2022, 3, 1),)}},
        "samples": 1, "foresight": "surprise",
    },
    "key 'region': 'EU28' is no market; give EU27, EUROPE or the code of a country": {"region": "EU28"},
    "key 'base', value 'full_cut': no scenario of this name in the library, and no path to a .toml, .xlsx or .ods "
    "file; did you mean 'full_cutoff_april'?": {"base": "full_cut"},
    "axis 'w', value '201x': key 'weather', value '201x': no such weather; known: 2017, 2018, 2019, 2020, 2021, "
    "cold_1_in_20, reference": {"axes": {"w": {"kind": "grid", "field": "weather", "values": ("201x",)}}, "samples": 1},
}  # fmt: skip


@pytest.mark.parametrize("told", WRONG_CUTS)
def test_a_cut_or_a_region_that_is_not_there_is_told(told: str, data: GasData) -> None:
    with pytest.raises(ScenarioError) as error:
        prepare(plan(**WRONG_CUTS[told]), data)

    assert told in error.value.problems


def test_a_value_that_stands_twice_in_a_grid_is_refused() -> None:
    with pytest.raises(ValueError, match="value '2018' stands more than once"):
        plan(axes={"w": {"kind": "grid", "field": "weather", "values": ("2018", "2019", "2018")}}, samples=1)


# --- bytes, resuming, failures -----------------------------------------------------------------------------------


def test_the_number_of_workers_does_not_change_a_byte(tmp_path: Path) -> None:
    one = run_sweep(toy_plan(), tmp_path / "one", data=toy_data(), workers=1)
    two = run_sweep(toy_plan(), tmp_path / "two", data=toy_data(), workers=2)

    assert bytes_of(tmp_path / "one") == bytes_of(tmp_path / "two")
    assert (one.cases, one.failed, one.resumed) == (two.cases, two.failed, two.resumed) == (6, 0, 0)
    frame = two.frame()
    assert frame["case"].tolist() == list(range(6))
    assert set(frame["status"]) == {"optimal"}
    assert frame.loc[:, "region_unserved_twh":].notna().all(axis=None)


def test_a_process_that_dies_costs_time_and_nothing_else(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    killed: set[int] = set()  # two chunks that end together are told one after the other, before the death is known

    def kill(done: int, total: int, failed: int) -> None:
        for process in active_children() if done > 0 else ():
            killed.add(int(process.pid or 0))
            process.kill()

    sweep = run_sweep(toy_plan(chunk=1, samples=5), tmp_path / "two", data=toy_data(), workers=2, progress=kill)

    assert len(killed) == 1
    assert "a solving process stopped" in caplog.text
    assert (sweep.cases, sweep.failed) == (5, 0)
    run_sweep(toy_plan(chunk=1, samples=5), tmp_path / "one", data=toy_data(), workers=1)
    assert bytes_of(tmp_path / "one") == bytes_of(tmp_path / "two")


def test_an_interrupt_does_not_wait_for_the_chunk_that_is_being_solved(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    solved: list[int] = []
    solve, interrupted = Neighbours.solve, threading.Event()

    def counted(self: Neighbours, *given: Any, **how: Any) -> Any:
        solved.append(1)
        if len(solved) > 1:
            interrupted.wait(timeout=300.0)  # however long the other process takes, this chunk is not done before it
        return solve(self, *given, **how)

    def interrupt(done: int, total: int, failed: int) -> None:
        if done > 2:  # the other chunk, and not the first of this one
            interrupted.set()
            raise KeyboardInterrupt

    monkeypatch.setattr(Neighbours, "solve", counted)
    weather = toy_plan().axes | {"weather": {"kind": "discrete", "field": "weather", "values": ("usual",)}}
    with pytest.raises(KeyboardInterrupt):
        run_sweep(
            toy_plan(axes=weather, samples=203, chunk=200), tmp_path, data=toy_data(), workers=2, progress=interrupt
        )

    assert 0 < len(solved) < 200
    assert 1 == len(bytes_of(tmp_path))


def test_an_interrupted_sweep_goes_on_where_it_stopped(tmp_path: Path) -> None:
    def interrupt(done: int, total: int, failed: int) -> None:
        if done > toy_plan().chunk:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run_sweep(toy_plan(), tmp_path / "broken", data=toy_data(), workers=1, progress=interrupt)
    there = bytes_of(tmp_path / "broken")
    assert 1 == len(there)
    (tmp_path / "broken" / "results" / "part-000001.parquet").write_bytes(b"half a file")

    told: list[int] = []
    sweep = run_sweep(
        toy_plan(),
        tmp_path / "broken",
        data=toy_data(),
        workers=1,
        progress=lambda done, total, failed: told.append(done),
    )

    run_sweep(toy_plan(), tmp_path / "whole", data=toy_data(), workers=1)
    assert sweep.resumed == told[0] > 0
    assert sorted(set(told)) == list(range(told[0], 7))  # each case is told, not chunks alone
    assert told == sorted(told)
    assert bytes_of(tmp_path / "broken") == bytes_of(tmp_path / "whole")


@pytest.mark.parametrize("text", ["", "{}", '{"plan": {"chunk": 5000}}'])
def test_a_folder_whose_plan_cannot_be_read_is_named(tmp_path: Path, text: str) -> None:
    (tmp_path / "sweep.json").write_text(text)

    with pytest.raises(OutputError, match=re.escape(str(tmp_path))):
        read_plan(tmp_path)


def test_a_folder_keeps_to_its_sweep_until_told_otherwise(tmp_path: Path) -> None:
    run_sweep(toy_plan(samples=1), tmp_path, data=toy_data(), workers=1)

    with pytest.raises(OutputError, match=r"holds another sweep \(plan differ\)"):
        run_sweep(toy_plan(samples=1, seed=8), tmp_path, data=toy_data(), workers=1)

    assert 1 == run_sweep(toy_plan(samples=1, seed=8), tmp_path, data=toy_data(), workers=1, fresh=True).cases
    assert 8 == read_plan(tmp_path).seed


def test_a_case_that_makes_no_sense_is_told_and_the_rest_goes_on(tmp_path: Path) -> None:
    axes = {
        "first": {"kind": "grid", "field": "measures.1.start", "values": (date(2031, 3, 1), date(2031, 7, 1))},
        "last": {"kind": "grid", "field": "measures.1.end", "values": (date(2031, 12, 31), date(2031, 5, 1))},
    }
    sweep = run_sweep(toy_plan(axes=axes, samples=1), tmp_path, data=toy_data(), workers=1)

    frame = read_results(tmp_path)
    assert (sweep.cases, sweep.failed) == (4, 1)
    assert frame["status"].tolist() == ["optimal", "optimal", "optimal", "failed"]
    assert "end 2031-05-01 lies before start 2031-07-01" in frame["reason"].iloc[-1]
    assert frame["region_unserved_twh"].notna().tolist() == [True, True, True, False]
    # A stop that ends in May leaves less short than one that lasts.
    assert frame["total_cost_eur_bn"].iloc[1] < frame["total_cost_eur_bn"].iloc[0]


def test_an_unexpected_error_is_a_failed_case_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    solve = Neighbours.solve

    def sometimes(self: Neighbours, scenario: Any, world: GasData, **how: Any) -> Any:
        if scenario.weather == "harsh":
            raise ZeroDivisionError("by chance")
        return solve(self, scenario, world, **how)

    monkeypatch.setattr(Neighbours, "solve", sometimes)
    frame = run_sweep(toy_plan(), tmp_path, data=toy_data(), workers=1).frame()

    assert set(frame.loc[frame["weather"] == "harsh", "reason"]) == {"unexpected ZeroDivisionError: by chance"}
    assert set(frame.loc[frame["weather"] != "harsh", "status"]) == {"optimal"}


def test_a_parameter_of_the_data_moves_within_its_range(data: GasData) -> None:
    study = prepare(plan(axes={"cost": {"kind": "data", "parameter": "injection_cost_eur_per_mwh"}}, samples=64), data)
    places = study.positions()["cost"]
    drawn = [study.value("cost", place) for place in places]
    moved = study.world({"cost": 1.25})["parameters"].set_index("parameter")["value"]

    assert 0.3 <= min(drawn) < max(drawn) <= 1.8
    assert moved["injection_cost_eur_per_mwh"] == 1.25
    assert study.data["parameters"].set_index("parameter").loc["injection_cost_eur_per_mwh", "value"] == 0.6


# --- points ------------------------------------------------------------------------------------------------------


def test_drawn_values_have_the_distributions_that_the_plan_states(data: GasData) -> None:
    study = prepare(plan(samples=1024), data)
    positions = study.positions()
    drawn = {name: [study.value(name, place) for place in places] for name, places in positions.items()}

    assert stats.kstest(drawn["left"], stats.uniform(0.0, 0.5).cdf).statistic < 0.005
    expected = stats.triang(200 / 600, loc=700, scale=600)
    assert stats.kstest(drawn["lng"], expected.cdf).statistic < 0.005
    assert Counter(drawn["weather"]) == {"2018": 512, "cold_1_in_20": 512}
    days = pd.Series(drawn["cut_date"])
    assert (days.min(), days.max()) == (date(2022, 2, 15), date(2022, 11, 30))
    assert days.value_counts().between(2, 6).all()
    # Axes do not move together.
    assert abs(np.corrcoef(drawn["left"], drawn["lng"])[0, 1]) < 0.02


def test_failures_come_as_often_as_their_rate_says_and_last_as_long_as_stated(data: GasData) -> None:
    study = prepare(plan(samples=2048), data)
    failures = [study.value("pipe", place) for place in study.positions()["pipe"]]
    row = data["outage_rates"].set_index("asset").loc["norway_fields"]
    years = 455 / 365

    hit = [failure for failure in failures if failure is not None]
    assert len(hit) / 2048 == pytest.approx(1.0 - math.exp(-row["high_per_year"] * years), abs=0.003)
    assert all(isinstance(failure, Failure) for failure in hit)
    lost = np.array([failure.lost_days for failure in hit])
    assert row["low_days"] <= lost.min() <= lost.max() <= row["high_days"]
    assert lost.mean() == pytest.approx((row["low_days"] + row["duration_days"] + row["high_days"]) / 3, rel=0.02)
    assert all(1 <= (failure.end - failure.start).days + 1 <= 2 for failure in hit)


def test_a_failure_takes_as_much_gas_as_its_days_whole_or_not(data: GasData) -> None:
    study = prepare(plan(), data)
    failure = Failure(date(2022, 3, 1), date(2022, 3, 2), 1.5)
    base = {name: value for name, value in study.values(0).items() if name != "pipe"}

    outage = study.scenario({**base, "pipe": failure}).measures[-1]

    assert outage.kind == "supply_cut"
    assert (1.0 - outage.remaining_share) * 2 == pytest.approx(1.5 * 0.4)


@given(st.floats(0.0, 1.0), st.floats(-5.0, 5.0), st.floats(0.0, 5.0), st.floats(0.0, 5.0))
def test_triangular_values_are_the_inverse_of_their_distribution(u: float, low: float, up: float, more: float) -> None:
    mode, high = low + up, low + up + more
    value = triangular(u, low, mode, high)

    assert low - 1e-9 <= value <= high + 1e-9
    if high - low > 1e-3:
        assert stats.triang((mode - low) / (high - low), low, high - low).cdf(value) == pytest.approx(u, abs=1e-6)


def test_grids_are_combined_and_the_same_samples_stand_at_each_place(data: GasData) -> None:
    axes = {
        "weather": {"kind": "grid", "field": "weather", "values": ("2018", "2019")},
        "left": {"kind": "uniform", "field": f"{STOP}.remaining_share", "low": 0.0, "high": 1.0},
        "share": {"kind": "grid", "field": f"{SAVING}.share", "values": (0.0, 0.05, 0.1)},
    }
    study = prepare(plan(axes=axes, samples=4), data)
    rows = [study.values(case) for case in range(study.count)]

    assert study.count == 24
    assert [(row["weather"], row["share"]) for row in rows[::4]] == [
        (weather, share) for weather in ("2018", "2019") for share in (0.0, 0.05, 0.1)
    ]
    assert [row["left"] for row in rows[:4]] == [row["left"] for row in rows[20:]]


@settings(max_examples=20, deadline=None)
@given(samples=st.integers(1, 70), size=st.integers(1, 20), seed=st.integers(0, 5))
def test_every_case_is_in_one_chunk_with_cases_of_its_own_weather(samples: int, size: int, seed: int) -> None:
    study = PreparedSweep(plan(samples=samples, chunk=size, seed=seed), *_world())
    positions = study.positions()
    found = [chunk.cases for chunk in chunks(study, positions)]

    assert sorted(np.concatenate(found).tolist()) == list(range(samples))
    assert max(map(len, found)) <= size
    for part in found:
        assert 1 == len({study.value("weather", positions["weather"][case]) for case in part})


@settings(max_examples=20, deadline=None)
@given(samples=st.integers(1, 40), seed=st.integers(0, 5))
def test_cases_follow_the_shortest_tree_that_joins_them(samples: int, seed: int) -> None:
    axes = {name: plan().model_dump()["axes"][name] for name in ("cut_date", "left", "lng")}
    study = PreparedSweep(plan(samples=samples, chunk=50, seed=seed, axes=axes), *_world())
    positions = study.positions()
    places = np.hstack(list(positions.values()))
    far = np.abs(places[:, None] - places[None]).sum(axis=-1)
    (chunk,) = chunks(study, positions)
    before = chunk.cases[chunk.after[1:]]

    assert chunk.after[0] == -1
    assert (chunk.after < np.arange(samples)).all()
    shortest = nx.minimum_spanning_tree(nx.from_numpy_array(far)).size(weight="weight")
    assert far[chunk.cases[1:], before].sum() == pytest.approx(shortest)


def test_cases_at_one_place_are_joined(data: GasData) -> None:
    study = prepare(plan(samples=4, chunk=4, axes={"pipe": plan().model_dump()["axes"]["pipe"]}), data)
    (chunk,) = chunks(study, {"pipe": np.full((4, 2), 1.0 - 1e-9)})

    assert sorted(chunk.cases.tolist()) == [0, 1, 2, 3]


def test_an_outage_that_does_not_come_keeps_no_neighbours_apart(data: GasData) -> None:
    study = prepare(plan(samples=40, chunk=10), data)
    positions = study.positions()
    never = np.array([study.value("pipe", place) is None for place in positions["pipe"]])
    moved = {**positions, "pipe": np.where(never[:, None], [[1.0 - 1e-9, 0.5]], positions["pipe"])}

    assert never.sum() > 20
    assert all(study.value("pipe", place) is None for place in moved["pipe"][never])
    for here, there in zip(chunks(study, positions), chunks(study, moved), strict=True):
        assert here.cases.tolist() == there.cases.tolist()


_WORLD: list[Any] = []


def _world() -> tuple[Any, Any]:
    if not _WORLD:
        study = prepare(plan(), load_data())
        _WORLD[:] = [study.base, study.data]
    return _WORLD[0], _WORLD[1]


# --- plans -------------------------------------------------------------------------------------------------------


def test_the_plans_that_come_with_the_data_hold_against_it(data: GasData) -> None:
    chosen = load_plan(find_plan("winter_risk", data.root))
    study = prepare(chosen, data)

    assert (study.points, study.count) == (1024, 2048)
    assert study.base.foresight == "surprise"
    assert all(axis.note for axis in chosen.axes.values())


UNKNOWN = {
    "lng_limt": "key 'field', value 'lng_limt': not a field that can vary",
    "measures.full stp.start": "no measure 'full stp' in full_cutoff_with_savings; did you mean 'full stop'?",
    "measures.full stop.remaining": "supply_cut has no key 'remaining'; did you mean 'remaining_share'?",
    "measures.full stop.remaining_share": "axis 'a', value '2.0': measure 2 (supply_cut 'full stop'), key "
    "'remaining_share', value '2.0': must be at most 1; it is a share: write 0.02 for 2 %",
    "weather": "key 'weather', value '0.0': must be text; put it in quotes",
}


@pytest.mark.parametrize("field", UNKNOWN)
def test_a_field_that_does_not_fit_is_told_before_anything_is_solved(field: str, data: GasData) -> None:
    with pytest.raises(ScenarioError) as error:
        prepare(plan(axes={"a": {"kind": "uniform", "field": field, "low": 0.0, "high": 2.0}}), data)

    assert any(UNKNOWN[field] in problem for problem in error.value.problems), error.value.problems


def test_all_problems_of_a_plan_are_told_at_once(data: GasData) -> None:
    axes = {
        "a": {"kind": "outage", "asset": "norway_feilds"},
        "b": {"kind": "data", "parameter": "tie_braek"},
        "c": {"kind": "grid", "field": "weather", "values": ("2017",)},
        "d": {"kind": "grid", "field": "weather", "values": ("2018",)},
    }
    with pytest.raises(ScenarioError) as error:
        prepare(plan(axes=axes), data)

    told = "\n".join(error.value.problems)
    assert "axis 'a', key 'asset', value 'norway_feilds': no row of outage_rates.csv; did you mean 'norway_f" in told
    assert "axis 'b', key 'parameter', value 'tie_braek'" in told
    assert "key 'field', value 'weather': set by two axes; keep one" in told


def test_a_plan_that_is_not_there_is_told_with_those_that_are(data: GasData) -> None:
    with pytest.raises(ScenarioError, match=r"no such file, and no plan of this name .* did you mean 'winter_risk'"):
        find_plan("winter_rsk", data.root)


def test_the_base_may_be_a_file_beside_the_plan(data: GasData, tmp_path: Path) -> None:
    text = 'title = "t"\ndescription = "d"\nbased_on = "reference"\nresolution = "month"\n'
    (tmp_path / "mine.toml").write_text(text, encoding="utf-8")
    plan_text = 'title = "t"\nbase = "mine.toml"\n[axes.w]\nkind = "grid"\nfield = "weather"\nvalues = ["2017"]\n'
    (tmp_path / "plan.toml").write_text(plan_text, encoding="utf-8")

    study = prepare(load_plan(tmp_path / "plan.toml"), data)

    assert study.base.id == "mine"
    assert study.base.resolution == "month"


def test_kinds_are_told_apart_by_name() -> None:
    chosen = plan()
    assert isinstance(chosen.axes["left"], Uniform)
    assert isinstance(chosen.axes["lng"], Triangular)


def test_a_world_taken_over_from_a_neighbour_is_the_one_built_anew(data: GasData) -> None:
    first = with_changes(load_scenario("reference", data.root), resolution="month")
    vintage = data.at(first.as_of)
    near = (first, base_case(vintage, first))
    for changed in (
        {"lng_price_factor": 1.3},
        {"lng_limit_twh_per_year": 900.0},
        {"lng_case": "low"},
        {"weather": "cold_1_in_20", "lng_price_factor": 0.8},
    ):
        scenario = with_changes(first, **changed)
        anew, taken = (compile_model(build_model(base_case(vintage, scenario, known))) for known in (None, near))
        assert taken.equals(anew)
        assert not taken.equals(compile_model(build_model(near[1])))
