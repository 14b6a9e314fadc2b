"""The words of a page in English. Every other language has every key, with the same places for numbers."""

from __future__ import annotations

from collections.abc import Mapping

from energy_model.results.spread import INPUTS
from energy_model.results.worst import REASONS

ENGLISH_MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
)  # fmt: skip
_PAGE: Mapping[str, str] = {
    "and": "and",
    "reference": "the reference",
    "range": "{low} to {high}",
    "range_unknown": "range not computed (--ranges)",
    "subtitle": "{title}. {start} to {end}; data known on {as_of}.",
    "subtitle_country": "{country} in the scenario: {title}. {start} to {end}; data known on {as_of}.",
    "source": (
        "Own calculation, energy-model {version}; data package “{package}”, data known on {as_of}, {digest}. "
        "Issued {issued}."
    ),
    # titles of a scenario's page
    "title_cut": "{place}: {share} of gas demand is curtailed by order, most in {month}",
    "title_cut_range": "{place}: {share} of gas demand is curtailed by order ({span}), most in {month}",
    "title_reduced": "{place}: nobody is curtailed; {share} of gas demand leaves at a price",
    "title_tight": "{place}: nobody is curtailed, but {share} of gas demand at the scarce end of the data",
    "title_none": "{place}: nobody is curtailed, and no demand leaves at a price",
    # numbers
    "curtailed": "{place}: curtailed by order",
    "reduced": "{place}: demand that leaves at a price",
    "price": "{place}: mean price",
    "filling": "{place}: lowest filling of stores",
    "of_demand": "{share} of demand",
    "of_demand_here": "{share} of demand, {volume} more leave at a price",
    "quoted": "“{title}”",
    "in_base": ", {value} in {base}",
    "against": "{value} in {base}",
    "over_span": "over {start} to {end}",
    # worst month
    "worst": "When it is worst",
    "worst_month": "{month}: {volume} curtailed, {share} of the month's demand in {place}.",
    "worst_share": "By share it is {month} ({share}, {volume}).",
    "worst_none": "Nobody in {place} is curtailed in any month.",
    "worst_reduced": "Most demand leaves at a price in {month}: {volume}, {share} of the month's demand.",
    "worst_price": "The price is highest in {month}: {price} in {place}.",
    "because": "Gas is short because {reasons}.",
    # who replaces
    "replaced": "Who replaces the gas from {supplier}",
    "changed": "What changes against {base}",
    "lost": "{volume} of gas from {supplier} lost in the consumption of {place} against {base}, made up for by:",
    "lost_none": "Changes of the balance of {place} against {base}:",
    "replaced_lng": "What replaces the LNG that is lost",
    "lost_lng": (
        "{volume} of LNG lost in the consumption of {place} against {base}. Less is loaded by {sellers}; as LNG is one "
        "market, cargoes of all others go other ways. Made up for by:"
    ),
    "no_base": "This is the run against which others are measured.",
    "head_source": "Source",
    "head_volume": "TWh",
    "head_of_lost": "of the loss",
    "source_focus": "pipeline gas from {supplier}",
    "source_lng": "LNG",
    "source_pipeline": "other pipeline gas",
    "source_production": "own production",
    "source_storage": "storage",
    "source_voluntary": "demand reduced at a price",
    "source_demand": "saving by measures",
    "source_curtailed": "curtailment",
    "source_losses": "lower losses in transport",
    # range
    "decides": "What decides the range",
    "decides_alone": (
        "{what} in {place}: most of the range comes from {input}, which alone moves it from {low} to {high}. "
        "Lowest with {low_from}, highest with {high_from}."
    ),
    "decides_cut": "At the scarce end of the data {volume} are curtailed in {place}: {high_from}.",
    "decides_none": "No input with a stated range moves {what} in {place}.",
    "decides_unknown": "Ranges were not computed: without them no number on this page should be quoted alone.",
    "what_curtailed": "Curtailment",
    "what_reduced": "Demand that leaves at a price",
    "side_tight": "{input} at the scarce end",
    "side_easy": "{input} at the ample end",
    "side_central": "every input at its central value",
    "input_all of them": "all inputs",
    # options
    "options": "What would help {place}, by what it brings",
    "options_calm": "What would help {place}, by what it does to the price",
    "options_none": "The library holds no measure that would relieve this scenario and is not in it already.",
    "head_option": "Option",
    "head_brings": "Cuts avoided",
    "head_keeps": "Demand that stays",
    "head_price": "Price",
    "head_takes": "What it takes",
    "brings_cut": "{volume} ({share})",
    "brings_none": "none to avoid",
    "price_change": "{value} EUR/MWh",
    "takes_gas": "{volume} more gas, about {money} bn EUR at the region's mean price",
    "takes_saving": "{volume} less demand; what it costs those who save is not in the model",
    "takes_nothing": "no further gas and no saving",
    "takes_gas_short": "{volume} more gas ({money} bn EUR)",
    "takes_saving_short": "{volume} less demand",
    "options_country": (
        "For the customers of {country}. What an option takes is of all Europe: gas at the region's mean price; what "
        "saving costs those who save is not in the model."
    ),
    # what is added
    "added": "Against “{base}”, on which it is built",
    "added_number": "{what}: {change} ({new}, before {old})",
    "added_lng": "LNG landed in all markets",
    "added_other_days": (
        "It is over other days ({start} to {end}), so totals have no difference; "
        "'energy-model compare --common-days' solves both over the days they share."
    ),
    # caveat
    "caveat": "Mind",
    "caveat_cut": (
        "This is no forecast. The range holds what the data leave open, not the model's own error against history "
        "(docs/validation.md); a price in a shortage is the cost of cutting the next consumer."
    ),
    "caveat_calm": (
        "This is no forecast: it is the least-cost plan of a market without friction. The range holds what the data "
        "leave open, not the model's own error against history (docs/validation.md)."
    ),
    "foresight_perfect": "In it everybody knows the day of each measure and the weather from the first day on.",
    "foresight_surprise": "In it no measure is known before it is announced; the weather is.",
    "foresight_rolling": "In it plans are made month by month: measures, weather and prices to come are not known.",
    # map
    "map": "Share of demand curtailed over the whole period, by country; arrows: gas by pipeline, mean of the period.",
    "map_calm": "Nobody is curtailed: share of demand that leaves at a price, by country; arrows: gas by pipeline.",
    "map_alt": "Map of Europe. {words}",
    "map_worst": "Hardest hit: {countries}.",
    "map_nobody": "No country is hit.",
    # country page
    "country_title_cut": "{country}: {share} of gas demand is curtailed; emergency level on {days} of {all}",
    "country_title_alert": "{country}: nobody is curtailed; alert level on {days} of {all}",
    "country_title_early": "{country}: nobody is curtailed; early warning on {days} of {all}",
    "country_title_calm": "{country}: nobody is curtailed, and no alert level is reached",
    "days": "{count} days",
    "dependence": "How dependent on gas from {supplier}",
    "dependence_words": (
        "Of all gas burnt in {country} without the scenario's measures, from {since} on, {consumed} came from "
        "{supplier}, whatever way it took. Of all gas that entered {country}, {border} came directly over routes or "
        "on ships of {supplier}. Both hold; neither may be quoted as the other: gas that comes through a neighbour "
        "counts in the first alone."
    ),
    "dependence_ships": (
        "Cargoes have no fixed buyer in the model: which exporter's ships land where is not to be quoted."
    ),
    "head_share": "Share of gas from {supplier}",
    "head_before": "Without the measures",
    "head_after": "In the scenario",
    "row_consumed": "in all gas burnt (traced through neighbours)",
    "row_border": "in all gas that enters (direct deliveries alone)",
    "row_stock": "of unknown origin in all gas burnt (first stock)",
    "ways": "Ways in",
    "ways_none": "No pipeline and no terminal leads into {country}.",
    "head_way": "Entry",
    "head_capacity": "Capacity GWh/d",
    "head_used": "Used GWh/d",
    "head_used_before": "Without the measures",
    "way_from": "from {place}",
    "way_sea": "LNG terminals",
    "way_production": "own production",
    "way_others": "{count} other entries",
    "stock": "How long the stock lasts",
    "stock_words": (
        "On {day} stores hold {volume} ({share} full): {alone} days of the mean demand from {start} to {end} with no "
        "imports at all; {with_imports} with the imports and the production of the scenario."
    ),
    "stock_lasts": "it is not drawn on",
    "stock_days": "{days} days",
    "stock_none": "{country} has no store in the model.",
    "levels": "Alarm levels of the emergency plan, week by week",
    "levels_months": "Alarm levels of the emergency plan, month by month",
    "levels_days": "Alarm levels of the emergency plan, day by day",
    "levels_rule": (
        "Rule of this page, after Article 11 of Regulation (EU) 2017/1938. Emergency: customers are cut by order. "
        "Alert: nobody is, but at that pace of withdrawal stock lasts less than {spell} days. Early warning: it would "
        "not last until the end of March."
    ),
    "levels_found": "Emergency on {emergency}, alert on {alert}, early warning on {early}, none on {calm}.",
    "levels_first": "First alert on {alert}, first emergency on {emergency}.",
    "levels_first_emergency": "First emergency on {emergency}.",
    "levels_first_alert": "First alert on {alert}.",
    "level_none": "no level",
    "level_early": "early warning",
    "level_alert": "alert",
    "level_emergency": "emergency",
    "levels_alt": "Filling of the stores of {country} over time, with the alarm level of each period. {words}",
    "levels_axis": "Filling of stores, %",
    "levels_axis_none": "Demand served, %",
    "peak": "Peak day against capacity",
    "peak_words": (
        "A day that comes once in twenty years asks for {peak} GWh. By capacity: entries, production, stores and "
        "terminals make {capacity} GWh/d, without the largest piece ({largest}) {left} GWh/d, {percent} of the peak, "
        "which is the law's N-1. Capacity is not gas: a country can pass and be short."
    ),
    "peak_gas": (
        "By gas: in {month} of the scenario {brought} GWh/d are produced or come in on the mean day, exports taken "
        "off, and stores, {filling} full at its end, can give {rate} GWh/d: {share} of the peak if no more comes in."
    ),
    "peak_gas_alone": (
        "By gas: in {month} of the scenario {brought} GWh/d are produced or come in on the mean day, exports taken "
        "off: {share} of the peak if no more comes in."
    ),
    "peak_none": "The data hold no peak day of {country}.",
}
ENGLISH: Mapping[str, str] = {
    **_PAGE,
    **{f"reason_{key}": words for key, words in REASONS.items()},
    **{f"input_{one.name}": one.name for one in INPUTS},
}
"""Every text by key; places for numbers and days in braces."""
