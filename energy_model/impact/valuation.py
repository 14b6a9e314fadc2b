"""Prices at which gas is valued: the shadow price, the same without rationing, contract formulas, the forward curve."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from energy_model.data.load import GasData
from energy_model.errors import DataError
from energy_model.plan.foresight import Solved
from energy_model.results.tracing import Traced
from energy_model.scenario import Case
from energy_model.scenario.lookups import monthly_price

FORWARD, CONTRACT, CAPPED, SCARCITY = "forward", "contract", "capped", "scarcity"
VIEWS = (FORWARD, CONTRACT, CAPPED, SCARCITY)
"""From the lowest to the highest in a shortage."""

VIEW_WORDS = (
    "Four prices are shown side by side. 'Scarcity' is the model's shadow price, in a shortage the cost of the"
    " customers who are cut: a modelled upper value, not what anybody would be billed. 'Capped' is the shadow price up"
    " to the highest price at which customers give up gas by choice; above it gas is rationed, not priced. 'Contract'"
    " is the capped price for cargoes, production and storage, and for pipeline suppliers s x capped price + (1 - s) x"
    " the last export price known for the seller in focus of the data, s the share of the supplier's prices that"
    " follows the hub. 'Forward' is the"
    " forward curve of the hub known on the day of the vintage, whatever happens."
)

VIEWS_IN_BRIEF = (
    "Four prices. Forward: the curve of the vintage, as if no price had moved. Contract: gas under contract by its"
    " formula, all else as capped. Capped: the model's price up to where customers would leave gas by choice. Scarcity:"
    " what it costs to cut the next customer."
)
"""The same for a reader who sees only the answer."""


@dataclass(frozen=True)
class Valuation:
    """What a MWh of an origin costs at a node in a period.

    Attributes
    ----------
    view : str
        One of :data:`VIEWS`.
    hub : ndarray
        Hub price, EUR/MWh, shape (nodes, periods).
    hub_share : ndarray
        Part of an origin's price that follows the hub, shape (origins,).
    rest : float
        Price of the part that does not, EUR/MWh.
    ceiling : ndarray, optional
        Most that is paid for an origin at a node, EUR/MWh, shape (origins, nodes, periods); default is no ceiling.
    """

    view: str
    hub: np.ndarray
    hub_share: np.ndarray
    rest: float
    ceiling: np.ndarray | None = None

    def at(self, nodes: np.ndarray | int | slice) -> np.ndarray:
        """Price of every origin at nodes, EUR/MWh, shape (origins, nodes, periods)."""
        share = self.hub_share.reshape(-1, *([1] * self.hub[nodes].ndim))
        price = share * self.hub[nodes] + (1.0 - share) * self.rest
        if self.ceiling is None:
            return np.asarray(price)
        return np.asarray(np.minimum(price, self.ceiling[:, nodes]))


def valuations(
    solved: Solved, origins: Traced, data: GasData, formula: Mapping[str, float] | None = None
) -> dict[str, Valuation]:
    """Every view of prices of a solved scenario by name.

    Parameters
    ----------
    formula : mapping of str to float, optional
        Part of an origin's contract price that follows the hub, 1 where it is absent; default is :func:`hub_shares` of
        the scenario itself. Two scenarios are compared on the same formulas.

    Raises
    ------
    DataError
        If the vintage knows no forward curve or no export price.
    """
    case = solved.case
    shadow = solved.duals["balance"] / case.timeline.days
    capped = np.minimum(shadow, price_cap(case))
    forward = np.broadcast_to(monthly_price(data, data.storyline.prices.forward, case.timeline), shadow.shape)
    hub_only = np.ones(len(origins.origins))
    rest = export_price(data)
    shares = formula if formula is not None else hub_shares(solved)
    linked = np.array([shares.get(origin, 1.0) for origin in origins.origins.tolist()])
    most = ceilings(case, origins)
    return {
        FORWARD: Valuation(FORWARD, forward, hub_only, rest, most),
        CONTRACT: Valuation(CONTRACT, capped, linked, rest, most),
        CAPPED: Valuation(CAPPED, capped, hub_only, rest, most),
        SCARCITY: Valuation(SCARCITY, shadow, hub_only, rest, most),
    }


def ceilings(case: Case, origins: Traced) -> np.ndarray | None:
    """What price caps let each node pay for each origin, EUR/MWh, shape (origins, nodes, T); ``None`` without a cap."""
    caps = case.supply.ceilings
    if not caps:
        return None
    most = np.full((len(origins.origins), len(case.nodes), len(case.timeline)), np.inf)
    for cap in caps:
        rows = origins.rows(cap.supplier)
        most[rows] = np.minimum(most[rows], cap.limit)
    return most


def price_cap(case: Case) -> float:
    """Highest price at which customers give up gas by choice, EUR/MWh; none without such customers."""
    return float(case.demand.voluntary_cost.max(initial=-np.inf)) if case.demand.voluntary_cost.size else np.inf


def export_price(data: GasData) -> float:
    """Last price known on the day of the vintage of contracts that do not follow the hub, EUR/MWh.

    Its series is ``contract_price`` of the storyline.

    Raises
    ------
    DataError
        If no row of the series was known on that day.
    """
    table, series = data["prices"], data.storyline.contract_price
    known = table[table["series"] == series].sort_values("month")
    if known.empty:
        raise DataError("prices.csv", [f"no series '{series}' known on {data.as_of}; add it with its source"])
    return float(known["price_eur_per_mwh"].iloc[-1])


def hub_shares(solved: Solved) -> dict[str, float]:
    """Part of each supplier's price that follows the hub: the mean of its steps by what they sell."""
    steps = solved.case.supply
    sold = solved.values["supply"] @ solved.case.timeline.days
    suppliers = {who: steps.supplier == who for who in dict.fromkeys(steps.supplier.tolist())}
    return {
        who: float(np.average(steps.hub_link_share[mine], weights=sold[mine]))
        for who, mine in suppliers.items()
        if sold[mine].sum() > 0.0
    }
