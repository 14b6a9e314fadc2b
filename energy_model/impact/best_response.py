"""Best response to a move of the other side: the least-cost plan from its day on, with the past as it was decided.

The leader moves (a cut, a sanction), the follower answers with the plan that costs it least. Every move starts from the
baseline's plan, frozen up to the day of the move, and every solve from the basis of a similar one.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import partial

import numpy as np

from energy_model.data.load import GasData
from energy_model.fast import Start, optimum
from energy_model.impact.study import Study
from energy_model.impact.valuation import export_price
from energy_model.lp import Matrix, Solution
from energy_model.plan.stages import Decisions, compiled
from energy_model.results.plan_totals import curtailed_gwh, stored_gwh
from energy_model.results.shortage import Shortage, shortage_in
from energy_model.scenario.case import Case
from energy_model.scenario.lookups import monthly_price
from energy_model.units import GWH_PER_TWH, KEUR_PER_BEUR

LEFT_OUT = ("missing", "untaken")
"""Terms of the model's cost that nobody pays here: penalties of filling targets, take-or-pay of gas that is refused."""


@dataclass(frozen=True)
class Outcome:
    """What a plan means for either side, over the horizon.

    Attributes
    ----------
    country_twh, region_twh : float
        Curtailment of the country and the region asked about.
    cost_eur_bn : float
        Cost of gas, transport, storage, voluntary reduction and curtailment to all markets, the seller's gas at the
        price paid for it, less the stock at the end at the last forward price.
    revenue_eur_bn : float
        What the seller is paid for gas by pipeline.
    short_in : callable, optional
        All that the nodes of a mask do without under the plan; of a change, that of the plan itself.
    """

    country_twh: float
    region_twh: float
    cost_eur_bn: float
    revenue_eur_bn: float
    short_in: Callable[[np.ndarray], Shortage] | None = None

    def less(self, other: Outcome) -> Outcome:
        """Change against another outcome."""
        country, region, cost, revenue = (
            mine - theirs for mine, theirs in zip(_parts(self), _parts(other), strict=True)
        )
        return Outcome(country, region, cost, revenue, self.short_in)


def _parts(outcome: Outcome) -> tuple[float, float, float, float]:
    return outcome.country_twh, outcome.region_twh, outcome.cost_eur_bn, outcome.revenue_eur_bn


class Follower:
    """The baseline's plan, to be answered anew after a move."""

    def __init__(self, study: Study) -> None:
        before = study.before
        self.case, self.matrix = before.case, before.matrix
        self._seller, self._region, self._country = study.subject.seller, study.region_mask, study.country_mask
        self._past = Decisions.of(before.matrix, before.solution)
        self._price = price_paid(self.case, study.data)
        forward = monthly_price(study.data, study.data.storyline.prices.forward, self.case.timeline)
        self._stock_price = float(forward[-1])
        found, self.start = optimum(self.matrix, self.case)
        self.nothing = self.outcome(self.case, self.matrix, found)

    def after(self, case: Case, begins: date, start: Start | None) -> tuple[Outcome, Start | None]:
        """Outcome of a case that differs from the baseline from a day on; and where a similar one can start."""
        return self.after_matrix(compiled(case), case, begins, start)

    def after_matrix(
        self, matrix: Matrix, case: Case, begins: date, start: Start | None
    ) -> tuple[Outcome, Start | None]:
        """The same for a problem that is compiled already."""
        frozen = self._past.frozen(matrix, case.timeline.boundary_at(begins), case.timeline)
        found, again = optimum(frozen, case, start)
        return self.outcome(case, frozen, found), again

    def outcome(self, case: Case, matrix: Matrix, found: Solution) -> Outcome:
        """What a plan means for either side."""
        days, value = case.timeline.days, found.col_value
        cut_twh = curtailed_gwh(case, matrix.values(value, "curtailment")) / GWH_PER_TWH
        markets = case.is_market
        own = case.supply.supplier == self._seller
        sold = matrix.values(value, "supply")[own] * days
        revenue = float((sold * self._price[own]).sum())
        cost = float(found.objective - (sold * case.supply.cost[own]).sum()) + revenue
        for name in LEFT_OUT:
            if name in matrix.columns:
                part = matrix.columns[name].slice
                cost -= float(matrix.cost[part] @ value[part])
        cost -= self._stock_price * float(
            stored_gwh(case, matrix.values(value, "level"), np.ones(len(case.nodes), dtype=bool))[-1]
        )
        return Outcome(
            float(cut_twh[self._country[markets]].sum()),
            float(cut_twh[self._region[markets]].sum()),
            cost / KEUR_PER_BEUR,
            revenue / KEUR_PER_BEUR,
            partial(shortage_in, case, matrix.values(value, "voluntary"), matrix.values(value, "curtailment")),
        )


def price_paid(case: Case, data: GasData) -> np.ndarray:
    r"""What buyers pay for each supply step by pipeline, EUR/MWh, shape (K, T).

    .. math:: s\, f_t + (1 - s)\, r

    with the share s of the contract price that follows the hub, the forward curve f known on the day, and the last
    export price r of :func:`~energy_model.impact.valuation.export_price`.
    """
    forward = monthly_price(data, data.storyline.prices.forward, case.timeline)
    share = case.supply.hub_link_share[:, None]
    return np.asarray(share * forward + (1.0 - share) * export_price(data))
