"""What the tests share: a solved case that is easy to question, small changes to toys, and random small networks."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from hypothesis import strategies as st

from energy_model.fast import optimum
from energy_model.lp import Matrix, Solution, compile_model, solve
from energy_model.model import build_model
from energy_model.model.recompile import Recompiler
from energy_model.plan.foresight import Solved
from energy_model.results.tables import build_tables
from energy_model.scenario.arrays import append_row, arrays_of
from energy_model.scenario.case import SECTORS, Case
from energy_model.scenario.records import FillingTarget
from energy_model.scenario.toy import INDUSTRY, target, toy_case
from energy_model.timeline import Timeline

HOUSEHOLDS = SECTORS.index("households")


@dataclass(frozen=True)
class Answer:
    """A solved case. Rates are GWh/d by period, prices EUR/MWh, cost thousand EUR."""

    case: Case
    matrix: Matrix
    solution: Solution

    @property
    def cost(self) -> float:
        return self.solution.objective

    def of(self, name: str) -> np.ndarray:
        """Columns of a variable over its index sets."""
        return self.matrix.values(self.solution.col_value, name)

    def flow(self, pipeline: str) -> np.ndarray:
        return self.of("flow")[self.case.pipelines.id == pipeline].sum(axis=0)

    def supply(self, supplier: str, step: str = "base") -> np.ndarray:
        mine = (self.case.supply.supplier == supplier) & (self.case.supply.step == step)
        return self.of("supply")[mine].sum(axis=0)

    def sendout(self, node: str) -> np.ndarray:
        return self.of("sendout")[self.case.lng.terminal_node == self.case.node(node)].sum(axis=0)

    def level(self, node: str) -> np.ndarray:
        """Gas in store at the boundaries between periods, GWh."""
        return self.of("level")[self.case.storage.node == self.case.node(node)].sum(axis=0)

    def withdrawn(self, node: str) -> np.ndarray:
        return self.of("withdrawal")[self.case.storage.node == self.case.node(node)].sum(axis=0)

    def injected(self, node: str) -> np.ndarray:
        return self.of("injection")[self.case.storage.node == self.case.node(node)].sum(axis=0)

    def curtailed(self, node: str) -> np.ndarray:
        return self.of("curtailment")[self._market(node)].sum(axis=0)

    def by_tier(self, node: str) -> np.ndarray:
        """Curtailment of each tier, shape (I, T)."""
        first = np.concatenate([[0], np.cumsum(self.case.demand.tier_slices)[:-1]])
        return np.add.reduceat(self.of("curtailment")[self._market(node)], first, axis=0)

    def voluntary(self, node: str) -> np.ndarray:
        """What leaves at each price, shape (prices, T)."""
        return self.of("voluntary")[self._market(node)]

    def price(self, node: str) -> np.ndarray:
        dual = self.matrix.values(self.solution.row_dual, "balance")[self.case.node(node)]
        return dual / self.case.timeline.days

    def capacity_value(self, pipeline: str) -> np.ndarray:
        """What one more MWh of capacity saves."""
        reduced = self.matrix.values(self.solution.col_dual, "flow")[self.case.pipelines.id == pipeline][0]
        return -reduced / self.case.timeline.days

    def _market(self, node: str) -> int:
        return self.case.nodes[self.case.is_market].tolist().index(node)


def answer(case: Case, sliced: bool = False) -> Answer:
    """Build, compile and solve a case; ``sliced`` takes the way scenarios take."""
    return answer_of(case, compile_model(build_model(case)), sliced)


def answer_of(case: Case, matrix: Matrix, sliced: bool = False) -> Answer:
    """Solve a case that is compiled."""
    return Answer(case, matrix, optimum(matrix, case)[0] if sliced else solve(matrix))


def as_solved(found: Answer) -> Solved:
    """A solved case in the form a scenario's solution has; a toy has no scenario."""
    matrix, solution = found.matrix, found.solution
    return Solved(
        scenario=None,  # type: ignore[arg-type]
        case=found.case,
        values={name: matrix.values(solution.col_value, name) for name in matrix.columns},
        duals={name: matrix.values(solution.row_dual, name) for name in matrix.rows},
        reduced_costs={name: matrix.values(solution.col_dual, name) for name in matrix.columns},
        objective_keur=found.cost,
        stages=(),
        matrix=matrix,
        solution=solution,
    )


