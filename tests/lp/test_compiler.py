"""The compiler gives the matrix that Pyomo itself would give, row by row."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import numpy as np
import pyomo.environ as pyo
import pytest
from hypothesis import HealthCheck, given, note, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal
from pyomo.util.check_units import assert_units_consistent
from toy_network import network

from energy_model.lp import ArrayParam, Compiler, LazyModel, SolveError, compile_model, solve


def assert_same_as_plain(m: LazyModel) -> None:
    """The expanded matrix equals the one made row by row, which is made second so that it cannot lend a hand."""
    with nothing_compiled_index_by_index():
        expanded = compile_model(m)
    assert [] == expanded.differences(compile_model(m, method="plain"))


@contextmanager
def nothing_compiled_index_by_index() -> Iterator[None]:
    """Turn the compiler's warning of the slow path into a failure."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(
            logging.getLogger("energy_model.lp.compile"), "warning", lambda *args: pytest.fail(args[0] % args[1:])
        )
        yield


# --- expanded against plain -----------------------------------------------------------------------------------------


def test_network_model_is_the_same_expanded_and_plain_without_a_single_row_or_column_object():
    m = network()
    expanded = compile_model(m)

    assert [] == [row for con in m.component_objects(pyo.Constraint) for row in con._data]
    assert ["level[0]"] == [v.name for var in m.component_objects(pyo.Var) for v in var._data.values() if v.fixed]
    assert [] == expanded.differences(compile_model(m, method="plain"))


def pieces(m: LazyModel) -> list:
    """Ways to write a term of a rule over (n, t); all linear."""
    return [
        lambda n, t: m.x[n, t],
        lambda n, t: m.x[n, t - 1] * m.size[n],
        lambda n, t: -m.y[t] / (m.size[n] + 7),
        lambda n, t: sum(m.z[a, b, t] for a, b in m.pairs),
        lambda n, t: sum(m.z[a, b, t] * m.rate[a, t] for a, b in m.pairs_of[n]),
        lambda n, t: sum(m.rate[a, s] * m.x[a, s] for a in m.near[n] for s in m.T),
        lambda n, t: 3 * sum(2 * m.x[a, t] - m.size[a] for a in m.near[n]),
        lambda n, t: m.total[n] - t,
        lambda n, t: m.average + m.weight * m.w,
        lambda n, t: m.x[m.twin[n], t] * t**2,
        lambda n, t: m.y[m.T.last()] - m.y[m.T.first()] - m.size["b"] + (m.x["a", t] + 1) * (m.size[n] - 2),
        lambda n, t: pyo.exp(m.size[n] / 10) * m.w + sum(m.size[a] for a in m.N),
        lambda n, t: m.size[n] * m.rate[n, t],
        lambda n, t: 0 * m.w + 4,
        lambda n, t: m.z["a", m.twin[n], t] if False else m.w - m.x[n, t],
    ]


small = st.integers(-3, 3).map(float)
chosen = st.lists(st.integers(0, 14), max_size=4)


