"""Plot of a pair of runs: whose gas is lost in a place, and what comes in its stead."""

from __future__ import annotations

import pandas as pd

from energy_model.errors import ResultError
from energy_model.report import facts, style
from energy_model.report.alluvial import alluvial
from energy_model.report.figures import source_of
from energy_model.report.mix import group_colours
from energy_model.report.plots.places import place_of
from energy_model.report.style import HouseFigure
from energy_model.results import lost_gas
from energy_model.results import substitution as sub
from energy_model.results.compare import one_span
from energy_model.results.plotting import plot
from energy_model.results.run import Results
from energy_model.units import GWH_PER_TWH

NAMED_AT_MOST = 7
"""Sources of a column that are named; smaller ones are put together."""
TOLD, TOLD_FROM = 3, 0.05
"""Sources of a column that the title names, at most, and the least share of the column that they have."""
DUST_TWH = 1e-6
"""A smaller change is rounding of the solver's answer."""
LOST, INSTEAD = "What is lacking, TWh", "What comes in its place, TWh"
HIGHER = {sub.DEMAND: "Higher demand before prices", sub.LOSSES: "Higher losses in transport"}
"""Names of uses that rise, and so stand among what is lacking."""


@plot("results", "replaced", place=80)
def replaced(results: Results, reference: Results, place: str | None = None) -> HouseFigure:
    """Who replaces whom in a place, against another run: sources that fall and sources that rise, TWh over the horizon.

    Both columns have the same height, because the balance of a place closes. Of a source that falls, each that rises
    replaces the same share: no molecule is followed. Gas is traced to its origin as in the question ``substitution``.

    Parameters
    ----------
    reference : Results
        The run against which it is measured.
    place : str, optional
        Code of a group of countries, a country or a market, or its name; default is the region in focus.

    Raises
    ------
    UnknownNameError
        If nothing is called so.
    ScenarioError
        If the runs are of different days.
    ResultError
        If the place has the same gas in both.
    """
    one_span([reference.scenario, results.scenario])
    name, nodes = place_of(results, place)
    table = lost_gas.loss(lost_gas.consumption(reference), lost_gas.consumption(results), nodes).table
    changes = _changes(table, results)
    if changes.abs().max() <= facts.SEEN_TWH:
        raise ResultError(
            f"'{results.scenario.title}' and '{reference.scenario.title}' give {name} the same gas to {facts.SEEN_TWH}"
            " TWh, so nobody replaces anybody; compare with another run or another place"
        )
    falls, rises = _column(-changes[changes < 0.0].rename(HIGHER)), _column(changes[changes > 0.0])
    rows = [(one, two, fall * rise / rises.sum()) for one, fall in falls.items() for two, rise in rises.items()]
    groups, known = group_colours(results.labels), _groups(table, results)
    colours = {item: groups.get(known.get(str(item), ""), style.RULE) for item in [*falls.index, *rises.index]}
    beside = f"'{reference.scenario.short_title or reference.scenario.title}'"
    return alluvial(
        pd.DataFrame(rows, columns=["from", "to", "twh"]),
        colours,
        (LOST, INSTEAD),
        f"{name}: {_listed(falls, rises.sum())} TWh lacking; in its place {_listed(rises, rises.sum())}",
        f"{results.scenario.title}, against {beside}, over the horizon. Bands in proportion: no molecule is followed.",
        source_of(results),
    )


def _changes(table: pd.DataFrame, results: Results) -> pd.Series:
    """More (or less) of each source than in the reference, TWh, by its name; what is used less counts as a source."""
    items = _items(table, results)
    return table.groupby(items, sort=False)["difference_gwh"].sum() / GWH_PER_TWH


def _items(table: pd.DataFrame, results: Results) -> pd.Series:
    """Name of the block to which each row of a ledger belongs: own production is one, other supplies by origin."""
    group = table["group"].astype(str)
    named = table["item"].where(group.isin([sub.PIPELINE, sub.LNG]), group)
    own = group == sub.FOCUS
    return named.mask(own, sub.group_words(sub.FOCUS, results)).rename("item")


def _groups(table: pd.DataFrame, results: Results) -> dict[str, str]:
    """Group of each block."""
    known = dict(zip(_items(table, results), table["group"].astype(str), strict=True))
    return known | {name: group for group, name in HIGHER.items()}


def _column(changes: pd.Series) -> pd.Series:
    """Blocks of a column, the largest first; those that are not named together at the end."""
    ordered = changes[changes > DUST_TWH].sort_values(ascending=False, kind="stable")
    named = ordered[ordered > facts.SEEN_TWH].head(NAMED_AT_MOST)
    rest = ordered.drop(named.index)
    return pd.concat([named, pd.Series({f"{len(rest)} others": rest.sum()})]) if len(rest) > 1 else ordered


def _listed(column: pd.Series, total: float) -> str:
    """The largest blocks of a column with their volumes, inside a sentence."""
    largest = column[column >= TOLD_FROM * total].head(TOLD)
    said = [str(item).lower() if item in {*sub.GROUPS, *HIGHER.values()} else str(item) for item in largest.index]
    return ", ".join(f"{item} {volume:,.0f}" for item, volume in zip(said, largest, strict=True))
