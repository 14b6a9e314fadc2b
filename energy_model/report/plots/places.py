"""What plots of runs share: the place that is drawn, by its code or its name, and the runs that stand side by side."""

from __future__ import annotations

from energy_model.data.regions import country_name
from energy_model.errors import ResultError, UnknownNameError, closest
from energy_model.report import facts, style
from energy_model.results.compare import one_span
from energy_model.results.labels import country_nodes, node_name, region_nodes
from energy_model.results.run import Results


def side_by_side(*runs: Results) -> list[Results]:
    """Runs as the lines of one chart, that of the reference first.

    Raises
    ------
    ScenarioError
        If they are of different days.
    ResultError
        If there are more than lines that can be told apart.
    """
    one_span([run.scenario for run in runs])
    most = len(style.SCENARIO_COLOURS)
    if len(runs) > most:
        raise ResultError(f"{len(runs)} runs in one chart cannot be told apart; give at most {most}, one line each")
    return sorted(runs, key=lambda run: run.scenario.id != run.labels.reference)


def places_of(results: Results, place: str | None) -> dict[str, frozenset[str]]:
    """Markets of a place under its name; by default the region and the country in focus."""
    if place is None:
        return facts.places(results)
    name, nodes = place_of(results, place)
    return {name: nodes}


def place_of(results: Results, place: str | None) -> tuple[str, frozenset[str]]:
    """Name and markets of a place; by default of the region in focus.

    Parameters
    ----------
    place : str or None
        Code of a group of countries, of a country or of a market, or the name of one of the latter two.

    Raises
    ------
    UnknownNameError
        If nothing with a market is called so.
    """
    nodes, labels = results.nodes, results.labels
    code = labels.focus.region if place is None else place
    if code in {group.group for group in labels.groups}:
        return labels.name_of_region(code), region_nodes(nodes, code)
    markets = nodes[nodes["is_market"]]
    countries = {one: country_name(nodes, one) for one in markets["country"].astype(str)}
    if code in countries or code in countries.values():
        code = next(one for one, name in countries.items() if code in (one, name))
        return countries[code], country_nodes(nodes, code)
    for one in markets["node"].astype(str):
        if code in (one, node_name(nodes, one)):
            return node_name(nodes, one), frozenset([one])
    known = [*(group.group for group in labels.groups), *sorted(countries), *sorted(set(countries.values()))]
    raise UnknownNameError("plot", [f"no place '{place}' with a market; {closest(code, known)}"])
