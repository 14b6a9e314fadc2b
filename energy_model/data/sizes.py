"""Sizes that figures of the gas trade have: a figure far outside is in another unit, whatever its neighbours say."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from energy_model.data.problem import Check, Known, Problem, Tables, checks, error, rows
from energy_model.data.ranges import RANGES
from energy_model.units import DAYS_PER_YEAR

PRICE = (1.0, 500.0)
"""EUR/MWh at wholesale since there are hubs: 3 after the warmest winter, about 340 on the worst day of a crisis."""
PREMIUM = (0.5, 60.0)
"""EUR/MWh that Europe must offer above a reference to win a cargo or a volume."""
CARGO_YEAR = (100.0, 2_000_000.0)
"""GWh a year: from a cargo or two (a cargo is about 1,000) to all that one country exports."""
SIZES: Mapping[str, Mapping[str, tuple[float, float]]] = {
    "tariffs": {"tariff_eur_per_mwh": (0.05, 8.0)},
    "lng_terminals": {"sendout_capacity_gwh_per_day": (2.0, 1_500.0)},
    "lng_supply_steps": {"volume_gwh_per_year": CARGO_YEAR, "premium_eur_per_mwh": PREMIUM},
    "lng_slots": {"usual_share": (0.0005, 0.9)},
    "lng_europe_limit": {"limit_gwh_per_year": (100_000.0, 4_000_000.0), "premium_eur_per_mwh": PREMIUM},
    "supply_steps": {
        "volume_gwh_per_year": (500.0, 2_500_000.0),
        "rate_gwh_per_day": (1.0, 8_000.0),
        "cost_eur_per_mwh": (1.0, 60.0),
        "price_link": (0.05, 1.0),
    },
    "supply_profile": {"rate_share": (0.2, 1.5), "rate_base_year_share": (0.05, 1.5)},
    "assurances": {"volume_gwh_per_year": CARGO_YEAR, "premium_eur_per_mwh": PREMIUM},
    "contracts": {
        "annual_quantity_gwh": (500.0, 600_000.0),
        "take_or_pay_share": (0.3, 1.0),
        "hub_link_share": (0.05, 1.0),
    },
    "contract_classes": {"annual_gwh": (500.0, 600_000.0)},
    "storage": {"holder_share": (0.005, 1.0)},
    "delivery_points": {"share": (0.05, 1.0)},
    "transit_bookings": {"booked_gwh_per_day": (5.0, 3_000.0)},
    "purchases": {"energy_gwh": (100.0, 200_000.0)},
    "storage_holders": {"working_gas_gwh": (100.0, 200_000.0), "fill_share": (0.005, 1.0)},
    "storage_targets": {"fill_share": (0.01, 1.0)},
    "curtailment_tiers": {"cost_eur_per_mwh": (20.0, 50_000.0)},
    "demand_response": {"elasticity": (-2.0, -0.005), "reference_price_eur_per_mwh": (5.0, 60.0)},
    "prices": {"price_eur_per_mwh": PRICE},
    "outage_rates": {"rate_per_year": (0.0005, 20.0), "duration_days": (0.2, 400.0), "lost_share": (0.02, 1.0)},
    "trade": {"energy_gwh": CARGO_YEAR},
    "peak_demand": {"peak_gwh_per_day": (1.0, 20_000.0)},
    "demand_annual": {"demand_gwh": (200.0, 2_500_000.0)},
    "production": {"production_gwh_per_day": (0.01, 5_000.0)},
}
"""Of each column the least and the most that a figure other than 0 can be."""
WHOLE_WITHIN = 1e-6
"""Weights of branches add up to one within this."""
LOW_CALORIFIC_SIZES = {"_share": (0.01, 1.0), "_gwh_per_day": (10.0, 5_000.0)}
"""The same for the figures of low-calorific gas, by the ending of their quantity."""
MOST_RATE_TO_VOLUME = 5.5
"""Daily rate times 365 over the yearly volume: swing up to 3.5 here, a peak supplier may do more."""
MOST_RATE_TO_EXITS = 2.0
"""Daily rate of a supplier over its pipelines: wells may give more than lines carry."""
INJECTION_TO_WITHDRAWAL = (0.2, 1.5)
"""Injection over withdrawal: 0.47 to 0.91 in all countries here."""
FLOWS_AGREE = 0.02
"""Two statements of a flow may differ by this share: corrections of reports after the day."""
MONTH_TO_OTHERS = (0.1, 8.0)
"""A month's use over the median of that month in other years."""
MEAN_TO_DAILY = (0.5, 2.0)
"""A mean of the year over that of daily flows, of which some count a second entry."""


