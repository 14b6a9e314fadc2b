"""Risk in the form every answer has: who is short how often, storage month by month, what drives it, is it enough."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import pandas as pd

from energy_model.impact.answer import Answer
from energy_model.risk.decision import NO_CUT, Decision
from energy_model.risk.drivers import drivers
from energy_model.risk.tables import EU, TAIL, Sample, by_country, convergence, storage_fan
from energy_model.timeline import day_words

SHOWN = 16
"""Countries in the table after the EU27, those with the largest expected shortage."""
NAMED = 3
TARGET_TWH = 5.0
"""Standard error of the EU27's expected unserved gas below which a sample is called large enough, if none is asked."""
OF_THE_PLAN = "Probabilities are those of the plan: how likely Russia is to cut, and when, is the analyst's judgement."


def risk_answers(
    cases: Sample, names: Mapping[str, str], target_twh: float = TARGET_TWH, grids: Sequence[str] = ()
) -> list[Answer]:
    """All answers on risk from the cases of a sweep.

    Parameters
    ----------
    names : mapping of str to str
        Markets to show, by code.
    target_twh : float
        Standard error of the EU27's expected unserved gas that is small enough.
    grids : sequence of str
        Axes that were not drawn but gone through, in more than one place: every answer warns of them.
    """
    told = [_shortage(cases, names), _storage(cases), _drivers(cases), _convergence(cases, target_twh)]
    if not grids:
        return told
    warning = (
        f"{', '.join(grids)}: not drawn but gone through, so all places count alike and share their points; errors are"
        " too small, and a probability over places means little. Look at one place at a time."
    )
    return [replace(one, caveats=(warning, *one.caveats)) for one in told]


def _shortage(cases: Sample, names: Mapping[str, str]) -> Answer:
    table = by_country(cases, names).head(SHOWN + 1)
    tables = {"Shortage and price by country, with standard errors": table}
    if len(cases.failed):
        reasons = cases.failed.groupby("reason", as_index=False)["case"].count()
        tables["Cases without a result, by reason"] = reasons.rename(columns={"case": "cases"})
    eu, worst = table.iloc[0], table.iloc[1 : 1 + NAMED]
    words = (
        f"Over {len(cases):,} cases the {EU} has unserved gas in {eu['shortage_probability_percent']:.0f} %"
        f" (standard error {eu['error_of_shortage_probability_percent']:.1f} points) and protected customers are cut in"
        f" {eu['protected_shortage_probability_percent']:.0f} %. Expected unserved gas is"
        f" {eu['expected_unserved_twh']:,.1f} TWh (error {eu['error_of_expected_unserved_twh']:,.1f}); the mean of the"
        f" worst twentieth of cases is {eu['cvar95_unserved_twh']:,.0f} TWh. Most is expected in"
        f" {', '.join(worst['country'])}."
    )
    if len(cases.failed):
        words += f" {len(cases.failed):,} further cases have no result and are not counted."
    return Answer(
        name="Risk",
        question="How likely is a shortage, how large, and for whom?",
        words=words,
        tables=tables,
        method=(
            "Every solved case counts alike. Probability: share of cases with more than 1 GWh unserved over the"
            f" horizon. CVaR{TAIL:.0%}: mean of the worst twentieth of cases (Rockafellar and Uryasev 2000). Price:"
            " mean shadow price weighted with demand. Errors are standard errors of independent draws; quasi-random"
            " points are spread more evenly, so they are on the safe side."
        ),
        caveats=(
            OF_THE_PLAN,
            "What no axis varies is taken as known: a probability here is one within the model and its data.",
            "A price holds the cost of unserved gas; where gas is short it is a signal, not a forecast.",
        ),
    )


def _storage(cases: Sample) -> Answer:
    table = storage_fan(cases)
    low = table.loc[table["p5_twh"].idxmin()]
    return Answer(
        name="Storage fan",
        question="How full are Europe's stores, month by month, and how bad may it get?",
        words=(
            f"In one case of twenty the EU's stores hold less than {low['p5_twh']:,.0f} TWh at the end of"
            f" {low['end_of_month']}; the middle case has {low['p50_twh']:,.0f} and one of twenty more than"
            f" {low['p95_twh']:,.0f} TWh then."
        ),
        tables={"Gas in the EU's stores at the end of each month: quantiles over the cases": table},
        method="Quantiles over the solved cases, month by month; a line through one quantile is no single case.",
        caveats=(OF_THE_PLAN, "Under perfect foresight stores are filled for a cut that nobody can know of."),
    )


def _drivers(cases: Sample) -> Answer:
    table = drivers(cases)
    told = [f"{row.axis} ({row.first_order_share:.0%})" for row in table.head(NAMED).itertuples()]
    rest = 1.0 - float(table["first_order_share"].sum())
    return Answer(
        name="Drivers",
        question="What drives the spread of the EU27's unserved gas?",
        words=(
            f"By the share of variance that would go if it were known: {', '.join(told)}."
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
            f"With {int(last['cases']):,} cases the standard error of expected unserved gas is {last['error_twh']:,.2f}"
            f" TWh; the target of {target_twh:g} TWh {met}."
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
            f" has {at['chosen_twh']:,.0f} TWh in the EU's stores on {day_words(found.morning)}; a plan that expects no"
            f" cut has {at['expecting_none_twh']:,.0f} TWh. Until then it saves {saving:+,.1f} TWh and takes"
            f" {landed:+,.1f} TWh of LNG compared with that plan. Planning for the cut is worth"
            f" {costs.iloc[4]:,.2f} bn EUR in expectation (VSS, EEV - RP); to know what comes would be worth"
            f" {costs.iloc[3]:,.2f} bn EUR more (EVPI, RP - WS)."
        ),
        tables={
            "Expected cost of three ways to plan": found.costs,
            "What is done before the first date on which the cut may come": found.before,
            f"What each way brings ('{NO_CUT}' and each date)": found.outcomes,
            "The same decision at other probabilities": found.over_probability,
            "Gas in the EU's stores as long as no cut has come": found.path,
        },
        method=(
            "Extensive form on a scenario tree: one plan until a cut is announced, its own continuation after each"
            " announcement, least expected total cost. WS: mean over the ways of each one's own optimum. EEV: the plan"
            " that expects no cut, mended from the announcement on. EVPI = RP - WS, VSS = EEV - RP (Birge and Louveaux"
            " 2011)."
        ),
        caveats=(
            "The probability is the analyst's; the table at other probabilities shows how much hangs on it.",
            "Neutral to risk: a government that fears the bad case more than its mean would store and save more.",
            "Costs hold the cost of unserved gas at the model's weights, and no price that traders would ask for fear.",
        ),
    )
