"""The balance of every node in every period: the sum of what features registered."""

from __future__ import annotations

from energy_model.lp import LazyModel
from energy_model.model.feature import Feature, Rows
from energy_model.scenario.case import Case

BALANCE = Rows("balance", "N, T", "Balance of a node in a period")
FEATURE = Feature(rows=(BALANCE,))


def add(m: LazyModel, case: Case) -> None:
    """Declare the balance; its dual is the price of gas at the node."""

    @BALANCE.declare(m)
    def balance(m: LazyModel, n: str, t: int) -> object:
        r"""All that enters a node equals all that leaves it.

        .. math:: \sum_{k \in K_n} q_{k,t} + \sum_{p \in P^{in}_n} (1-\epsilon_p)\, f_{p,t} + \sum_{j \in Q_n} g_{j,t}
            + \sum_{s \in S_n} w_{s,t} + \sum_v r_{n,v,t} + \sum_c x_{n,c,t}
            = D_{n,t} + \sum_{p \in P^{out}_n} f_{p,t} + \sum_{s \in S_n} i_{s,t}
        """
        entering = sum(term.rule(m, n, t) for term in m.balance_terms if term.side == "enters")
        return entering - sum(term.rule(m, n, t) for term in m.balance_terms if term.side == "leaves") == 0