def tables(found: Answer) -> dict[str, pd.DataFrame]:
    """Result tables of a solved case, with the checks they make."""
    return build_tables(as_solved(found))


def cost(case: Case) -> float:
    """Least cost, thousand EUR."""
    return answer(case).cost


def costs(cases: Iterable[Case]) -> list[float]:
    """Least cost of each case, thousand EUR; where nothing but numbers changes from one to the next these are renewed.

    tests/test_recompile.py holds that a renewed problem is the one compiled anew.
    """
    again = Recompiler()
    return [answer_of(case, again.matrix(case)).cost for case in cases]


def with_lengths(case: Case, days: Sequence[int]) -> Case:
    """The case with periods of the given lengths; volumes stay as they are."""
    starts = np.datetime64(case.timeline.start) + np.concatenate([[0], np.cumsum(days)])
    dates = starts.astype(object)
    return replace(case, timeline=Timeline(tuple(dates[:-1]), (starts[-1] - 1).astype(object)))


def on_steps(case: Case, steps: int) -> Case:
    """The case with each period cut into equal steps in which the same holds; volumes stay."""
    lengths = np.repeat(case.timeline.days, steps)
    for name, part in case.parts.items():
        values = {key: getattr(part, key) for key in by_period(part)}
        case = case.with_(name, **{key: np.repeat(value, steps, axis=-1) for key, value in values.items()})
    case = with_lengths(case, [int(length) for length in lengths])
    months = case.timeline.month_days.sum(axis=1)
    return case.with_("lng", europe_limit=8.0 * months)


def by_period(part: object) -> list[str]:
    """Fields of a part that have a value for each period."""
    declared = arrays_of(type(part)).items()
    return [name for name, one in declared if one.by_period and getattr(part, name) is not None]


def on_longer_periods(case: Case, line: Timeline) -> Case:
    """The case on periods that are unions of its own: rates, prices and shares are means over gas days."""
    begin = np.searchsorted(case.timeline.first_days, line.first_days)
    days = case.timeline.days
    for name, part in case.parts.items():
        declared = arrays_of(type(part))
        means = {
            key: np.maximum.reduceat(getattr(part, key), begin, axis=-1)
            if declared[key].role == "flag"
            else np.add.reduceat(getattr(part, key) * days, begin, axis=-1) / line.days
            for key in by_period(part)
        }
        case = case.with_(name, **means)
    return replace(case, timeline=line)


def with_step(case: Case, supplier: str, step: str, rate: float, cost: float, volume: float | None = None) -> Case:
    """The case with one more supply step at the supplier's node."""
    whole = rate * float(case.timeline.days.sum())
    said = {
        "supplier": supplier,
        "step": step,
        "node": case.node(supplier),
        "rate": rate,
        "volume": whole if volume is None else volume,
        "cost": cost,
        "hub_link_share": 0.0,
    }
    return replace(case, supply=append_row(case.supply, "supply_steps", **said))


def with_households(case: Case, node: str, rate: float) -> Case:
    """The case with demand of households at a market, beside that of industry."""
    demand = case.demand.rate.copy()
    demand[case.node(node), HOUSEHOLDS] = rate
    return case.with_("demand", rate=demand)


def with_tiers(case: Case, *tiers: tuple[str, int, float, float, bool, int], slope: float = 10.0) -> Case:
    """The case with these curtailment tiers: name, sector, share, cost EUR/MWh, protected?, slices."""
    name, sector, share, price, protected, slices = zip(*tiers, strict=True)
    return case.with_(
        "demand",
        tier_name=np.array(name),
        tier_sector=np.array(sector),
        tier_share=np.array(share),
        tier_cost=np.array(price),
        tier_is_protected=np.array(protected),
        tier_slices=np.array(slices),
        slice_slope=slope,
    )


def with_voluntary(case: Case, *steps: tuple[str, int, float, float]) -> Case:
    """The case with voluntary steps in every node: name, sector, share of the sector, price EUR/MWh."""
    name, sector, share, price = zip(*steps, strict=True)
    shape = (len(case.nodes), len(steps), len(case.timeline))
    return case.with_(
        "demand",
        voluntary_name=np.array(name),
        voluntary_sector=np.array(sector),
        voluntary_share=np.broadcast_to(np.array(share)[None, :, None], shape).copy(),
        voluntary_cost=np.array(price),
    )


