"""What a probability from a sweep is conditional on: the event, who knows of it when, over which days, its weight."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from energy_model.data.load import GasData
from energy_model.data.regions import members, region_name
from energy_model.data.sellers import seller_name
from energy_model.scenario import Scenario
from energy_model.sweep import Plan
from energy_model.sweep.axes import DataAxis
from energy_model.sweep.fields import cut_of, field_places
from energy_model.sweep.plan import NoCut
from energy_model.timeline import day_words

SETTINGS = {
    "weather": "the weather",
    "lng_case": "the LNG that can be had",
    "lng_limit_twh_per_year": "the LNG that can be had",
    "lng_elasticity": "how buyers of LNG elsewhere answer to price",
    "lng_price_factor": "the price of LNG",
}
"""Settings of a scenario that an axis may move, as a sentence names them."""


@dataclass(frozen=True)
class Terms:
    """The terms on which the numbers of a sweep hold.

    Attributes
    ----------
    region : str
        Whose shortage is summed up, as a sentence names it.
    event : str
        What happens in the cases with the cut, as a clause; empty where the base scenario brings nothing later.
    start, end : date
        First and last gas day of the horizon.
    foresight : str
        ``surprise`` or ``perfect``.
    no_cut : NoCut, optional
        How likely it is that the event does not come.
    luck : tuple of str
        What varies and is known from the first day, whatever the foresight.
    names : tuple of (str, str)
        Codes and names of the region's markets.
    """

    region: str
    event: str
    start: date
    end: date
    foresight: Literal["surprise", "perfect", "rolling"]
    no_cut: NoCut | None = None
    luck: tuple[str, ...] = ()
    names: tuple[tuple[str, str], ...] = ()

    @property
    def heading(self) -> str:
        """The region as the first row of a table names it."""
        text = self.region.removeprefix("the ")
        return text[:1].upper() + text[1:]

    @property
    def days(self) -> str:
        """The horizon in words."""
        return f"between {day_words(self.start)} and {day_words(self.end)}"

    @property
    def given(self) -> str:
        """The condition, with which a sentence begins."""
        return f"Given that {self.event}" if self.event else "Under what the plan draws"

    @property
    def knowledge(self) -> str:
        """Who knows what when, in a sentence."""
        if self.foresight == "perfect":
            return (
                "Everybody knows from the first day what comes and when (perfect foresight), so stores are filled for"
                " it: the numbers are lower than those of a surprise."
            )
        if self.foresight == "rolling":
            return (
                "Plans are made month by month and know neither the cut before it is announced nor the weather and the"
                " LNG to come (rolling)."
            )
        text = "Nobody prepares for what is not announced yet (surprise)"
        return f"{text}; {_listed(self.luck)} {_verb(self.luck)} known from the first day." if self.luck else f"{text}."


def terms_of(plan: Plan, base: Scenario, data: GasData) -> Terms:
    """The terms of a sweep.

    Parameters
    ----------
    base : Scenario
        The scenario that is varied, as it takes effect.

    Raises
    ------
    DataError
        If tables were changed in memory and ``data check`` would refuse them.
    """
    data = data.checked()
    region = plan.region or data.storyline.focus.region
    names = data["nodes"].set_index("node")["name"]
    return Terms(
        region=region_name(data, region),
        event=event_words(plan, base, data),
        start=base.horizon.start,
        end=base.horizon.end,
        foresight=base.foresight,
        no_cut=plan.no_cut,
        luck=tuple(_known_at_once(plan, base)),
        names=tuple((code, str(names[code])) for code in members(data, region)),
    )


def event_words(plan: Plan, base: Scenario, data: GasData) -> str:
    """What the cut of a plan is, as a clause: the seller whose measure it is, all measures by name, and the days."""
    places = cut_of(plan, base)
    if not places:
        return ""
    measures = [base.measures[place] for place in places]
    cuts = [(place, measure) for place, measure in zip(places, measures, strict=True) if measure.cut_key]
    sellers = dict.fromkeys(seller_name(data, code) for _, cut in cuts for code in sorted(cut.sellers(data)))
    labels = [measure.name or measure.headline for measure in measures]
    clause = "the measures of the plan come"
    if sellers:
        shares = [share for place, cut in cuts for share in _values(plan, base, place, cut.cut_key)]
        verb = "cuts its" if len(sellers) == 1 else "cut their"
        clause = f"{_listed(tuple(sellers))} {verb} pipeline gas to {_range(shares)} of what would have come"
    return f"{clause} {_when(plan, base, places)} (measures: {', '.join(labels)})"


def _values(plan: Plan, base: Scenario, place: int, key: str) -> list[object]:
    """Ends of the axis that moves a key of a measure, else its own value."""
    for axis in plan.axes.values():
        if (place, key) in field_places(axis, base):
            return list(axis.ends())
    return [getattr(base.measures[place], key)]


def _range(shares: Sequence[object]) -> str:
    numbers = sorted(float(str(share)) for share in shares)
    low, high = f"{numbers[0]:.0%}", f"{numbers[-1]:.0%}"
    return low if low == high else f"between {low} and {high}"


def _when(plan: Plan, base: Scenario, places: Sequence[int]) -> str:
    """On which days the measures of the cut begin."""
    begins = [day for place in places for day in _values(plan, base, place, "start")]
    days = [day if isinstance(day, date) else base.horizon.start for day in begins]
    first, last = min(days), max(days)
    return f"on {day_words(first)}" if first == last else f"on a day from {day_words(first)} to {day_words(last)}"


def _known_at_once(plan: Plan, base: Scenario) -> list[str]:
    """What no announcement brings: settings of the scenario and parameters of the data that vary."""
    found = []
    for axis in plan.axes.values():
        found += [SETTINGS[key] for place, key in field_places(axis, base) if place is None]
        found += [f"the parameter {axis.parameter}"] if isinstance(axis, DataAxis) else []
    return list(dict.fromkeys(found))


def _listed(words: Sequence[str]) -> str:
    return " and ".join([", ".join(words[:-1])] * (len(words) > 1) + [words[-1]])


def _verb(words: Sequence[str]) -> str:
    return "is" if len(words) == 1 else "are"
