"""The objective: the sum of the costs that features registered."""

from __future__ import annotations

from energy_model.lp import LazyModel
from energy_model.model.feature import Feature
from energy_model.scenario.case import Case

FEATURE = Feature()


def add(m: LazyModel, case: Case) -> None:
    """Declare the cost to be minimised, in thousand EUR."""

    @m.Objective(doc="Cost of supply, transport, LNG, storage, voluntary reduction and curtailment")
    def cost(m: LazyModel) -> object:
        r"""Total cost over the horizon; with a world market of LNG, of buyers outside Europe as well.

        .. math:: \min \sum_t h_t \Big( \sum_k c_{k,t} q_{k,t} + \sum_p c_{p,t} f_{p,t} + \sum_e c_{e,t} u_{e,t}
            + \sum_{x,n} c_{x,n,t} k_{x,n,t} + \sum_s (c^i i_{s,t} + c^w w_{s,t} + c^l l_{s,t})
            + \sum_{n,v} c_v r_{n,v,t} + \sum_{n,c} c_c x_{n,c,t} \Big) + \sum_g c_g z_g + \sum_w c_w y_w
            + \sum_t h_t \sum_{o,n} c^o_{n,t}\, b^o_{n,t}
            + \sum_y \Big( \sum_{x,r} c_{x,r,y} \kappa_{x,r,y} + \sum_{z,j} p_{z,j,y} \phi_{z,j,y}
            + \sum_i c_i \delta_{i,y} \Big)
        """
        return sum(term.rule(m) for term in m.cost_terms)
