"""What would help in a scenario: relieving measures of the library laid over it, each solved, the best first."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from energy_model.data.load import GasData
from energy_model.data.relief import Help
from energy_model.errors import ScenarioError
from energy_model.report.selection import in_reading_order
from energy_model.results.run import Results, run
from energy_model.scenario import Scenario, check_against, library, load_scenario
from energy_model.scenario.load import with_changes
from energy_model.scenario.measures import AnyMeasure
from energy_model.scenario.measures.base import Measure
from energy_model.units import EUR_PER_BEUR, MWH_PER_GWH

LEAST_GWH = 50.0
"""Less gas or saving is none."""


@dataclass(frozen=True)
class Option:
    """What a help brings over a scenario, and what it takes.

    Attributes
    ----------
    help : Help
        What it is called, and the scenarios it is from.
    results : Results
        The scenario with it.
    avoided_gwh : float
        Curtailment that it avoids in the region, or in the country it is valued for.
    avoided_share : float
        The same as a share of the curtailment without it; 0 if nobody is curtailed.
    kept_gwh, kept_share : float
        Demand there that no longer leaves at a price, and the same as a share of what leaves without it.
    price_change_eur_per_mwh : float
        Of the mean price in the country in focus.
    gas_gwh : float
        Further gas that it brings, pipelines, production and LNG of all markets together, net.
    gas_cost_beur : float
        That gas at the mean price of the region with the option, bn EUR.
    saved_gwh : float
        Demand that measures take off before any price.
    """

    help: Help
    results: Results
    avoided_gwh: float
    avoided_share: float
    kept_gwh: float
    kept_share: float
    price_change_eur_per_mwh: float
    gas_gwh: float
    gas_cost_beur: float
    saved_gwh: float


def options(
    results: Results,
    scenario: Scenario,
    data: GasData,
    beside: Sequence[Scenario] = (),
    country: str | None = None,
) -> list[Option]:
    """Every help of the data package that can be laid over a scenario, the most helpful first.

    Parameters
    ----------
    results : Results
        The scenario's.
    scenario : Scenario
        As it was solved: a help is solved on its periods.
    beside : sequence of Scenario
        Scenarios whose periods count too.
    country : str, optional
        Code of the country for whose customers they are valued; default is the region in focus.

    Raises
    ------
    SolveError, ResultError
        If one of them fails.
    """
    found = [
        _valued(one, results, run(relieved, data, beside=[scenario, *beside]), country)
        for one, relieved in _relieved(scenario, data)
    ]
    return sorted(found, key=lambda option: (-round(option.avoided_gwh, 3), round(option.price_change_eur_per_mwh, 3)))


def helps(data: GasData) -> tuple[Help, ...]:
    """What helps by the storyline of a package; without roles, each scenario with a relieving measure."""
    if data.storyline.helps:
        return data.storyline.helps
    found: list[tuple[list[AnyMeasure], Help]] = []
    for name in in_reading_order(list(library(data.root)), data.storyline.briefing.order):
        scenario = load_scenario(name, data.root)
        own = relieving(scenario)
        if own and own not in [known for known, _ in found]:
            title = "; ".join(measure.headline for measure in own)
            found.append((own, Help(title=title[:1].upper() + title[1:], scenarios=(name,))))
    return tuple(one for _, one in found)


def relieving(scenario: Scenario) -> list[AnyMeasure]:
    """Measures in force of a scenario that relieve a shortage, without their names."""
    return [measure.model_copy(update={"name": None}) for measure in scenario.in_force if measure.relieves]


def _relieved(scenario: Scenario, data: GasData) -> Iterator[tuple[Help, Scenario]]:
    """A scenario with each help that is not in it already and goes together with it."""
    known = [_without_dates(measure) for measure in scenario.in_force]
    for one in helps(data):
        own: list[AnyMeasure] = []
        for measure in (each for name in one.scenarios for each in relieving(load_scenario(name, data.root))):
            if _without_dates(measure) not in [*known, *map(_without_dates, own)]:
                own.append(measure)
        if not own:
            continue
        try:
            changed = with_changes(scenario, measures=(*scenario.measures, *own))
            check_against(changed, data.at(changed.as_of))
        except ScenarioError:
            continue
        yield one, changed


def _without_dates(measure: Measure) -> Measure:
    """What a measure does, whenever it does it: the same help on another day is no further one."""
    return measure.model_copy(
        update=dict.fromkeys(("name", "note", "start", "end", "announced", "when")) | {"ramp_days": 0}
    )


def _valued(one: Help, before: Results, after: Results, country: str | None) -> Option:
    region, priced = before.labels.focus.region, country or before.labels.focus.country
    where = {"region": region} if country is None else {"country": country}

    def change(name: str, **where: str) -> float:
        return after.statistics[name].value(unit="GWh", **where) - before.statistics[name].value(unit="GWh", **where)

    cut = before.statistics.curtailed.value(unit="GWh", **where)
    avoided, kept = -change("curtailed", **where), -change("reduced", **where)
    left = before.statistics.reduced.value(unit="GWh", **where)
    price = after.statistics.price.value(country=priced) - before.statistics.price.value(country=priced)
    gas = change("supply") + change("lng")
    paid = gas * after.statistics.price.value(region=region) * MWH_PER_GWH / EUR_PER_BEUR
    return Option(
        help=one,
        results=after,
        avoided_gwh=avoided,
        avoided_share=avoided / cut if cut > LEAST_GWH else 0.0,
        kept_gwh=kept,
        kept_share=kept / left if left > LEAST_GWH else 0.0,
        price_change_eur_per_mwh=price,
        gas_gwh=gas,
        gas_cost_beur=paid,
        saved_gwh=-change("demand"),
    )
