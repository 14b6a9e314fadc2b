"""What all measures share: dates, ramp, announcement, and how they find what they act on."""

from __future__ import annotations

import re
import unicodedata
from abc import abstractmethod
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Annotated, Any, ClassVar, TypeVar, get_args

import numpy as np
from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from energy_model.data import regions
from energy_model.data.load import GasData
from energy_model.data.places import place_hint
from energy_model.data.regions import countries_of, group_codes
from energy_model.data.sellers import seller_of
from energy_model.registry import Registry
from energy_model.scenario.case import Case
from energy_model.scenario.measures.mandate import Mandate

LINE_AT_MOST, TEXT_AT_MOST = 200, 32_767
"""Characters of a line, which has to fit over a figure, and of a text, which has to fit into a cell of Excel."""


def _clean(text: str, allowed: str, most: int) -> str:
    """A text that every output can hold.

    Raises
    ------
    ValueError
        With the reason, if one could not.
    """
    units = len(text.encode("utf-16-le", "surrogatepass")) // 2
    if units > most:
        raise ValueError(f"has {units:,} characters; at most {most:,}, shorten it")
    for at, letter in enumerate(text, start=1):
        is_control = unicodedata.category(letter) in ("Cc", "Cs") or ord(letter) & 0xFFFE == 0xFFFE
        if is_control and letter not in allowed:
            what = "a line break" if letter in "\n\r" else f"a control character (U+{ord(letter):04X})"
            raise ValueError(f"holds {what} at place {at}; delete it")
    return text


def _line(text: str) -> str:
    return _clean(text, "", LINE_AT_MOST)


def _text(text: str) -> str:
    return _clean(text, "\n\t", TEXT_AT_MOST)


def _label(text: str) -> str:
    if not text or not text[0].isalnum():
        raise ValueError("must begin with a letter or a digit, as a spreadsheet may take it for a formula; rename it")
    return _line(text)


Line = Annotated[str, AfterValidator(_line)]
"""A line of words."""
Text = Annotated[str, AfterValidator(_text)]
"""A paragraph; it may have several lines."""
Label = Annotated[str, AfterValidator(_label)]
"""A name that becomes the key of rows in tables."""


def _codes(name: str) -> Any:
    return Field(json_schema_extra={"codes": name})


Assurance = Annotated[str, _codes("assurance")]
Asset = Annotated[str, _codes("asset")]
Basin = Annotated[str, _codes("basin")]
Country = Annotated[str, _codes("country")]
Condition = Annotated[str, _codes("condition")]
Countries = Annotated[tuple[Country, ...], Field(min_length=1)]
"""Countries and groups that a measure acts on: at least one."""
Exporter = Annotated[str, _codes("exporter")]
Holder = Annotated[str, _codes("holder")]
Market = Annotated[str, _codes("market")]
Pipeline = Annotated[str, _codes("pipeline")]
Route = Annotated[str, _codes("route")]
Sector = Annotated[str, _codes("sector")]
Sectors = Annotated[tuple[Sector, ...], Field(min_length=1)]
"""Sectors that a measure acts on: at least one."""
Seller = Annotated[str, _codes("seller")]
Step = Annotated[str, _codes("step")]
Supplier = Annotated[str, _codes("supplier")]
Weather = Annotated[str, _codes("weather")]
LngCase = Annotated[str, _codes("lng_case")]

Share = Annotated[float, Field(ge=0.0, le=1.0)]
NonNegative = Annotated[float, Field(ge=0.0, allow_inf_nan=False)]
DAYS_AT_MOST = 36_525
"""A hundred years: more days are a number mixed up."""
Days = Annotated[int, Field(ge=0, le=DAYS_AT_MOST)]
Positive = Annotated[float, Field(gt=0.0, allow_inf_nan=False)]


_OPTIONAL = re.compile(r"\[([^\]]*)\]")
_FIELD = re.compile(r"\{(\w+)")


def _said_or_dropped(part: str, values: Mapping[str, object]) -> str:
    """A part of a headline in square brackets stays only if all it speaks of is given."""
    return part if all(values.get(name) not in (None, "") for name in _FIELD.findall(part)) else ""


_KINDS: Registry[type[Measure]] = Registry(__package__)
AnyKind = TypeVar("AnyKind", bound="type[Measure]")


def kind(model: AnyKind) -> AnyKind:
    """Class decorator that makes a measure known by the word in its ``kind``."""
    known: type[Measure] = model
    (word,) = get_args(known.model_fields["kind"].annotation)
    _KINDS.add(word)(model)
    return model


