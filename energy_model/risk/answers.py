"""Risk in the form of an answer: probability of a shortage by country, storage by month, drivers, convergence."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pandas as pd

from energy_model.impact.answer import Answer
from energy_model.risk.decision import NO_CUT, Decision
from energy_model.risk.drivers import drivers
from energy_model.risk.tables import (
    FEWEST,
    SHORT_TWH,
    SOLVED,
    TAIL,
    Sample,
    by_country,
    convergence,
    sample,
    storage_fan,
    weighed,
)
from energy_model.risk.terms import Terms
from energy_model.sweep.columns import UNSERVED
from energy_model.sweep.plan import NoCut
from energy_model.timeline import day_words

SHOWN = 16
"""Countries in the table after the region, those with the largest expected shortage."""
NAMED = 3
TARGET_TWH = 5.0
"""Standard error of the region's expected unserved gas below which a sample is large enough, if none is asked."""


def risk_answers(cases: Sample, target_twh: float = TARGET_TWH, grids: Sequence[str] = ()) -> list[Answer]:
    """All answers on risk from the cases of a sweep.

    Parameters
    ----------
    target_twh : float
        Standard error of the region's expected unserved gas that is small enough.
    grids : sequence of str
        Axes that were not drawn but gone through, in more than one place: every answer warns of them.
    """
    told = [_shortage(cases), _storage(cases), _drivers(cases), _convergence(cases, target_twh)]
    if not grids:
        return told
    warning = (
        f"{', '.join(grids)}: not drawn but gone through, so all places count alike and share their points; errors are"
        " too small, and a probability over places means little. Look at one place at a time."
    )
    return [replace(one, caveats=(warning, *one.caveats)) for one in told]


def _of_the_plan(terms: Terms) -> str:
    """Whose judgement the probabilities are."""
    if terms.no_cut is not None:
        return f"That no cut comes is given {_weight(terms.no_cut)}. Basis: {terms.no_cut.basis}"
    if not terms.event:
        return "Probabilities are those of the plan's distributions, the analyst's judgement."
    return (
        "The plan holds no case without the cut: a probability here says nothing of how likely the cut is. The key"
        " 'no_cut' of a plan adds these cases with their weight (docs/sweeps.md)."
    )


def _weight(no_cut: NoCut) -> str:
    return f"{no_cut.probability:.0%} (low {no_cut.low:.0%}, high {no_cut.high:.0%})"


def _shortage(cases: Sample) -> Answer:
    terms, table = cases.terms, by_country(cases).head(SHOWN + 1)
    tables = {"Shortage and price by country, given the cut, with standard errors": table}
    all_of, worst = table.iloc[0], table.iloc[1 : 1 + NAMED]
    words = (
        f"{terms.given}, customers of {terms.region} are cut at some time {terms.days} in"
        f" {all_of['shortage_probability_percent']:.0f} % of {len(cases):,} cases (standard error"
        f" {all_of['error_of_shortage_probability_percent']:.1f} points), and protected customers in"
        f" {all_of['protected_shortage_probability_percent']:.0f} %. Expected unserved gas is then"
        f" {all_of['expected_unserved_twh']:,.1f} TWh (error {all_of['error_of_expected_unserved_twh']:,.1f}); the mean"
        f" of the worst twentieth of cases is {all_of['cvar95_unserved_twh']:,.0f} TWh."
    )
    if terms.no_cut is not None and len(cases.spared) >= FEWEST:
        mixed = weighed(cases, terms.no_cut)
        tables = {f"{terms.heading} with the cut, without it, and not knowing which": mixed, **tables}
        words += f" {_unconditional(mixed, terms.no_cut)}"
    elif terms.event:
        words += " How likely the cut is, the plan does not say."
    words += f" {terms.knowledge}"
    if len(worst) > 1:
        words += f" Most is expected in {', '.join(worst['country'])}."
    if len(cases.failed):
        words += f" {len(cases.failed):,} further cases have no result and are not counted."
        reasons = cases.failed.groupby("reason", as_index=False)["case"].count()
        tables["Cases without a result, by reason"] = reasons.rename(columns={"case": "cases"})
    return Answer(
        name="Risk",
        question="How likely is a shortage, how large, and for whom?",
        words=words,
        tables=tables,
        method=(
            "Every solved case with the cut counts alike. Probability: share of cases with more than 1 GWh unserved"
            f" over the horizon. CVaR{TAIL:.0%}: mean of the worst twentieth of cases (Rockafellar and Uryasev 2000)."
            " Not knowing whether the cut comes: every point is solved with it and without, and the two are weighed."
            " Price: mean shadow price weighted with demand. Errors are standard errors of independent draws;"
            " quasi-random points are spread more evenly, so they are on the safe side."
        ),
        caveats=(
            _of_the_plan(terms),
            "What no axis varies is taken as known: a probability here is one within the model and its data.",
            "A price holds the cost of unserved gas; where gas is short it is a signal, not a forecast.",
        ),
    )


