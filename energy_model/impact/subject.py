"""Whom the questions are about: a seller of gas, a region and a country, and how sentences and tables name them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from energy_model.data.load import GasData
from energy_model.data.places import code_of, names_in
from energy_model.data.regions import countries_of, group_codes, members, place_name
from energy_model.data.sellers import adjective, routes_of, seller_name, seller_of, sellers, suppliers_of
from energy_model.errors import ScenarioError
from energy_model.scenario import Scenario
from energy_model.scenario.measures.base import Measure, unknown_places
from energy_model.scenario.measures.supply import exporters

PIPELINE, LNG, PRODUCTION = "pipeline", "lng", "production"
CHANNEL_WORDS = {PIPELINE: "gas by pipeline", LNG: "LNG", PRODUCTION: "production"}
GROUP_WORDS = {PIPELINE: "pipeline gas", LNG: "LNG", PRODUCTION: "production"}
NO_SELLER = "The scenario's measures are about no seller's gas; questions about a seller are asked of {focus}."
SEVERAL = "The scenario's measures are about the gas of {names}; questions about a seller are asked of {focus}."
ANOTHER = " Name another with --supplier."


@dataclass(frozen=True)
class Subject:
    """A seller, a region and a country.

    Attributes
    ----------
    seller : str
        Code in column ``seller`` of ``suppliers.csv``, or a country with production of its own.
    region, country : str
        Group of countries, and market.
    touched : frozenset of str
        Sellers whose gas the scenario's measures are about.
    remark : str
        Why the seller is the one in focus, where the measures leave it open; else empty.
    """

    seller: str
    region: str
    country: str
    touched: frozenset[str]
    remark: str
    data: GasData
    channel: str

    @cached_property
    def suppliers(self) -> tuple[str, ...]:
        """Codes under which the seller offers gas, its own first."""
        return suppliers_of(self.data, self.seller)

    @cached_property
    def routes(self) -> tuple[str, ...]:
        """Routes that bring the seller's own code's gas to markets."""
        return routes_of(self.data, self.seller, supplier=self.seller)

    @property
    def is_touched(self) -> bool:
        """Whether a measure of the scenario is about the seller's gas."""
        return self.seller in self.touched

    @cached_property
    def name(self) -> str:
        """The seller's name."""
        return seller_name(self.data, self.seller)

    @cached_property
    def adjective(self) -> str:
        """The adjective of its gas."""
        return adjective(self.data, self.seller)

    @property
    def gas(self) -> str:
        """Its gas in a sentence: ``Sealandic gas by pipeline``."""
        return f"{self.adjective} {CHANNEL_WORDS[self.channel]}"

    @property
    def gas_group(self) -> str:
        """Its gas as a row of a table: ``Sealandic pipeline gas``."""
        return f"{self.adjective} {GROUP_WORDS[self.channel]}"

    @property
    def everybody(self) -> str:
        """Code of the group that is every market."""
        return self.data.storyline.everybody

    @cached_property
    def country_nodes(self) -> tuple[str, ...]:
        """Markets of the country."""
        return members(self.data, self.country)

    @property
    def place(self) -> str:
        """The region as a row of a table or a title."""
        return place_name(self.data, self.region)

    @property
    def where(self) -> str:
        """The region in a sentence."""
        return self.data.storyline.group_name(self.region).words

    @cached_property
    def country_name(self) -> str:
        """The country's name."""
        return node_names(self.data, [self.country])[0]

    @property
    def key(self) -> str:
        """The seller in the name of a column."""
        return slug(self.name)

    @property
    def adjective_key(self) -> str:
        """The adjective in the name of a column."""
        return slug(self.adjective)

    @property
    def region_key(self) -> str:
        """The region in the name of a column."""
        return slug(self.place)

    @property
    def country_key(self) -> str:
        """The country in the name of a column."""
        return slug(self.country_name)

    @property
    def said(self) -> str:
        """The subject in one line."""
        everybody = " (every market of the model)" if self.region == self.everybody else ""
        return f"About {self.adjective} gas, {self.where}{everybody} and {self.country_name}"


