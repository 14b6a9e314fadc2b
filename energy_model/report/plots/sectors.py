"""Plot of a run: what each sector does without."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.patches import Patch

from energy_model.report import facts, style
from energy_model.report.figures import source_of
from energy_model.report.mix import VOLUNTARY_COLOUR
from energy_model.report.plots.places import place_of
from energy_model.report.style import HouseFigure
from energy_model.results.plotting import plot
from energy_model.results.run import Results


@plot("results", "sectors", place=70)
def sectors(results: Results, place: str | None = None) -> HouseFigure:
    """Demand of each sector that is curtailed, and that leaves at a price: % of its demand over the horizon, and TWh.

    Parameters
    ----------
    place : str, optional
        Code of a group of countries, a country or a market, or its name; default is the region in focus.

    Raises
    ------
    UnknownNameError
        If nothing is called so.
    """
    name, nodes = place_of(results, place)
    table = _table(results, nodes)
    at = np.arange(len(table))[::-1]
    cut, left = (100.0 * table[f"{what}_share"].to_numpy(float) for what in ("curtailed", "reduced"))
    with style.house_style():
        figure = style.new_figure(style.HALF_PAGE)
        said = f"{results.scenario.title}. Demand that is not served, % of the sector's demand."
        top = style.add_header(figure, _finding(name, table), said)
        style.add_source_line(figure, source_of(results))
        axes = figure.add_axes((0.17, 0.20, 0.79, top - 0.25))
        axes.barh(at, cut, color=style.UNSERVED, height=0.62)
        axes.barh(at, left, left=cut, color=VOLUNTARY_COLOUR, height=0.62)
        for place_of_bar, row in zip(at, table.to_dict("records"), strict=True):
            end = 100.0 * (row["curtailed_share"] + row["reduced_share"])
            text = f"  {row['curtailed_twh']:,.1f} + {row['reduced_twh']:,.1f} of {row['demand_twh']:,.0f} TWh"
            axes.text(end, place_of_bar, text, va="center", size=8, color=style.INK)
        axes.set_yticks(at, list(table["sector"]))
        axes.set_xlim(0, max(1.5 * float((cut + left).max()), 1.0))
        axes.grid(axis="x")
        axes.grid(visible=False, axis="y")
        axes.tick_params(length=0)
        axes.set_xlabel("% of demand over the whole horizon", color=style.MUTED)
        looks = {"Curtailed": style.UNSERVED, "Left at a price": VOLUNTARY_COLOUR}
        handles = [Patch(color=colour, label=label) for label, colour in looks.items()]
        axes.legend(handles=handles, loc="lower right", bbox_to_anchor=(1.0, 1.0), ncols=2, borderpad=0.0)
        style.tell(figure, f"Bars by sector of {name}", table)
    return figure


def _table(results: Results, nodes: frozenset[str]) -> pd.DataFrame:
    """A row per sector with demand: ``sector``, ``demand_twh``, and volume and share that is curtailed and reduced."""
    ask = results.statistics
    table = pd.DataFrame(
        {f"{what}_twh": ask[what]("sector", node=sorted(nodes)) for what in ("demand", "curtailed", "reduced")}
    )
    table = table.reindex([name for name in facts.SECTOR_NAMES if name in table.index])
    table = table[table["demand_twh"] > 0.0]
    for what in ("curtailed", "reduced"):
        table[f"{what}_share"] = table[f"{what}_twh"] / table["demand_twh"]
    return table.rename(index=facts.SECTOR_NAMES).rename_axis("sector").reset_index()


def _finding(name: str, table: pd.DataFrame) -> str:
    """The sector that loses the largest part of its demand."""
    for what, verb in (("curtailed", "is cut"), ("reduced", "saves")):
        if len(table) and table[f"{what}_share"].max() > style.SHORTFALL_SEEN:
            most = table.loc[table[f"{what}_share"].idxmax()]
            part = style.format_share(float(most[f"{what}_share"]))
            who = str(most["sector"]).lower().replace("other", "other use")
            return f"{name}: {who} {verb} most, {part} of its demand"
    return f"{name}: every sector is served in full"