def outcome(results: pd.DataFrame, terms: Terms) -> list[str]:
    """The result of a sweep in lines for a terminal; none if too few cases are solved."""
    if int(((results["status"] == SOLVED) & results["with_cut"].astype(bool)).sum()) < FEWEST:
        return []
    cases = sample(results, terms)
    short = cases.solved[UNSERVED]
    lines = [
        f"{terms.given}: unserved gas of {terms.region}, mean {short.mean():,.1f} TWh, one in twenty above"
        f" {short.quantile(TAIL):,.1f} TWh; none in {float((short <= SHORT_TWH).mean()):.0%} of {len(cases):,} cases."
    ]
    if terms.no_cut is not None and len(cases.spared) >= FEWEST:
        lines.append(_unconditional(weighed(cases, terms.no_cut), terms.no_cut))
    return [*lines, terms.knowledge]


def _unconditional(mixed: pd.DataFrame, no_cut: NoCut) -> str:
    """Without the cut, and not knowing whether it comes."""
    none = mixed.iloc[1]
    low, central, high = (mixed.iloc[2 + number] for number in range(3))
    key, volume = "shortage_probability_percent", "expected_unserved_twh"
    return (
        f"Without the cut it is {none[key]:.0f} %, with {none[volume]:,.1f} TWh expected. Not knowing whether the cut"
        f" comes, and giving {_weight(no_cut)} to its not coming, the probability of a shortage is {central[key]:.0f} %"
        f" ({high[key]:.0f} to {low[key]:.0f} %) and {central[volume]:,.1f} TWh are expected"
        f" ({high[volume]:,.1f} to {low[volume]:,.1f})."
    )


def _storage(cases: Sample) -> Answer:
    table, terms = storage_fan(cases), cases.terms
    low = table.loc[table["p5_twh"].idxmin()]
    condition = " if the cut comes" if terms.event else ""
    return Answer(
        name="Storage fan",
        question=f"How full are the stores of {terms.region}, month by month, and how bad may it get?",
        words=(
            f"In one case of twenty the stores of {terms.region} hold less than {low['p5_twh']:,.0f} TWh at the end of"
            f" {low['end_of_month']}{condition}; the middle case has {low['p50_twh']:,.0f} and one of twenty more than"
            f" {low['p95_twh']:,.0f} TWh then. {terms.knowledge}"
        ),
        tables={f"Gas in the stores of {terms.region} at the end of each month: quantiles over the cases": table},
        method="Quantiles over the solved cases with the cut, month by month; a line through one quantile is no case.",
        caveats=(_of_the_plan(terms),),
    )


