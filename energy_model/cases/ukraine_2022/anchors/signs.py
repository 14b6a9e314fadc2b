"""What the literature says Nord Stream 2 does, as directions: where our model can state one, it is tested."""

from __future__ import annotations

import pandas as pd

from energy_model.cases.ukraine_2022.anchors.runs import AnchorRuns
from energy_model.data.load import GasData
from energy_model.data.regions import nodes_of_group
from energy_model.results.run import Results
from energy_model.scenario.lookups import parameter
from energy_model.units import DAYS_PER_YEAR, EUR_PER_BEUR, MWH_PER_GWH
from energy_model.validate.anchors import Ours, number

WEST = ("BE", "DE", "FR", "NL")
CENTRE = ("Central-East", "South-East", "South")
"""Regions of ``nodes.csv`` that stand for Central, Eastern and Southern Europe."""
TRANSIT_FEES = (
    ("ukraine_transit", "ukraine_transit_tariff_eur_per_mwh"),
    ("yamal_europe", "yamal_transit_tariff_eur_per_mwh"),
)
SAME_GAS = "pipe and gas against gas: Russia offers the same, with and without the pipe"
ZERO = 1e-9
"""Relative difference of cost below which two runs cost the same."""


def region(results: Results, *names: str) -> list[str]:
    """Members of the EU in regions of ``nodes.csv``."""
    nodes = results.nodes
    return list(nodes.loc[nodes["region"].isin(names) & nodes_of_group(nodes, "EU27"), "node"])


def norwegian_sales_bn(results: Results) -> float:
    """Norwegian gas by pipeline at the shadow price where it lands, bn EUR."""
    flows = results["flows"]
    landed = flows[flows["from_node"].isin(["NO", "EMD"]) & (flows["to_node"] != "EMD")]
    price = results["prices"].set_index(["node", "period"])["price_eur_per_mwh"]
    keys = pd.MultiIndex.from_arrays([landed["to_node"].astype(str), landed["period"]])
    return float((landed["arrived_gwh"].to_numpy() * price.reindex(keys).to_numpy()).sum()) * MWH_PER_GWH / EUR_PER_BEUR


def russian_sales_bn(results: Results, data: GasData) -> float:
    """Russian pipeline gas at the German shadow price less transit fees of Ukraine and Yamal-Europe, bn EUR."""
    ask = results.statistics
    sold, german = ask.supply("period", supplier="RU", unit="GWh"), ask.price("period", node="DE")
    fees = sum(ask.flow.value(route=route, unit="GWh") * parameter(data, fee) for route, fee in TRANSIT_FEES)
    return (float((sold * german).sum()) - fees) * MWH_PER_GWH / EUR_PER_BEUR


def transit_twh(results: Results, route: str) -> float:
    """Gas that enters a route, TWh."""
    return results.statistics.flow.value(route=route)


def less_used_twh(results: Results, nodes: list[str]) -> float:
    """Gas that consumers of some countries go without, curtailed or too dear, TWh."""
    return results.statistics.shortage.value(node=nodes)


def dearer_by(before: Results, after: Results, nodes: list[str]) -> float:
    """Rise of the mean price of some countries, EUR/MWh."""
    first, then = (run.statistics.price.value(node=nodes) for run in (before, after))
    return then - first


def sign_rows(runs: AnchorRuns) -> list[Ours]:
    """Directions of Nord Stream 2, each with the pair of runs that states it."""
    return [_eser(runs), *_sziklai(runs), *_rekk(runs), _koczy(runs), _full_cut(runs)]


def _eser(runs: AnchorRuns) -> Ours:
    before, after = (transit_twh(runs[name], "ukraine_transit") for name in ("no pipe", "pipe"))
    change = 100.0 * (after / before - 1.0)
    return Ours(
        "eser_ukraine",
        (change,),
        "pipe against the reference, 2022, both in one plan that knows all",
        "another decade; a contract with take-or-pay holds gas in Ukraine",
        text=f"{number(change)} ({before:.0f} to {after:.0f} TWh in 15 months)",
        reproduced=after < before,
    )


