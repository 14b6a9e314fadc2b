"""The world market of LNG as tables give it.

A buyer's demand goes through one point: at the reference price known on the day of the vintage all buyers outside
Europe together take what exporters can load less what Europe is expected to take (the row of ``lng_europe_limit.csv``
that a scenario names). What each takes is its share in that, by level and season. From there it falls with the price,
:math:`Q(p) = Q^{ref} (p / p^{ref})^{-\\epsilon}`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise

import numpy as np
import pandas as pd

from energy_model.data.load import GasData
from energy_model.data.world_agrees import ALL_KEY, EUROPE_KEY
from energy_model.errors import DataError
from energy_model.scenario.lng_table import REGIONS, TABLE, exporters_of
from energy_model.scenario.lng_world import ANY_MARKET, LngWorld, answer_by_day
from energy_model.scenario.lookups import monthly_price, parameter, tie_break
from energy_model.scenario.schema import Scenario
from energy_model.timeline import Timeline
from energy_model.units import DAYS_PER_YEAR, NM_PER_1000_NM

_BELOW, _ABOVE = (0.25, 0.35, 0.45, 0.55, 0.65, 0.75, 0.84, 0.92, 0.96), (1.04, 1.08, 1.16, 1.25, 1.35, 1.46, 1.6)
EDGES = np.array([*_BELOW, 1.0, *_ABOVE, 1.75, 1.95, 2.2, 2.6, 3.2, 4.2, 6.0, 10.0])
"""Multiples of the reference price between which demand leaves at one price. Close around 1, so that the reference
price comes back within 2 %; 8 % apart where prices mostly lie, as coarser steps give Europe another share of a loss."""
STAGGER = 0.1
"""Buyers' steps lie apart by up to this power, so that no two of a basin leave at one price and the sum is smoother."""


def ability(data: GasData, timeline: Timeline) -> np.ndarray:
    """What each exporter can load, GWh/d, shape (exporters, T)."""
    daily = _daily(data, "ability_gwh_per_year", exporters_of(data), timeline)
    return np.asarray(timeline.mean(daily / DAYS_PER_YEAR))


def loading_cost(data: GasData, timeline: Timeline) -> np.ndarray:
    """What stops an exporter from loading, EUR/MWh, shape (exporters, T)."""
    return np.asarray(timeline.mean(_daily(data, "loading_cost_eur_per_mwh", exporters_of(data), timeline)))


def base_lng_world(data: GasData, scenario: Scenario, timeline: Timeline, expected: np.ndarray) -> LngWorld:
    """Buyers outside Europe and contracts.

    Parameters
    ----------
    expected : ndarray, shape (months,)
        What Europe attracts in each month at the reference price, GWh.

    Raises
    ------
    DataError
        If Europe is expected to take all that there is.
    """
    regions = data[REGIONS]
    buyers = regions[regions["role"] == "buyer"].reset_index(drop=True)
    basins = regions.loc[regions["role"] == "basin", "region"].to_numpy(str)
    exporters, codes = exporters_of(data), buyers["region"].astype(str).tolist()
    distance = np.stack([_now(data, "distance_nm", exporters, timeline, key=b) for b in basins], axis=1)
    freight = distance / NM_PER_1000_NM * parameter(data, "shipping_cost_eur_per_mwh_per_1000_nm")
    pairs, share = _contracts(data, exporters, basins, timeline)
    able = ability(data, timeline)
    at_reference = _reference_demand(data, codes, timeline, _left(able, expected, timeline))
    basin = np.array([int(np.flatnonzero(basins == one)[0]) for one in buyers["basin"]])
    early = [parameter(data, f"lng_answer_{which}_month_share") for which in ("first", "second")]
    price = _reference_price(data, scenario, timeline, freight[_swing(able, share, pairs)])[basin]
    column = {"low": "high", "high": "low"}.get(scenario.lng_elasticity, "value")  # elasticities are negative
    elasticity = -_now(data, "elasticity", codes, timeline, column=column)
    edges = EDGES ** (1.0 + STAGGER * np.linspace(-1.0, 1.0, len(codes)))[:, None]
    width = _steps(at_reference, edges ** -elasticity[:, None], _now(data, "spot_share", codes, timeline))
    middle = np.sqrt(edges[:, 1:] * edges[:, :-1])
    names = [f"{low:g} to {high:g}" for low, high in pairwise(EDGES)]
    last = np.full((len(codes), 1, price.shape[1]), parameter(data, "lng_last_buyers_eur_per_mwh"))
    last = np.maximum(last, middle[:, -1:, None] * price[:, None, :])
    last += tie_break([f"last LNG of {code}" for code in codes], timeline, data)[:, :1, None]
    return LngWorld(
        exporter=np.array(exporters),
        basin=basins,
        buyer=np.array(codes),
        buyer_basin=basin,
        step=np.array([*names, "rest"]),
        is_below=np.append(EDGES[1:] <= 1.0, False),
        freight=freight,
        width=width,
        price=np.concatenate([middle[:, :, None] * price[:, None, :], last], axis=1),
        answer=answer_by_day(timeline.start, timeline, early),
        first_month_answer=early[0],
        second_month_answer=early[1],
        contract_exporter=np.array([x for x, _ in pairs], dtype=int),
        contract_basin=np.array([at for _, at in pairs], dtype=int),
        contract_share=share,
        diversion_cost=parameter(data, "lng_diversion_eur_per_mwh"),
    )


