"""What a data package tells: whom its questions are about unless somebody else is named, and when its scenarios decide.

``storyline.toml`` lies in the package beside its tables. Nothing else in the code knows a supplier, a region, a country
or a date by name.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from energy_model.data.mechanisms import MECHANISMS
from energy_model.data.package import Package
from energy_model.data.relief import Help
from energy_model.data.storyline_parts import Days, in_words
from energy_model.errors import DataError

RESOURCE = "storyline"
"""Name of the file in the descriptor of the package."""


def known_mechanisms(names: tuple[str, ...]) -> tuple[str, ...]:
    """Names of mechanisms of the model.

    Raises
    ------
    ValueError
        With every name that is none.
    """
    unknown = [name for name in names if name not in MECHANISMS]
    if unknown:
        raise ValueError(f"no such mechanism: {', '.join(unknown)}; known: {', '.join(MECHANISMS)}")
    return names


class Focus(BaseModel):
    """Whom a question is about unless it names somebody else."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    supplier: str
    """Seller of ``suppliers.csv`` whose gas is asked about."""
    region: str
    """Group of countries of ``groups.csv``, or the one that is every market."""
    country: str
    """Country of a market in ``nodes.csv``."""


class GroupName(BaseModel):
    """What a group of countries is called."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)

    group: str
    """Code in ``groups.csv``, or that of every market."""
    title: str
    """At the head of a column."""
    title_de: str = ""
    """The same for pages in ``de``; default is the title."""
    words: str
    """Inside a sentence."""
    description: str = ""
    """In a list of codes."""


class Briefing(BaseModel):
    """How a briefing tells the scenarios of the library; every key may be left out."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    title: str = ""
    """Title of the workbook; default is that of the package."""
    question: str = ""
    """What the briefing answers, for its cover."""
    shortage: str = ""
    """Scenario that stands for a shortage in the findings; default is the one with the largest."""
    main: tuple[str, ...] = ()
    """Scenarios that the detailed sheets and the figures show."""
    order: tuple[str, ...] = ()
    """Scenarios in the order of the tables; one that is not listed follows."""


class WeatherRoles(BaseModel):
    """Weathers of ``demand_daily.csv`` by what they stand for."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)

    normal: str
    """A normal year: that of scenarios that name none."""
    cold: str
    """The winter of the law's standards: one in twenty years."""
    base_year: str
    """Weather of the base year."""


class LngRoles(BaseModel):
    """Rows of ``lng_europe_limit.csv`` by what they stand for."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)

    central: str
    """The one of scenarios that name none."""
    low: str
    high: str
    observed: str
    """What arrived in the base year."""


EXCHANGE_RATE = "usd_per_eur"
"""Series of ``observed/prices_monthly.csv``, and parameter: dollars for a euro."""


class PriceRoles(BaseModel):
    """Series of prices by what they stand for."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)

    forward: str
    """Series of ``prices.csv``: what the hub quoted for coming months."""
    lng: str
    """Series of ``prices.csv``: what a cargo costs on board."""
    hub: str
    """Series of ``observed/prices_monthly.csv``: the price at the hub, per MMBtu."""

    @property
    def quoted(self) -> tuple[str, str]:
        """Series of ``prices.csv`` that must have every month of the horizon."""
        return self.forward, self.lng


class Balance(BaseModel):
    """A balance of the base year that ``data check`` draws up from trade, production, stock change and demand."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)

    group: str
    """Group of ``groups.csv`` that imports, as the table of trade names it."""
    supplied_through: tuple[str, ...] = ()
    """Markets outside it whose gas arrives through it: their use belongs to its balance."""


class RouteQuestion(BaseModel):
    """A route whose worth is asked about."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    route: str
    """Route of ``routes.csv``."""
    scenario: str
    """Scenario of the library whose measures stop the route, or open it and offer the gas that comes with it."""