def every_kind() -> dict[str, type[Measure]]:
    """Every kind of measure by its word; the modules of this folder are looked through for them."""
    return _KINDS.all()


class Measure(BaseModel):
    """Something that somebody does, or that happens, on a date.

    A measure acts on every gas day from ``start`` to ``end``. Under ``surprise`` foresight nobody plans for it before
    ``announced``.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    kind: str
    """Kind of measure: the word that names it."""
    name: Line | None = None
    """Short name, so that a scenario built on this one can leave the measure out with ``without``."""
    start: date | None = None
    """First gas day on which it acts; default is the first day of the horizon."""
    end: date | None = None
    """Last gas day on which it acts; default is the last day of the horizon."""
    ramp_days: Days = 0
    """Days over which it reaches full strength, linearly; 0 is at once."""
    announced: date | None = None
    """Day on which the market learns of it; default is ``start``. Ignored under perfect foresight."""
    when: Condition | None = None
    """Condition of ``storyline.toml`` on which it hangs: it does nothing where the scenario's ``conditions`` do not \
list it."""
    note: Text | None = None
    """Why it is here, in words; shown in the briefing."""

    idle: ClassVar[str] = "what it acts on is not there in that time, or its number is one without effect"
    """Why a measure of this kind may change nothing."""
    brings_gas: ClassVar[bool] = False
    """Whether a measure of this kind adds gas; a scenario is about whose gas it takes before whose it adds."""
    relieves: ClassVar[bool] = False
    """Whether a measure of this kind relieves a shortage."""
    restricts_trade: ClassVar[bool] = False
    """Whether a measure of this kind bans, taxes, caps or withholds a seller's gas."""
    opens_route: ClassVar[bool] = False
    """Whether a measure of this kind lets gas through a route that is idle as it is."""
    shuts_route: ClassVar[bool] = False
    """Whether a measure of this kind takes capacity from a route, which one that opens the route gives back."""
    is_read_by_origin: ClassVar[bool] = False
    """Whether a ban of this kind can also be read by the origin of the gas, with rules on resale and on transit."""
    cut_key: ClassVar[str] = ""
    """Key that says what share of its gas a supplier leaves when it cuts; empty if a measure of this kind is no cut."""
    only_by_ship: ClassVar[bool] = False
    """Whether a measure of this kind is about gas that comes by ship and no other."""
    describes: ClassVar[str] = ""  # headline; a part in [square brackets] is dropped when its key is not given

    by_default: ClassVar[Mapping[str, str]] = {}
    """What its headline says of a key that is not given."""

    @property
    def known_from(self) -> date | None:
        """Day from which decisions may take the measure into account; ``None`` is from the start."""
        return self.announced if self.announced is not None else self.start

    @property
    def news(self) -> tuple[date, ...]:
        """Days after that on which more of the measure becomes known."""
        return ()

    @property
    def begins(self) -> date | None:
        """First day on which it acts; ``None`` is the first of the horizon, or what the data say."""
        return self.start

    @property
    def mandate(self) -> Mandate | None:
        """What it asks of stores within a window of days; ``None`` if nothing."""
        return None

    @property
    def stock_given(self) -> tuple[str, ...]:
        """Codes of countries and groups whose gas in store on the first day of the horizon it sets."""
        return ()

    @property
    def weather_brought(self) -> str | None:
        """Weather of the data that holds on its days in place of the scenario's."""
        return None

    @property
    def begins_by_data(self) -> bool:
        """Whether the data say from which day on it acts."""
        return False

    def is_known(self, case: Case) -> bool:
        """Whether the author of the case has heard of the measure."""
        return self.is_known_on(case.believed_on)

    def is_known_on(self, day: date | None) -> bool:
        """Whether somebody who knows what was announced until ``day`` (all, without one) has heard of the measure."""
        return day is None or self.known_from is None or self.known_from <= day

    def strength(self, case: Case) -> np.ndarray:
        """Strength of the measure in each period, 0..1, shape (T,); all zero while nobody knows of it."""
        if not self.is_known(case):
            return np.zeros(len(case.timeline))
        return case.timeline.ramp(self.start, self.end, self.ramp_days)

    def remaining(self, case: Case, remaining_share: float) -> np.ndarray:
        """Multiplier in each period when at full strength only ``remaining_share`` is left, shape (T,)."""
        return 1.0 - self.strength(case) * (1.0 - remaining_share)

    @abstractmethod
    def apply(self, case: Case, data: GasData) -> Case:
        """The case with the measure in force; ``case`` itself is unchanged. Each kind says what it changes."""
        return case

    def oddity(self, before: Case, data: GasData) -> str | None:
        """What a reader must know of the measure in a case without it, in words; ``None`` for nearly all."""
        return None

    @abstractmethod
    def problems(self, data: GasData) -> list[str]:
        """What is wrong with the measure given the data, in words; empty if nothing. Each kind says what it checks."""
        return []

    def sellers(self, data: GasData) -> frozenset[str]:
        """Sellers whose gas the measure is about; empty if it is about nobody's."""
        codes = (getattr(self, key, None) for key in ("supplier", "exporter"))
        return frozenset(seller_of(data, str(code)) for code in codes if code is not None)

    def targets(self, data: GasData) -> frozenset[str]:
        """What the measure sets to a value, so that contradictions can be found; empty if such measures add up."""
        return frozenset()

    @classmethod
    def outage(cls, what: str, code: str) -> dict[str, Any] | None:
        """Keys by which a measure of this kind says that something fails; ``None`` if another kind says it.

        Parameters
        ----------
        what : str
            Sort of the thing that fails: ``route``, ``pipeline``, ``supplier``, ``storage``, ...
        code : str
            Its code in the data.
        """
        return None

    def share_left(self, data: GasData) -> tuple[str, float] | None:
        """Supplier of whose gas the measure leaves a share, and the share at full strength; ``None`` if of nobody's."""
        return None

    def is_copy_of(self, other: Measure) -> bool:
        """Whether the other one says the same and has no other name: a row that was pasted twice."""
        if self.name != other.name and None not in (self.name, other.name):
            return False
        words = {"name", "note"}
        return self.kind == other.kind and self.model_dump(exclude=words) == other.model_dump(exclude=words)

    @property
    def headline(self) -> str:
        """One line for a table of measures."""
        given = {**self.by_default, **self.model_dump(exclude_none=True)}
        values = {key: ", ".join(map(str, v)) if isinstance(v, tuple) else v for key, v in given.items()}
        return _OPTIONAL.sub(lambda part: _said_or_dropped(part[1], values), type(self).describes).format(**values)