def _left(able: np.ndarray, expected: np.ndarray, timeline: Timeline) -> np.ndarray:
    """What is left for buyers outside Europe at the reference price, GWh, shape (parts,)."""
    months = pd.Categorical([f"{day:%Y-%m}" for day in timeline.part_starts], categories=timeline.months).codes
    days = timeline.part_days.sum(axis=1)
    europe = (expected / timeline.month_days.sum(axis=1))[months] * days
    left = timeline.part_days @ able.sum(axis=0) - europe
    if (left <= 0.0).any():
        month = timeline.months[int(months[int(np.argmin(left))])]
        raise DataError(
            f"{TABLE}.csv",
            [
                f"in {month} exporters can load {-left.min():.0f} GWh less than Europe is expected to take by "
                "lng_europe_limit.csv or lng_limit_twh_per_year; correct one of them"
            ],
        )
    return np.asarray(left)


def _reference_demand(data: GasData, codes: list[str], timeline: Timeline, left: np.ndarray) -> np.ndarray:
    """What each buyer takes at the reference price, GWh, shape (buyers, parts): its share, by level and season."""
    daily = _daily(data, "demand_gwh_per_year", codes, timeline)
    months = timeline.dates.month.to_numpy()
    for month in range(1, 13):
        daily[:, months == month] *= _now(data, "season_share", codes, timeline, key=f"{month:02d}")[:, None]
    by_part = np.stack([np.bincount(timeline.part_of_day, row, minlength=len(left)) for row in daily])
    return np.asarray(by_part / by_part.sum(axis=0) * left)


def season_of_europe(data: GasData, timeline: Timeline, yearly: np.ndarray) -> np.ndarray:
    """What Europe attracts in each month at the reference price, GWh/d, shape (months,).

    Its season is what the seasons of all others and their contracts left it in the years before the first day of the
    timeline, as measured at its terminals: a row that holds from a later day is not known yet.

    Parameters
    ----------
    yearly : ndarray, shape (months,)
        What Europe attracts in a year as it is said of each month of the timeline, GWh.

    Raises
    ------
    DataError
        If a month has no row.
    """
    share = [_now(data, "season_share", [EUROPE_KEY], timeline, key=name[-2:])[0] for name in timeline.months]
    return np.asarray(yearly / DAYS_PER_YEAR * np.array(share))


def _reference_price(data: GasData, scenario: Scenario, timeline: Timeline, freight: np.ndarray) -> np.ndarray:
    """Price in each basin that the reference price on board means, EUR/MWh, shape (basins, parts)."""
    on_board = monthly_price(data, data.storyline.prices.lng, timeline) * scenario.lng_price_factor
    by_part = timeline.part_days @ on_board / timeline.part_days.sum(axis=1)
    return np.asarray(by_part + freight[:, None])