def with_contract(case: Case, supplier: str, pipelines: Sequence[str], floor: float, price: float) -> Case:
    """The case with one more take-or-pay contract: floor in GWh, price of gas not taken in EUR/MWh."""
    contracts = case.contracts
    group = tuple(case.pipelines.id.tolist().index(name) for name in pipelines)
    return case.with_(
        "contracts",
        id=np.append(contracts.id, f"{supplier} {len(contracts.id)}"),
        pipelines=(*contracts.pipelines, group),
        supplier=np.append(contracts.supplier, supplier),
        floor=np.append(contracts.floor, floor),
        price=np.append(contracts.price, price),
    )


def with_curve(case: Case, node: str, kind: str, *lines: tuple[float, float]) -> Case:
    """The case with straight lines (intercept, slope) that bound a storage's rate by its filling."""
    stock = case.storage
    owner = int(np.flatnonzero(stock.node == case.node(node))[0])
    return case.with_(
        "storage",
        curve_storage=np.append(stock.curve_storage, [owner] * len(lines)).astype(int),
        curve_kind=np.append(stock.curve_kind, [kind] * len(lines)),
        curve_intercept=np.append(stock.curve_intercept, [line[0] for line in lines]),
        curve_slope=np.append(stock.curve_slope, [line[1] for line in lines]),
    )


def with_targets(case: Case, *targets: FillingTarget) -> Case:
    return case.with_("storage", targets=(*case.storage.targets, *targets))


def in_halves(case: Case, pipeline: int) -> Case:
    """The case with one pipeline replaced by two of half its capacity, side by side."""
    lines, contracts = case.pipelines, case.contracts
    twin, capacity, nameplate = len(lines.id), lines.capacity.copy(), lines.nameplate.copy()
    capacity[pipeline] /= 2.0
    minimum = lines.minimum.copy()
    minimum[pipeline] /= 2.0
    nameplate[pipeline] /= 2.0
    same = ("route", "name", "from_node", "to_node", "cost", "duty", "tie_break", "loss_share")
    fields = {name: getattr(lines, name) for name in same}
    doubled = {name: np.concatenate([values, values[[pipeline]]]) for name, values in fields.items()}
    return case.with_(
        "pipelines",
        id=np.append(lines.id, f"{lines.id[pipeline]} twin"),
        capacity=np.concatenate([capacity, capacity[[pipeline]]]),
        minimum=np.concatenate([minimum, minimum[[pipeline]]]),
        nameplate=np.append(nameplate, nameplate[pipeline]),
        **doubled,
    ).with_(
        "contracts",
        pipelines=tuple((*group, twin) if pipeline in group else group for group in contracts.pipelines),
    )


def everything() -> Case:
    """A toy in which every feature has something to do: three markets, Russia, ships, stores, one contract."""
    case = toy_case(
        demand={"AT": (6.0, 12.0), "DE": (20.0, 40.0), "PL": (5.0, 9.0)},
        pipelines={
            ("RU", "DE"): (18.0, 2.0),
            ("RU", "PL"): (4.0, 1.0),
            ("DE", "AT"): (9.0, 0.5),
            ("PL", "DE"): (3.0, 0.5),
            ("DE", "PL"): (3.0, 0.6),
        },
        supply={"RU": (30.0, 10.0), "DE": (2.0, 5.0)},
        lng={"DE": (6.0, 40.0, 3.0), "PL": (4.0, 40.0, 4.0)},
        storage={"DE": (400.0, 8.0, 12.0, 150.0), "AT": (100.0, 3.0, 4.0, 20.0)},
        periods=2,
        days=28,
    )
    case = with_lengths(case, (31, 28))
    case = with_step(case, "RU", "spot", 6.0, 25.0, volume=150.0)
    case = with_households(case, "DE", 6.0)
    case = with_tiers(
        case,
        ("bulk industry", INDUSTRY, 0.6, 300.0, False, 5),
        ("other industry", INDUSTRY, 0.4, 700.0, False, 3),
        ("households", HOUSEHOLDS, 1.0, 3_000.0, True, 4),
        slope=60.0,
    )
    case = with_voluntary(
        case,
        ("industry at 50", INDUSTRY, 0.05, 50.0),
        ("households at 50", HOUSEHOLDS, 0.02, 50.0),
        ("industry at 120", INDUSTRY, 0.05, 120.0),
    )
    case = with_contract(case, "RU", ["RU>DE", "RU>PL"], 1_000.0, 10.0)
    case = with_curve(case, "DE", "withdrawal", (0.3, 1.4), (0.7, 0.5))
    case = with_curve(case, "AT", "injection", (1.4, -0.8))
    case = with_targets(case, target(case, "DE", 2, 120.0, 150.0), target(case, "AT", 1, 60.0, 20.0))
    months = case.timeline.month_days.sum(axis=1)
    return (
        case.with_("pipelines", loss_share=np.array([0.03, 0.01, 0.0, 0.0, 0.0]))
        .with_("storage", injection_cost=0.6, holding_cost=0.01, cycle_loss_share=0.01)
        .with_("storage", withdrawal_cost=np.full_like(case.storage.withdrawal, 0.3))
        .with_("lng", europe_limit=8.0 * months, monthly_flexibility=1.1, volume=np.array([450.0]))
    )