class ConditionName(BaseModel):
    """A condition on which measures of a scenario may hang."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)

    name: str
    """The word that ``when`` of a measure and ``conditions`` of a scenario give."""
    words: str
    """What holds then, as a sentence without its full stop."""


class Backing(BaseModel):
    """An offer that hangs on what a country does: what it gets if it does, and what comes to it if it does not."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)

    country: str
    """Country that decides: a market or a country of ``nodes.csv``."""
    condition: str
    """What it decides on, a name of ``conditions``."""
    backed: str
    """Scenario of the library in which the condition holds."""
    not_backed: str
    """Scenario of the library in which it does not."""
    in_vain: str = ""
    """Scenario of the library in which it holds and what was promised does not come, for the briefing."""
    probability: Annotated[float, Field(ge=0.0, le=1.0)] = 0.5
    """That what was promised for it comes, unless the reader gives another: a judgement."""
    low: Annotated[float, Field(ge=0.0, le=1.0)] = 0.0
    high: Annotated[float, Field(ge=0.0, le=1.0)] = 1.0
    note: str = ""
    """Whose judgement the probability is, and on what."""

    @model_validator(mode="after")
    def _in_order(self) -> Backing:
        if not self.low <= self.probability <= self.high:
            raise ValueError(f"low {self.low:g}, probability {self.probability:g}, high {self.high:g}: not in order")
        if self.backed == self.not_backed:
            raise ValueError(f"'backed' and 'not_backed' are both '{self.backed}'; name two scenarios")
        return self

    @property
    def scenarios(self) -> tuple[str, ...]:
        """Scenarios of the library that it names."""
        return tuple(name for name in (self.backed, self.in_vain, self.not_backed) if name)


class Transit(BaseModel):
    """A country that earns from carrying the gas of the seller in focus, and what it takes for a MWh."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    country: str
    """Market that the gas leaves."""
    tariff: tuple[str, str]
    """Border of ``tariffs.csv`` whose tariff it takes."""
    takes_exit_fee: bool = False
    """Whether it takes its part of the fee at the border crossed on top."""
    to: tuple[str, ...] = ()
    """Only gas to these countries is transit; default is all."""


class EraOfHistory(BaseModel):
    """A stretch of history that a replay gives the model again."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)

    id: Annotated[str, Field(pattern=r"^[a-z0-9_]+$")]
    """Name of its results."""
    title: str
    """What a reader calls it."""
    start: date
    """First gas day, the first of a month."""
    end: date
    """Last gas day, the last of a month."""
    as_of: date
    """Rows of the package published up to here may enter: hindsight is allowed for what is given."""
    lng_after: str = ""
    """Row of ``lng_europe_limit.csv`` for months after the era, which its plans look at; default is its last year's."""
    lng_expected: str = ""
    """Row of ``lng_europe_limit.csv`` for months that a plan does not know yet; default is what came in their year."""
    demand: Literal["observed", "response"] = "observed"
    """``observed``: demand is given. ``response``: that of a normal year, and the model's own answer to price."""

    @model_validator(mode="after")
    def _of_whole_months(self) -> EraOfHistory:
        if self.start.day != 1 or (self.end + timedelta(days=1)).day != 1:
            raise ValueError(f"{self.start} to {self.end} are not whole months; begin on a first and end on a last day")
        if self.end < self.start:
            raise ValueError(f"end {self.end} lies before start {self.start}; swap them")
        return self