def _swing(able: np.ndarray, share: np.ndarray, pairs: Sequence[tuple[int, int]]) -> int:
    """The exporter with most that no contract binds: its freight ties the prices of basins together."""
    bound = np.zeros(len(able))
    for (x, _), part in zip(pairs, share, strict=True):
        bound[x] += part.mean()
    return int(np.argmax(able.mean(axis=1) * (1.0 - bound)))


def _steps(reference: np.ndarray, taken: np.ndarray, spot: np.ndarray) -> np.ndarray:
    """Width of each step, the last one what nobody gives up for its price, GWh, shape (buyers, steps, parts).

    Parameters
    ----------
    reference : ndarray, shape (buyers, parts)
        What each buyer takes at the reference price.
    taken : ndarray, shape (buyers, edges)
        What it takes at the price of each edge, as a multiple of that.
    spot : ndarray, shape (buyers,)
        Most that it gives up for its price, as a share of that.
    """
    fall, above = -np.diff(taken, axis=1), EDGES[:-1] >= 1.0
    given = np.cumsum(np.where(above, fall, 0.0), axis=1)
    fall = np.where(above, np.clip(fall - np.maximum(given - spot[:, None], 0.0), 0.0, fall), fall)
    width = fall[:, :, None] * reference[:, None, :]
    rest = taken[:, :1] * reference - width.sum(axis=1)
    return np.concatenate([width, rest[:, None, :]], axis=1)


def _contracts(
    data: GasData, exporters: list[str], basins: np.ndarray, timeline: Timeline
) -> tuple[list[tuple[int, int]], np.ndarray]:
    """Exporter and place of each contract, and the share that it binds, shape (contracts, parts)."""
    table = data[TABLE]
    rows = table[table["quantity"] == "bound_share"]
    pairs = list(dict.fromkeys(zip(rows["code"].astype(str), rows["key"].astype(str), strict=True)))
    found, share = [], []
    places: Mapping[str, int] = {EUROPE_KEY: ANY_MARKET, **{str(basin): at for at, basin in enumerate(basins)}}
    for code, key in pairs:
        daily = _daily(data, "bound_share", [code], timeline, key=key)[0]
        count = np.bincount(timeline.part_of_day)
        found.append((exporters.index(code), places[key]))
        share.append(np.bincount(timeline.part_of_day, daily) / count)
    return found, np.array(share).reshape(len(found), len(timeline.part_starts))


def _now(
    data: GasData, quantity: str, codes: list[str], timeline: Timeline, key: str = ALL_KEY, column: str = "value"
) -> np.ndarray:
    """Values on the first day of the horizon, shape (codes,)."""
    first = Timeline((timeline.start,), timeline.start)
    return np.asarray(_daily(data, quantity, codes, first, key, column)[:, 0])


def _daily(
    data: GasData, quantity: str, codes: list[str], timeline: Timeline, key: str = ALL_KEY, column: str = "value"
) -> np.ndarray:
    """Values by day, each from its day until the next one's, shape (codes, days); the first also before its day."""
    table = data[TABLE]
    table = table[(table["quantity"] == quantity) & (table["key"] == key)].sort_values("available_from")
    code_of, value = table["code"].to_numpy(str), table[column].to_numpy(float)
    since, days = table["available_from"].to_numpy(), timeline.dates.to_numpy()
    values = np.empty((len(codes), len(days)))
    for number, code in enumerate(codes):
        rows = np.flatnonzero(code_of == code)
        if not len(rows):
            raise DataError(
                f"{TABLE}.csv",
                [f"code '{code}', quantity '{quantity}', key '{key}': no row known on {data.as_of}; add it"],
            )
        at = np.searchsorted(since[rows], days, side="right") - 1
        values[number] = value[rows[np.maximum(at, 0)]]
    return values
