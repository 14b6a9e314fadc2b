"""A ledger of what a run assumes: each month beside the least and the most that was ever observed in that month.

The commonest error of a study of supply is a month that could not be: more of a supplier's gas than its lines ever
brought, more into store than was ever put there. A figure outside of all past years is no error by itself, for a cut
makes it so, and with few years it happens by chance: if years were alike and independent, the next one would lie
outside of ``n`` past ones in 2 of ``n + 1`` cases. Both are told beside each figure. The stricter sign is a figure
beyond every month on record, whatever the season.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import pandas as pd

from energy_model.data.load import GasData
from energy_model.data.regions import countries_of, place_name, region_name
from energy_model.results.known import once
from energy_model.results.run import Results
from energy_model.show import Card, Shown, counted
from energy_model.validate.ledger_run import RunMonths
from energy_model.validate.past_months import RESPONSE, SERVED, Observed, Series

ABOVE, BELOW = "above", "below"
SHARE = "share"
LEAST_YEARS = 2
"""Years that make a range; with fewer there is nothing to be outside of."""
ROUNDING = 5e-4
"""What lies outside by less, in TWh or as a share, is rounding of the observations."""
NAMED = 3
"""Figures that the line names."""
COLUMNS = {
    "place": str, "quantity": str, "source": str, "month": str, "value": float, "least": float, "most": float,
    "unit": str, "years": int, "first_year": "Int64", "last_year": "Int64", "outside": str, "beyond": float,
    "on_record": bool, "by_chance_share": float, "reason": str, "source_id": str,
}  # fmt: skip
"""Columns and their types."""


@dataclass(frozen=True, repr=False)
class Ledger(Shown):
    """What a run has in each month, beside what was observed in that month of the years before.

    Attributes
    ----------
    table : DataFrame
        A row per place, quantity, source and month of the run: ``value``, ``least``, ``most`` in ``unit`` (TWh, or a
        share of demand), the number of ``years``, the first and the last of them, ``outside`` (``above``, ``below`` or
        empty), ``beyond`` (how far, in ``unit``), ``on_record`` (false where no month of any season was like it),
        ``by_chance_share`` (how often a year like the others is outside), ``reason`` (measures of the scenario that
        act on it) and ``source_id``.
    region : str
        Code of the region that is told first.
    place_words : str
        Its name inside a sentence.
    names : mapping of str to str
        Names of places and suppliers by code.
    """

    table: pd.DataFrame
    region: str
    place_words: str
    names: Mapping[str, str]

    @property
    def outside(self) -> pd.DataFrame:
        """The rows that lie outside: those of the region first, then those without a like on record, then by size."""
        rows = self.table[self.table["outside"] != ""]
        size = rows[["least", "most"]].abs().max(axis=1).clip(lower=ROUNDING)
        keys = {"_else": rows["place"] != self.region, "_like": rows["on_record"], "_far": -rows["beyond"] / size}
        return rows.assign(**keys).sort_values([*keys], kind="stable").drop(columns=[*keys]).reset_index(drop=True)

    @property
    def told(self) -> pd.DataFrame:
        """The rows of the region that have a range."""
        return self.table[(self.table["place"] == self.region) & self.table["least"].notna()]

    @cached_property
    def words(self) -> str:
        """One line: how many months lie outside, how many would by chance, and the furthest off."""
        told = self.told
        if told.empty:
            return f"Ledger: the data package has no months observed to hold {self.place_words} against."
        out = self.outside[self.outside["place"] == self.region]
        chance = float(told["by_chance_share"].sum())
        said = (
            f"Ledger: {len(out)} of {len(told)} monthly figures of {self.place_words} lie outside what was observed in"
            f" that month of the years before (some {chance:.0f} would by chance, so few are the years)"
        )
        if out.empty:
            return f"{said}."
        acted = int((out["reason"] != "").sum())
        reasons = f"; measures of the scenario act on {acted} of them" if acted else ""
        unlike = int((~out["on_record"]).sum())
        record = f", {unlike} of them beyond any month on record" if unlike else ""
        furthest = out.drop_duplicates(["quantity", "source"]).head(NAMED)
        return f"{said}{record}{reasons}: {'; '.join(map(self.row_words, furthest.to_dict('records')))}."

    def row_words(self, row: Mapping[str, object]) -> str:
        """A row in words, with its range."""
        month = pd.Timestamp(f"{row['month']}-01")
        source = str(row["source"])
        what = str(row["quantity"]) + (f" from {self.names.get(source, source)}" if source else "")
        scale, digits, unit = (100.0, 0, "%") if row["unit"] == SHARE else (1.0, 1, str(row["unit"]))
        value, least, most = (
            f"{round(scale * float(str(row[key])), digits) + 0.0:,.{digits}f}" for key in ("value", "least", "most")
        )
        return f"{what} {value} {unit} in {month:%b %Y} ({least} to {most} in {row['first_year']}-{row['last_year']})"

    def card(self) -> Card:
        """What the ledger says of itself."""
        by = self.outside.groupby(["place", "quantity"], sort=False).size()
        rows = [
            (self.names.get(place, place), f"{what}: {counted(int(count), 'month')} outside")
            for (place, what), count in by.items()
        ]
        then = [("ledger.outside", "rows that lie outside"), ("ledger.table", "every month beside its range")]
        return Card("Ledger of months", rows, then, self.words)


def ledger(results: Results, data: GasData, *, everywhere: bool = False) -> Ledger:
    """Hold every month of a run against the same month of the years before.

    Imports are those of the region in focus, by pipeline and by source: the supplier that a route belongs to, else the
    supplier behind a transit node, else the neighbour. LNG, injection less withdrawal, demand that is served and
    demand that responds to price are told for the region and the country in focus, or for every country. Response is
    held against how far demand of the month once fell below the mean of the other years, for whatever reason.

    Parameters
    ----------
    data : GasData
        What was observed; only what was public on the scenario's day counts, and only months before the one in
        question.
    everywhere : bool
        Every country, not the one in focus alone.

    Returns
    -------
    Ledger
        Energy in TWh; whole calendar months of the run only.
    """
    known = data.at(results.scenario.as_of)
    focus, country = results.labels.focus.region, results.labels.focus.country
    countries = {code: nodes for code, nodes in countries_of(known).items() if everywhere or code == country}
    places = {focus: tuple(sorted(results.labels.region_nodes(results.nodes))), **countries}
    what = f"ledger of {', '.join(places)} by data {known.digest}"
    rows = once(results, what, lambda: _every_row(results, known, places))
    table = pd.DataFrame(rows, columns=list(COLUMNS)).astype(COLUMNS)
    codes = {*table["place"], *table["source"]} - {""}
    return Ledger(table, focus, region_name(known, focus), {code: place_name(known, code) for code in codes})


def _every_row(results: Results, known: GasData, places: Mapping[str, Collection[str]]) -> list[dict[str, object]]:
    """Rows of all places."""
    run, observed, focus = RunMonths(results, known), Observed.of(known), results.labels.focus.region
    parts: list[Iterator[dict[str, object]]] = []
    for place, nodes in places.items():
        for series in observed.series(nodes, with_imports=place == focus):
            parts += [_rows(place, series, run)]
            if series.quantity == SERVED:
                parts += [_rows(place, replace(series, quantity=RESPONSE), run)]
    return [row for part in parts for row in part]


def _rows(place: str, series: Series, run: RunMonths) -> Iterator[dict[str, object]]:
    """Rows of a series of a place, one for each month of the run."""
    one_sided = series.quantity == RESPONSE
    when = pd.DatetimeIndex(series.values.index)
    number, seen = when.month.to_numpy(), series.values.to_numpy(float)
    for month, value in run.values(series).items():
        start = pd.Timestamp(f"{month}-01")
        before = np.asarray(when < start)
        same = before & (number == start.month)
        years, past = when.year[same], seen[same]
        ever = seen[before]
        if one_sided:
            past = _falls(past)
            ever = np.concatenate([_falls(seen[before & (number == one)]) for one in range(1, 13)])
        is_told = len(past) >= LEAST_YEARS
        least, most = (float(past.min()), float(past.max())) if is_told else (np.nan, np.nan)
        over, under = value - most, -1.0 if one_sided else least - value
        outside = ABOVE if over > ROUNDING else BELOW if under > ROUNDING else ""
        extreme = value > ever.max() if outside == ABOVE else value < ever.min() if outside == BELOW else False
        yield {
            "place": place,
            "quantity": series.quantity,
            "source": series.source,
            "month": month,
            "value": value,
            "least": least,
            "most": most,
            "unit": SHARE if one_sided else "TWh",
            "years": len(past),
            "first_year": int(years.min()) if len(past) else None,
            "last_year": int(years.max()) if len(past) else None,
            "outside": outside,
            "beyond": max(over, under) if outside else 0.0,
            "on_record": not extreme,
            "by_chance_share": (1 if one_sided else 2) / (len(past) + 1) if is_told else np.nan,
            "reason": run.reason(series, start) if outside else "",
            "source_id": series.source_ids,
        }


def _falls(past: np.ndarray) -> np.ndarray:
    """How far each year lay below the mean of the others, as a share of it; nothing of a single year.

    >>> _falls(np.array([80.0, 100.0, 100.0])).round(2).tolist()
    [0.2, -0.11, -0.11]
    """
    if len(past) < LEAST_YEARS:
        return np.zeros(0)
    others = (past.sum() - past) / (len(past) - 1)
    return np.asarray(1.0 - past / others)