@st.composite
def models(draw: st.DrawFn) -> LazyModel:
    """Models made of every way to write a rule: labels, tuples, ragged sets, shifts, ranges, fixed variables."""
    m = LazyModel()
    m.N = pyo.Set(initialize=draw(st.permutations(["a", "b", 7])))
    periods = draw(st.integers(1, 3))
    m.T, m.T0 = pyo.RangeSet(1, periods), pyo.RangeSet(0, periods)
    pairs = [("a", "b"), ("b", 7), ("a", "a"), (7, "a")]
    m.pairs = pyo.Set(dimen=2, initialize=draw(st.lists(st.sampled_from(pairs), unique=True)))
    m.pairs_of = pyo.Set(m.N, dimen=2, initialize={n: [p for p in m.pairs if n in p] for n in m.N})
    m.near = pyo.Set(
        m.N, within=m.N, initialize={n: draw(st.lists(st.sampled_from(["a", "b", 7]), unique=True)) for n in m.N}
    )
    m.size = ArrayParam(m.N, values=draw(st.lists(small, min_size=3, max_size=3)))
    m.rate = pyo.Param(
        m.N, m.T, initialize={(n, t): draw(small) for n in m.N for t in m.T}, default=0.0, mutable=draw(st.booleans())
    )
    m.twin = ArrayParam(
        m.N,
        values=np.array([["a", "b", 7][i] for i in draw(st.lists(st.integers(0, 2), min_size=3, max_size=3))], object),
    )
    m.weight = pyo.Param(initialize=draw(small), mutable=True)
    m.x = pyo.Var(m.N, m.T0, bounds=lambda m, n, t: (m.size[n] - 3 * t, None))
    m.y = pyo.Var(m.T, domain=pyo.NonNegativeReals, bounds=(-1, 4))
    m.z = pyo.Var(m.pairs, m.T, bounds=lambda m, a, b, t: (-t, m.size[a] + 8))
    m.w = pyo.Var(bounds=(None, 9))
    m.total = pyo.Expression(m.N, rule=lambda m, n: sum(m.x[n, t] for t in m.T) + m.size[n])
    m.average = pyo.Expression(rule=lambda m: sum(m.y[t] for t in m.T) / 2)
    terms = pieces(m)

    def side(picked: list[int], n: object, t: object) -> object:
        return sum(terms[i](n, t) for i in picked) if picked else 2.0

    def relation(kind: str, left: object, right: object) -> object:
        return {"eq": lambda: left == right, "le": lambda: left <= right, "ge": lambda: left >= right}[kind]()

    for number in range(draw(st.integers(1, 3))):
        left, right, kind = draw(chosen.filter(bool)), draw(chosen), draw(st.sampled_from(["eq", "le", "ge", "range"]))
        note(f"c{number}: {left} {kind} {right}")

        def rule(m, n, t, left=left, right=right, kind=kind):
            if kind == "range":
                return (m.size[n] - 9, side(left, n, t) + m.w, 9)
            return relation(kind, side(left, n, t) + m.w, side(right, n, t))

        m.add_component(f"c{number}", pyo.Constraint(m.N, m.T, rule=rule))
    m.one = pyo.Constraint(rule=lambda m: sum(m.z[a, b, t] for a, b in m.pairs for t in m.T) + m.w <= m.weight)
    goal = draw(chosen)
    m.goal = pyo.Objective(
        rule=lambda m: m.w + sum(side(goal, n, t) for n in m.N for t in m.T), sense=draw(st.sampled_from([1, -1]))
    )
    for index in draw(st.lists(st.sampled_from(list(m.T0)), unique=True, max_size=2)):
        m.x["a", index].fix(draw(small), skip_validation=True)
    return m


@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(models())
def test_any_model_is_the_same_expanded_and_plain(m):
    assert_same_as_plain(m)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(models(), st.lists(st.lists(small, min_size=3, max_size=3), min_size=1, max_size=3), st.data())
def test_compiled_again_with_other_numbers_any_model_is_the_one_compiled_anew(m, sizes, data):
    compiler = Compiler(m)
    assert compiler.matrix().equals(compile_model(m))
    for size in sizes:
        m.size.store(size)
        m.weight.set_value(size[0])
        if data.draw(st.booleans()):
            m.twin.store(np.array(data.draw(st.permutations(["a", "b", 7])), object))
        if data.draw(st.booleans()):
            m.y[1].fix(size[1], skip_validation=True)
        again, anew = compiler.matrix(), compile_model(m)
        # What is added up at one place is added up in another order.
        assert_allclose(again.value, anew.value, rtol=1e-14)
        assert replace(again, value=anew.value).equals(anew)


def test_a_rule_that_asked_for_one_number_sees_the_next_one_too():
    m = network()
    m.roof = ArrayParam(m.N, values=3.0)
    m.low = pyo.Constraint(m.T, rule=lambda m, t: m.level[t] <= m.roof["DE"])
    m.least = pyo.Constraint(m.T, rule=lambda m, t: m.level[t] <= float(m.roof.array.max()))
    compiler = Compiler(m)
    compiler.matrix()
    m.roof.store(2.0)

    for name in ("low", "least"):
        assert_array_equal(2.0, np.unique(compiler.matrix().block_array("row_upper", name)))


def test_a_parameter_declared_again_has_the_new_values_and_must_keep_its_sets():
    m = network()
    m.roof = roof = ArrayParam(m.N, values=3.0)
    m.roof = ArrayParam(m.N, values=2.0)
    assert m.roof is roof
    assert_array_equal(2.0, np.unique(roof.array))
    m.roof = ArrayParam(m.N, values={"DE": 4.0}, default=1.0)
    assert m.roof["DE"] == 4.0
    assert 1.0 in roof.array
    m.other = ArrayParam(m.N, values=2.0)
    with pytest.raises(ValueError, match="other is part of a model already"):
        m.roof = m.other
    with pytest.raises(ValueError, match="roof is declared again in"):
        m.roof = ArrayParam(m.N, values=2.0, units=pyo.units.day)
    with pytest.raises(ValueError, match="roof is declared again over other sets"):
        m.roof = ArrayParam(m.T, values=2.0)
    with pytest.raises(ValueError, match="roof is declared again over other sets"):
        m.roof = ArrayParam(m.N, m.T, values=2.0)


