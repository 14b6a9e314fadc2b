"""Why a case cannot be solved, in words: what is asked, and the limits that leave no room for it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date

import numpy as np

from energy_model.errors import InfeasibleError
from energy_model.lp import Block, Matrix
from energy_model.lp.clash import TOLERANCE, Clash, clashes
from energy_model.model.build import build_model
from energy_model.model.periods import is_by_period
from energy_model.scenario.case import Case
from energy_model.scenario.lng_world import LngWorld
from energy_model.timeline import DAY, day_words

SHOWN = 12
"""Limits of a contradiction that are listed, those that matter most first."""
CONTRADICTIONS = 6
"""Contradictions that are listed."""
REMEDY = "lower what is asked, or raise one of the limits; in tables and in measures alike"
RATE, VOLUME = "GWh/d", "GWh"

Names = Mapping[str, str]
Labels = Callable[[Case, Names], list[str]]


@dataclass(frozen=True)
class _Words:
    """How a bound is said: of what (the first axis of its block), from below and from above."""

    of: Labels
    low: str
    high: str
    unit: str = RATE


def _place(code: str, names: Names) -> str:
    return f"{names[code]} ({code})" if code in names else code


def _pipelines(case: Case, names: Names) -> list[str]:
    lines, nodes = case.pipelines, case.nodes
    ends = zip(lines.id, lines.name, nodes[lines.from_node], nodes[lines.to_node], strict=True)
    return [
        f"pipeline {code}{'' if name == code else f' ({name})'} from {_place(a, names)} to {_place(b, names)}"
        for code, name, a, b in ends
    ]


def _steps(case: Case, names: Names) -> list[str]:
    at = case.nodes[case.supply.node]
    return [f"step {step} in {_place(n, names)}" for step, n in zip(case.supply.labels, at, strict=True)]


def _cargoes(case: Case, names: Names) -> list[str]:
    ports = zip(case.lng.route_exporter, case.nodes[case.lng.route_node], strict=True)
    return [f"LNG of {exporter} to {_place(node, names)}" for exporter, node in ports]


def _terminals(case: Case, names: Names) -> list[str]:
    at = case.nodes[case.lng.terminal_node]
    return [f"terminal {name} in {_place(n, names)}" for name, n in zip(case.lng.terminal, at, strict=True)]


def _stores(case: Case, names: Names) -> list[str]:
    at = case.nodes[case.storage.node]
    return [f"storage {name} in {_place(n, names)}" for name, n in zip(case.storage.id, at, strict=True)]


def _markets(case: Case, names: Names) -> list[str]:
    return [_place(code, names) for code in case.nodes[case.is_market]]


def _lng_steps(case: Case, names: Names) -> list[str]:
    return [f"LNG step {step}" for step in case.lng.labels]


def _curves(kind: str) -> Labels:
    def of(case: Case, names: Names) -> list[str]:
        owners = case.storage.curve_storage[case.storage.curve_kind == kind]
        return [_stores(case, names)[s] for s in owners]

    return of


def _low_calorific(case: Case, names: Names) -> list[str]:
    assert case.low_calorific is not None, "only a case with such gas has its rows"
    return [_place(str(code), names) for code in case.nodes[case.low_calorific.node]]


def _world(case: Case) -> LngWorld:
    assert case.lng_world is not None, "only a case with a world market has its rows"
    return case.lng_world


def _lng_exporters(case: Case, names: Names) -> list[str]:
    return [f"LNG exporter {_place(str(code), names)}" for code in _world(case).exporter]


def _lng_buyers(case: Case, names: Names) -> list[str]:
    return [f"buyer of LNG {code}" for code in _world(case).buyer]


def _basins(case: Case, names: Names) -> list[str]:
    return [f"buyers of LNG in the basin {code}" for code in _world(case).basin]


def _months(case: Case, names: Names) -> list[str]:
    return [f"LNG of all importers in {month}" for month in case.timeline.months]


def _all_lng(case: Case, names: Names) -> list[str]:
    return ["LNG of all importers over the horizon"]


_COLUMNS = {
    "flow": _Words(_pipelines, "has to carry at least", "can carry at most"),
    "supply": _Words(_steps, "has to give at least", "gives at most"),
    "lng_supply": _Words(_lng_steps, "has to give at least", "gives at most"),
    "cargo": _Words(_cargoes, "has to be at least", "is allowed up to"),
    "world_cargo": _Words(_lng_exporters, "has to ship elsewhere at least", "can ship elsewhere at most", VOLUME),
    "world_forgone": _Words(_lng_buyers, "has to give up at least", "gives up at most", VOLUME),
    "sendout": _Words(_terminals, "has to send out at least", "can send out at most"),
    "injection": _Words(_stores, "has to take in at least", "can take in at most"),
    "withdrawal": _Words(_stores, "has to give at least", "can give at most"),
    "level": _Words(_stores, "has to hold at least", "can hold at most", VOLUME),
    "voluntary": _Words(_markets, "reduces its demand by at least", "can reduce its demand by at most"),
    "curtailment": _Words(_markets, "has to be cut by at least", "can be cut by at most"),
    "low_calorific_converted": _Words(
        _low_calorific, "has to convert at least", "can convert to low-calorific gas at most"
    ),
}
_ROWS = {
    "balance": _Words(_markets, "has to be supplied with, or cut by,", "uses at most"),
    "supply_limit": _Words(_steps, "has to give at least", "gives at most", "GWh over the horizon"),
    "lng_limit": _Words(_lng_steps, "has to give at least", "gives at most", "GWh over the horizon"),
    "world_ability": _Words(_lng_exporters, "has to load at least", "can load at most", VOLUME),
    "world_balance": _Words(_basins, "want", "take at most", VOLUME),
    "europe_month": _Words(_months, "has to be at least", "is at most", VOLUME),
    "low_calorific_balance": _Words(_low_calorific, "needs low-calorific gas of at least", "takes at most"),
    "europe_total": _Words(_all_lng, "has to be at least", "is at most", VOLUME),
    "withdrawal_curve": _Words(_curves("withdrawal"), "has to give at least", "can give, when empty, at most"),
    "injection_curve": _Words(_curves("injection"), "has to take in at least", "can take in, when empty, at most"),
}
_CURVES = {"withdrawal_curve": "withdrawal", "injection_curve": "injection"}

_Key = tuple[bool, str, str, str]


@dataclass(frozen=True)
class _Bound:
    """One bound of a contradiction."""

    who: str
    verb: str
    unit: str
    value: float
    period: int | None
    is_asked: bool


def explain(matrix: Matrix, case: Case, first: int = 0, names: Names | None = None) -> InfeasibleError | None:
    """What contradicts itself in a problem compiled from a case; none if some point meets it, but for rounding.

    Parameters
    ----------
    matrix : Matrix
        Of the case; decisions of periods before ``first`` may be frozen in it.
    names : mapping of str to str, optional
        Names of nodes by code.
    """
    fixed = (matrix.col_lower == matrix.col_upper) & (matrix.col_lower != 0.0)
    found = clashes(matrix, last=fixed)
    if not found:
        return None
    told = _Reader(matrix, case, first, names or {}).told(found)
    return InfeasibleError(told[:CONTRADICTIONS], len(told), REMEDY)


class _Reader:
    """Turns contradictions of a matrix into sentences."""

    def __init__(self, matrix: Matrix, case: Case, first: int, names: Names) -> None:
        self._matrix, self._case, self._first, self._names = matrix, case, first, names
        self._docs: dict[str, str] | None = None

    def told(self, found: list[Clash]) -> list[str]:
        """Contradictions in words; those of the same assets in several periods are one."""
        alike: dict[frozenset[_Key], list[tuple[Clash, dict[_Key, list[_Bound]]]]] = {}
        for clash in found:
            groups: dict[_Key, list[_Bound]] = {}
            for bound in self._bounds(clash):
                groups.setdefault((bound.is_asked, bound.who, bound.verb, bound.unit), []).append(bound)
            alike.setdefault(frozenset(groups), []).append((clash, groups))
        return [self._contradiction(several) for several in alike.values()]

    def _contradiction(self, several: list[tuple[Clash, dict[_Key, list[_Bound]]]]) -> str:
        """What is asked and what limits it, each group of bounds in one sentence, those that matter most first."""
        groups = {key: [bound for _, groups in several for bound in groups[key]] for key in several[0][1]}
        order = sorted(groups, key=lambda key: -sum(abs(bound.value) for bound in groups[key]))
        asked = [self._sentence(groups[key]) for key in order if key[0]]
        limits = [self._sentence(groups[key]) for key in order if not key[0]]
        if len(limits) > SHOWN:
            limits = [*limits[:SHOWN], f"{len(limits) - SHOWN} limits more"]
        if not limits:
            limits = [f"nothing else can {'reach' if asked else 'leave'} {self._places(several[0][0])}"]
        missed = sum(self._missed(clash) for clash, _ in several)
        lack = f"; that is {_number(missed)} GWh too much" if missed else ""
        return f"{' and '.join(asked)}, but {'; '.join(limits)}{lack}"

    def _bounds(self, clash: Clash) -> Iterator[_Bound]:
        matrix = self._matrix
        cut = self._cut_whole(clash)
        for blocks, words, parts in (
            (matrix.columns, _COLUMNS, ((clash.columns_low, "low"), (clash.columns_high, "high"))),
            (matrix.rows, _ROWS, ((clash.rows_low, "low"), (clash.rows_high, "high"))),
        ):
            for places, side in parts:
                for block in blocks.values():
                    mine = places[(places >= block.start) & (places < block.start + block.size)]
                    for at in mine:
                        bound = self._bound(block, int(at), side, words.get(block.name), blocks is matrix.rows, cut)
                        if bound is not None:
                            yield bound

    def _bound(
        self, block: Block, at: int, side: str, words: _Words | None, is_row: bool, cut: set[tuple[int, int]]
    ) -> _Bound | None:
        low, high = (getattr(self._matrix, f"{'row' if is_row else 'col'}_{end}")[at] for end in ("lower", "upper"))
        value = float(low if side == "low" else high)
        index, period, labels = self._index(block, at)
        if is_row and (words is None or block.name == "balance") and value == 0.0:
            return None  # what enters is what leaves: no limit by itself
        if block.name in ("balance", "curtailment", "voluntary"):
            market = self._market(block, index)
            if (market, index[-1]) in cut:
                return None
            words = words if words is None else _Words(_markets, words.low, words.high, words.unit)
            who = _place(str(self._case.nodes[self._case.is_market][market]), self._names)
        elif words is not None:
            who = words.of(self._case, self._names)[index[0] if index else 0]
        else:
            who = f"{self._doc(block.name)} ({', '.join(labels)})" if labels else self._doc(block.name)
        verb, is_asked = self._verb(words, side, low, high, is_row, block, period)
        if block.name in _CURVES:
            verb = f"has a {self._line(_CURVES[block.name], index[0])}, which when empty is"
        if side == "low" and value == 0.0:
            return None
        unit = RATE if words is None else words.unit
        return _Bound(who, verb, unit, value, period, is_asked)

    def _verb(
        self, words: _Words | None, side: str, low: float, high: float, is_row: bool, block: Block, period: int | None
    ) -> tuple[str, bool]:
        """The verb of a bound, and whether it asks or limits."""
        if not is_row and low == high != 0.0:
            if block.name == "level" and period == 0:
                return "holds, when the horizon begins,", side == "low"
            if period is not None and period <= self._first:
                day = day_words(self._case.timeline.starts[self._first])
                return f"was fixed before {day} at", side == "low"
        is_asked = low > 0.0 if side == "low" else high < 0.0
        if words is None:
            return ("at least" if side == "low" else "at most"), is_asked
        return (words.low if side == "low" else words.high), is_asked

    def _line(self, kind: str, number: int) -> str:
        stock = self._case.storage
        line = np.flatnonzero(stock.curve_kind == kind)[number]
        empty, full = stock.curve_intercept[line], stock.curve_intercept[line] + stock.curve_slope[line]
        return f"{kind} curve with a line from {empty:.0%} of the rate when empty to {full:.0%} when full"

    def _index(self, block: Block, at: int) -> tuple[tuple[int, ...], int | None, list[str]]:
        """Position along each axis, the period or boundary if the last axis is one, and the other labels."""
        place = at - block.start if block.places is None else int(block.places[at - block.start])
        index = tuple(int(i) for i in np.unravel_index(place, block.shape)) if block.shape else ()
        labels = [axis.labels[i] for axis, i in zip(block.space.axes, index, strict=True)]
        count = len(self._case.timeline)
        last = block.space.axes[-1].labels if block.space.axes else ()
        if last not in (tuple(range(1, count + 1)), tuple(range(count + 1))):
            return index, None, [_label(label) for label in labels]
        return index, int(str(labels[-1])), [_label(label) for label in labels[:-1]]

    def _market(self, block: Block, index: tuple[int, ...]) -> int:
        if block.name != "balance":
            return index[0]
        return int(self._case.is_market[: index[0]].sum()) if self._case.is_market[index[0]] else -1

    def _cut_whole(self, clash: Clash) -> set[tuple[int, int]]:
        """Markets and periods whose demand can be cut or reduced whole: it stands in nobody's way."""
        matrix = self._matrix
        demand = matrix.block_array("row_lower", "balance")[self._case.is_market]
        demand = np.where(np.isfinite(demand), demand, 0.0)  # rows of the past are free
        most = matrix.block_array("col_upper", "curtailment").sum(axis=1)
        most += matrix.block_array("col_upper", "voluntary").sum(axis=1)
        rows = np.zeros(matrix.n_rows, dtype=bool)
        rows[clash.rows_low] = True
        asked = matrix.block("balance").shaped(rows.astype(float))[self._case.is_market] > 0.0
        whole = asked & (most >= demand - TOLERANCE * (1.0 + demand))
        return {(int(n), int(t)) for n, t in np.argwhere(whole)}

    def _sentence(self, group: list[_Bound]) -> str:
        """Bounds of one asset in one sentence: the periods, and the number or the least and the most."""
        who, verb, unit = group[0].who, group[0].verb, group[0].unit
        by_period: dict[int | None, float] = {}
        for bound in group:
            by_period[bound.period] = by_period.get(bound.period, 0.0) + bound.value
        low, high = min(by_period.values()), max(by_period.values())
        value = _number(low) if _number(low) == _number(high) else f"{_number(low)} to {_number(high)}"
        periods = sorted(period for period in by_period if period is not None)
        return f"{who} {verb} {value} {unit}{self._when(periods, unit)}"

    def _when(self, periods: list[int], unit: str) -> str:
        line = self._case.timeline
        if not periods or len(periods) == len(line):
            return ""
        ends = [*line.starts[1:], line.end + DAY]
        if unit == VOLUME:
            days = [line.starts[p] if p < len(line) else line.end + DAY for p in (periods[0], periods[-1])]
            return f" on {day_words(days[0])}" if len(periods) == 1 else _between(days[0], days[1], len(periods))
        first, last = line.starts[periods[0] - 1], ends[periods[-1] - 1] - DAY
        if first == last:
            return f" on {day_words(first)}"
        gaps = periods[-1] - periods[0] + 1 > len(periods)
        return _between(first, last, len(periods) if gaps else None)

    def _missed(self, clash: Clash) -> float:
        """Gas by which what is asked is missed, GWh."""
        days = self._case.timeline.days
        total = 0.0
        for name, block in self._matrix.columns.items():
            if clash.missed[block.slice].any():
                shaped = block.shaped(clash.missed)
                by_period = is_by_period(name)
                total += float((shaped * days).sum() if by_period else np.nansum(shaped))
        return total

    def _places(self, clash: Clash) -> str:
        touched = np.zeros(self._matrix.n_rows)
        touched[clash.rows] = 1.0
        nodes = self._matrix.block("balance").shaped(touched).any(axis=1)
        return ", ".join(_place(str(code), self._names) for code in self._case.nodes[nodes]) or "there"

    def _doc(self, name: str) -> str:
        if self._docs is None:
            model = build_model(self._case)
            self._docs = {block: str(model.component(block).doc) for block in self._blocks() if model.component(block)}
        doc = self._docs.get(name, name.replace("_", " "))
        return doc[:1].lower() + doc[1:]

    def _blocks(self) -> list[str]:
        return [*self._matrix.columns, *self._matrix.rows]


def _label(label: object) -> str:
    return " ".join(map(str, label)) if isinstance(label, tuple) else str(label)


def _between(first: date, last: date, count: int | None) -> str:
    words = f" from {day_words(first)} to {day_words(last)}"
    return words if count is None else f" in {count} periods{words}"


def _number(value: float) -> str:
    digits = 1 if abs(value) >= 10.0 else 3
    text = f"{value:,.{digits}f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
