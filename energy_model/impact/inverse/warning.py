"""The value of early warning: a cut that comes as a surprise against the same cut known from the first day."""

from __future__ import annotations

import pandas as pd

from energy_model.impact.answer import Answer
from energy_model.impact.registry import question
from energy_model.impact.study import Study
from energy_model.impact.whole_plans import to_the_end
from energy_model.plan.foresight import solve_scenario
from energy_model.results.run import Results, to_results
from energy_model.results.shortage import shortage_phrase
from energy_model.timeline import day_words

NOTHING_TWH = 0.05
NAME, QUESTION = "Early warning", "What would early warning have been worth?"


def with_foresight(study: Study) -> Results:
    """The scenario with everything known from the first day of the horizon."""
    return to_results(
        solve_scenario(study.scenario.model_copy(update={"foresight": "perfect"}), study.data), study.data
    )


@question("warning", place=170)
@to_the_end
def early_warning(study: Study) -> Answer:
    """Answer what it would be worth to know of a cut beforehand."""
    about = study.subject
    announced = ", ".join(day_words(day) for day in study.scenario.announcements())
    if not announced or study.scenario.foresight == "perfect":
        why = "Nothing comes as a surprise in this scenario, so there is nothing to be warned of."
        return Answer.not_applicable(NAME, QUESTION, why)
    surprise, known = study.results, with_foresight(study)
    regions = pd.concat([_by_region(study, run).rename(name) for name, run in _named(surprise, known)], axis=1)
    sectors = pd.concat([_by_sector(study, run).rename(name) for name, run in _named(surprise, known)], axis=1)
    money = pd.concat([_costs(run).rename(name) for name, run in _named(surprise, known)], axis=1)
    tables = {
        "Not served, by region": _saved(regions, "twh"),
        f"Not served in {about.where}, by sector": _saved(sectors, "twh"),
        "Cost": _saved(money, "eur_bn"),
    }
    short, cost = tables["Not served, by region"].iloc[0], tables["Cost"].iloc[-1]
    begin = f"Had everybody known of what is announced on {announced} on {day_words(study.scenario.horizon.start)},"
    saved = cost["saved_eur_bn"]
    less = f"the system would cost {abs(saved):,.1f} bn EUR {'less' if saved >= 0.0 else 'more'}"
    if saved < 0.0:
        less += " (it fills levels that a surprise lets it miss, and what a missed level is charged does not count)"
    if max(short["known_twh"], short["surprise_twh"]) < NOTHING_TWH:
        words = f"{begin} {less}; nobody in {about.where} is cut either way."
    else:
        words = (
            f"{begin} {about.where} would go short of {short['known_twh']:,.0f} TWh in place of"
            f" {short['surprise_twh']:,.0f} TWh, and {less}. With the warning {about.where} has"
            f" {shortage_phrase(known, study.inside)}; without it, {study.shortage}."
        )
    return Answer(
        name=NAME,
        question=QUESTION,
        words=" ".join(part for part in (words, study.shortage_elsewhere) if part),
        tables=tables,
        method=(
            "The scenario solved twice: by surprise, with decisions before each announcement fixed as they were made,"
            " and with perfect foresight from the first day. Not served is curtailment, TWh over the horizon. Cost is"
            " that of gas, transport, storage, voluntary reduction and curtailment; missed filling targets are left"
            " out, for nobody pays their penalty."
        ),
        caveats=(
            "Foresight here is that of everybody, of all of it, from the first day: an upper bound of what a warning "
            "is worth.",
            "The cost of curtailment is a judgement; the value in EUR is no better than it.",
            "A plan that knows may leave stores emptier at the end, within what their targets allow.",
        ),
    )


def _named(surprise: Results, known: Results) -> tuple[tuple[str, Results], ...]:
    return (("surprise", surprise), ("known", known))


def _by_region(study: Study, run: Results) -> pd.Series:
    about, curtailed = study.subject, run.statistics.curtailed
    return pd.Series(
        {
            about.place: curtailed.value(node=sorted(study.inside)),
            about.country_name: curtailed.value(country=about.country),
            "every market": curtailed.value(),
        }
    )


def _by_sector(study: Study, run: Results) -> pd.Series:
    return run.statistics.curtailed("sector", node=sorted(study.inside))


def _costs(run: Results) -> pd.Series:
    costs = run.statistics.cost("component")
    cut = costs.index.str.startswith("curtailment")
    left = costs.index == "voluntary reduction"
    rest = float(costs[~cut & ~left].sum())
    parts = {
        "gas, transport and storage": rest,
        "voluntary reduction": float(costs[left].sum()),
        "curtailment": float(costs[cut].sum()),
        "all": float(costs.sum()),
    }
    return pd.Series(parts)


def _saved(table: pd.DataFrame, unit: str) -> pd.DataFrame:
    named = table.rename(columns=lambda name: f"{name}_{unit}")
    named[f"saved_{unit}"] = named[f"surprise_{unit}"] - named[f"known_{unit}"]
    return named.rename_axis("of").reset_index()
