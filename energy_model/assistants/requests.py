"""What an assistant may ask: closed schemas. A key that is not known is an error, and no request names a file."""

from __future__ import annotations

from typing import Annotated, Any, Literal, Optional

from pydantic import BaseModel, ConfigDict, Field, WithJsonSchema, create_model

from energy_model.data.mechanisms import MECHANISMS
from energy_model.impact.questions import QUESTIONS
from energy_model.scenario.describe import keys_of
from energy_model.scenario.measures import KINDS, AnyMeasure
from energy_model.scenario.schema import ID_AT_MOST, Scenario
from energy_model.units import ENERGY_UNITS

MEASURES_AT_MOST = 20
"""Measures that one request may add."""
_CHANGEABLE = (
    "resolution", "foresight", "allocation", "weather", "capacity_view", "demand_response", "lng_case",
    "lng_limit_twh_per_year", "lng_elasticity", "lng_price_factor", "conditions", *MECHANISMS,
)  # fmt: skip
"""Keys of a scenario that a request may set; its words are no part of them."""

Name = Annotated[str, Field(pattern=r"^[A-Za-z0-9_]+$", max_length=ID_AT_MOST)]
"""A name of the library, or a code of the data: letters, digits and underscores, so that it names no file."""
_Measure = Annotated[
    AnyMeasure,
    WithJsonSchema(
        {
            "type": "object",
            "properties": {"kind": {"enum": sorted(KINDS)}},
            "required": ["kind"],
            "description": "Which further keys a kind takes says the tool describe, with about = measure.",
        }
    ),
]


class Request(BaseModel):
    """Arguments of a tool."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, use_attribute_docstrings=True)


def _changes() -> type[BaseModel]:
    said = {key.name: key.meaning for key in keys_of(Scenario)}
    keys: dict[str, Any] = {}
    for name in _CHANGEABLE:
        one = Scenario.model_fields[name]
        kind: Any = Annotated[(one.annotation, *one.metadata)] if one.metadata else one.annotation
        keys[name] = (Optional[kind], Field(default=None, description=said[name]))  # noqa: UP045 - kind is a value
    return create_model("Changes", __base__=Request, __doc__="Keys of the scenario to set for this request.", **keys)


Changes = _changes()
"""Keys of a scenario that a request sets; one that is left out stays as the scenario has it."""


class Chosen(Request):
    """A scenario of the library, with keys set and measures added for this request alone."""

    scenario: Name
    """Name in the library, as the tool list gives them."""
    changes: Changes | None = None  # type: ignore[valid-type]
    """Keys to set."""
    measures: Annotated[tuple[_Measure, ...], Field(max_length=MEASURES_AT_MOST)] = ()
    """Measures to add."""


class ListRequest(Request):
    """What there is."""

    what: Literal["scenarios", "measures", "questions", "places"]
    """``places`` are the groups and countries that a question may be about."""


class DescribeRequest(Request):
    """One thing in full."""

    about: Literal["scenario", "measure", "question", "data"]
    """What it is; ``data`` needs no name."""
    name: Name | None = None
    """Its name, as the tool list gives it."""


class ValidateRequest(Chosen):
    """Whether a scenario can be run; nothing is solved."""


class RunRequest(Chosen):
    """Solve a scenario."""

    unit: Literal[ENERGY_UNITS] = "TWh"  # type: ignore[valid-type]
    """Unit of volumes."""
    ranges: bool = True
    """Whether to find low and high of each number over the ranges of the data: some dozens of solves on months."""


class CompareRequest(Request):
    """Solve two scenarios on the same periods and subtract the first from the second."""

    base: Chosen
    """What is subtracted."""
    other: Chosen
    """What it is subtracted from."""
    unit: Literal[ENERGY_UNITS] = "TWh"  # type: ignore[valid-type]
    """Unit of volumes."""


class AskRequest(Chosen):
    """Ask what a scenario means."""

    question: Literal[tuple(QUESTIONS)]  # type: ignore[valid-type]
    """Key of the question."""
    supplier: Name | None = None
    """Code of the seller it is about; default is the one whose gas the scenario's measures concern."""
    region: Name | None = None
    """Group of countries; default is the focus of the data."""
    country: Name | None = None
    """Country; default is the focus of the data."""
    probability: Annotated[float, Field(ge=0.0, le=1.0)] | None = None
    """For ``backing``: chance that what was promised comes."""
    price_limit_eur_per_mwh: Annotated[float, Field(gt=0.0, allow_inf_nan=False)] | None = None
    """For ``promise``: price that should not be exceeded."""
