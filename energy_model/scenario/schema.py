"""What a scenario is: a closed, frozen schema. An unknown key is an error, never a silent default."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator
from pydantic.json_schema import SkipJsonSchema

from energy_model.scenario.comparable_figures import EUROPE_LNG_TWH, FACTOR
from energy_model.scenario.defaults import default_storyline, used_by_default
from energy_model.scenario.measures import AnyMeasure
from energy_model.scenario.measures.base import Condition, Line, LngCase, Measure, NonNegative, Text, Weather
from energy_model.show import Card, Shown, counted
from energy_model.timeline import DAY, Resolution, Timeline

CapacityView = Literal["firm", "physical"]

ID_AT_MOST = 100
"""Characters of an id, which becomes part of the names of files."""
YEARS_AT_MOST = 10
"""Length of a horizon: weather, prices and contracts of the data repeat or are carried on beyond their last year."""


class Horizon(BaseModel):
    """First and last gas day."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    start: date = Field(default_factory=lambda: default_storyline().horizon.start)
    """First gas day."""
    end: date = Field(default_factory=lambda: default_storyline().horizon.end)
    """Last gas day."""

    @model_validator(mode="after")
    def _in_order(self) -> Horizon:
        if self.end < self.start:
            raise ValueError(f"end {self.end} lies before start {self.start}; swap them")
        if self.end.year - self.start.year >= YEARS_AT_MOST:
            raise ValueError(
                f"{self.start} to {self.end} touches more than {YEARS_AT_MOST} calendar years, for which there are no "
                "data; shorten it"
            )
        return self


