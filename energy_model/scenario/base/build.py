"""Put the parts of the base case together."""

from __future__ import annotations

from energy_model.data.load import GasData
from energy_model.scenario.base.contracts import base_contracts
from energy_model.scenario.base.demand import base_demand
from energy_model.scenario.base.lng import base_lng
from energy_model.scenario.base.network import base_pipelines
from energy_model.scenario.base.peaks import with_peak_days
from energy_model.scenario.base.storage import base_storage
from energy_model.scenario.base.supply import base_supply
from energy_model.scenario.case import Case
from energy_model.scenario.schema import Scenario


def base_case(data: GasData, scenario: Scenario) -> Case:
    """The world of ``scenario`` before its measures.

    Parameters
    ----------
    data : GasData
        Already of the scenario's vintage (``data.at(scenario.as_of)``).
    """
    timeline = with_peak_days(scenario, data).timeline()
    table = data["nodes"]
    ends = data["pipelines"]["from_node"], data["pipelines"]["to_node"]
    network = table[table["is_market"] | table["node"].isin(ends[0]) | table["node"].isin(ends[1])]
    nodes = network["node"].to_numpy(str)
    pipelines = base_pipelines(data, timeline, nodes)
    supply = base_supply(data, timeline, nodes)
    return Case(
        timeline=timeline,
        nodes=nodes,
        is_market=network["is_market"].to_numpy(bool),
        is_eu=(network["is_eu27"] & network["is_market"]).to_numpy(bool),
        pipelines=pipelines,
        supply=supply,
        lng=base_lng(data, scenario, timeline, nodes),
        storage=base_storage(data, timeline, nodes),
        demand=base_demand(data, scenario, timeline, nodes),
        contracts=base_contracts(data, timeline, pipelines, supply),
    )