def _amount(most: int) -> st.SearchStrategy[float]:
    return st.integers(0, most).map(float)


@st.composite
def networks(draw: st.DrawFn, slices: int = 3) -> Case:
    """A random network of one to three markets with whatever features chance gives it."""
    periods, days = draw(st.integers(1, 3)), draw(st.integers(1, 31))
    markets = draw(st.sampled_from([("DE",), ("CZ", "DE"), ("AT", "CZ", "DE")]))
    some = st.sets(st.sampled_from(markets))
    pairs = [(a, b) for a in (*markets, "RU") for b in markets if a != b]
    case = toy_case(
        demand={m: tuple(draw(_amount(20)) for _ in range(periods)) for m in markets},
        pipelines={pair: (draw(_amount(15)), draw(_amount(4))) for pair in pairs if draw(st.booleans())},
        supply={node: (draw(_amount(20)), draw(_amount(30))) for node in sorted({"RU", *draw(some)})},
        lng={m: (draw(_amount(10)), 40.0, draw(_amount(8))) for m in sorted(draw(some))},
        storage={m: (200.0, draw(_amount(8)), draw(_amount(8)), draw(_amount(200))) for m in sorted(draw(some))},
        periods=periods,
        days=days,
    )
    case = with_lengths(case, draw(st.lists(st.integers(1, 31), min_size=periods, max_size=periods)))
    case = with_step(case, "RU", "spot", draw(_amount(10)), 35.0, volume=draw(_amount(300)))
    case = with_households(case, "DE", draw(_amount(10)))
    case = with_tiers(
        case,
        ("industry", INDUSTRY, 0.7, 300.0, False, slices),
        ("core industry", INDUSTRY, 0.3, 800.0, False, 1),
        ("households", HOUSEHOLDS, 1.0, 3_000.0, True, slices),
        slope=60.0,
    )
    case = with_voluntary(case, ("industry", INDUSTRY, draw(st.sampled_from([0.0, 0.1])), 50.0))
    if len(case.pipelines.id) and draw(st.booleans()):
        case = with_contract(case, "RU", [case.pipelines.id[0]], draw(_amount(200)), 12.0)
    for node in case.nodes[case.storage.node]:
        if draw(st.booleans()):
            case = with_curve(case, node, "withdrawal", (0.1, 2.0), (0.6, 0.4))
        if draw(st.booleans()):
            case = with_targets(case, target(case, node, draw(st.integers(1, periods)), draw(_amount(200)), 100.0))
    loss = draw(st.sampled_from([0.0, 0.1]))
    months = case.timeline.month_days.sum(axis=1)
    return (
        case.with_("pipelines", loss_share=np.full(len(case.pipelines.id), loss))
        .with_("storage", injection_cost=0.6, holding_cost=0.01, cycle_loss_share=draw(st.sampled_from([0.0, 0.02])))
        .with_("lng", europe_limit=draw(_amount(20)) * months, monthly_flexibility=draw(st.sampled_from([1.0, 1.25])))
    )


def total_curtailed_gwh(solved: Solved, nodes: Sequence[str] | None = None) -> float:
    """Curtailment over the horizon, of all markets or of some."""
    case = solved.case
    markets = case.nodes[case.is_market]
    chosen = np.ones(len(markets), dtype=bool) if nodes is None else np.isin(markets, nodes)
    return float((solved.values["curtailment"][chosen].sum(axis=1) @ case.timeline.days).sum())