def unknown_codes(codes: Iterable[str], known: Iterable[str], what: str, key: str) -> list[str]:
    """Problems for codes that are not known, with the nearest known ones."""
    import difflib

    known = sorted(set(known))
    problems = []
    for code in codes:
        if code not in known:
            near = difflib.get_close_matches(code, known, n=3, cutoff=0.5)
            hint = f"did you mean {' or '.join(near)}?" if near else f"known: {', '.join(known)}"
            problems.append(f"key '{key}', value '{code}': no such {what}; {hint}")
    return problems


def unknown_places(codes: Iterable[str], known: Iterable[str], data: GasData, what: str, key: str) -> list[str]:
    """Problems for codes of countries that are not among the known ones, with the code that a word names."""
    known = set(known)
    return [
        f"key '{key}', value '{code}': no such {what}; {place_hint(code, known, data)}"
        for code in codes
        if code not in known
    ]


def country_problems(codes: Sequence[str] | None, data: GasData, key: str = "countries") -> list[str]:
    """Problems for codes of countries, markets or groups that the data do not know."""
    countries = countries_of(data)
    markets = [node for nodes in countries.values() for node in nodes]
    return unknown_places(codes or (), [*countries, *markets, *group_codes(data)], data, "country", key)


def members(codes: Sequence[str], data: GasData) -> set[str]:
    """Markets that a list of codes of countries, markets and groups means."""
    return {node for code in codes for node in regions.members(data, code)}


def group_problems(countries: Sequence[str] | None, exempt: Sequence[str], data: GasData) -> list[str]:
    """Problems with those who take part, and with exemptions of countries that would take no part anyhow."""
    unknown = country_problems(countries, data) + country_problems(exempt, data, "exempt")
    if unknown or not countries:
        return unknown
    group = members(countries, data)
    return [
        f"key 'exempt', value '{code}': is not among countries = {', '.join(countries)}, so there is nothing to exempt "
        "it from; leave it out, or add it to the countries"
        for code in exempt
        if not members([code], data) & group
    ]


def countries_mask(codes: Sequence[str] | None, case: Case) -> np.ndarray:
    """Which nodes a list of codes of countries, nodes and groups means, every market without one; bool, shape (N,)."""
    return case.is_market.copy() if codes is None else case.inside(*codes)