class ScenarioFile(BaseModel):
    """A scenario as it was written, and where: the file of a scenario itself, or of one that it is built on."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    name: str
    """Its name: that of the file."""
    file: str
    """``library``, ``command line``, or the file and the one it lies beside."""
    shadows_library: bool = False
    """Whether the library has another scenario of this name."""


_DAYS = ("start", "end", "announced", "window_start", "window_end")
"""Keys of measures that name a gas day of the horizon."""
_HINTS = {
    "window_start": "move it",
    "window_end": "move it",
    "start": "move it, or leave it out for a measure that is in force from the first day",
    "end": "move it, or leave it out for a measure that lasts to the last day",
    "announced": "write the first day of the horizon for what is known from the beginning",
    "date": "move it",
}
"""What to do about a date outside the horizon."""


NAMES = frozenset({"id", "title", "title_de", "short_title", "short_title_de", "description"})
"""Keys of a scenario that name and describe it and change no result."""


class Scenario(Shown, BaseModel):
    """A storyline: where its author stands, what may happen, and how the model looks at it."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    id: Annotated[str, Field(pattern=r"^[a-z0-9_]+$", max_length=ID_AT_MOST)]
    """Name of its results: lower case letters, digits and underscores."""
    title: Annotated[Line, Field(min_length=1)]
    """One line for a table or a cover."""
    title_de: Annotated[Line, Field(min_length=1)] | None = None
    """The title on pages in the language ``de``; default is the title."""
    short_title: Annotated[Line, Field(min_length=1, max_length=40)] | None = None
    """Head of a column and name in a chart, in at most 40 letters; default is the title, cut at a word."""
    short_title_de: Annotated[Line, Field(min_length=1, max_length=40)] | None = None
    """The short title on pages in the language ``de``; default is the title in it, cut at a word."""
    description: Text
    """A paragraph that a reader without the file understands."""
    based_on: str | None = None
    """Scenario whose keys and measures this one starts from; it may be built on another one itself."""
    without: tuple[str, ...] = ()
    """Names of inherited measures, of whatever ancestor, that do not apply here."""
    files: SkipJsonSchema[tuple[ScenarioFile, ...]] = ()
    """Where it was read from and, the nearest first, what it is built on; set on reading."""
    as_of: date = Field(default_factory=lambda: default_storyline().as_of)
    """Day on which the author stands: no figure published later is used."""
    horizon: Horizon = Field(default_factory=Horizon)
    """First and last gas day."""
    resolution: Resolution = "week"
    """Length of a period: ``day``, ``week`` or ``month``; ``peak_days``: days of highest demand, weeks besides."""
    peak_days: Annotated[int, Field(ge=1)] = 90
    """With resolution ``peak_days``: how many days, those of highest demand, are periods of their own."""
    days_alone: tuple[date, ...] = ()
    """Days that are periods of their own, in place of those that ``peak_days`` would find."""
    boundaries: tuple[date, ...] = ()
    """Further days on which a period begins, besides announcements: two scenarios are compared period by period."""
    foresight: Literal["perfect", "surprise", "rolling"] = Field(default_factory=lambda: default_storyline().foresight)
    """``surprise``: nobody plans for what is not announced yet. ``perfect``: everything is known from the start. \
``rolling``: a new plan each month and at each announcement, which knows no weather and no LNG to come; gas in store \
has the value of the months ahead."""
    caution_share: Annotated[float, Field(ge=0.0, le=1.0)] = 0.0
    """With foresight ``rolling``: weight that plans give the worst branches of the fan beyond their probability. At 0 \
every branch is as likely as it is; above it, gas is kept that is dearer than what it is expected to spare."""
    allocation: Literal["cooperative", "protected_first", "own_needs_first"] = "cooperative"
    """How a shortage is shared: ``cooperative`` gives countries equal shares as far as the network lets them; \
``protected_first`` first cuts protected customers of all countries as little as can be; under ``own_needs_first`` a \
country that cuts its own customers exports nothing on balance, while transit passes."""
    weather: Weather = Field(default_factory=lambda: default_storyline().weather.normal)
    """Weather of ``demand_daily.csv``: a year, or one made of several."""
    low_calorific: bool = Field(default_factory=used_by_default("low_calorific"))
    """Whether households and services that burn low-calorific gas need it, by the rows of ``low_calorific.csv``; \
``false`` lets any gas serve anybody."""
    supply_by_month: bool = Field(default_factory=used_by_default("supply_by_month"))
    """Whether gas of suppliers by pipeline belongs to its month, by the rows of ``supply_by_month.csv`` and, of \
months that were over on the day of the vintage, of ``known_flows.csv``; ``false`` pools a year's volume over the \
horizon."""
    delivery_points: bool = Field(default_factory=used_by_default("delivery_points"))
    """Whether gas under contract is taken at its border in proportion to what the seller delivers, and landing points \
keep their usual shares, by ``delivery_points.csv`` and ``landing_points.csv``."""
    transit_bookings: bool = Field(default_factory=used_by_default("transit_bookings"))
    """Whether capacity that is booked costs no tariff, by ``transit_bookings.csv``, and another net flow over a \
border than in the month before has a price. No package uses it by default: unless the flows of the month before are \
given it is no closer to what was observed (docs/limits.md)."""
    lng_world: bool = Field(default_factory=used_by_default("lng_world"))
    """Whether Europe's LNG is what exporters and buyers outside Europe leave it at its price, by the rows of \
``lng_world.csv``; ``false`` puts a limit on it."""
    lng_season: bool = Field(default_factory=used_by_default("lng_season"))
    """With ``lng_world``: whether what Europe attracts at the reference price has the season that others left it in \
the years before, by the rows ``season_share`` of ``europe`` in ``lng_world.csv``, and in months that were over on the \
day of the vintage what landed, by ``known_lng.csv``; ``false`` spreads a year evenly."""
    lng_slots: bool = Field(default_factory=used_by_default("lng_slots"))
    """Whether markets keep their usual shares of all LNG that lands, by ``lng_slots.csv``, for which contracts and \
slots stand, or somebody pays for another terminal; ``false`` lands every cargo where gas is dearest."""
    capacity_view: CapacityView = "firm"
    """What pipelines carry: ``firm`` capacity as operators sell it, or ``physical``, what lines of \
``physical_capacity.csv`` have carried for a week or more."""
    solidarity_groups: bool = Field(default_factory=used_by_default("solidarity_groups"))
    """Whether only the groups of ``solidarity.csv`` share a shortage by the rule of allocation, while every other \
market keeps its own production, its stock and what it has bought (``purchases.csv``, ``contracts.csv``); ``false`` \
lets all markets share."""
    response_lag: bool = Field(default_factory=used_by_default("response_lag"))
    """Whether demand answers to a price within months and not at once, by the rows of ``response_lag.csv``: to the \
price that stood on ``as_of`` since it came, to a higher one since the first news that makes gas scarcer."""
    demand_response: Literal["low", "central", "high"] = "central"
    """How much demand answers to price: ``low`` is the smallest answer of the data, ``high`` the largest."""
    lng_case: LngCase = Field(default_factory=lambda: default_storyline().lng.central)
    """Row of ``lng_europe_limit.csv``: how much LNG Europe can attract; with ``lng_world`` how much it attracts at \
the reference price, the rest being the demand of the others."""
    lng_limit_twh_per_year: Annotated[NonNegative | None, EUROPE_LNG_TWH] = None
    """The same in place of the row's: the limit on Europe's LNG, or what it attracts at the reference price."""
    lng_elasticity: Literal["low", "central", "high"] = "central"
    """With ``lng_world``: how much buyers outside Europe answer to price, one of the three values of each."""
    lng_price_factor: Annotated[float, Field(gt=0.0, allow_inf_nan=False), FACTOR] = 1.0
    """Multiplier on the monthly LNG reference price: that of every cargo, or with ``lng_world`` that at which buyers \
outside Europe take what they are expected to take."""
    conditions: tuple[Condition, ...] = ()
    """Conditions of ``storyline.toml`` that hold: measures that hang on others by ``when`` do nothing."""
    measures: tuple[AnyMeasure, ...] = ()
    """What happens, dated; each kind is described in docs/scenarios.md."""

    def holds(self, measure: Measure) -> bool:
        """Whether a measure hangs on no condition, or on one that holds."""
        return measure.when is None or measure.when in self.conditions

    @property
    def in_force(self) -> tuple[AnyMeasure, ...]:
        """The measures whose conditions hold, as measures that hang on none."""
        return tuple(m.model_copy(update={"when": None}) for m in self.measures if self.holds(m))

    def card(self) -> Card:
        """What the scenario says of itself."""
        happens = [(str(measure.start or "always"), measure.headline) for measure in self.in_force]
        rows: list[tuple[str, object]] = [
            ("id", self.id),
            ("decided on", f"{self.as_of}; no later datum is known"),
            ("days", f"{self.horizon.start} to {self.horizon.end} by {self.resolution}"),
            ("foresight", f"{self.foresight}; shortage shared {self.allocation.replace('_', ' ')}"),
            ("weather", f"{self.weather}; LNG {self.lng_case}"),
            ("capacities", self.capacity_view),
            ("measures", f"{counted(len(self.in_force), 'measure')}{self._waiting()}"),
            *happens,
        ]
        return Card(
            f"Scenario: {self.title}",
            rows,
            then=(("run(scenario)", "solve it"), ("with_changes(scenario, ...)", "the same with other keys")),
        )

    def _waiting(self) -> str:
        """Measures that do nothing because their condition does not hold, in words."""
        idle = len(self.measures) - len(self.in_force)
        return f"; {idle} more on conditions that do not hold" if idle else ""

    def announcements(self) -> list[date]:
        """Days after the start of the horizon on which something becomes known, in order."""
        days = {day for one in self.measures if self.holds(one) for day in (one.known_from, *one.news)}
        return sorted(day for day in days if day is not None and self.horizon.start < day <= self.horizon.end)

    def timeline(self, further: Iterable[date] = (), announced: Iterable[date] | None = None) -> Timeline:
        """Periods of the scenario, cut at its announcements so that a surprise falls between two periods.

        Parameters
        ----------
        further : iterable of date
            Days at which a period begins besides, such as the decision days of the data package.
        announced : iterable of date, optional
            Announcements that count; default is all of them.
        """
        news = [*(self.announcements() if announced is None else announced)]
        cuts, splits = [*news, *self.boundaries, *further], [*news, *further] if self.lng_world else ()
        return Timeline.build(self.horizon.start, self.horizon.end, self.resolution, cuts, self.days_alone, splits)

    def problems_with_dates(self, places: Sequence[str]) -> list[str]:
        """Dates that cannot be meant: outside the horizon, or in the wrong order.

        Parameters
        ----------
        places : sequence of str
            How to point to each measure, in order.
        """
        first, last = self.horizon.start, self.horizon.end
        found = []
        for where, measure in zip(places, self.measures, strict=True):
            for key, latest in (*((key, last) for key in _DAYS), ("date", last + DAY)):
                day = getattr(measure, key, None)
                if day is not None and not first <= day <= latest:
                    found.append(
                        f"{where}, key '{key}', value {day}: outside the horizon {first} to {last}; {_HINTS[key]}"
                    )
            if getattr(measure, "date", None) == first:
                found.append(
                    f"{where}, key 'date', value {first}: the level on the first day is given, nobody can reach "
                    "another; move the date, or set that level by a measure initial_storage"
                )
            if measure.start and measure.end and measure.end < measure.start:
                found.append(f"{where}: end {measure.end} lies before start {measure.start}; swap them")
            if measure.announced and measure.begins and measure.announced > measure.begins:
                found.append(
                    f"{where}: announced {measure.announced}, after it starts on {measure.begins}; "
                    "leave 'announced' out for a measure that comes without notice"
                )
            if measure.announced and not measure.begins and not measure.begins_by_data:
                found.append(
                    f"{where}, key 'announced', value {measure.announced}: without 'start' the measure acts from the "
                    f"first day, {first}, before anybody has heard of it; add 'start', or leave 'announced' out"
                )
        return found