TRAPS = {
    "compares an index with a label": lambda m, n, t: m.flow["north", t] <= (1 if n == "DE" else 2),
    "compares the other way": lambda m, n, t: m.flow["north", t] <= (1 if n != "DE" else 2),
    "looks an index up in a list": lambda m, n, t: m.flow["north", t] <= (1 if n in ["DE"] else 2),
    "looks an index up in a set": lambda m, n, t: m.flow["north", t] <= (1 if t in m.T0 else 2),
    "looks an index up in a dictionary": lambda m, n, t: m.flow["north", t] <= {"DE": 1, "CZ": 2, "PL": 3}[n],
    "orders an index": lambda m, n, t: m.flow["north", t] <= (1 if t > 2 else 2),
    "tests a parameter": lambda m, n, t: m.flow["north", t] <= (1 if m.demand[n, t] > 2 else 2),
    "asks whether a set is empty": lambda m, n, t: m.flow["north", t] <= (1 if m.pipes_in[n] else 2),
    "filters a sum": lambda m, n, t: sum(m.flow[p, t] for p in m.P if p != "north") <= 1,
    "takes the largest member inside a sum": lambda m, n, t: sum(m.flow[p, max(m.T)] for p in m.P) <= 1,
    "asks for the previous member": lambda m, n, t: m.level[m.T0.prev(t)] <= 1,
    "loops with a statement": lambda m, n, t: [m.flow[p, t] for p in m.P][-1] <= 1,
    "sums a list": lambda m, n, t: sum([m.flow[p, t] for p in m.P]) <= 1,
    "sums with a start": lambda m, n, t: sum((m.flow[p, t] for p in m.P), m.level[0]) <= 1,
    "sums a map": lambda m, n, t: sum(map(lambda p: m.flow[p, t], m.P)) <= 1,  # noqa: C417
    "uses quicksum": lambda m, n, t: pyo.quicksum(m.flow[p, t] for p in m.P) <= 1,
    "sums an empty list": lambda m, n, t: m.level[t] + sum(term for term in []) <= 1,
    "skips some indices": lambda m, n, t: pyo.Constraint.Skip if n == "DE" else m.level[t] <= 1,
    "multiplies with a fixed variable": lambda m, n, t: m.level[0] * m.level[t] <= 1,
}


@pytest.mark.parametrize("trap", TRAPS)
def test_a_rule_that_must_know_its_index_is_compiled_plainly_named_in_a_warning_and_never_misread(trap, caplog):
    m = network()
    m.trap = pyo.Constraint(m.N, m.T, rule=TRAPS[trap])

    with caplog.at_level(logging.WARNING, "energy_model.lp"):
        matrix = compile_model(m)

    assert ["trap is compiled"] == [record.getMessage()[:16] for record in caplog.records]
    reference = network()
    rows = {(n, t): TRAPS[trap](reference, n, t) for n in reference.N for t in reference.T}
    reference.trap = pyo.Constraint(
        reference.N, reference.T, rule={index: row for index, row in rows.items() if row is not pyo.Constraint.Skip}
    )
    assert [] == matrix.differences(compile_model(reference, method="plain"))


def test_first_and_last_member_of_a_set_can_be_used_in_a_sum():
    m = network()
    m.trap = pyo.Constraint(
        m.N,
        rule=lambda m, n: sum(m.flow[p, m.T.last()] - m.flow[p, m.T.first()] for p in m.pipes_in[n]) + m.level[0] <= 1,
    )
    assert_same_as_plain(m)


def test_bounds_that_cannot_run_on_placeholders_are_read_plainly(caplog):
    m = network()
    m.extra = pyo.Var(m.N, m.T, bounds=lambda m, n, t: (0, 5 if n == "DE" else 3))
    matrix = compile_model(m)

    assert ["extra"] == [record.getMessage().split()[0] for record in caplog.records]
    assert_array_equal([[5] * 4, [3] * 4, [3] * 4], matrix.block_array("col_upper", "extra"))


def test_a_rule_that_is_wrong_fails_as_in_pyomo():
    m = network()
    m.wrong = pyo.Constraint(m.T0, rule=lambda m, t: m.level[t - 1] >= 0)
    with pytest.raises(KeyError, match="-1"):
        compile_model(m)


# --- the model stays Pyomo ------------------------------------------------------------------------------------------


