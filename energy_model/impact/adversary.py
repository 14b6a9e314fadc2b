"""The other side's view: which cut, by routes and dates, hurts most for the revenue it costs the seller.

A leader-follower game: the seller closes a set of routes from a day on, Europe answers with its cheapest plan. The
leader's choices are few, so the game is solved exactly by going through all of them, each warm-started from the last.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd

from energy_model.data.provenance import price_sources
from energy_model.data.sellers import route_names
from energy_model.impact.answer import Answer
from energy_model.impact.best_response import Follower, Outcome
from energy_model.impact.registry import question
from energy_model.impact.study import Study
from energy_model.impact.subject import PIPELINE, node_names
from energy_model.impact.whole_plans import to_the_end
from energy_model.results.shortage import in_words
from energy_model.timeline import day_words

MOST_ROUTES = 4
"""Routes that are closed in every combination: the seller's largest; others stay open."""
EVERY_MONTHS = 4
"""Step between the days on which a cut may begin."""
SOME_TWH = 0.05
"""Harm below this is the solver's rounding."""
NOTHING_GWH = 50.0
NAME = "Worst cut"


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


def routes_from(study: Study) -> dict[str, tuple[str, ...]]:
    """The seller's largest routes by name, by what they carry from its own border in the reference, as pipelines.

    A route that ends on the way is named after the place where it ends; a seller with few routes has its pipelines.
    """
    case, about = study.before.case, study.subject
    lines = case.pipelines
    sent = study.before.values["flow"] @ case.timeline.days
    carrying = (case.nodes[lines.from_node] == about.seller) & (sent > NOTHING_GWH)
    table = pd.DataFrame(
        {"line": lines.id, "route": lines.route, "name": lines.name, "to": case.nodes[lines.to_node], "sent": sent}
    )[carrying]
    if table["route"].nunique() >= MOST_ROUTES:
        names = route_names(study.data)
        to = dict(zip(table["to"].unique(), node_names(study.data, table["to"].unique()), strict=True))
        ends = ~table["route"].isin(about.routes)
        table["name"] = table["route"].map(names).fillna(table["route"]).mask(ends, table["to"].map(to))
        table = table.sort_values("route", key=lambda route: route.map({name: k for k, name in enumerate(names)}))
    groups = table.groupby("name", sort=False).agg(lines=("line", tuple), sent=("sent", "sum"))
    largest = groups["sent"].sort_values(ascending=False, kind="stable").index[:MOST_ROUTES]
    return {_short(str(name)): tuple(one) for name, one in groups["lines"].items() if name in largest}


def _short(name: str) -> str:
    """A name without what follows a comma or stands in brackets.

    >>> _short("Land A, entry from the east"), _short("Land B (transit)")
    ('Land A', 'Land B')
    """
    return name.split(",")[0].split(" (")[0]


def aims_of(study: Study) -> dict[str, str]:
    """Whom a cut may hurt, in words, and the field of :class:`Outcome` that says how much."""
    about = study.subject
    return {about.country_name: "country_twh", about.where: "region_twh", "every market, in money": "cost_eur_bn"}


def every_cut(
    study: Study, routes: Mapping[str, tuple[str, ...]] | None = None, begins: Sequence[date] | None = None
) -> list[Cut]:
    """Every set of routes, closed from every day to the end of the horizon, with Europe's answer.

    Parameters
    ----------
    routes : mapping of str to tuple of str, optional
        Pipelines of each route by its name; default is :func:`routes_from`.
    begins : sequence of date, optional
        Boundaries between periods; default is :func:`default_days`.
    """
    follower = Follower(study)
    routes = routes_from(study) if routes is None else routes
    days = default_days(study) if begins is None else begins
    names = list(routes)
    cuts = []
    for day in days:
        start = follower.start
        for chosen in _neighbours(len(names)):
            closed = tuple(name for name, on in zip(names, chosen, strict=True) if on)
            lines = np.isin(follower.case.pipelines.id, [line for name in closed for line in routes[name]])
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


def worst_by_budget(cuts: Sequence[Cut], aim: str) -> list[Cut]:
    """The cuts that do more harm than every cut that costs no more, by rising loss of revenue: a Pareto frontier."""
    kept: list[Cut] = []
    for cut in sorted(cuts, key=lambda one: (one.lost_eur_bn, -getattr(one.change, aim), one.routes, one.begins)):
        if getattr(cut.change, aim) > (getattr(kept[-1].change, aim) if kept else 0.0) + SOME_TWH:
            kept.append(cut)
    return kept