def _sziklai(runs: AnchorRuns) -> list[Ours]:
    before, after = runs["gas"], runs["pipe and gas"]
    data = runs.data.at(after.scenario.as_of)
    centre = region(after, *CENTRE)
    changes = {
        "sziklai_russia": (
            russian_sales_bn(after, data) - russian_sales_bn(before, data),
            "bn EUR of sales after transit fees",
        ),
        "sziklai_west": (
            dearer_by(after, before, list(WEST)),
            "EUR/MWh by which consumers pay less",
        ),
        "sziklai_norway": (norwegian_sales_bn(after) - norwegian_sales_bn(before), "bn EUR of Norwegian sales"),
        "sziklai_centre": (
            dearer_by(after, before, centre),
            "EUR/MWh by which consumers pay less",
        ),
    }
    expected = {"sziklai_russia": 1.0, "sziklai_west": 1.0, "sziklai_norway": -1.0, "sziklai_centre": -1.0}
    why = (
        "a game of bargaining power there, a price at the margin here; were the pipe to bring gas that would not come "
        "otherwise, all consumers would gain"
    )
    return [
        Ours(anchor, (change,), SAME_GAS, why, f"{change:+.2f} {what}", reproduced=change * expected[anchor] > 0.0)
        for anchor, (change, what) in changes.items()
    ]


def _rekk(runs: AnchorRuns) -> list[Ours]:
    before, after = runs["pipe and gas"], runs["pipe and gas, no Ukraine"]
    data = runs.data.at(after.scenario.as_of)
    members = list(after.nodes.loc[nodes_of_group(after.nodes, "EU27"), "node"])
    cut = after.statistics.curtailed.value(node=members)
    dearer = dearer_by(before, after, members)
    per_year = DAYS_PER_YEAR / float(after["periods"]["days"].sum())
    lost = (russian_sales_bn(after, data) - russian_sales_bn(before, data)) * per_year
    setting = "pipe and gas without transit through Ukraine against with it; Yamal-Europe idle in both"
    return [
        Ours(
            "rekk_security",
            (cut,),
            setting,
            "security is read as gas that consumers in the EU are cut off from",
            f"{number(cut)} TWh curtailed",
            cut < 0.1,
        ),
        Ours(
            "rekk_price",
            (dearer,),
            setting,
            "prices of 2022 are many times those of 2020",
            f"{dearer:+.1f} EUR/MWh",
            dearer > 0.0,
        ),
        Ours(
            "rekk_russia",
            (lost,),
            setting,
            "prices of 2022, and Yamal-Europe is idle here, so that much of Ukraine's gas has no other way",
            reproduced=lost < 0.0,
        ),
    ]


def _koczy(runs: AnchorRuns) -> Ours:
    before, after = runs["reference, no TurkStream"], runs["pipe and gas, no Ukraine, no TurkStream"]
    nodes = region(after, "South-East")
    dearer = dearer_by(before, after, nodes)
    missing = less_used_twh(after, nodes) - less_used_twh(before, nodes)
    return Ours(
        "koczy_south_east",
        (dearer,),
        "TurkStream fails for 15 months: Nord Stream 2 open and Ukraine closed against the reference",
        "one failure instead of an expected value over many",
        text=f"{dearer:+.1f} EUR/MWh and {missing:+.1f} TWh less used in South-Eastern members",
        reproduced=dearer > 0.0 and missing >= 0.0,
    )


def _full_cut(runs: AnchorRuns) -> Ours:
    before, after = runs["full stop"], runs["full stop and pipe"]
    change = after.objective_eur / before.objective_eur - 1.0
    sent = transit_twh(after, "nord_stream_2")
    return Ours(
        "ns2_full_cut",
        (0.0 if abs(change) < ZERO else change,),
        "full stop with the pipe open against without",
        "a pipe without gas",
        text=f"{number(sent)} TWh sent, cost the same" if abs(change) < ZERO else f"cost changes by {change:.1e}",
        reproduced=abs(change) < ZERO and sent == 0.0,
    )
