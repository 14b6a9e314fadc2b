"""The page of a country in a scenario: dependence, ways in, stock, alarm levels week by week, the peak day."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from energy_model.impact.economy import first_day
from energy_model.impact.imports import Imports
from energy_model.impact.study import Study
from energy_model.impact.subject import LNG, Subject, subject_of
from energy_model.report import facts
from energy_model.report.onepage.alarm import ALERT, EARLY, EMERGENCY, NONE, SPELL_DAYS, Alarms, alarms
from energy_model.report.onepage.helps import added, options_section
from energy_model.report.onepage.page import Number, Page, Section, Table
from energy_model.report.onepage.page_run import Told, caveat_words, days_of, source_of, span_words
from energy_model.report.onepage.peak import peak
from energy_model.report.onepage.picture import levels_picture
from energy_model.report.onepage.stock import LEAST_GWH_PER_DAY, stock
from energy_model.results.border import carriers
from energy_model.results.headline import headline_values
from energy_model.results.run import Results
from energy_model.units import GWH_PER_TWH

WAYS_AT_MOST = 5
_HEADINGS = {"month": "levels_months", "day": "levels_days"}
"""Heading of the alarm levels by the length of a period; weeks without one."""


def country_page(told: Told, study: Study) -> Page:
    """The page of the country in focus.

    Parameters
    ----------
    told : Told
        The run, told about the country.
    study : Study
        The solutions behind it, about the same country.
    """
    say = told.language.say
    found = alarms(told.run, told.run.labels.focus.country)
    words = _levels_words(told, found)
    heading = _HEADINGS.get(told.run.scenario.resolution, "levels")
    rule = say("levels_rule", spell=told.language.number(SPELL_DAYS))
    is_cut = found.days(EMERGENCY) > 0
    return Page(
        language=told.language.code,
        title=_title(told, found),
        subtitle=say(
            "subtitle_country", country=told.country, title=told.language.title(told.run.scenario), **days_of(told)
        ),
        numbers=_numbers(told),
        picture=levels_picture(found, told.country, words, told.language),
        beside=(),
        below=(
            *added(told, of_country=True),
            Section(say(heading), (f"{words} {rule}",)),
            options_section(told, told.run.labels.focus.country),
            _dependence(told, study),
            _ways(told),
            stock(told),
            peak(told),
        ),
        caveat_heading=say("caveat"),
        caveat=caveat_words(told, is_cut=is_cut),
        source=source_of(told),
        issued=told.issued,
    )


def _days(told: Told, count: int) -> str:
    return told.language.say("days", count=told.language.number(count))


def _title(told: Told, found: Alarms) -> str:
    say = told.language.say
    words = {"country": told.country, "all": _days(told, found.days())}
    if found.days(EMERGENCY):
        share = told.language.share(headline_values(told.run)["country_curtailed_share"])
        return say("country_title_cut", **words, share=share, days=told.language.number(found.days(EMERGENCY)))
    if found.days(ALERT):
        return say("country_title_alert", **words, days=told.language.number(found.days(ALERT)))
    if found.days(EARLY):
        return say("country_title_early", **words, days=told.language.number(found.days(EARLY)))
    return say("country_title_calm", country=told.country)


def _numbers(told: Told) -> tuple[Number, ...]:
    values, language, say = headline_values(told.run), told.language, told.language.say
    before = headline_values(told.base) if told.base is not None else {}

    def volume(key: str, label: str) -> Number:
        share = say("of_demand", share=language.share(facts.ratio(values[key], values["country_demand"])))
        if before:
            known = language.twh(before[key] * GWH_PER_TWH)
            share = f"{share}{say('in_base', value=known, base=told.base_words)}"
        shown = language.twh(values[key] * GWH_PER_TWH)
        return Number(say(label, place=told.country), shown, span_words(told, key, values[key]), share)

    base = say("against", value=language.price(before["country_price"]), base=told.base_words) if before else ""
    price = language.price(values["country_price"])
    return (
        volume("country_curtailed", "curtailed"),
        volume("country_voluntary", "reduced"),
        Number(
            say("price", place=told.country), price, span_words(told, "country_price", values["country_price"]), base
        ),
    )


def _levels_words(told: Told, found: Alarms) -> str:
    say = told.language.say
    counts = {level: _days(told, found.days(level)) for level in (EMERGENCY, ALERT, EARLY)}
    text = say("levels_found", **counts, calm=_days(told, found.days(NONE)))
    first = {level: found.first(level) for level in (ALERT, EMERGENCY)}
    days = {level: told.language.day(day.date()) for level, day in first.items() if day is not None}
    if not days:
        return text
    key = "levels_first" if len(days) > 1 else f"levels_first_{next(iter(days))}"
    return f"{text} {say(key, **days)}"


def _dependence(told: Told, study: Study) -> Section:
    """Dependence at the border and in consumption side by side, with words that keep each from being misquoted."""
    language, say = told.language, told.language.say
    since = first_day(study)
    mask = study.country_mask
    about = whose_gas(study)
    runs = [Imports(solved, since, about) for solved in (study.before, study.solved)]
    seller = language.place(told.data, about.seller)
    rows = [
        (say(f"row_{key}"), *(language.share(getattr(one, name)(mask)) for one in runs))
        for key, name in (("consumed", "consumption_share"), ("border", "border_share"), ("stock", "stock_share"))
    ]
    words = say(
        "dependence_words", country=told.country, supplier=seller, since=since,
        consumed=rows[0][1], border=rows[1][1],
    )  # fmt: skip
    if about.channel == LNG:
        words = f"{words} {say('dependence_ships')}"
    heads = (say("head_share", supplier=seller), say("head_before"), say("head_after"))
    return Section(say("dependence", supplier=seller), (words,), Table(heads, tuple(rows), (0.64, 0.18, 0.18)))


def whose_gas(study: Study) -> Subject:
    """The seller whose gas the scenario takes: of several the one of whom the country burns most, of none the focus."""
    about, since = study.subject, first_day(study)
    if about.is_touched or not about.touched:
        return about
    found = {
        one: subject_of(study.scenario, study.baseline, study.data, supplier=one, country=about.country)
        for one in sorted(about.touched)
    }
    burnt = {
        one: Imports(study.before, since, each).consumption_share(study.country_mask) for one, each in found.items()
    }
    return found[max(burnt, key=lambda one: burnt[one])]


def ways_table(run: Results, country: str) -> pd.DataFrame:
    """What leads into a country: capacity and use, means over the horizon, GWh/d.

    Returns
    -------
    DataFrame
        ``kind`` (``pipeline``, ``sea`` or ``production``), ``from_node`` (of a landing or a mere transit node the
        supplier behind it), ``capacity``, ``used``; the largest first.
    """
    nodes, ask = run.nodes.set_index("node")["country"].astype(str), run.statistics
    ends = ["from_node", "to_node"]
    entering, room, lost = (one(ends, unit="GWh/day") for one in (ask.flow, ask.capacity, ask.losses))
    piped = pd.DataFrame({"capacity": room, "used": entering - lost}).reset_index()
    home = (piped["to_node"].map(nodes) == country) & (piped["from_node"].map(nodes) != country)
    behind = carriers(run["flows"], run.nodes)
    coming = piped[home].assign(from_node=piped["from_node"].map(lambda node: behind.get(str(node), str(node))))
    table = coming.groupby("from_node")[["capacity", "used"]].sum().reset_index().assign(kind="pipeline")
    ashore = run["sendout"][run["sendout"]["node"].astype(str).map(nodes) == country]
    length = ashore["period"].map(run["periods"].set_index("period")["days"])
    sea = {
        "capacity": float((ashore["capacity_gwh_per_day"] * length).sum()) / ask.window.days.sum(),
        "used": ask.sendout.value(country=country, unit="GWh/day"),
    }
    own = ask.supply("supplier", country=country, unit="GWh/day")
    sellers = set(run.nodes.loc[run.nodes["is_supplier"], "node"])
    produced = float(own[~own.index.isin(sellers)].sum())
    more = [
        {"kind": "sea", "from_node": "", **sea},
        {"kind": "production", "from_node": "", "capacity": np.nan, "used": produced},
    ]
    table = pd.concat([table, pd.DataFrame(more)], ignore_index=True)
    table = table[(table["capacity"].fillna(0.0) > LEAST_GWH_PER_DAY) | (table["used"] > LEAST_GWH_PER_DAY)]
    return table.sort_values(["used", "capacity"], ascending=False, kind="stable", ignore_index=True)


def _ways(told: Told) -> Section:
    language, say = told.language, told.language.say
    country = told.run.labels.focus.country
    table = ways_table(told.run, country)
    if table.empty:
        return Section(say("ways"), (say("ways_none", country=told.country),))
    keys = ["kind", "from_node"]
    before = ways_table(told.base, country) if told.base is not None else table
    joined = table.merge(before[[*keys, "used"]].rename(columns={"used": "before"}), on=keys, how="left")
    joined["before"] = joined["before"].fillna(0.0)
    ordered = joined.assign(size=joined[["used", "before"]].max(axis=1)).sort_values(
        "size", ascending=False, kind="stable"
    )
    rows = [_way(told, row) for row in ordered.head(WAYS_AT_MOST).to_dict("records")]
    rest = ordered.iloc[WAYS_AT_MOST:]
    if len(rest):
        sums = [language.number(float(rest[name].sum())) for name in ("capacity", "used", "before")]
        rows.append((say("way_others", count=language.number(len(rest))), *sums))
    heads = ("head_way", "head_capacity", "head_used", "head_used_before")
    return Section(say("ways"), (), Table(tuple(say(head) for head in heads), tuple(rows), (0.43, 0.19, 0.19, 0.19)))


def _way(told: Told, row: dict[Any, Any]) -> tuple[str, ...]:
    language, say = told.language, told.language.say
    names = {"sea": say("way_sea"), "production": say("way_production")}
    name = names.get(row["kind"]) or say("way_from", place=language.place(told.data, str(row["from_node"])))
    capacity = "" if row["capacity"] != row["capacity"] else language.number(row["capacity"])
    return name, capacity, language.number(row["used"]), language.number(row["before"])
