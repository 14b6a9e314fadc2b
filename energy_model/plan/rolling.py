"""Plans made month by month: each decides its month, and the gas it leaves in store has the value of the months ahead.

Nobody knows the weather to come, nor the LNG. A plan sees its month as it is, and behind it a table of values
(:mod:`energy_model.plan.outlook`) that is made anew at each announcement, and each month from what the last months have
shown. What plans decided for the periods before stays, with all it used up.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

import numpy as np

from energy_model import fast
from energy_model.lp import Matrix, Solution
from energy_model.lp.matrix import inner
from energy_model.model.lng_world import FORGONE, answer_with_lag
from energy_model.model.periods import is_by_part
from energy_model.plan.bands import SMALLEST_GWH, bands, valued
from energy_model.plan.outlook import Outlook, duties
from energy_model.plan.sharing import Shared, share
from energy_model.plan.solved import Expected, Solved, Stage, stage_of, values_of
from energy_model.plan.stages import Decisions, Step
from energy_model.plan.window import LEVEL, Window, case_of, put_back, undecided, window
from energy_model.scenario import Case, Scenario
from energy_model.timeline import DAY
from energy_model.units import DAYS_OF_YEAR

TARGET, EUROPE, VOLUME, SUPPLY = "filling_target", "europe_total", "supply_limit", "supply"
BALANCE = "balance"
NEARLY = 5e-3
"""Share of the working gas by which a level may be missed: a fifth of a step of the table."""

Ahead = Callable[[Step, np.ndarray, date], Outlook]
"""Makes the outlook of a plan: what is known, the gas in each store, and the day."""


@dataclass
class _State:
    """What has been decided so far, in vectors over the problem that is known now.

    ``unaware`` is the day of the last news, the case that was known before it, and what buyers of LNG outside Europe
    had planned then.
    """

    whole: Matrix
    case: Case
    vectors: Mapping[str, np.ndarray]
    stages: list[Stage] = field(default_factory=list)
    expected: list[Expected] = field(default_factory=list)
    last: Solution | None = None
    unaware: tuple[date, Case, Mapping[str, np.ndarray]] | None = None


def solve_rolling(
    scenario: Scenario,
    steps: Iterable[Step],
    ahead: Ahead,
    usual: np.ndarray,
    compile_case: Callable[[Case], Matrix],
    *,
    plain: bool = False,
) -> Solved:
    """Solve a scenario plan by plan.

    Parameters
    ----------
    steps : iterable of Step
        What becomes known, and when; each step's case has a boundary at the beginning of every month.
    ahead : callable
        Makes the outlook of a plan.
    usual : ndarray, shape (stores, 12)
        Filling at the beginning of each calendar month in the years before; not a number where nobody observed it.
    """
    state: _State | None = None
    known = list(steps)
    for number, step in enumerate(known):
        state = _begun(state, step, compile_case(step.case))
        line = step.case.timeline
        first = line.boundary_at(step.since)
        until = line.boundary_at(known[number + 1].since) if number + 1 < len(known) else len(line)
        for start, end in windows(line.starts, first, until):
            _plan(state, scenario, step, ahead, usual, (start, end), plain)
    assert state is not None  # there is always a first step
    return _solved(state, scenario, known[-1])


def windows(starts: Sequence[date], first: int, until: int) -> Iterator[tuple[int, int]]:
    """Periods of each plan, from ``first`` on: to the end of the calendar month; the last begins before ``until``."""
    while first < until:
        end = next((k for k in range(first + 1, len(starts)) if starts[k].day == 1), len(starts))
        yield first, end
        first = end


def _begun(before: _State | None, step: Step, whole: Matrix) -> _State:
    """The state on the day of a step: the past as it was decided, in the problem that is known now."""
    vectors = undecided(whole)
    if before is None:
        return _State(whole, step.case, vectors)
    first = step.case.timeline.boundary_at(step.since)
    for kind, own in (("columns", "columns"), ("reduced", "columns"), ("duals", "rows")):
        for name, block in getattr(whole, own).items():
            other = getattr(before.whole, own).get(name)
            if other is None or other.shape[:-1] != block.shape[:-1] or not block.shape:
                continue
            old, new = before.whole.values(before.vectors[kind], name), whole.values(vectors[kind], name)
            if name == LEVEL:
                new[..., : first + 1] = old[..., : first + 1]
            elif is_by_part(name):
                parts = step.case.timeline.parts_before(first)
                new[..., :parts] = old[..., :parts]
            elif old.shape[-1] == len(before.case.timeline) and new.shape[-1] == len(step.case.timeline):
                new[..., :first] = old[..., :first]
            vectors[kind][block.slice] = new.ravel() if block.places is None else new.ravel()[block.places]
    unaware = (step.since, before.case, _planned_outside(before, step.since)) if step.is_news else before.unaware
    if unaware is not None:
        whole = answer_with_lag(whole, step.case, *unaware)
    return replace(before, whole=whole, case=step.case, vectors=vectors, unaware=unaware)


def _planned_outside(before: _State, since: date) -> dict[str, np.ndarray]:
    """What buyers of LNG outside Europe give up in the months ahead, if they go on as in the month before the news."""
    part, line = before.case.lng_world, before.case.timeline
    if part is None:
        return {}
    parts = line.parts_before(line.boundary_at(since))
    share = part.share_of(before.whole.values(before.vectors["columns"], FORGONE.name))
    usual = part.share_of(part.limits(np.zeros(share.shape[-1]))[0])
    share[..., parts:] = share[..., parts - 1 : parts] if parts else usual
    return {FORGONE.name: share * part.width}


def _plan(
    state: _State, scenario: Scenario, step: Step, ahead: Ahead, usual: np.ndarray, at: tuple[int, int], plain: bool
) -> None:
    """Decide one window."""
    first, end = at
    line, since = state.case.timeline, state.case.timeline.starts[first]
    stock = np.maximum(state.whole.values(state.vectors["columns"], LEVEL)[:, first], 0.0)
    outlook = ahead(step, stock, since)
    day = line.end + DAY if end == len(line) else line.starts[end]
    part = window(known_targets(state.whole, state.case, since), state.vectors["columns"], line, first, end)
    own = case_of(state.case, first, end)
    behind = bands(outlook, own, stock, since, day, usual, _last_price(state, first))
    supply, days = state.case.supply, line.days[:first]
    taken = state.whole.values(state.vectors["columns"], SUPPLY)[:, :first]
    left_of = supply.volume - (supply.use[:, :first] * taken) @ days
    due = with_least_takes(lng_of_the_window(part.matrix, state.case, first, end), own, left_of)
    matrix = valued(due, behind, end - first)
    found = Shared(matrix, *fast.optimum(matrix, own, plain=plain))
    solution = share(scenario.allocation, found, own, 0, plain=plain).solution
    put_back(Window(part.matrix, part.columns, part.rows), solution, state.vectors)
    state.last = solution
    state.stages.append(replace(stage_of(solution, own, 0), first_period=first + 1))
    left = state.whole.values(state.vectors["columns"], LEVEL)[:, end]
    prices = matrix.values(solution.row_dual[: matrix.n_rows], BALANCE)
    state.expected.append(expected(outlook, own, stock, left, day, usual, prices))


def _last_price(state: _State, first: int) -> np.ndarray | None:
    """Price of the period before a plan, EUR/MWh, shape (N,); ``None`` on the first day."""
    if first == 0:
        return None
    duals = state.whole.values(state.vectors["duals"], BALANCE)
    return np.asarray(duals[:, first - 1] / state.case.timeline.days[first - 1])


def known_targets(whole: Matrix, case: Case, since: date) -> Matrix:
    """The problem without filling targets that nobody knows of yet."""
    late = np.array([target.known_on is not None and target.known_on > since for target in case.storage.targets])
    if not late.any():
        return whole
    return whole.with_rows(TARGET, lower=np.where(late, -np.inf, whole.block_array("row_lower", TARGET)))


def lng_of_the_window(part: Matrix, case: Case, first: int, end: int) -> Matrix:
    """The problem in which LNG that a month did not take is gone: each window has the even part of its days."""
    if EUROPE not in part.rows:
        return part
    by_month = case.timeline.month_days
    share = by_month[:, first:end].sum(axis=1) / np.maximum(by_month.sum(axis=1), 1.0)
    return part.with_rows(EUROPE, upper=float(case.lng.europe_limit @ share))


def with_least_takes(part: Matrix, own: Case, left: np.ndarray) -> Matrix:
    """The problem in which the part of a volume that a window has is at least what is to be taken in it.

    Volumes are shared between months as their highest rates are; a month whose flows were found has no swing above
    them, and its part would be less than what came.

    Parameters
    ----------
    own : Case
        With the periods of the window.
    left : ndarray, shape (steps,)
        Volume of each step of supply that is not used up, GWh.
    """
    if own.supply_by_month is None or VOLUME not in part.rows:
        return part
    least = own.supply_by_month.least(own.supply.labels, own.supply.rate)
    taking = [own.supply.labels.index(str(label)) for label in own.supply_by_month.step]
    limit = part.block_array("row_upper", VOLUME)
    use = own.supply.use[taking]
    due = np.minimum((use * least) @ own.timeline.days, np.maximum(left[taking], 0.0))
    limit[taking] = np.maximum(limit[taking], due)
    return part.with_rows(VOLUME, upper=limit)


def expected(
    outlook: Outlook,
    case: Case,
    stock: np.ndarray,
    left: np.ndarray,
    day: date,
    usual: np.ndarray,
    duals: np.ndarray,
) -> Expected:
    """What a plan expects of the day on which the stores of the largest zone are usually fullest.

    Parameters
    ----------
    case : Case
        With the periods of the plan.
    stock : ndarray, shape (stores,)
        Gas in each store when the plan begins.
    left : ndarray, shape (stores,)
        The same when it ends.
    day : date
        End of the plan.
    duals : ndarray, shape (nodes, periods)
        Of the balances of the plan.
    """
    since, days = case.timeline.start, case.timeline.days
    zone = outlook.zones[0]
    working = sum(float(case.storage.working_gas[part.stores].sum()) for part in outlook.leading)
    full = _fullest(outlook, case, usual, outlook.month(day))
    paths = _paths(outlook, stock, since, full)
    weight = np.outer(outlook.tables[zone.name].chances.weather, outlook.tables[zone.name].chances.lng)
    values = outlook.values(zone.name, day)
    markets = case.is_market & case.inside(zone.name)
    asked = case.demand.rate[markets].sum(axis=1)
    return Expected(
        decided_on=since,
        zone=zone.name,
        day=outlook.case.timeline.starts[full],
        mean_share=float((weight * paths).sum() / weight.sum()) / working,
        lowest_share=float(paths.min()) / working,
        highest_share=float(paths.max()) / working,
        valued_on=day,
        values_eur_per_mwh=tuple(values.tolist()),
        marginal_cost_eur_per_mwh=float(
            (duals[markets] * asked).sum() / max(float((asked @ days).sum()), SMALLEST_GWH)
        ),
        stock_value_eur_per_mwh=_at_level(values, left[zone.stores], case.storage.working_gas[zone.stores]),
        below_duty_probability=below_duty(outlook, stock, since, weight),
    )


def below_duty(outlook: Outlook, stock: np.ndarray, since: date, weight: np.ndarray) -> float:
    """Weight of the branches that miss the highest duty of the twelve months ahead.

    A duty counts if the stores under it hold more than half of the group's working gas; all are filled alike. Not a
    number if none is known.

    Parameters
    ----------
    stock : ndarray, shape (stores,)
        Gas in each store on the day of the plan, ``since``.
    weight : ndarray, shape (W, L)
    """
    gas = outlook.case.storage.working_gas
    mine = {int(s) for part in outlook.leading for s in part.stores}
    whole = float(gas[sorted(mine)].sum())
    owed: dict[date, float] = {}
    held: dict[date, float] = {}
    for target in duties(outlook.case, since):
        if (
            since < target.date <= since.replace(day=1) + timedelta(days=DAYS_OF_YEAR + 1)
            and set(target.storages) <= mine
        ):
            owed[target.date] = owed.get(target.date, 0.0) + target.level_gwh
            held[target.date] = held.get(target.date, 0.0) + float(gas[list(target.storages)].sum())
    common = {day: owed[day] / held[day] for day in owed if held[day] > whole / 2.0}
    if not common:
        return float("nan")
    day = max(common, key=lambda one: common[one])
    reached = _paths(outlook, stock, since, outlook.month(day)) / whole
    return float((weight * (reached < common[day] - NEARLY)).sum() / weight.sum())


def _paths(outlook: Outlook, stock: np.ndarray, since: date, until: int) -> np.ndarray:
    """Gas in the stores of the largest zone, on both sides of its bottleneck, at the beginning of a month, (W, L).

    Parameters
    ----------
    stock : ndarray, shape (stores,)
        Gas in each store on the morning of ``since``.
    until : int
        Number of the month; one that has begun by then is that of ``since``.
    """
    (month, left), central = outlook.case.timeline.at_hand(since), outlook.fan.central
    parts = [(outlook.tables[part.name], float(stock[part.stores].sum())) for part in outlook.leading]
    return np.asarray(sum(table.paths(month, level, central, max(until, month), left) for table, level in parts))


def _at_level(values: np.ndarray, stock: np.ndarray, gas: np.ndarray) -> float:
    """Value of the next unit at a filling, between the middles of the steps."""
    middle = (np.arange(len(values)) + 0.5) / len(values)
    return float(np.interp(stock.sum() / max(float(gas.sum()), SMALLEST_GWH), middle, values))


def _fullest(outlook: Outlook, case: Case, usual: np.ndarray, first: int) -> int:
    """Number of the next month, of the twelve from ``first`` on, that begins with the fullest stores in usual years."""
    mine = outlook.zones[0].stores
    gas = case.storage.working_gas[mine]
    share = np.nan_to_num(usual[mine], nan=0.0)
    by_month = (gas @ share) / max(float(gas.sum()), 1e-9)
    starts = outlook.case.timeline.starts
    months = range(first, min(first + 12, len(starts)))
    return max(months, key=lambda t: by_month[starts[t].month - 1])


def _solved(state: _State, scenario: Scenario, step: Step) -> Solved:
    """The plans put together."""
    whole, case, vectors = state.whole, state.case, state.vectors
    assert state.last is not None  # a horizon has a period
    columns = vectors["columns"]
    objective = inner(whole.cost, columns) + whole.cost_offset
    solution = replace(
        state.last,
        objective=objective,
        col_value=columns,
        col_dual=vectors["reduced"],
        row_value=whole.coefficients @ columns,
        row_dual=vectors["duals"],
        basis=None,
    )
    return Solved(
        scenario=scenario,
        case=case,
        values=values_of(whole, solution, case),
        duals={name: whole.values(vectors["duals"], name) for name in whole.rows},
        reduced_costs={name: whole.values(vectors["reduced"], name) for name in whole.columns},
        objective_keur=objective,
        stages=tuple(state.stages),
        matrix=Decisions.of(whole, solution).frozen(whole, case.timeline.boundary_at(step.since), case.timeline),
        solution=solution,
        expected=tuple(state.expected),
    )
