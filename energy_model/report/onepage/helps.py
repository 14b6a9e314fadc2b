"""What would help, ranked, and what a scenario adds to the one it is built on: sections of a page."""

from __future__ import annotations

from energy_model.report.onepage.options import LEAST_GWH, Option
from energy_model.report.onepage.page import Section, Table
from energy_model.report.onepage.page_run import Told, is_cut
from energy_model.results.headline import headline_values
from energy_model.scenario import Scenario
from energy_model.units import GWH_PER_TWH

OPTIONS_AT_MOST = 3
LEAST_TWH = 0.05
"""A smaller change is none."""


def options_section(told: Told, country: str | None = None) -> Section:
    """What would help, ranked by the cuts it avoids, where nobody is cut by the price, with what it takes.

    Parameters
    ----------
    country : str, optional
        Code of the country whose customers the options are valued for; default is the region in focus.
    """
    say, language = told.language.say, told.language
    place = told.region if country is None else told.country
    cut = is_cut(told) if country is None else headline_values(told.run)["country_curtailed"] > LEAST_TWH
    heading = say("options" if cut else "options_calm", place=place)
    if not told.options:
        return Section(heading, (say("options_none"),))
    rows = []
    for number, option in enumerate(told.options[:OPTIONS_AT_MOST], start=1):
        named = option.help.title_de if language.code == "de" and option.help.title_de else option.help.title
        gwh, share = (option.avoided_gwh, option.avoided_share) if cut else (option.kept_gwh, option.kept_share)
        brings = (
            say("brings_cut", volume=language.twh(gwh), share=language.share(share)) if share else say("brings_none")
        )
        price = say("price_change", value=_signed(told, option.price_change_eur_per_mwh, 0))
        rows.append((f"{number}. {named}", brings, price, _takes(told, option, is_short=country is not None)))
    heads = ("head_option", "head_brings" if cut else "head_keeps", "head_price", "head_takes")
    words = () if country is None else (say("options_country", country=place),)
    widths = (0.31, 0.19, 0.20, 0.30) if country is None else (0.40, 0.16, 0.16, 0.28)
    table = Table(tuple(say(head) for head in heads), tuple(rows), widths)
    return Section(heading, words, table)


def _takes(told: Told, option: Option, *, is_short: bool) -> str:
    """What an option takes; in few words where a sentence above the table says the rest."""
    say, language = told.language.say, told.language
    short = "_short" if is_short else ""
    parts = []
    if option.gas_gwh > LEAST_GWH:
        volume, money = language.twh(option.gas_gwh), language.short(round(option.gas_cost_beur))
        parts.append(say(f"takes_gas{short}", volume=volume, money=money))
    if option.saved_gwh > LEAST_GWH:
        parts.append(say(f"takes_saving{short}", volume=language.twh(option.saved_gwh)))
    return "; ".join(parts) or say("takes_nothing")


def added(told: Told, *, of_country: bool = False) -> tuple[Section, ...]:
    """What the scenario changes against the one it is built on; none where it is built on no other than its base.

    Where the two are over different days it says so: totals over different days have no difference.
    """
    if told.over_other_days is not None:
        return (_over_other_days(told, told.over_other_days),)
    if told.built_on is None:
        return ()
    say, language = told.language.say, told.language
    before, after = told.built_on
    old, new = headline_values(before), headline_values(after)
    region = [] if of_country else [("region_curtailed", "curtailed", told.region)]
    region += [] if of_country else [("region_voluntary", "reduced", told.region)]
    keys = [*region, ("country_curtailed", "curtailed", told.country)]
    keys += [("country_voluntary", "reduced", told.country)] if of_country else []
    parts = [
        say(
            "added_number", what=say(label, place=place), change=f"{_signed(told, new[key] - old[key], 1)} TWh",
            old=language.twh(old[key] * GWH_PER_TWH), new=language.twh(new[key] * GWH_PER_TWH),
        )
        for key, label, place in keys
        if max(old[key], new[key]) > LEAST_TWH
    ]  # fmt: skip
    parts.append(
        say(
            "added_number", what=say("price", place=told.country),
            change=f"{_signed(told, new['country_price'] - old['country_price'], 1)} EUR/MWh",
            old=language.price(old["country_price"]), new=language.price(new["country_price"]),
        )
    )  # fmt: skip
    parts.append(
        say(
            "added_number", what=say("added_lng"), change=f"{_signed(told, new['lng'] - old['lng'], 1)} TWh",
            old=language.twh(old["lng"] * GWH_PER_TWH), new=language.twh(new["lng"] * GWH_PER_TWH),
        )
    )  # fmt: skip
    base = language.title(before.scenario)
    return (Section(say("added", base=base), (f"{'; '.join(parts)}.",)),)


def _over_other_days(told: Told, base: Scenario) -> Section:
    """Why there is no difference to the scenario that it is built on, and where one is found."""
    language, days = told.language, base.horizon
    text = language.say("added_other_days", start=days.start, end=days.end)
    return Section(language.say("added", base=language.title(base)), (text,))


def _signed(told: Told, value: float, digits: int) -> str:
    """A change with its sign; none has none."""
    shown = told.language.number(abs(value), digits)
    if shown == told.language.number(0.0, digits):
        return told.language.number(0.0)
    return f"{chr(8722) if value < 0.0 else '+'}{shown}"