def _sizes(name: str) -> Check:
    """Hold the columns of one table, and the low and high beside them, against the sizes they can have."""

    @checks(name)
    def check(every: Tables, known: Tables) -> Iterator[Problem]:
        table, ranges = every[name], {central: (low, high) for low, central, high in RANGES.get(name, ())}
        for central, (least, most) in SIZES[name].items():
            for column in (central, *ranges.get(central, ())):
                figures = table[column]
                odd = table[figures.notna() & (figures != 0.0) & ~figures.between(least, most)]
                why = f"figures of this kind lie between {least:,g} and {most:,g}"
                yield from rows(f"{name}.csv", odd, column, why, "check the unit")

    return check


@checks("low_calorific")
def low_calorific_sizes(every: Tables, known: Tables) -> Iterator[Problem]:
    """Hold shares and capacities of low-calorific gas against the sizes they can have."""
    table = every["low_calorific"]
    for ending, (least, most) in LOW_CALORIFIC_SIZES.items():
        own = table[table["quantity"].str.endswith(ending)]
        for column in ("low", "value", "high"):
            odd = own[own[column].notna() & (own[column] != 0.0) & ~own[column].between(least, most)]
            why = f"a quantity ..{ending} lies between {least:,g} and {most:,g}"
            yield from rows("low_calorific.csv", odd, column, why, "check the unit")


@checks("fan", "demand_daily", "lng_europe_limit")
def branches_are_there(every: Tables, known: Known) -> Iterator[Problem]:
    """Branches of the fan are weathers and cases of LNG that other tables have; those of a quantity are certain."""
    table = every["fan"]
    states = {
        "weather": ("demand_daily.csv", set(every["demand_daily"]["weather"].astype(str))),
        "lng": ("lng_europe_limit.csv", set(every["lng_europe_limit"]["case"].astype(str))),
    }
    for quantity, (file, there) in states.items():
        own = table[table["quantity"] == quantity]
        why = f"{file} has no such state; it has {', '.join(sorted(there))}"
        yield from rows("fan.csv", own[~own["state"].isin(there)], "state", why, "take one of them")
        total = float(own["weight"].sum())
        if len(own) and abs(total - 1.0) > WHOLE_WITHIN:
            yield error(f"fan.csv, quantity '{quantity}': the weights add up to {total:.4g}; they must add up to 1")
    central = known.storyline.lng.central
    own = table[table["quantity"] == "lng"]
    if len(own) and central not in set(own["state"].astype(str)):
        yield error(f"fan.csv, quantity 'lng': no row of '{central}', the central case of storyline.toml; add it")


