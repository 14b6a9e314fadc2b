"""The page of a scenario: a finding, the map, three numbers, the worst month, who replaces, the range, what helps."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from energy_model.data.load import GasData
from energy_model.report import facts, style
from energy_model.report.onepage.language import Language
from energy_model.report.onepage.options import Option
from energy_model.report.onepage.page import Number, Page, Section, Table
from energy_model.report.onepage.picture import map_picture
from energy_model.results import lost_gas
from energy_model.results import substitution as sub
from energy_model.results.band import SIGNS, Band
from energy_model.results.headline import headline_values
from energy_model.results.run import Results
from energy_model.results.worst import Reason, reason_list, worst_month
from energy_model.units import GWH_PER_TWH

OPTIONS_AT_MOST = 3
ROWS_AT_MOST = 6
"""Rows of the table of who replaces."""
LEAST_GWH = 500.0
"""A smaller change of a balance is none in a table."""
SOURCES: Mapping[str, str] = {
    sub.FOCUS: "source_focus",
    sub.LNG: "source_lng",
    sub.PIPELINE: "source_pipeline",
    sub.PRODUCTION: "source_production",
    sub.STORAGE: "source_storage",
    sub.VOLUNTARY: "source_voluntary",
    sub.DEMAND: "source_demand",
    sub.CURTAILED: "source_curtailed",
    sub.LOSSES: "source_losses",
}
"""Words of the groups of a balance."""


@dataclass(frozen=True)
class Told:
    """A run to be told on a page.

    Attributes
    ----------
    run : Results
        The scenario's.
    base : Results or None
        The run it is measured against; none if it is that run itself.
    data : GasData
    language : Language
    issued : date
        Day of issue.
    bands : mapping of str to Band
        Low, central and high of headlines, where they are known.
    options : sequence of Option
        What helps, the most helpful first.
    """

    run: Results
    base: Results | None
    data: GasData
    language: Language
    issued: date
    bands: Mapping[str, Band] = field(default_factory=dict)
    options: Sequence[Option] = ()

    @property
    def region(self) -> str:
        """Name of the region in focus."""
        return self.language.place(self.data, self.run.labels.focus.region)

    @property
    def country(self) -> str:
        """Name of the country in focus."""
        return self.language.place(self.data, self.run.labels.focus.country)

    @property
    def supplier(self) -> str:
        """Name of the seller in focus."""
        return self.language.place(self.data, self.run.labels.focus.supplier)

    @property
    def base_words(self) -> str:
        """The run it is measured against, inside a sentence."""
        assert self.base is not None  # asked for only where there is one
        is_reference = self.base.scenario.id == self.base.labels.reference
        return self.language.say("reference") if is_reference else f"“{self.language.title(self.base.scenario)}”"


def scenario_page(told: Told) -> Page:
    """The page of a scenario."""
    say = told.language.say
    is_cut = _is_cut(told)
    return Page(
        language=told.language.code,
        title=_title(told),
        subtitle=say("subtitle", title=told.language.title(told.run.scenario), **days_of(told)),
        numbers=_numbers(told),
        picture=map_picture(told.run, told.data, told.language),
        beside=(_worst(told), _replaced(told)),
        below=(_range(told), _options(told)),
        caveat_heading=say("caveat"),
        caveat=say("caveat_cut" if is_cut else "caveat_calm"),
        source=source_of(told),
        issued=told.issued,
    )


def days_of(told: Told) -> dict[str, date]:
    """First and last day of a run, and the day on which its author stands."""
    periods = told.run["periods"]
    ends = {"start": periods["start"].min().date(), "end": periods["end"].max().date()}
    return {**ends, "as_of": told.run.scenario.as_of}


def source_of(told: Told) -> str:
    """Where the numbers of a page come from."""
    run = told.run
    package, known = told.language.package(told.data), run.scenario.as_of
    words = {"package": package, "as_of": known, "digest": run.data_digest[:12], "issued": told.issued}
    return told.language.say("source", version=run.versions["energy-model"], **words)


def span_words(told: Told, key: str, value: float) -> str:
    """Low to high of a headline with its unit; what the run itself says lies in it, though ranges are of months."""
    band = told.bands.get(key)
    if band is None:
        return told.language.say("range_unknown")
    language = told.language
    wide = replace(band, low=min(band.low, value), high=max(band.high, value))
    low, _, high = wide.rounded
    return language.say("range", low=language.short(low), high=f"{language.short(high)} {SIGNS[band.unit]}")


def _is_cut(told: Told) -> bool:
    return worst_month(told.run, facts.region(told.run)) is not None


def _title(told: Told) -> str:
    say, values = told.language.say, headline_values(told.run)
    worst = worst_month(told.run, facts.region(told.run))
    if worst is not None:
        share = values["region_curtailed_share"]
        month = told.language.month(worst.start)
        words = {"place": told.region, "share": told.language.share(share), "month": month}
        if "region_curtailed_share" not in told.bands:
            return say("title_cut", **words)
        return say("title_cut_range", **words, span=span_words(told, "region_curtailed_share", share))
    left = facts.ratio(values["region_voluntary"], values["region_demand"])
    if left > style.SHORTFALL_SEEN:
        return say("title_reduced", place=told.region, share=told.language.share(left))
    return say("title_none", place=told.region)


def _numbers(told: Told) -> tuple[Number, ...]:
    """Three numbers with their range: what is curtailed and the price; if nobody is, what leaves, price and stores."""
    values, language, say = headline_values(told.run), told.language, told.language.say
    before = headline_values(told.base) if told.base is not None else {}

    def volume(key: str, label: str, place: str, where: str, more: str = "") -> Number:
        share = language.share(facts.ratio(values[key], values[f"{where}_demand"]))
        detail = say("of_demand", share=share)
        if more:
            detail = say("of_demand_here", share=share, volume=language.twh(values[more] * GWH_PER_TWH))
        shown = language.twh(values[key] * GWH_PER_TWH)
        return Number(say(label, place=place), shown, span_words(told, key, values[key]), detail)

    def against(key: str, label: str, place: str, shown: str, base: str) -> Number:
        detail = say("against", value=base, base=told.base_words) if base else ""
        return Number(say(label, place=place), shown, span_words(told, key, values[key]), detail)

    price = against(
        "country_price", "price", told.country, language.price(values["country_price"]),
        language.price(before["country_price"]) if before else "",
    )  # fmt: skip
    if _is_cut(told):
        region = volume("region_curtailed", "curtailed", told.region, "region", "region_voluntary")
        return region, volume("country_curtailed", "curtailed", told.country, "country", "country_voluntary"), price
    numbers = [volume("region_voluntary", "reduced", told.region, "region"), price]
    if values["region_lowest_filling"] == values["region_lowest_filling"]:
        shown = language.share(values["region_lowest_filling"])
        base = language.share(before["region_lowest_filling"]) if before else ""
        numbers.append(against("region_lowest_filling", "filling", told.region, shown, base))
    return tuple(numbers)


def _worst(told: Told) -> Section:
    """The worst month of the region by volume and by share, and which limits make gas short then."""
    say, language, nodes = told.language.say, told.language, facts.region(told.run)
    worst = worst_month(told.run, nodes)
    if worst is None:
        return Section(say("worst"), (say("worst_none", place=told.region),))
    text = [
        say("worst_month", month=language.month(worst.start), volume=language.twh(worst.curtailed_gwh),
            share=language.share(worst.share), place=told.region)
    ]  # fmt: skip
    by_share = worst_month(told.run, nodes, by_share=True)
    if by_share is not None and by_share.start != worst.start:
        text.append(
            say("worst_share", month=language.month(by_share.start), share=language.share(by_share.share),
                volume=language.twh(by_share.curtailed_gwh))
        )  # fmt: skip
    if reasons := [reason_words(told, reason) for reason in reason_list(told.run, nodes, worst)]:
        text.append(say("because", reasons=language.join(reasons)))
    return Section(say("worst"), (" ".join(text),))


def reason_words(told: Told, reason: Reason) -> str:
    """What makes gas short, in the language of the page."""
    return told.language.say(f"reason_{reason.key}", **{"supplier": told.supplier, **reason.values})


def _replaced(told: Told) -> Section:
    """What the region loses of the gas of the seller in focus and what takes its place.

    Where that is not the largest loss of the region, the page shows how its whole balance changes.
    """
    say, language = told.language.say, told.language
    if told.base is None:
        return Section(say("replaced", supplier=told.supplier), (say("no_base"),))
    runs = lost_gas.consumption(told.base), lost_gas.consumption(told.run)
    change = lost_gas.loss(*runs, facts.region(told.run))
    parts = change.table.groupby("group", observed=True)["difference_gwh"].sum()
    is_lost = lost_gas.is_largest_loss(change, LEAST_GWH)
    if is_lost:
        parts = parts.drop(sub.FOCUS, errors="ignore")
    parts = parts[parts.abs() > LEAST_GWH].sort_values(ascending=False, kind="stable")
    shown = parts if len(parts) <= ROWS_AT_MOST else parts.loc[parts.abs().nlargest(ROWS_AT_MOST).index]
    rows = [
        (
            say(SOURCES[str(group)], supplier=told.supplier),
            _signed(language, float(gwh), plus=not is_lost),
            language.share(float(gwh) / change.lost_gwh) if is_lost and gwh > 0.0 else "",
        )
        for group, gwh in shown.sort_values(ascending=False, kind="stable").items()
    ]
    heads = (say("head_source"), say("head_volume"), say("head_of_lost") if is_lost else "")
    words = {"supplier": told.supplier, "place": told.region, "base": told.base_words}
    text = say("lost", volume=language.twh(change.lost_gwh), **words) if is_lost else say("lost_none", **words)
    heading = say("replaced", supplier=told.supplier) if is_lost else say("changed", base=told.base_words)
    return Section(heading, (text,), Table(heads, tuple(rows), (0.58, 0.18, 0.24)) if rows else None)


def _signed(language: Language, gwh: float, plus: bool) -> str:
    text = language.short(abs(gwh) / GWH_PER_TWH)
    return f"{chr(8722)}{text}" if gwh < 0.0 else f"+{text}" if plus else text


def _range(told: Told) -> Section:
    """Which input decides how far the first number reaches."""
    say, language = told.language.say, told.language
    heading = say("decides")
    key, what = ("region_curtailed", "what_curtailed") if _is_cut(told) else ("region_voluntary", "what_reduced")
    band = told.bands.get(key)
    if band is None:
        return Section(heading, (say("decides_unknown"),))
    words = {"what": say(what), "place": told.region}
    if not band.alone:
        return Section(heading, (say("decides_none", **words),))
    text = say(
        "decides_alone", **words, input=_input(language, band.alone), low=language.short(band.alone_low),
        high=language.twh(band.alone_high * GWH_PER_TWH), low_from=side_words(language, band.low_from),
        high_from=side_words(language, band.high_from),
    )  # fmt: skip
    return Section(heading, (text,))


def side_words(language: Language, end: str) -> str:
    """An input and the side of its range, as ranges name them, in words."""
    name, _, side = end.rpartition(", ")
    return language.say(f"side_{side}", input=_input(language, name)) if name else language.say("side_central")


def _input(language: Language, name: str) -> str:
    return language.say(f"input_{name}")


def _options(told: Told) -> Section:
    """What would help, ranked by the cuts it avoids, with what it takes."""
    say, language = told.language.say, told.language
    if not told.options:
        return Section(say("options"), (say("options_none"),))
    rows = []
    for number, option in enumerate(told.options[:OPTIONS_AT_MOST], start=1):
        named = option.help.title_de if language.code == "de" and option.help.title_de else option.help.title
        brings = say("brings_none")
        if option.avoided_share != 0.0:
            share = language.share(option.avoided_share)
            brings = say("brings_cut", volume=language.twh(option.avoided_gwh), share=share)
        change = option.price_change_eur_per_mwh
        sign = chr(8722) if change < 0.0 else "+"
        price = say("price_change", value=f"{sign}{language.number(abs(change))}")
        rows.append((f"{number}. {named}", brings, price, _takes(told, option)))
    heads = ("head_option", "head_brings", "head_price", "head_takes")
    table = Table(tuple(say(head) for head in heads), tuple(rows), (0.31, 0.19, 0.20, 0.30))
    return Section(say("options"), (), table)


def _takes(told: Told, option: Option) -> str:
    say, language = told.language.say, told.language
    parts = []
    if option.gas_gwh > LEAST_GWH:
        volume, money = language.twh(option.gas_gwh), language.short(round(option.gas_cost_beur))
        parts.append(say("takes_gas", volume=volume, money=money))
    if option.saved_gwh > LEAST_GWH:
        parts.append(say("takes_saving", volume=language.twh(option.saved_gwh)))
    return "; ".join(parts) or say("takes_nothing")
