"""The other side's view: which cut, by routes and dates, hurts most for the revenue it costs Russia.

Leader and follower: Russia closes a set of routes from a day on, Europe answers with its cheapest plan. The leader's
choices are few, so the game is solved exactly by going through all of them, each warm-started from the last.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd

from energy_model.impact.answer import Answer
from energy_model.impact.follower import Follower, Outcome
from energy_model.impact.study import Study
from energy_model.results.headline import RUSSIAN_SUPPLIER
from energy_model.timeline import day_words

ROUTES: Mapping[str, tuple[str, ...]] = {
    "Nord Stream 1": ("nord_stream_1",),
    "Belarus": ("belarus",),
    "Ukraine": ("ukraine_transit",),
    "TurkStream": ("turkstream_2",),
}
"""Groups of routes by which Russia delivers to Europe: their lines from Russia are closed together. Finland and the
Baltic states keep theirs."""
EVERY_MONTHS = 4
"""Step between the days on which a cut may begin."""
SOME_TWH = 0.05
"""Harm below this is the solver's rounding."""
AIMS = {"Germany": "germany_twh", "the EU27": "eu_twh", "every market, in money": "cost_eur_bn"}


@dataclass(frozen=True)
class Cut:
    """A move of the leader and its outcome against the baseline."""

    routes: tuple[str, ...]
    begins: date
    change: Outcome

    @property
    def lost_eur_bn(self) -> float:
        """Revenue it costs the leader."""
        return -self.change.revenue_eur_bn


def every_cut(
    study: Study, routes: Mapping[str, tuple[str, ...]] = ROUTES, begins: Sequence[date] | None = None
) -> list[Cut]:
    """Every set of routes, closed from every day to the end of the horizon, with Europe's answer.

    Parameters
    ----------
    begins : sequence of date, optional
        Boundaries between periods; default is :func:`default_days`.
    """
    follower = Follower(study)
    days = default_days(study) if begins is None else begins
    names = list(routes)
    cuts = []
    for day in days:
        start = follower.start
        for chosen in _neighbours(len(names)):
            closed = tuple(name for name, on in zip(names, chosen, strict=True) if on)
            lines = _lines(follower, [route for name in closed for route in routes[name]])
            first = follower.case.timeline.boundary_at(day)
            upper, lower = (follower.matrix.block_array(side, "flow") for side in ("col_upper", "col_lower"))
            upper[lines, first:] = lower[lines, first:] = 0.0
            matrix = follower.matrix.with_columns("flow", lower=lower, upper=upper)
            outcome, start = follower.after_matrix(matrix, follower.case, day, start)
            cuts.append(Cut(closed, day, outcome.less(follower.nothing)))
    return cuts


def default_days(study: Study) -> list[date]:
    """Days on which a cut may begin: the first month after the day of the vintage, and every fourth from there."""
    starts = study.before.case.timeline.starts
    return [day for day in starts if day > study.scenario.as_of and day.day == 1][::EVERY_MONTHS]


def _neighbours(count: int) -> list[tuple[bool, ...]]:
    """Every set but the empty one, each differing from the one before in one member (Gray code)."""
    codes = [number ^ (number >> 1) for number in range(1, 2**count)]
    return [tuple(bool(code >> place & 1) for place in range(count)) for code in codes]


def _lines(follower: Follower, routes: Sequence[str]) -> np.ndarray:
    lines = follower.case.pipelines
    from_russia = follower.case.nodes[lines.from_node] == RUSSIAN_SUPPLIER
    return np.asarray(np.isin(lines.route, routes) & from_russia)


def worst_by_budget(cuts: Sequence[Cut], aim: str) -> list[Cut]:
    """The cuts that do more harm than every cut that costs no more, by rising loss of revenue: a Pareto frontier."""
    kept: list[Cut] = []
    for cut in sorted(cuts, key=lambda one: (one.lost_eur_bn, -getattr(one.change, aim), one.routes, one.begins)):
        if getattr(cut.change, aim) > (getattr(kept[-1].change, aim) if kept else 0.0) + SOME_TWH:
            kept.append(cut)
    return kept


