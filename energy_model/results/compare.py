"""Two runs side by side: what went in differently, what came out differently."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

from energy_model.data.load import GasData
from energy_model.errors import ScenarioError
from energy_model.results.headline import headlines
from energy_model.results.run import Results
from energy_model.scenario.load import with_changes
from energy_model.scenario.schema import NAMES, Horizon, Scenario
from energy_model.scenario.stock import with_stock_of
from energy_model.show import Card, Shown, counted
from energy_model.timeline import day_words
from energy_model.units import EnergyUnit

WORDS = NAMES | {"measures", "files"}
"""Keys of a scenario that are told apart elsewhere, or are words."""
ROUNDING = 1e-9
"""Relative difference below which two inputs are the same number."""


@dataclass(frozen=True, repr=False)
class Comparison(Shown):
    """Differences of ``other`` against ``base``.

    Attributes
    ----------
    keys : DataFrame
        Scenario keys and measures that differ: key, base, other.
    inputs : DataFrame
        Input numbers that differ, means over the horizon: table, item, quantity, base, other, difference.
    headlines : DataFrame
        Headline numbers: reference (if it was given), base, other, difference (other less base).
    countries : DataFrame
        Per country: curtailed and voluntary TWh, mean price, difference of each.
    """

    base: str
    other: str
    keys: pd.DataFrame
    inputs: pd.DataFrame
    headlines: pd.DataFrame
    countries: pd.DataFrame

    def grouped(self, most: int = 3) -> list[str]:
        """Inputs that differ, a line for each quantity of a table: how many items, and the largest differences.

        Parameters
        ----------
        most : int
            Items that a line names.
        """
        lines = []
        for (table, quantity), part in self.inputs.groupby(["table", "quantity"], sort=False):
            largest = part.loc[part["difference"].abs().sort_values(ascending=False, kind="stable").index].head(most)
            named = [
                f"{row['item']} {_number(row['base'])} -> {_number(row['other'])}" for row in largest.to_dict("records")
            ]
            rest = f"; {len(part) - len(largest)} more" if len(part) > len(largest) else ""
            lines.append(f"{table}, {quantity}: {counted(len(part), 'item')}: {'; '.join(named)}{rest}")
        return lines

    def card(self) -> Card:
        """What the comparison says of itself."""
        rows: list[tuple[str, object]] = [
            ("differ", f"{counted(len(self.keys), 'key')}, {counted(len(self.inputs), 'input number')}"),
            *((str(name), f"{row['base']:,.4g} -> {row['other']:,.4g}") for name, row in self.headlines.iterrows()),
        ]
        return Card(
            f"Comparison: '{self.other}' against '{self.base}'",
            rows,
            then=(("comparison.headlines", "all of them"), ("comparison.keys, .inputs, .countries", "what differs")),
        )


def _number(value: float) -> str:
    """A number of an input in words; ``none`` where a scenario has no such input."""
    return "none" if value != value else f"{value:,.4g}" if abs(value) < 1e4 else f"{value:,.0f}"


def compare(base: Results, other: Results, unit: EnergyUnit = "TWh", *, reference: Results | None = None) -> Comparison:
    """Differences of inputs and results; ``other`` minus ``base``. Headlines in the unit asked for.

    Parameters
    ----------
    reference : Results, optional
        A third run whose headlines stand beside, the reference of the data where neither of the two is it.

    Raises
    ------
    ScenarioError
        If the two run over different days: totals of different lengths have no difference.
    """
    one_span([run.scenario for run in (base, other, reference) if run is not None])
    first, second = headlines(base, unit), headlines(other, unit)
    table = pd.DataFrame({"base": first, "other": second})
    table["difference"] = table["other"] - table["base"]
    if reference is not None:
        table.insert(0, "reference", headlines(reference, unit))
    return Comparison(
        base=base.scenario.id,
        other=other.scenario.id,
        keys=scenario_difference(base.scenario.model_dump(mode="json"), other.scenario.model_dump(mode="json")),
        inputs=_input_difference(base, other),
        headlines=table.rename_axis("headline"),
        countries=_country_difference(base, other),
    )


def span_words(horizon: Horizon) -> str:
    """The days of a horizon, for a caption: ``1 January 2022 to 31 March 2023``."""
    return f"{day_words(horizon.start)} to {day_words(horizon.end)}"


def one_span(scenarios: Sequence[Scenario]) -> None:
    """See that scenarios whose totals are set side by side run over the same days.

    Raises
    ------
    ScenarioError
        If they do not, with the days of each.
    """
    if len({scenario.horizon for scenario in scenarios}) > 1:
        raise ScenarioError(
            "runs over different days",
            [
                *(f"{one.id}: {span_words(one.horizon)}" for one in scenarios),
                "their totals cannot be set side by side; solve all over one horizon: `compare --common-days`, "
                "`--set horizon.end=DAY`, or with_changes(scenario, horizon=...)",
            ],
        )


def over_common_days(base: Scenario, other: Scenario, data: GasData) -> tuple[list[Scenario], str]:
    """Two scenarios over the days that their horizons share, and these days in words.

    Where the stock of their first day was not observed, one begins with what the other gives.

    Raises
    ------
    ScenarioError
        If they share none, or a measure is dated outside them.
    """
    scenarios = (base, other)
    start = max(scenario.horizon.start for scenario in scenarios)
    end = min(scenario.horizon.end for scenario in scenarios)
    if end < start:
        spans = [f"{one.id}: {span_words(one.horizon)}" for one in scenarios]
        raise ScenarioError("runs over different days", [*spans, "they share no day; move the horizon of one"])
    common = Horizon(start=start, end=end)
    one, two = (with_changes(scenario, horizon=common) for scenario in scenarios)
    begun = [with_stock_of(one, two, data.at(one.as_of)), with_stock_of(two, one, data.at(two.as_of))]
    return begun, f"over the days they share, {span_words(common)}"


def scenario_difference(base: Mapping[str, object], other: Mapping[str, object]) -> pd.DataFrame:
    """Keys of two effective scenarios that differ; measures are compared as whole lines."""
    rows = []
    for key in sorted((set(base) | set(other)) - WORDS):
        if base.get(key) != other.get(key):
            rows.append({"key": key, "base": str(base.get(key)), "other": str(other.get(key))})
    one, two = (_measure_lines(scenario) for scenario in (base, other))
    rows += [{"key": "measure", "base": line, "other": ""} for line in one if line not in two]
    rows += [{"key": "measure", "base": "", "other": line} for line in two if line not in one]
    return pd.DataFrame(rows, columns=["key", "base", "other"])


def _measure_lines(scenario: Mapping[str, object]) -> list[str]:
    measures = scenario.get("measures") or []
    return [
        ", ".join(f"{k}={v}" for k, v in measure.items() if v not in (None, [], ()))
        for measure in measures  # type: ignore[attr-defined]
    ]


def _input_difference(base: Results, other: Results) -> pd.DataFrame:
    """Means over the horizon, by gas day: two runs with other announcements have other periods, but the same days."""
    parts = []
    for name in base.inputs:
        one, two = (_daily_means(results.inputs[name], results["periods"]) for results in (base, other))
        joined = one.to_frame("base").join(two.to_frame("other"), how="outer")
        parts.append(joined.reset_index().assign(table=name))
    table = pd.concat(parts, ignore_index=True)
    table["difference"] = table["other"].sub(table["base"], fill_value=0.0)
    size = table[["base", "other"]].abs().max(axis=1).clip(lower=1.0)
    changed = table["difference"].abs() > ROUNDING * size
    return table.loc[changed, ["table", "item", "quantity", "base", "other", "difference"]].reset_index(drop=True)


def _daily_means(table: pd.DataFrame, periods: pd.DataFrame) -> pd.Series:
    """Mean of every quantity of an input table by item, weighted by the days of its periods; index item, quantity."""
    item = table.columns[0]
    quantities = [name for name in table.columns if name.endswith(("_gwh", "_gwh_per_day", "_eur_per_mwh"))]
    days = periods.set_index("period")["days"]
    weight = table["period"].map(days).astype(float) if "period" in table else pd.Series(1.0, index=table.index)
    of_item = table[item].astype(str)
    means = table[quantities].mul(weight, axis=0).groupby(of_item).sum().div(weight.groupby(of_item).sum(), axis=0)
    long = means.rename_axis("item").reset_index().melt("item", var_name="quantity", value_name="mean")
    return long.set_index(["item", "quantity"])["mean"]


def country_totals(results: Results) -> pd.DataFrame:
    """Per country: demand, voluntary and curtailed TWh, curtailed share, demand-weighted mean price."""
    ask = results.statistics
    demand, curtailed = ask.demand("country"), ask.curtailed("country")
    table = pd.DataFrame(
        {
            "demand_twh": demand,
            "voluntary_twh": ask.reduced("country"),
            "curtailed_twh": curtailed,
            "curtailed_share": curtailed / demand,
            "mean_price_eur_per_mwh": ask.price("country"),
        }
    )
    return table.set_axis(table.index.astype(str))


def _country_difference(base: Results, other: Results) -> pd.DataFrame:
    one, two = country_totals(base), country_totals(other)
    return one.add_suffix("_base").join([two.add_suffix("_other"), (two - one).add_suffix("_difference")])