@question("adversary", place=180)
@to_the_end
def adversary(study: Study) -> Answer:
    """Answer which cut of the seller does most harm for the revenue it costs."""
    about, months = study.subject, study.months
    question = f"Which cut would hurt Europe most, for what it costs {about.name}?"
    routes = routes_from(months) if about.channel == PIPELINE else {}
    if not routes:
        why = f"{about.name} sends no gas by pipeline in the reference, so there is no route that it could close."
        return Answer.not_applicable(NAME, question, why)
    cuts = every_cut(months, routes)
    fronts = {name: worst_by_budget(cuts, aim) for name, aim in aims_of(study).items()}
    days = default_days(months)
    return Answer(
        name=NAME,
        question=question,
        words=_words(study, fronts),
        tables={
            **{
                f"The worst cut for {name}, by revenue lost": _table(study, front)
                for name, front in fronts.items()
                if front
            },
            f"Every set of routes closed from {day_words(days[0])}": _table(
                study, sorted((cut for cut in cuts if cut.begins == days[0]), key=lambda cut: cut.lost_eur_bn)
            ),
        },
        method=(
            f"Leader and follower. {about.name} closes a set of its {len(routes)} largest routes ({'; '.join(routes)})"
            " at its own border, without warning, from a day to the end of the horizon; Europe answers with its"
            " cheapest plan from that day on, what came before being fixed as the reference decided it. All"
            f" {len(cuts)} cuts are solved, in months. Harm is more curtailment than in the reference, TWh over the"
            " horizon, or more cost, bn EUR: gas, transport, storage, voluntary reduction and curtailment, the"
            " seller's gas at the price paid, less stock at the end. Revenue is gas sold by pipeline times s x forward"
            " curve + (1 - s) x last known export price, s the share of the contract price that follows the hub. A cut"
            " stands in a table if none that costs the seller as much or less does more harm: read it as 'with this"
            " budget, the worst is'."
        ),
        caveats=(
            "A cut raises the price of what is still sold. Revenue is at the forward curve of the day, so what"
            " the seller gains on the rest is left out and the loss is an upper value.",
            "A cut that begins later costs less also because the horizon ends. Compare routes by cuts of one date.",
            "No reversal, no partial flow, no answer of Europe but its cheapest plan; nobody is held to keep gas at"
            " home. Smaller routes stay open.",
            "It says what a cut can do, not what anybody intends.",
        ),
        sources=price_sources(study.data),
    )


def _table(study: Study, cuts: Sequence[Cut]) -> pd.DataFrame:
    about = study.subject
    return pd.DataFrame(
        {
            "routes closed": [", ".join(cut.routes) for cut in cuts],
            "from": [day_words(cut.begins) for cut in cuts],
            "revenue_lost_eur_bn": [cut.lost_eur_bn for cut in cuts],
            f"{about.country_key}_unserved_twh": [cut.change.country_twh for cut in cuts],
            f"{about.region_key}_unserved_twh": [cut.change.region_twh for cut in cuts],
            "cost_to_europe_eur_bn": [cut.change.cost_eur_bn for cut in cuts],
        }
    )


def _words(study: Study, fronts: Mapping[str, Sequence[Cut]]) -> str:
    aims = list(aims_of(study).items())[:2]
    return " ".join(_front_in_words(study, name, fronts[name], aim) for name, aim in aims)


def _front_in_words(study: Study, name: str, front: Sequence[Cut], aim: str) -> str:
    if not front:
        return f"No set of routes, from no day, leaves anybody in {name} unserved."
    least, most = front[0], front[-1]
    half = [cut for cut in front if cut.lost_eur_bn <= 0.5 * most.lost_eur_bn]
    text = (
        f"The cheapest cut that leaves somebody in {name} unserved closes {_named(least)} and costs"
        f" {study.subject.name}"
        f" {least.lost_eur_bn:,.0f} bn EUR of revenue; the worst of all closes {_named(most)}, costs"
        f" {most.lost_eur_bn:,.0f} bn EUR and leaves {getattr(most.change, aim):,.0f} TWh more"
        f" unserved{_in_all(study, most, aim)}."
    )
    if half and half[-1] is not least:
        text += (
            f" For half of that the worst is {_named(half[-1])}: {getattr(half[-1].change, aim):,.0f} TWh for"
            f" {half[-1].lost_eur_bn:,.0f} bn EUR."
        )
    return text


def _in_all(study: Study, cut: Cut, aim: str) -> str:
    """All that goes short under a cut, as a part of a sentence."""
    where = study.country_mask if aim == "country_twh" else study.region_mask
    return f", in all {in_words(cut.change.short_in(where))}" if cut.change.short_in is not None else ""


def _named(cut: Cut) -> str:
    head, last = cut.routes[:-1], cut.routes[-1]
    return f"{', '.join(head)} and {last}" * bool(head) + last * (not head) + f" from {day_words(cut.begins)}"
