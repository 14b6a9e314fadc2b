"""On a static peak day the model can serve no more than a maximum flow: networkx says how much that is.

One gas day at peak demand; pipelines at capacity, supply, ships, terminals and stores at their highest rates; no
losses, no volumes, no price at which anybody saves. Then unserved gas is a question of the network alone.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import date
from functools import cache

import networkx as nx
import numpy as np
import pytest

from energy_model.fast import optimum
from energy_model.lp import compile_model
from energy_model.model import build_model
from energy_model.scenario import apply, load_scenario
from energy_model.scenario.case import SECTORS, Case, Contracts
from energy_model.scenario.load import with_changes

approx = pytest.approx

PEAK_DAY = date(2022, 1, 20)
INDUSTRY = SECTORS.index("industry")
SOURCE, SINK = "all supply", "all demand"
PLENTY = 1e9
KWH_PER_GWH = 1_000_000


def nothing(case: Case) -> Case:
    return case


def without_russia(case: Case) -> Case:
    russian = np.char.startswith(case.supply.supplier.astype(str), "RU")
    return case.with_("supply", rate=np.where(russian[:, None], 0.0, case.supply.rate))


def without_russia_and_stores(case: Case) -> Case:
    return without_russia(case).with_("storage", withdrawal=case.storage.withdrawal * 0.0)


def without_russia_stores_and_ships(case: Case) -> Case:
    return without_russia_and_stores(case).with_("lng", rate=case.lng.rate * 0.0)


SITUATIONS = (nothing, without_russia, without_russia_and_stores, without_russia_stores_and_ships)


@pytest.fixture(scope="module")
def peak_day(data) -> Callable[[Callable[[Case], Case]], Case]:
    scenario = with_changes(
        load_scenario("reference", data.root, data),
        horizon={"start": PEAK_DAY, "end": PEAK_DAY}, resolution="day", foresight="perfect", measures=(),
    )  # fmt: skip
    case = apply(scenario, data.at(scenario.as_of))
    peak = data["peak_demand"].set_index("node")["peak_gwh_per_day"]
    markets = case.nodes[case.is_market]
    assert set(markets) <= set(peak.index), "every market has a peak"
    rate = np.zeros_like(case.demand.rate)
    rate[case.is_market, INDUSTRY, 0] = peak[markets]
    stock = case.storage
    nobody = Contracts(*(np.zeros(0, dtype=kind) for kind in (str, str, str, float, float)))
    case = replace(
        case.with_("demand", rate=rate, voluntary_share=case.demand.voluntary_share * 0.0)
        .with_("pipelines", loss_share=case.pipelines.loss_share * 0.0)
        .with_("supply", volume=case.supply.rate @ case.timeline.days)
        .with_("lng", volume=case.lng.rate @ case.timeline.days, europe_limit=np.array([PLENTY]))
        .with_("storage", initial=stock.working_gas, targets=(), curve_intercept=np.ones_like(stock.curve_intercept),
               curve_slope=np.zeros_like(stock.curve_slope)),
        contracts=replace(nobody, pipelines=()),
    )  # fmt: skip
    return cache(lambda situation: situation(case))


def only(case: Case, wanted: Iterable[str]) -> Case:
    """The day on which nobody but some countries asks for gas: these are first in line."""
    rate = case.demand.rate.copy()
    rate[~np.isin(case.nodes, list(wanted))] = 0.0
    return case.with_("demand", rate=rate)


def unserved(case: Case) -> dict[str, float]:
    """GWh/d that the model cuts in each market."""
    matrix = compile_model(build_model(case))
    cut = matrix.values(optimum(matrix, case)[0].col_value, "curtailment").sum(axis=(1, 2))
    return dict(zip(case.nodes[case.is_market].tolist(), cut.tolist(), strict=True))


def network(case: Case) -> nx.DiGraph:
    """The same day as a graph with one capacity in whole kWh/d per pair of places.

    With whole numbers a maximum flow fills the edges of a smallest cut to the last unit, in whatever order networkx
    visits the places. With fractions a remainder of rounding can pass for spare capacity, and the cut is none.
    """
    graph = nx.DiGraph()

    def add(start: str, end: str, capacity: float) -> None:
        before = graph.get_edge_data(start, end, {"capacity": 0})["capacity"]
        graph.add_edge(start, end, capacity=before + round(float(capacity) * KWH_PER_GWH))

    nodes, lng = case.nodes, case.lng
    for n, demand in zip(nodes, case.demand.rate.sum(axis=(1, 2)), strict=True):
        add(n, SINK, demand)
    for n, rate in zip(case.supply.node, case.supply.rate[:, 0], strict=True):
        add(SOURCE, nodes[n], rate)
    for n, rate in zip(case.storage.node, case.storage.withdrawal[:, 0], strict=True):
        add(SOURCE, nodes[n], rate)
    for p, capacity in enumerate(case.pipelines.capacity[:, 0]):
        add(nodes[case.pipelines.from_node[p]], nodes[case.pipelines.to_node[p]], capacity)
    for exporter, rate in zip(lng.exporter, lng.rate[:, 0], strict=True):
        add(SOURCE, f"quay {exporter}", rate)
    for exporter, n in zip(lng.route_exporter, lng.route_node, strict=True):
        add(f"quay {exporter}", f"tanks {nodes[n]}", PLENTY)
    for n, rate in zip(lng.terminal_node, lng.sendout[:, 0], strict=True):
        add(f"tanks {nodes[n]}", nodes[n], rate)
    return graph


def largest_flow(case: Case) -> float:
    """GWh/d that can reach the markets at once."""
    return float(nx.maximum_flow_value(network(case), SOURCE, SINK)) / KWH_PER_GWH


def asked(case: Case) -> float:
    return float(case.demand.rate.sum())


@pytest.mark.parametrize("situation", SITUATIONS)
def test_unserved_gas_of_a_peak_day_is_demand_less_the_maximum_flow(peak_day, situation):
    case = peak_day(situation)

    assert approx(asked(case) - largest_flow(case), rel=1e-6, abs=1e-6 * asked(case)) == sum(unserved(case).values())


@pytest.mark.parametrize("situation", SITUATIONS)
def test_the_smallest_cut_is_as_wide_as_the_largest_flow(peak_day, situation):
    graph = network(peak_day(situation))
    width, (near, far) = nx.minimum_cut(graph, SOURCE, SINK)
    crossing = sum(edge["capacity"] for a, b, edge in graph.edges(data=True) if a in near and b in far)

    assert nx.maximum_flow_value(graph, SOURCE, SINK) == width == crossing, "whole numbers: to the last kWh"


def test_every_country_first_in_line_lacks_what_a_maximum_flow_leaves(peak_day):
    """Without Russian gas and stores some countries cannot be served even if all others step back."""
    case = peak_day(without_russia_and_stores)
    short = {}
    for country in case.nodes[case.is_market].tolist():
        alone = only(case, [country])
        short[country] = asked(alone) - largest_flow(alone)

        assert approx(short[country], rel=1e-6, abs=1e-6 * asked(alone)) == unserved(alone)[country], country

    assert {node for node, gap in short.items() if gap > 1.0} >= {"BY", "KGD"}, "no other gas than Russia's"


def test_every_country_last_in_line_lacks_what_the_others_leave(peak_day):
    """What a country gets after all others is the flow it adds: the model's total says the same."""
    case = peak_day(without_russia)
    markets = case.nodes[case.is_market].tolist()
    flow, everybody = largest_flow(case), sum(unserved(case).values())
    for country in ("DE", "IT", "AT", "PL", "HU", "BG"):
        others = only(case, [node for node in markets if node != country])
        adds = flow - largest_flow(others)
        wants = asked(case) - asked(others)

        assert approx(wants - adds, rel=1e-6, abs=1e-6 * asked(case)) == everybody - sum(unserved(others).values())