def adversary(study: Study) -> Answer:
    """Answer which Russian cut does most harm for the revenue it costs."""
    cuts = every_cut(study.months)
    fronts = {name: worst_by_budget(cuts, aim) for name, aim in AIMS.items()}
    days = default_days(study.months)
    return Answer(
        name="Worst cut",
        question="Which cut would hurt Europe most, for what it costs Russia?",
        words=_words(fronts),
        tables={
            **{f"The worst cut for {name}, by revenue lost": _table(front) for name, front in fronts.items()},
            f"Every set of routes closed from {day_words(days[0])}": _table(
                sorted((cut for cut in cuts if cut.begins == days[0]), key=lambda cut: cut.lost_eur_bn)
            ),
        },
        method=(
            "Leader and follower. Russia closes a set of routes (Nord Stream 1; Belarus with Yamal; Ukraine;"
            " TurkStream) at its own border, without warning, from a day to the end of the horizon; Europe answers with"
            " its cheapest plan from that day on, what came before being fixed as the reference decided it. All"
            f" {len(cuts)} cuts are solved, in months. Harm is more curtailment than in the reference, TWh over the"
            " horizon, or more cost, bn EUR: gas, transport, storage, voluntary reduction and curtailment, Russian gas"
            " at the price paid, less stock at the end. Revenue is gas sold by pipeline times s x forward curve + (1 -"
            " s) x last known Russian export price, s the share of the contract price that follows the hub. A cut"
            " stands in a table if none that costs Russia as much or less does more harm: read it as 'with this budget,"
            " the worst is'."
        ),
        caveats=(
            "A cut raises the price of what is still sold. Revenue is at the forward curve of the day, so what"
            " Russia gains on the rest is left out and the loss is an upper value.",
            "A cut that begins later costs less also because the horizon ends. Compare routes by cuts of one date.",
            "No reversal, no partial flow, no answer of Europe but its cheapest plan; nobody is held to keep gas at"
            " home. Finland and the Baltic states keep their own lines.",
            "It says what a cut can do, not what anybody intends.",
        ),
        sources=("exchange_quotes_2022_01", "press_gazprom_price"),
    )


def _table(cuts: Sequence[Cut]) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "routes closed": [", ".join(cut.routes) for cut in cuts],
            "from": [day_words(cut.begins) for cut in cuts],
            "revenue_lost_eur_bn": [cut.lost_eur_bn for cut in cuts],
            "germany_unserved_twh": [cut.change.germany_twh for cut in cuts],
            "eu27_unserved_twh": [cut.change.eu_twh for cut in cuts],
            "cost_to_europe_eur_bn": [cut.change.cost_eur_bn for cut in cuts],
        }
    )


def _words(fronts: Mapping[str, Sequence[Cut]]) -> str:
    parts = [_front_in_words(name, fronts[name], AIMS[name]) for name in ("Germany", "the EU27")]
    return " ".join(parts)


def _front_in_words(name: str, front: Sequence[Cut], aim: str) -> str:
    if not front:
        return f"No set of routes, from no day, leaves anybody in {name} unserved."
    least, most = front[0], front[-1]
    half = [cut for cut in front if cut.lost_eur_bn <= 0.5 * most.lost_eur_bn]
    text = (
        f"The cheapest cut that leaves somebody in {name} unserved closes {_named(least)} and costs Russia"
        f" {least.lost_eur_bn:,.0f} bn EUR of revenue; the worst of all closes {_named(most)}, costs"
        f" {most.lost_eur_bn:,.0f} bn EUR and leaves {getattr(most.change, aim):,.0f} TWh unserved."
    )
    if half and half[-1] is not least:
        text += (
            f" For half of that the worst is {_named(half[-1])}: {getattr(half[-1].change, aim):,.0f} TWh for"
            f" {half[-1].lost_eur_bn:,.0f} bn EUR."
        )
    return text


def _named(cut: Cut) -> str:
    head, last = cut.routes[:-1], cut.routes[-1]
    return f"{', '.join(head)} and {last}" * bool(head) + last * (not head) + f" from {day_words(cut.begins)}"
