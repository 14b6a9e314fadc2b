"""What a region loses in a scenario and what takes its place: of the seller whose gas the scenario takes, or by sea."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from energy_model.report import facts
from energy_model.report.onepage.language import Language
from energy_model.report.onepage.page import Section, Table
from energy_model.report.onepage.page_run import Told
from energy_model.results import lost_gas
from energy_model.results import substitution as sub
from energy_model.units import GWH_PER_TWH

ROWS_AT_MOST = 6
"""Rows of the table of who replaces."""
LEAST_GWH = 500.0
"""A smaller change of a balance is none in a table."""
SOURCES: Mapping[str, str] = {
    sub.FOCUS: "source_focus",
    sub.LNG: "source_lng",
    sub.PIPELINE: "source_pipeline",
    sub.PRODUCTION: "source_production",
    sub.STORAGE: "source_storage",
    sub.VOLUNTARY: "source_voluntary",
    sub.DEMAND: "source_demand",
    sub.CURTAILED: "source_curtailed",
    sub.LOSSES: "source_losses",
}
"""Words of the groups of a balance."""


def replaced(told: Told) -> Section:
    """What the region loses of the gas that the scenario takes and what takes its place.

    Where that is not the largest loss of the region, the page shows how its whole balance changes.
    """
    say, language = told.language.say, told.language
    if told.base is None:
        return Section(say("replaced", supplier=told.supplier), (say("no_base"),))
    runs = lost_gas.consumption(told.base), lost_gas.consumption(told.run)
    change = lost_gas.loss(*runs, facts.region(told.run))
    by_sea = told.whose.is_others and not told.whose.piped
    if by_sea:
        table = told.whose.regrouped(change.table, told.run.nodes)
        lost = -float(table.loc[table["group"] == sub.FOCUS, "difference_gwh"].sum())
        change = replace(change, table=table, lost_gwh=lost)
    parts = change.table.groupby("group", observed=True)["difference_gwh"].sum()
    is_lost = lost_gas.is_largest_loss(change, LEAST_GWH)
    if is_lost:
        parts = parts.drop(sub.FOCUS, errors="ignore")
    parts = parts[parts.abs() > LEAST_GWH].sort_values(ascending=False, kind="stable")
    shown = parts if len(parts) <= ROWS_AT_MOST else parts.loc[parts.abs().nlargest(ROWS_AT_MOST).index]
    names = {**SOURCES, sub.FOCUS: SOURCES[sub.LNG]} if by_sea else SOURCES
    rows = [
        (
            say(names[str(group)], supplier=told.supplier),
            _signed(language, float(gwh), plus=not is_lost),
            language.share(float(gwh) / change.lost_gwh) if is_lost and gwh > 0.0 else "",
        )
        for group, gwh in shown.sort_values(ascending=False, kind="stable").items()
    ]
    heads = (say("head_source"), say("head_volume"), say("head_of_lost") if is_lost else "")
    heading, text = _words(told, change.lost_gwh, is_lost=is_lost, by_sea=by_sea)
    return Section(heading, (text,), Table(heads, tuple(rows), (0.58, 0.18, 0.24)) if rows else None)


def _words(told: Told, lost_gwh: float, *, is_lost: bool, by_sea: bool) -> tuple[str, str]:
    """Heading and sentence over the table."""
    say, language = told.language.say, told.language
    words = {"place": told.region, "base": told.base_words}
    if not is_lost:
        return say("changed", base=told.base_words), say("lost_none", **words)
    volume = language.twh(lost_gwh)
    if by_sea:
        sellers = language.join([language.place(told.data, seller) for seller in told.whose.sellers])
        return say("replaced_lng"), say("lost_lng", volume=volume, sellers=sellers, **words)
    return say("replaced", supplier=told.supplier), say("lost", volume=volume, supplier=told.supplier, **words)


def _signed(language: Language, gwh: float, plus: bool) -> str:
    text = language.short(abs(gwh) / GWH_PER_TWH)
    return f"{chr(8722)}{text}" if gwh < 0.0 else f"+{text}" if plus else text