def slug(name: str) -> str:
    """A name as the part of a column's name.

    >>> slug("UNION"), slug("Land A"), slug("Land B (exclave)")
    ('union', 'land_a', 'land_b_exclave')
    """
    return "_".join("".join(letter if letter.isalnum() else " " for letter in name.lower()).split())


def node_names(data: GasData, nodes: Iterable[str]) -> list[str]:
    """Names of nodes and groups for a reader."""
    return [place_name(data, node) for node in nodes]


def subject_of(
    scenario: Scenario,
    baseline: Scenario,
    data: GasData,
    *,
    supplier: str | None = None,
    region: str | None = None,
    country: str | None = None,
) -> Subject:
    """Whom a scenario's questions are about.

    Parameters
    ----------
    supplier : str, optional
        Seller's code or name; default is the one seller that the scenario's measures are about, else the focus of the
        data.
    region, country : str, optional
        Default is the focus of the data; a country by its code or its name.

    Raises
    ------
    ScenarioError
        With every code that is not known.
    """
    focus, names = data.storyline.focus, names_in(data)
    supplier, country = (None if word is None else code_of(word, names) for word in (supplier, country))
    own = _own(scenario, baseline)
    touched = _touched(own, data)
    problems = _problems(data, supplier, region, country)
    if problems:
        raise ScenarioError("the subject of the questions", problems)
    remark = ""
    if supplier is None:
        supplier = next(iter(touched)) if len(touched) == 1 else focus.supplier
        if len(touched) != 1:
            several = ", ".join(sorted(seller_name(data, seller) for seller in touched))
            text = SEVERAL if touched else NO_SELLER
            remark = text.format(names=several, focus=seller_name(data, focus.supplier)) + ANOTHER
    return Subject(
        supplier, region or focus.region, country or focus.country, touched, remark, data, _channel(supplier, own, data)
    )


def touched_sellers(scenario: Scenario, baseline: Scenario, data: GasData) -> frozenset[str]:
    """Sellers whose gas a scenario takes, or, if it takes nobody's, whose it adds, against a baseline."""
    return _touched(_own(scenario, baseline), data)


def _own(scenario: Scenario, baseline: Scenario) -> list[Measure]:
    """Measures of a scenario that the baseline does not hold, or, if there are none, those that it leaves out."""
    own = [measure for measure in scenario.in_force if measure not in baseline.in_force]
    return own or [measure for measure in baseline.in_force if measure not in scenario.in_force]


def _touched(own: list[Measure], data: GasData) -> frozenset[str]:
    """Sellers whose gas the measures take, or, if they take nobody's, whose they add."""
    for bring in (False, True):
        found = [measure.sellers(data) for measure in own if measure.brings_gas == bring]
        if any(found):
            return frozenset().union(*found)
    return frozenset()


def _channel(seller: str, own: list[Measure], data: GasData) -> str:
    """How the seller's gas comes that is asked about: by ship if it has no other way, or only its ships are hit."""
    steps = data["supply_steps"]
    by_pipe = steps.loc[steps["availability"] == "base", "supplier"]
    about = [measure for measure in own if seller in measure.sellers(data)]
    if seller in set(by_pipe):
        return LNG if about and all(measure.only_by_ship for measure in about) else PIPELINE
    return LNG if seller in exporters(data) else PRODUCTION


def _problems(data: GasData, supplier: str | None, region: str | None, country: str | None) -> list[str]:
    found = []
    nodes = data["nodes"]
    countries = countries_of(data)
    markets = {*countries, *nodes.loc[nodes["is_market"], "node"]}
    if supplier is not None:
        known = {*sellers(data), *data["production"]["node"]}
        of = seller_of(data, supplier)
        if supplier not in known and of != supplier:
            found.append(f"key 'supplier', value '{supplier}': sells for {of}; ask about '{of}'")
        elif supplier not in known:
            found += unknown_places([supplier], known, data, "seller", "supplier")
    if region is not None and region not in group_codes(data):
        hint = f"; '{region}' is a country: give it with --country" if region in markets else ""
        found.append(f"key 'region', value '{region}': no such group; known: {', '.join(group_codes(data))}{hint}")
    if country is not None and country not in markets:
        found += unknown_places([country], markets, data, "market", "country")
    return found