class Replays(BaseModel):
    """History that the model is held against."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)

    lng_by_year: Mapping[int, str] = {}
    """Row of ``lng_europe_limit.csv`` that says what arrived in a year; other years take the nearest one."""
    eras: tuple[EraOfHistory, ...] = ()
    """Stretches that are replayed unless others are asked for."""

    @field_validator("eras")
    @classmethod
    def _of_one_name_each(cls, eras: tuple[EraOfHistory, ...]) -> tuple[EraOfHistory, ...]:
        names = [era.id for era in eras]
        twice = sorted({name for name in names if names.count(name) > 1})
        if twice:
            raise ValueError(f"two eras are called {', '.join(twice)}; give each a name of its own")
        return eras


class Storyline(BaseModel):
    """The closed schema of ``storyline.toml``."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    title: str
    """One line that says what the package is about."""
    title_de: str = ""
    """The same for pages in ``de``; default is the title."""
    as_of: date
    """Day on which the package stands: rows that became public later must say that they are hindsight."""
    reference: str
    """Scenario of the library against which all others are measured."""
    decision_days: tuple[date, ...] = ()
    """Days on which scenarios of the library take decisions. Every timeline has a boundary there, so that all scenarios
    of the package share their periods and nobody's past depends on what is announced later."""
    contract_price: str
    """Series of ``prices.csv``: the part of a contract price that does not follow the hub."""
    exempt: tuple[str, ...] = ()
    """Members of the region in focus that have asked to be left out of a ban."""
    horizon: Days
    """First and last gas day of scenarios that name none."""
    weather: WeatherRoles
    """Weathers by what they stand for."""
    lng: LngRoles
    """Limits on LNG by what they stand for."""
    prices: PriceRoles
    """Series of prices by what they stand for."""
    idle_routes: tuple[str, ...] = ()
    """Routes that are built and must carry nothing unless a measure opens them."""
    base_year: int
    """Year of the statistics: demand, trade, prices and output that others are measured by."""
    balance: Balance | None = None
    """Group of countries whose balance of the base year must close; without it none is drawn up."""
    everybody: str
    """Code of the group that is every market of the model."""
    mechanisms: tuple[str, ...] = ()
    """Mechanisms of the model (:mod:`energy_model.data.mechanisms`) that scenarios use unless they say otherwise."""
    foresight: Literal["perfect", "surprise", "rolling"] = "surprise"
    """What plans of scenarios know of the days ahead, unless a scenario says otherwise."""
    groups: tuple[GroupName, ...] = ()
    """What groups of countries are called; one without a name is called by its code."""
    case: str = ""
    """Episode of the past that the package is held against: observations, replay and papers; without one,
    ``validate`` has nothing to do."""
    replay: Replays = Replays()
    """History that the model is held against."""
    focus: Focus
    """Whom questions are about."""
    briefing: Briefing = Briefing()
    """How a briefing tells the scenarios of the library."""
    routes: tuple[RouteQuestion, ...] = ()
    """Routes whose worth is asked about."""
    conditions: tuple[ConditionName, ...] = ()
    """Conditions on which measures may hang."""
    backing: Backing | None = None
    """An offer that hangs on a condition, for the question what taking it is worth; without it none is asked about."""
    helps: tuple[Help, ...] = ()
    """What helps in a shortage, for the options of a page."""
    transit: tuple[Transit, ...] = ()
    """Countries that earn from carrying the gas of the seller in focus."""

    @field_validator("mechanisms")
    @classmethod
    def _known(cls, names: tuple[str, ...]) -> tuple[str, ...]:
        return known_mechanisms(names)

    @model_validator(mode="after")
    def _told_once(self) -> Storyline:
        names = [one.name for one in self.conditions]
        if len(set(names)) < len(names):
            raise ValueError(f"conditions: a name is told twice among {', '.join(names)}; delete one")
        if self.backing is not None and self.backing.condition not in names:
            raise ValueError(
                f"backing.condition, value '{self.backing.condition}': not among conditions "
                f"({', '.join(names) or 'none'}); add it there"
            )
        return self

    @property
    def conditions_by_name(self) -> dict[str, str]:
        """Conditions on which measures may hang, with what holds then."""
        return {one.name: one.words for one in self.conditions}

    def group_name(self, group: str) -> GroupName:
        """What a group is called."""
        return named_group(self.groups, group)


def named_group(groups: Iterable[GroupName], group: str) -> GroupName:
    """What a group is called; one that is not listed is called by its code."""
    return next((one for one in groups if one.group == group), GroupName(group=group, title=group, words=group))


def read_storyline(file: Path) -> Storyline:
    """The storyline of a package.

    Raises
    ------
    DataError
        If the file is missing, is not TOML, or does not fit the schema, with every problem at once.
    """
    try:
        raw: Mapping[str, Any] = tomllib.loads(file.read_text(encoding="utf-8-sig"))
        return Storyline.model_validate(raw)
    except FileNotFoundError:
        problems = ["the file is missing; restore it, it says whom questions are about and when scenarios decide"]
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        problems = [f"cannot be read as TOML in UTF-8 ({error}); repair the line"]
    except ValidationError as error:
        problems = [in_words(problem) for problem in error.errors()]
    raise DataError(file.name, problems)


def storyline_of(package: Package) -> tuple[Storyline | None, list[str]]:
    """The storyline of a package, or what is wrong with it."""
    if RESOURCE not in package.resources:
        return None, [f"no resource '{RESOURCE}' in the descriptor; add storyline.toml, see data/README.md"]
    try:
        return read_storyline(package.file(RESOURCE)), []
    except DataError as error:
        return None, [f"{package.resources[RESOURCE].path}: {problem}" for problem in error.problems]
