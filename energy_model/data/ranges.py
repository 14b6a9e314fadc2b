"""Columns that belong together: the low, the central and the high figure of one quantity."""

from __future__ import annotations

from collections.abc import Mapping

RANGES: Mapping[str, tuple[tuple[str, str, str], ...]] = {
    "pipelines": (("low_gwh_per_day", "capacity_gwh_per_day", "high_gwh_per_day"),),
    "route_status": (("low_gwh_per_day", "reference_gwh_per_day", "high_gwh_per_day"),),
    "tariffs": (("low_eur_per_mwh", "tariff_eur_per_mwh", "high_eur_per_mwh"),),
    "lng_terminals": (("low_gwh_per_day", "sendout_capacity_gwh_per_day", "high_gwh_per_day"),),
    "lng_supply_steps": (
        ("low_gwh_per_year", "volume_gwh_per_year", "high_gwh_per_year"),
        ("low_eur_per_mwh", "premium_eur_per_mwh", "high_eur_per_mwh"),
    ),
    "lng_europe_limit": (
        ("low_gwh_per_year", "limit_gwh_per_year", "high_gwh_per_year"),
        ("low_eur_per_mwh", "premium_eur_per_mwh", "high_eur_per_mwh"),
    ),
    "supply_steps": (
        ("low_volume_gwh_per_year", "volume_gwh_per_year", "high_volume_gwh_per_year"),
        ("low_eur_per_mwh", "cost_eur_per_mwh", "high_eur_per_mwh"),
    ),
    "outage_rates": (("low_per_year", "rate_per_year", "high_per_year"), ("low_days", "duration_days", "high_days")),
    "supply_profile": (("low_share", "rate_share", "high_share"),),
    "low_calorific": (("low", "value", "high"),),
    "supply_by_month": (
        ("low_gwh_per_day", "expected_gwh_per_day", "high_gwh_per_day"),
        ("low_least_share", "least_share", "high_least_share"),
        ("low_most_share", "most_share", "high_most_share"),
    ),
    "physical_capacity": (("low_gwh_per_day", "physical_gwh_per_day", "high_gwh_per_day"),),
    "known_flows": (("low_gwh_per_day", "flow_gwh_per_day", "high_gwh_per_day"),),
    "known_lng": (("low_gwh_per_day", "landed_gwh_per_day", "high_gwh_per_day"),),
    "lng_slots": (("low_share", "usual_share", "high_share"),),
    "lng_world": (("low", "value", "high"),),
    "purchases": (("low_gwh", "energy_gwh", "high_gwh"),),
    "fan": (("low", "weight", "high"),),
    "production": (("low_gwh_per_day", "production_gwh_per_day", "high_gwh_per_day"),),
    "assurances": (("low_gwh_per_year", "volume_gwh_per_year", "high_gwh_per_year"),),
    "contracts": (("low_gwh", "annual_quantity_gwh", "high_gwh"), ("low_share", "take_or_pay_share", "high_share")),
    "contract_classes": (("low_gwh", "annual_gwh", "high_gwh"),),
    "storage": (("holder_low_share", "holder_share", "holder_high_share"),),
    "delivery_points": (("low_share", "share", "high_share"),),
    "transit_bookings": (("low_gwh_per_day", "booked_gwh_per_day", "high_gwh_per_day"),),
    "storage_holders": (("low_gwh", "working_gas_gwh", "high_gwh"), ("low_share", "fill_share", "high_share")),
    "storage_targets": (("low_share", "fill_share", "high_share"),),
    "peak_demand": (("low_gwh_per_day", "peak_gwh_per_day", "high_gwh_per_day"),),
    "curtailment_tiers": (("low_eur_per_mwh", "cost_eur_per_mwh", "high_eur_per_mwh"),),
    "demand_response": (
        ("low", "elasticity", "high"),
        ("reference_price_low_eur_per_mwh", "reference_price_eur_per_mwh", "reference_price_high_eur_per_mwh"),
    ),
    "response_lag": (("low", "elasticity", "high"), ("low_months", "months_to_half", "high_months")),
    "outlooks": (("low", "value", "high"),),
    "prices": (("low_eur_per_mwh", "price_eur_per_mwh", "high_eur_per_mwh"),),
    "parameters": (("low", "value", "high"),),
}
"""Columns of each table that state a low, a central and a high view of one quantity."""
