"""The page of a scenario: a finding, the map, three numbers, the worst month, who replaces, the range, what helps."""

from __future__ import annotations

from energy_model.report import facts, style
from energy_model.report.onepage.helps import added, options_section
from energy_model.report.onepage.language import Language
from energy_model.report.onepage.page import Number, Page, Section
from energy_model.report.onepage.page_run import Told, caveat_words, days_of, is_cut, source_of, span_words
from energy_model.report.onepage.picture import map_picture
from energy_model.report.onepage.replaced import replaced
from energy_model.results.headline import headline_values
from energy_model.results.worst import Reason, reason_list, worst_month
from energy_model.units import GWH_PER_TWH


def scenario_page(told: Told) -> Page:
    """The page of a scenario."""
    say = told.language.say
    return Page(
        language=told.language.code,
        title=finding(told),
        subtitle=say("subtitle", title=told.language.title(told.run.scenario), **days_of(told)),
        numbers=_numbers(told),
        picture=map_picture(told.run, told.data, told.language),
        beside=(worst(told), replaced(told)),
        below=(*added(told), _range(told), options_section(told)),
        caveat_heading=say("caveat"),
        caveat=caveat_words(told, is_cut=is_cut(told)),
        source=source_of(told),
        issued=told.issued,
    )


def finding(told: Told) -> str:
    """What happens in the region in focus, as one sentence without its full stop."""
    say, values = told.language.say, headline_values(told.run)
    worst = worst_month(told.run, facts.region(told.run))
    if worst is not None:
        share = values["region_curtailed_share"]
        month = told.language.month(worst.start)
        words = {"place": told.region, "share": told.language.share(share), "month": month}
        if "region_curtailed_share" not in told.bands:
            return say("title_cut", **words)
        return say("title_cut_range", **words, span=span_words(told, "region_curtailed_share", share))
    tight = told.bands.get("region_curtailed_share")
    if tight is not None and tight.high > style.SHORTFALL_SEEN:
        return say("title_tight", place=told.region, share=told.language.share(tight.high))
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
        if before:
            known = language.twh(before[more or key] * GWH_PER_TWH)
            detail = f"{detail}{say('in_base', value=known, base=told.base_words)}"
        shown = language.twh(values[key] * GWH_PER_TWH)
        return Number(say(label, place=place), shown, span_words(told, key, values[key]), detail)

    def against(key: str, label: str, place: str, shown: str, base: str) -> Number:
        detail = say("against", value=base, base=told.base_words) if base else ""
        return Number(say(label, place=place), shown, span_words(told, key, values[key]), detail)

    price = against(
        "country_price", "price", told.country, language.price(values["country_price"]),
        language.price(before["country_price"]) if before else "",
    )  # fmt: skip
    if is_cut(told):
        region = volume("region_curtailed", "curtailed", told.region, "region", "region_voluntary")
        return region, volume("country_curtailed", "curtailed", told.country, "country", "country_voluntary"), price
    numbers = [volume("region_voluntary", "reduced", told.region, "region"), price]
    if values["region_lowest_filling"] == values["region_lowest_filling"]:
        shown = language.share(values["region_lowest_filling"])
        base = language.share(before["region_lowest_filling"]) if before else ""
        numbers.append(against("region_lowest_filling", "filling", told.region, shown, base))
    return tuple(numbers)


def worst(told: Told) -> Section:
    """The worst month of the region by volume and by share, and which limits make gas short then."""
    say, language, nodes = told.language.say, told.language, facts.region(told.run)
    found = worst_month(told.run, nodes)
    if found is None:
        return Section(say("worst"), (_dearest(told),))
    text = [
        say("worst_month", month=language.month(found.start), volume=language.twh(found.curtailed_gwh),
            share=language.share(found.share), place=told.region)
    ]  # fmt: skip
    by_share = worst_month(told.run, nodes, by_share=True)
    if by_share is not None and by_share.start != found.start:
        text.append(
            say("worst_share", month=language.month(by_share.start), share=language.share(by_share.share),
                volume=language.twh(by_share.curtailed_gwh))
        )  # fmt: skip
    if reasons := [reason_words(told, reason) for reason in reason_list(told.run, nodes, found)]:
        text.append(say("because", reasons=language.join(reasons)))
    return Section(say("worst"), (" ".join(text),))


def _dearest(told: Told) -> str:
    """Where nobody is cut: the month in which most demand leaves at a price, and that of the highest price."""
    say, language, focus = told.language.say, told.language, told.run.labels.focus
    ask = told.run.statistics
    left, demand = (one("month", region=focus.region, unit="GWh") for one in (ask.reduced, ask.demand))
    price = ask.price("month", country=focus.country).dropna()
    text = say("worst_none", place=told.region)
    if left.sum() <= style.SHORTFALL_SEEN * demand.sum() or price.empty:
        return text
    most, dear = str(left.idxmax()), str(price.idxmax())
    share = facts.ratio(float(left[most]), float(demand[most]))
    reduced = say(
        "worst_reduced", month=language.month(most), volume=language.twh(float(left[most])), share=language.share(share)
    )
    dearest = say(
        "worst_price", month=language.month(dear), price=language.price(float(price[dear])), place=told.country
    )
    return f"{text} {reduced} {dearest}"


def reason_words(told: Told, reason: Reason) -> str:
    """What makes gas short, in the language of the page."""
    return told.language.say(f"reason_{reason.key}", **{"supplier": told.supplier, **reason.values})


def _range(told: Told) -> Section:
    """Which input decides how far the first number reaches."""
    say, language = told.language.say, told.language
    heading = say("decides")
    key, what = ("region_curtailed", "what_curtailed") if is_cut(told) else ("region_voluntary", "what_reduced")
    band = told.bands.get(key)
    if band is None:
        return Section(heading, (say("decides_unknown"),))
    words = {"what": say(what), "place": told.region}
    cut = told.bands.get("region_curtailed")
    scarce = ""
    if not is_cut(told) and cut is not None and told.bands["region_curtailed_share"].high > style.SHORTFALL_SEEN:
        volume, end = language.twh(cut.rounded[2] * GWH_PER_TWH), side_words(language, cut.high_from)
        scarce = say("decides_cut", place=told.region, volume=volume, high_from=end) + " "
    if not band.alone:
        return Section(heading, (scarce + say("decides_none", **words),))
    text = say(
        "decides_alone", **words, input=_input(language, band.alone), low=language.short(band.alone_low),
        high=language.twh(band.alone_high * GWH_PER_TWH), low_from=side_words(language, band.low_from),
        high_from=side_words(language, band.high_from),
    )  # fmt: skip
    return Section(heading, (scarce + text,))


def side_words(language: Language, end: str) -> str:
    """An input and the side of its range, as ranges name them, in words."""
    name, _, side = end.rpartition(", ")
    return language.say(f"side_{side}", input=_input(language, name)) if name else language.say("side_central")


def _input(language: Language, name: str) -> str:
    return language.say(f"input_{name}")