def _drivers(cases: Sample) -> Answer:
    table = drivers(cases)
    told = [f"{row.axis} ({row.first_order_share:.0%})" for row in table.head(NAMED).itertuples()]
    rest = 1.0 - float(table["first_order_share"].sum())
    return Answer(
        name="Drivers",
        question=f"What drives the spread of the unserved gas of {cases.terms.region}?",
        words=(
            f"{cases.terms.given}, by the share of variance that would go if it were known: {', '.join(told)}."
            f" {max(rest, 0.0):.0%} is left to axes acting together and to the chance of the draw: the standard error"
            f" of a share is up to {table['error_of_first_order_share'].max():.0%}."
        ),
        tables={"Axes by first-order share of variance, with rank correlation and standard errors": table},
        method=(
            "First-order Sobol index from given cases (Plischke, Borgonovo and Smith 2013): variance between classes of"
            " an axis over all variance, corrected for chance. Rank correlation: Spearman. Errors: bootstrap."
        ),
        caveats=(
            "Shares depend on how widely the plan lets each axis vary: an axis that is held fixed drives nothing.",
            "Whether the cut comes is no axis: cases without it are left out here.",
            "Axes drawn together (a grid with gaps, values that depend on one another) break the method.",
        ),
    )


def _convergence(cases: Sample, target_twh: float) -> Answer:
    table = convergence(cases, target_twh)
    last = table.iloc[-1]
    met = "is met" if last["target_met"] == "yes" else f"needs about {int(last['cases_for_target']):,} cases"
    return Answer(
        name="Convergence",
        question="Are the cases enough?",
        words=(
            f"With {int(last['cases']):,} cases the standard error of expected unserved gas, given the cut, is"
            f" {last['error_twh']:,.2f} TWh; the target of {target_twh:g} TWh {met}."
        ),
        tables={"Expectation and its error over the first cases": table},
        method="Standard error: standard deviation over the root of the number of cases. Cases needed: its inverse.",
        caveats=("The error of the sample only: it says nothing of errors in data and model.",),
    )


def decision_answer(found: Decision) -> Answer:
    """What to do now if a cut may come: the answer."""
    costs = found.costs.set_index("measure")["expected_eur_bn"]
    before = found.before.set_index("what")["difference_twh"]
    at = found.path.set_index("morning_of").loc[pd.Timestamp(found.morning)]
    days = " or ".join(f"{day_words(day)}" for day in found.dates)
    saving, landed = before.filter(like="saving").iloc[0], before.filter(like="LNG").iloc[0]
    return Answer(
        name="Decision",
        question="What should be saved and stored now, if the cut may come?",
        words=(
            f"With a chance of {found.probability:.0%} that the cut comes on {days}, the plan of least expected cost"
            f" has {at['chosen_twh']:,.0f} TWh in the stores of {found.region} on {day_words(found.morning)}; a plan"
            f" that expects no cut has {at['expecting_none_twh']:,.0f} TWh. Until then it saves {saving:+,.1f} TWh"
            f" and takes {landed:+,.1f} TWh of LNG compared with that plan. Planning for the cut is worth"
            f" {costs.iloc[4]:,.2f} bn EUR in expectation (VSS, EEV - RP); to know what comes would be worth"
            f" {costs.iloc[3]:,.2f} bn EUR more (EVPI, RP - WS)."
        ),
        tables={
            "Expected cost of three ways to plan": found.costs,
            "What is done before the first date on which the cut may come": found.before,
            f"What each way brings ('{NO_CUT}' and each date)": found.outcomes,
            "The same decision at other probabilities": found.over_probability,
            f"Gas in the stores of {found.region} as long as no cut has come": found.path,
        },
        method=(
            "Extensive form on a scenario tree: one plan until a cut is announced, its own continuation after each"
            " announcement, least expected total cost. WS: mean over the ways of each one's own optimum. EEV: the plan"
            " that expects no cut, mended from the announcement on. EVPI = RP - WS, VSS = EEV - RP (Birge and Louveaux"
            " 2011)."
        ),
        caveats=(
            "The probability is the analyst's; the table at other probabilities shows how much hangs on it.",
            "Weather, LNG and all else that no announcement brings are known from the first day, in every way; from the"
            " announcement on so is the rest.",
            "Neutral to risk: a government that fears the bad case more than its mean would store and save more.",
            "Costs hold the cost of unserved gas at the model's weights, and no price that traders would ask for fear.",
        ),
    )