def test_looking_at_one_row_builds_that_row_alone():
    m = network()
    assert "CZ" in str(m.balance["CZ", 2].expr)
    assert [("CZ", 2)] == list(m.balance._data)
    assert 12 == len(m.balance)
    assert 12 == len(list(m.balance.values()))


def test_an_ordinary_concrete_model_compiles_to_the_same_matrix(monkeypatch):
    lazy = compile_model(network())
    monkeypatch.setattr(LazyModel, "add_component", pyo.ConcreteModel.add_component)
    ordinary = network()
    assert 12 == len(ordinary.balance._data)
    assert [] == lazy.differences(compile_model(ordinary))


@pytest.mark.parametrize(
    "change",
    [
        lambda m: m.balance["DE", 2].deactivate(),
        lambda m: m.balance["DE", 2].set_value(m.level[2] == 3),
        lambda m: m.balance.deactivate(),
        lambda m: m.flow["north", 2].fix(1.5),
        lambda m: m.flow["north", 2].setub(0.5),
        lambda m: m.flow.fix(1.0),
        lambda m: m.volume_limit.__delitem__(("RU", "DE")),
        lambda m: m.cost.set_value(m.level[1]),
        lambda m: m.demand.store(2.0),
        lambda m: m.cost.deactivate(),
    ],
)
def test_what_is_changed_on_the_model_by_hand_is_compiled(change):
    m = network()
    before = compile_model(m)
    change(m)
    after = compile_model(m)

    assert before.differences(after)
    assert [] == after.differences(compile_model(m, method="plain"))


def test_a_rule_that_skips_for_a_plain_reason_has_no_rows_and_others_keep_theirs():
    m = network()
    m.none = pyo.Constraint(m.N, rule=lambda m, n: pyo.Constraint.Skip)
    m.single_none = pyo.Constraint(rule=lambda m: pyo.Constraint.Skip)
    m.some = pyo.Constraint(m.T, rule=lambda m, t: m.level[t] >= 1 if t == 2 else pyo.Constraint.Skip)
    matrix = compile_model(m)

    assert (0, 0, 1) == tuple(matrix.rows[name].size for name in ("none", "single_none", "some"))
    assert_array_equal([np.nan, 1, np.nan, np.nan], matrix.block_array("row_lower", "some"))
    assert [] == matrix.differences(compile_model(m, method="plain"))


def test_units_are_consistent_and_a_bound_is_converted_to_the_unit_of_its_variable():
    gwh, day = pyo.units.GW * pyo.units.hour, pyo.units.day
    m = LazyModel()
    m.T = pyo.RangeSet(1, 3)
    m.days = ArrayParam(m.T, values=7.0, units=day, doc="Length of a period")
    m.capacity = ArrayParam(m.T, values=[1000.0, 2000.0, 0.0], units=gwh / day)
    m.volume = pyo.Param(initialize=9.0, units=pyo.units.TW * pyo.units.hour)
    m.flow = pyo.Var(m.T, bounds=lambda m, t: (0, m.capacity[t]), units=pyo.units.TW * pyo.units.hour / day, doc="Flow")
    m.limit = pyo.Constraint(rule=lambda m: sum(m.days[t] * m.flow[t] for t in m.T) <= m.volume)
    m.cost = pyo.Objective(rule=lambda m: sum(m.days[t] * m.flow[t] for t in m.T), sense=pyo.maximize)
    matrix = compile_model(m)

    assert_allclose([1.0, 2.0, 0.0], matrix.block_array("col_upper", "flow"))
    assert_units_consistent(m)
    assert [] == matrix.differences(compile_model(m, method="plain"))
    assert pytest.approx(9.0) == solve(matrix).objective


def test_empty_sets_make_no_rows_no_columns_and_no_warning():
    m = network()
    m.targets = pyo.Set(initialize=[])
    m.places = pyo.Set(m.targets, dimen=2, initialize={})
    m.goal = ArrayParam(m.targets, values=np.empty(0))
    m.missing = pyo.Var(m.targets, bounds=lambda m, g: (0, m.goal[g]))
    m.target = pyo.Constraint(m.targets, rule=lambda m, g: sum(m.supply[k, n, 1] for k, n in m.places[g]) >= m.goal[g])
    m.total = pyo.Constraint(rule=lambda m: sum(m.goal[g] * m.missing[g] for g in m.targets) + m.level[1] <= 3)
    assert_same_as_plain(m)


