"""Every constant that decides how long an optimum takes, with the reason for its value.

None of them decides what the optimum is: whatever is left out of a problem is priced and checked before the result is
certified against the whole problem (:mod:`energy_model.fast`). Times behind the reasons are in ``docs/notes/``.
"""

from __future__ import annotations

from dataclasses import dataclass

ROUNDING = 1e-9
"""Smaller values are rounding of the solver."""


@dataclass(frozen=True)
class Tuning:
    """How a problem is restricted, how far what is left out is looked at, and when all of it joins."""

    # Which columns and rows belong to the first problem (working_set)
    price_margin_eur_per_mwh: float = 10.0
    """A column joins at the start if its reduced cost is within this of zero: prices of longer periods miss those of
    their days by less than this nearly everywhere."""
    cargo_margin_eur_per_mwh: float = 1.0
    """The same for cargoes: freight differs little between ships, and what an exporter has left limits all of its
    routes alike."""
    other_problem_margins: float = 4.0
    """How many times wider the margins are when the prices come from another problem: with LNG a fifth dearer, a start
    with the margins as they are took four times as long."""
    storage_curve_share: float = 0.1
    """A line of a storage curve belongs to the first problem if it is above the estimated rate by less than this share
    of the store's capacity."""
    reserve_share: float = 0.1
    """Share of what could yet be cut, or given back, of each market and period that belongs to the first problem
    whatever its price: columns that are missing cost a round each."""

    # Which rows and columns join (sifting)
    violation: float = 1e-7
    """A row joins when it is violated by more than this, relative to 1 + its bound."""
    joining_margin: float = 0.03
    """Rows so near to being violated, relative to 1 + their bound, join along with those that are: a round less on
    days."""
    pricing_rounds: int = 12
    """After so many rounds everything that is left out joins; no useful estimate needs as many."""
    infeasible_rounds: int = 6
    """After so many restricted problems without a feasible point everything that is left out joins."""
    largest_grown_in_place: int = 200_000
    """Coefficients above which a problem that grows is handed over anew: the solver would keep the memory of the
    problem before and after. Weeks of Europe are below, its days above."""

    # Curtailment segments
    segment_rounds: int = 12
    """After so many rounds of splitting tiers the full problem is solved as it stands; enough for any case met."""
    few_tiers: int = 200
    """Up to so many tiers split at once the plan stays nearly optimal, and primal simplex repairs it in a few steps
    where the dual method needs hundreds to thousands. For thousands of tiers the dual takes an eighth of the time."""

    # Longer periods (temporal_refinement, regime_changes)
    longest_period_days: float = 20.0
    """Periods that are longer on average, as months are, are solved as they stand, in a fifth of a second."""
    block_days: tuple[float, ...] = (90.0, 30.0, 10.0, 3.0)
    """Least length of an aggregated period on each level, longest first. The last step decides: by way of two days,
    from a week or from five days it takes a tenth to two thirds longer than from three days."""
    worthwhile_ratio: float = 1.97
    """A level is left out unless the next has at least this many times its periods; about two, as boundaries that stay
    keep halves from being exact."""
    regime_change_share: float = 0.02
    """An aggregated period ends where a kind of limit moves by more than this share of what it allows; smaller moves
    are met by the basis as it is. With 0.1 and 0.3 the library takes 1 and 10 % longer on weeks."""

    # Many cases on one live problem (warm_chain)
    chain_margins: float = 0.3
    """Share of the price margins that is enough for a chain: what is missing joins once, and is there for all later
    cases."""
    chain_reserve_share: float = 0.005
    """In place of ``reserve_share``, a twentieth of it, for the same reason."""
    chain_joining_margin: float = 0.3
    """In place of ``joining_margin``, ten times as wide: it spares every fifth round, and the rows serve later cases
    too."""


TUNING = Tuning()
"""The constants in use."""
