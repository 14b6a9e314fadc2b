"""What a case keeps of measures and targets beside its arrays."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from datetime import date as Day

import numpy as np


@dataclass(frozen=True)
class Scaling:
    """A measure that multiplies the rates of some steps by period."""

    hit: np.ndarray  # (K,) or (E,) bool
    multiplier: np.ndarray  # (T,)


@dataclass(frozen=True)
class FillingTarget:
    """A level that a group of storages should reach; missing it is possible at a price."""

    name: str
    kind: str  # legal | customary | end_level
    storages: tuple[int, ...]
    date: date
    level_gwh: float
    penalty_eur_per_mwh: float
    known_on: Day | None = None  # day from which it is known; None if from the beginning


@dataclass(frozen=True)
class Reserve:
    """Gas that somebody has to keep in a storage on every day; it is released in an emergency, at a price."""

    storage: int
    since: date  # the level holds from this day to the next reserve of the storage; the first one also before it
    level_gwh: float
    release_eur_per_mwh: float
    known_on: Day | None = None  # day from which it is known; None if from the beginning


@dataclass(frozen=True)
class Denial:
    """A measure by which a seller leaves some markets no more than a share of their demand."""

    suppliers: tuple[str, ...]
    strength: np.ndarray  # (N, T)
    remaining_share: float


@dataclass(frozen=True)
class ResponseLag:
    """How long the answer to a price takes, by voluntary step of the demand curve."""

    half_months: np.ndarray  # (V,) months until half of it has come
    standing_since: tuple[date | None, ...]  # (V,) first day of the price that stood on the day of the vintage


@dataclass(frozen=True)
class Ceiling:
    """A measure by which some markets pay a supplier no more than a price."""

    supplier: str
    limit: np.ndarray  # (N, T) EUR/MWh, infinite where none holds