def test_an_array_parameter_reads_as_any_other_parameter():
    m = LazyModel()
    m.N, m.T = pyo.Set(initialize=["DE", "PL"]), pyo.RangeSet(2)
    m.plain = ArrayParam(m.N, m.T, values=np.arange(4).reshape(2, 2))
    m.priced = ArrayParam(m.N, values={"PL": 3.0}, default=1.0, units=pyo.units.day)

    assert 3.0 == m.plain["PL", 2]
    assert [("DE", 1), ("DE", 2), ("PL", 1), ("PL", 2)] == list(m.plain)
    m.priced["DE"] = 8.0
    assert_array_equal([8.0, 3.0], m.priced.array)
    m.priced.store([5.0, 6.0])
    assert 5.0 == pyo.value(m.priced["DE"])
    with pytest.raises(KeyError):
        m.plain["FR", 1]
    with pytest.raises(ValueError, match=r"plain_2.*\(3,\)"):
        m.plain_2 = ArrayParam(m.N, values=[1.0, 2.0, 3.0])
    with pytest.raises(ValueError, match="no default"):
        m.plain_3 = ArrayParam(m.N, values={"PL": 3.0})


@pytest.mark.parametrize(
    ("spoil", "words"),
    [
        (lambda m: m.add_component("b", pyo.Var(m.N, domain=pyo.Binary)), "b is not continuous"),
        (lambda m: m.add_component("b", pyo.Objective(expr=0)), "cost, b"),
        (lambda m: m.add_component("b", pyo.Constraint(m.T, rule=lambda m, t: m.level[t] ** 2 <= 1)), "not linear"),
        (lambda m: m.add_component("b", pyo.LogicalConstraint(expr=True)), "LogicalConstraint"),
        (lambda m: m.demand.store(np.nan), r"demand has no value \(or nan\) at \('DE', 1\).* and 9 more"),
        (lambda m: m.level[1].fix(None), "has no value"),
    ],
)
def test_what_is_not_a_linear_programme_is_refused_by_name(spoil, words):
    m = network()
    spoil(m)
    with pytest.raises(SolveError, match=words):
        compile_model(m)


def test_a_strict_inequality_is_refused_by_pyomo_itself():
    m = network()
    m.b = pyo.Constraint(m.T, rule=lambda m, t: m.level[t] < 1)
    with pytest.raises(ValueError, match="strict"):
        compile_model(m)


def test_pyomo_is_as_before_after_a_rule_has_run_as_a_template():
    import builtins

    m = network()
    before = (builtins.sum, pyo.Set.__iter__ if hasattr(pyo.Set, "__iter__") else None, vars(type(m.T)).get("first"))
    compile_model(m)
    m.trap = pyo.Constraint(m.N, m.T, rule=TRAPS["compares an index with a label"])
    compile_model(m)

    assert before == (
        builtins.sum,
        pyo.Set.__iter__ if hasattr(pyo.Set, "__iter__") else None,
        vars(type(m.T)).get("first"),
    )
    assert 1 == m.T.first()
    assert 1 in m.T
    assert 3 == sum(map(len, ["a", "bc"]))


def test_another_thread_keeps_its_sum_while_a_rule_runs_as_a_template():
    """As the bar of a sweep does, which is drawn while a case is compiled beside it."""
    m, heard = LazyModel(), []
    m.T = pyo.RangeSet(3)
    m.x = pyo.Var(m.T)

    def rule(m, t):
        heard.append(ThreadPoolExecutor(1).submit(lambda: (sum(iter([1, 2]), 3), sum(n for n in ()))).result())
        return m.x[t] <= sum(m.x[k] for k in m.T)

    m.row = pyo.Constraint(m.T, rule=rule)
    matrix = compile_model(m)

    assert heard == [(6, 0)]
    assert matrix.shape == (3, 3)


def test_a_reference_to_variables_or_rows_adds_none_of_its_own():
    m = network()
    before = compile_model(m)
    m.shown = pyo.Reference(m.flow["north", :])
    m.rows_shown = pyo.Reference(m.balance["DE", :])
    assert [] == before.differences(compile_model(m))


def test_the_examples_of_the_page_run():
    page = Path(__file__).parents[2] / "docs" / "compiler.md"
    examples = re.findall(r"^```python\n(.*?)^```", page.read_text(encoding="utf-8"), flags=re.M | re.S)
    assert 5 == len(examples)
    known: dict = {}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(SolveError, "_instead", None)
        exec("\n".join(examples), known)
        with pytest.raises(known["OurError"], match="no variable or constraint 'wind'"):
            known["matrix"].values(known["matrix"].cost, "wind")