@checks("supply_steps", "pipelines")
def rates_fit_exits(every: Tables, known: Tables) -> Iterator[Problem]:
    """What a supplier can send a day fits volumes that it sells a year, and roughly its pipelines."""
    steps = known["supply_steps"]
    yearly = steps["volume_gwh_per_year"]
    fast = steps[(yearly > 0.0) & (steps["rate_gwh_per_day"] * DAYS_PER_YEAR > MOST_RATE_TO_VOLUME * yearly)]
    yield from rows(
        "supply_steps.csv",
        fast,
        "rate_gwh_per_day",
        "would deliver the year's {volume_gwh_per_year} in less than ten weeks",
        "check the unit of both",
    )
    lines = known["pipelines"]
    exits = lines[lines["status"].isin(["operating", "planned"])].groupby("from_node")["capacity_gwh_per_day"].sum()
    base = steps[steps["availability"] == "base"]
    for supplier, rate in base.groupby("supplier")["rate_gwh_per_day"].sum().items():
        if rate > MOST_RATE_TO_EXITS * exits.get(supplier, 0.0):
            yield error(
                f"supply_steps.csv, supplier '{supplier}': its base steps could send {rate:,.0f} GWh a day, its "
                f"pipelines carry {exits.get(supplier, 0.0):,.0f}; check the unit of rate_gwh_per_day"
            )


@checks("storage")
def stores_fill_slower_than_they_empty(every: Tables, known: Tables) -> Iterator[Problem]:
    """Compressors are dearer than valves: a store takes gas slower than it gives it, at about half the rate."""
    table = known["storage"]
    ratio = table["injection_capacity_gwh_per_day"] / table["withdrawal_capacity_gwh_per_day"].where(
        lambda rate: rate > 0
    )
    odd = table[ratio.notna() & ~ratio.between(*INJECTION_TO_WITHDRAWAL)]
    yield from rows(
        "storage.csv",
        odd,
        "injection_capacity_gwh_per_day",
        "against a withdrawal of {withdrawal_capacity_gwh_per_day} a day",
        "check the unit of both",
    )


@checks("route_status", "observed_route_flows_daily", "pipelines")
def status_as_observed(every: Tables, known: Known) -> Iterator[Problem]:
    """The mean of a route is about that of its daily flows, and no mean lies above the maximum."""
    daily = known["observed_route_flows_daily"]
    mean = daily[daily["date"].dt.year == known.storyline.base_year].groupby("route")["flow_gwh_per_day"].mean()
    table = known["route_status"].assign(mean=lambda t: t["route"].map(mean).round(1))
    ratio = table["mean_base_year_gwh_per_day"] / table["mean"].clip(lower=1.0)
    yield from rows(
        "route_status.csv",
        table[ratio.notna() & ~ratio.between(*MEAN_TO_DAILY)],
        "mean_base_year_gwh_per_day",
        "the flows of {route} in observed/route_flows_daily.csv have a mean of {mean}",
        "check the unit of both",
    )
    top = "max_three_years_gwh_per_day"
    for column in ("mean_flow_gwh_per_day", "max_flow_gwh_per_day", "last_week_gwh_per_day",
                   "mean_base_year_gwh_per_day", "mean_three_years_gwh_per_day", "reference_gwh_per_day"):  # fmt: skip
        above = table[table[column] > table[top] * (1.0 + FLOWS_AGREE)]
        yield from rows("route_status.csv", above, column, f"more than {top}, {{{top}}}", "check the unit of both")


@checks("observed_demand_monthly", "demand_annual")
def months_sum_to_years(every: Tables, known: Tables) -> Iterator[Problem]:
    """Twelve monthly figures of a country sum to its year, and none is far from the same month of other years."""
    monthly = known["observed_demand_monthly"]
    middle = monthly.groupby(["node", monthly["month"].dt.month])["demand_gwh"].transform("median")
    apart = monthly["demand_gwh"] / middle.where(middle > 0.0)
    odd = monthly[apart.notna() & (monthly["demand_gwh"] > 0.0) & ~apart.between(*MONTH_TO_OTHERS)]
    yield from rows(
        "observed/demand_monthly.csv",
        odd.assign(middle=middle[odd.index].round(1)),
        "demand_gwh",
        "{node} used about {middle} in that month of other years",
        "check the unit",
        severity="warning",
    )


SIZES_OF_TABLES = tuple(_sizes(name) for name in SIZES)
"""One check for each table whose columns have a size."""
