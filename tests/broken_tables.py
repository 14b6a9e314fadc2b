"""Ways to break a table of the data package, and the words in which the fault must be told."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

import pandas as pd

from energy_model.data import Package, seal

Edit = Callable[[pd.DataFrame], pd.DataFrame | None]
"""Changes a table of text in place, or returns another."""


def change(folder: Path, name: str, edit: Edit, sealed: bool = True) -> None:
    """Edit a table as text, the way an analyst would."""
    file = Package.open(folder).file(name)
    table = pd.read_csv(file, dtype=str, keep_default_na=False)
    edited = edit(table)
    (table if edited is None else edited).to_csv(file, index=False)
    if sealed:
        seal(folder)


def matching(table: pd.DataFrame, where: Mapping[str, str]) -> pd.Series:
    """Rows of a table of text with some values; there must be one."""
    chosen = pd.Series(True, index=table.index)
    for name, wanted in where.items():
        chosen &= table[name] == wanted
    assert chosen.any(), f"no row with {where}"
    return chosen


def cell(column: str, value: str, **where: str) -> Edit:
    """Overwrite a column in the first row that matches."""

    def edit(table: pd.DataFrame) -> None:
        table.loc[matching(table, where).idxmax(), column] = value

    return edit


def drop_column(table: pd.DataFrame) -> pd.DataFrame:
    return table.drop(columns="capacity_gwh_per_day")


def rename_to_another_unit(table: pd.DataFrame) -> pd.DataFrame:
    return table.rename(columns={"working_gas_volume_gwh": "working_gas_volume_twh"})


def repeat_first(table: pd.DataFrame) -> pd.DataFrame:
    return pd.concat([table, table.iloc[[0]]])


BROKEN = {
    "a missing column": ("pipelines", drop_column, ["pipelines.csv", "'capacity_gwh_per_day' is missing", "add it"]),
    "a negative capacity": (
        "pipelines",
        cell("capacity_gwh_per_day", "-5", pipeline="jura"),
        ["pipelines.csv line ", "capacity_gwh_per_day = '-5", "below 0", "correct"],
    ),
    "a unit beyond all bounds": (
        "storage_targets",
        cell("fill_share", "80", target="legal_fr_1nov"),
        ["storage_targets.csv line ", "fill_share = '80", "above 1", "unit"],
    ),
    "a holder that sells no gas": (
        "storage",
        cell("holder", "XX", storage="de_storage"),
        ["storage.csv line ", "'XX", "is not in suppliers.csv"],
    ),
    "an unknown node": (
        "pipelines",
        cell("to_node", "XX", pipeline="jura"),
        ["pipelines.csv line ", "to_node = 'XX'", "is not in nodes.csv", "add it"],
    ),
    "a duplicate key": (
        "demand_response",
        repeat_first,
        ["demand_response.csv line", "more than once", "keep one"],
    ),
    "a dangling source": (
        "tariffs",
        cell("source_id", "hearsay", from_node="AT", to_node="IT"),
        ["tariffs.csv line ", "source_id = 'hearsay'", "is not in sources.csv", "add it"],
    ),
    "text for a number": (
        "prices",
        cell("price_eur_per_mwh", "n/a", series="ttf_forward", month="2022-03-01"),
        ["prices.csv line 4, price_eur_per_mwh = 'n/a'", "is not a number", "write it"],
    ),
    "a date out of form": (
        "contracts",
        cell("end", "31.12.2022", contract="ru_bulgargaz"),
        ["contracts.csv line ", "end = '31.12.2022'", "is not a date"],
    ),
    "an unknown word": (
        "pipelines",
        cell("status", "mothballed", pipeline="jura"),
        ["pipelines.csv line ", "status = 'mothballed'", "is not known", "use one of: "],
    ),
    "an empty cell": ("nodes", cell("region", "", node="FR"), ["nodes.csv line ", "region", "is empty", "fill it in"]),
}
TWICE_NAMED = {"a missing column": 1, "a duplicate key": 2, "an empty cell": 1}
"""Problems a break may cost: a duplicate names both rows."""


def twin(table: pd.DataFrame) -> pd.DataFrame:
    row = table[table["pipeline"] == "jura"].assign(pipeline="jura_again")
    return pd.concat([table, row])


def unlink(table: pd.DataFrame) -> None:
    table.loc[table["pipeline"].isin(["karksi_ee_lv", "karksi_lv_ee"]), "reverse_of"] = ""


def scale(column: str, factor: float, **where: str) -> Edit:
    """Multiply a column in every row that matches."""

    def edit(table: pd.DataFrame) -> None:
        chosen = matching(table, where)
        table.loc[chosen, column] = (table.loc[chosen, column].astype(float) * factor).round(4).astype(str)

    return edit


def scale_all(columns: list[str], factor: float, **where: str) -> Edit:
    """Multiply several columns in every row that matches."""

    def edit(table: pd.DataFrame) -> None:
        for column in columns:
            scale(column, factor, **where)(table)

    return edit


LNG_VOLUMES = ["low_gwh_per_year", "volume_gwh_per_year", "high_gwh_per_year"]
PIPE_RATES = ["low_gwh_per_day", "capacity_gwh_per_day", "high_gwh_per_day"]
IMPLAUSIBLE = {
    "a value outside its range": (
        "pipelines",
        cell("low_gwh_per_day", "40", pipeline="jura"),
        "capacity_gwh_per_day = '37.4': lies outside its own range 40 to 37.4",
    ),
    "a country that cannot meet its peak": (
        "pipelines",
        scale_all(PIPE_RATES, 0.1, to_node="SE"),
        "everything that can reach SE in a day comes to",
    ),
    "a reverse that is not linked": ("pipelines", unlink, "the same point has an opposite direction"),
    "a reverse that runs the same way": (
        "pipelines",
        cell("reverse_of", "jura", pipeline="ungheni_md_ro"),
        "reverse_of = 'jura': it does not run from RO to MD",
    ),
    "a reverse that is not mutual": (
        "pipelines",
        cell("reverse_of", "", pipeline="kiemenai_lv_lt"),
        "that pipeline does not name kiemenai_lt_lv in return",
    ),
    "an interconnector listed twice": ("pipelines", twin, "name = 'Jura': already listed from FR to CH; keep one row"),
    "Nord Stream 2 in operation": (
        "pipelines",
        cell("status", "operating", pipeline="nord_stream_2"),
        "is of a route that storyline.toml lists among the idle_routes",
    ),
    "production above history": (
        "production",
        scale_all(["low_gwh_per_day", "production_gwh_per_day", "high_gwh_per_day"], 1.3, node="RO"),
        "but the best year on record was",
    ),
    "exports above history": (
        "supply_steps",
        scale_all(["volume_gwh_per_year", "high_volume_gwh_per_year"], 1.2, supplier="NO", step="base"),
        "supply_steps.csv, supplier 'NO': its base steps sum to",
    ),
    "a store fuller than full": (
        "storage_filling",
        cell("gas_in_storage_gwh", "400000", node="DE", date="2021-11-01"),
        "DE holds 242053.6 of working gas when full",
    ),
    "cushion counted as working gas": (
        "storage",
        scale("working_gas_volume_gwh", 2.0, storage="fr_storage"),
        "the volume looks like working gas plus cushion",
    ),
    "gas in store that nobody holds": (
        "storage",
        cell("holder", "", storage="de_storage"),
        "nobody holds up to 0.28",
    ),
    "a holder of no gas": (
        "storage",
        cell("holder", "RU", storage="fr_storage"),
        "holds nothing at most",
    ),
    "a curve that bulges the wrong way": (
        "storage_curve",
        cell("rate_share", "0.55", storage="default", direction="withdrawal", fill_share="0.5"),
        "is not concave",
    ),
    "demand that misses the statistics": (
        "demand_annual",
        scale("demand_gwh", 1.1, node="DE", year="2021"),
        "the statistics counted",
    ),
    "tiers that lose gas": (
        "curtailment_tiers",
        cell("share_of_sector", "0.3", sector="services", tier="5"),
        "sector 'services': shares sum to 0.7, not 1",
    ),
    "industry dearer than hospitals": (
        "curtailment_tiers",
        scale_all(["low_eur_per_mwh", "cost_eur_per_mwh", "high_eur_per_mwh"], 12.0, tier="2"),
        "no dearer than the tier before",
    ),
    "curtailment cheaper than LNG": (
        "prices",
        scale_all(["low_eur_per_mwh", "price_eur_per_mwh", "high_eur_per_mwh"], 4.0, series="lng_reference"),
        "the dearest landed LNG",
    ),
    "a target dearer than curtailment": (
        "parameters",
        scale_all(["low", "value", "high"], 2.0, parameter="target_penalty_eur_per_mwh"),
        "target_penalty_eur_per_mwh (300 EUR/MWh) must stay below the first curtailment tier (260)",
    ),
    "contracts beyond the literature": (
        "contracts",
        scale_all(["low_gwh", "annual_quantity_gwh", "high_gwh"], 1.5, contract="ru_eni"),
        "the literature names 1204700 to 1397300",
    ),
    "a contract on no pipeline": (
        "contracts",
        cell("delivery_route", "jamal", contract="ru_pgnig_yamal"),
        "delivery_route = 'jamal': no pipeline has this route",
    ),
    "LNG that does not add up": (
        "lng_supply_steps",
        scale_all(
            ["low_gwh_per_year", "volume_gwh_per_year", "high_gwh_per_year"], 1.3, exporter="US", step="base_2021"
        ),
        "the base steps without a first day sum to",
    ),
    "hindsight that does not say so": (
        "pipelines",
        cell("note", "", pipeline="medelsheim_fr_de", as_of="2022-09-05"),
        "was not public on 2022-01-31 and does not say so",
    ),
    "an observation known before it was made": (
        "storage_filling",
        cell("as_of", "2021-10-31", node="DE", date="2021-11-01"),
        "the observation of 2021-11-01 was not known then",
    ),
    "a month without a price": (
        "prices",
        lambda table: table[~((table["series"] == "ttf_forward") & (table["month"] == "2022-09-01"))],
        "no price of 2022-09-01",
    ),
    "a promise that differs from its step": (
        "assurances",
        cell("volume_gwh_per_year", "12000", assurance="az_extra"),
        "volume_gwh_per_year = '12000': its step says 11130",
    ),
    "a balance that stays open": (
        "trade",
        scale("energy_gwh", 0.5, importer="EU27", supplier="RU", channel="pipeline"),
        "the balance of EU27 in 2021 stays open",
    ),
    "a source nobody uses": (
        "sources",
        lambda table: pd.concat([table, table.iloc[[0]].assign(source_id="forgotten")]),
        "source_id = 'forgotten': no row and no note uses it",
    ),
}
