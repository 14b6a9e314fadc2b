"""Problems of a scenario file in words an analyst knows: where, which key, what stands there, why, what to do."""

from __future__ import annotations

import difflib
import math
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from energy_model.errors import closest
from energy_model.scenario.measures import KINDS
from energy_model.scenario.schema import Horizon, Scenario
from energy_model.scenario.written_places import Placed, located

_MUST_BE = {
    "bool_type": "must be true or false",
    "date_from_datetime_inexact": "must be a day without a time, such as 2022-02-15",
    "date_from_datetime_parsing": "must be a day such as 2022-02-15, without quotes",
    "date_parsing": "must be a day such as 2022-02-15, without quotes",
    "date_type": "must be a day such as 2022-02-15, without quotes",
    "finite_number": "must be a finite number; write the figure",
    "float_parsing": "must be a number; write it without quotes and units",
    "float_type": "must be a number; write it without quotes and units",
    "int_from_float": "must be a whole number",
    "int_parsing": "must be a whole number; write it without quotes",
    "int_type": "must be a whole number; write it without quotes",
    "model_type": "must be a table of keys, such as { start = 2022-01-01, end = 2023-03-31 }",
    "string_pattern_mismatch": "may hold lower case letters, digits and underscores only; rename it",
    "string_type": "must be text; put it in quotes",
    "tuple_type": 'must be a list, such as ["A", "B"]',
}
"""What a value of the wrong type should have been."""
_MUST_BE_IN_A_CELL = {
    "date_from_datetime_inexact": "must be a day without a time, such as 2022-02-15 or 15.02.2022",
    "date_type": "must be a day, such as 2022-02-15 or 15.02.2022",
    "float_type": "must be a number; write the figure alone",
    "int_type": "must be a whole number; write the figure alone",
    "string_type": "must be text; give the cell the format of text and write it again",
}
"""The same for a cell of a workbook, which has no quotes."""
_SHOWN_AT_MOST = 200
"""Characters of a value that a message repeats."""
_BOUNDS = {
    "greater_than_equal": "at least",
    "greater_than": "more than",
    "less_than_equal": "at most",
    "less_than": "less than",
}
_CONTEXT = {"greater_than_equal": "ge", "greater_than": "gt", "less_than_equal": "le", "less_than": "lt"}


def in_words(errors: Iterable[Mapping[str, Any]], raw: Mapping[str, Any], places: Sequence[str]) -> Iterator[str]:
    """The problems of a schema, one line each.

    Parameters
    ----------
    errors : iterable of mapping
        As pydantic lists them.
    raw : mapping
        What was read.
    places : sequence of str
        How to point to each measure, in order.
    """
    found = list(errors)
    mended = {(*error["loc"][:-1], near(error, raw)) for error in found if error["type"] == "extra_forbidden"}
    for error in found:
        if error["type"] == "missing" and tuple(error["loc"]) in mended:
            continue  # the misspelt key is reported; that the right one is missing follows
        if _is_said(error, raw) or (error["type"] == "too_short" and error["input"]):
            continue  # a list is short of the items that are wrong, and these are reported
        yield _one(error, raw, places)


def _is_said(error: Mapping[str, Any], raw: Mapping[str, Any]) -> bool:
    """Whether it follows from a cell that could not be read, which is said already."""
    owner = _owner(error, raw)
    if not isinstance(owner, Placed) or not owner.faulty:
        return False
    if error["type"] in ("missing", "union_tag_not_found"):
        return not {str(error["loc"][-1]), "kind"}.isdisjoint(owner.faulty)
    return error["type"] == "value_error" and isinstance(error["input"], Mapping)


def _owner(error: Mapping[str, Any], raw: Mapping[str, Any]) -> Mapping[str, Any]:
    """The measure, or the scenario, that an error is in."""
    place = error["loc"]
    if len(place) > 1 and place[0] == "measures":
        measure: Mapping[str, Any] = raw["measures"][int(place[1])]
        return measure
    return raw


def near(error: Mapping[str, Any], raw: Mapping[str, Any]) -> str | None:
    """The known key that an unknown one was probably meant to be."""
    close = difflib.get_close_matches(str(error["loc"][-1]), _known(error["loc"], raw), n=1)
    return close[0] if close else None


def measure_places(raw: Mapping[str, Any]) -> list[str]:
    """How messages point to each measure: its number, kind and name."""
    return [measure_place(f"measure {number}", measure) for number, measure in enumerate(raw["measures"], start=1)]


def measure_place(pointer: str, measure: Any, of: str = "") -> str:
    """How messages point to one measure, for example ``measure 2 of reference (route_outage 'line idle')``.

    A measure of a workbook is at a row of a sheet, whatever its number.
    """
    pointer = f"{measure.place if isinstance(measure, Placed) else pointer}{of}"
    kind = measure.get("kind", "no kind") if isinstance(measure, Mapping) else "no table"
    name = measure.get("name") if isinstance(measure, Mapping) else None
    return f"{pointer} ({kind} '{name}')" if name else f"{pointer} ({kind})"


def _known(place: Sequence[Any], raw: Mapping[str, Any]) -> list[str]:
    if place[0] == "measures" and len(place) > 1:
        kind = str(raw["measures"][int(place[1])].get("kind"))
        return list(KINDS[kind].model_fields) if kind in KINDS else list(KINDS)
    if place[0] == "horizon" and len(place) > 1:
        return list(Horizon.model_fields)
    return [key for key in Scenario.model_fields if key != "files"]


def _one(error: Mapping[str, Any], raw: Mapping[str, Any], places: Sequence[str]) -> str:
    place, prefix = list(error["loc"]), ""
    if place and place[0] == "measures" and len(place) > 1:
        prefix = f"{places[int(place[1])]}, "
        place = place[3:]  # after the measure's number stands its kind
    elif place and place[0] == "horizon" and len(place) > 1:
        prefix, place = "horizon, ", place[1:]
    owner, key = _owner(error, raw), f"key '{place[0]}'" if place else ""
    if isinstance(owner, Placed) and key:
        prefix = f"{prefix}{located(key, owner).removesuffix(key).removeprefix(f'{owner.place}, ' if prefix else '')}"
    if len(place) > 1:
        key += f", item {int(place[1]) + 1}"
    kind, value, is_cell = error["type"], error["input"], isinstance(owner, Placed)
    if kind == "extra_forbidden":
        return f"{prefix}{key}: not known; {closest(str(place[-1]), _known(error['loc'], raw))}"
    if kind == "union_tag_not_found":
        return f"{prefix}key 'kind': missing; known: {', '.join(KINDS)}"
    if kind == "union_tag_invalid":
        return f"{prefix}key 'kind': no such kind of measure; {closest(str(value.get('kind')), KINDS)}"
    if kind == "missing":
        return f"{prefix}{key}: missing; add it"
    if kind == "value_error" and isinstance(value, Mapping):
        key = f"{key}, " if key and not prefix else ""
        return f"{prefix}{key}{why(error)}"
    if not place:
        return f"{prefix}{why(error)}".removesuffix(", ")
    return f"{prefix}{key}, value {_shown(value, is_cell)}: {why(error, is_cell)}"


def _shown(value: Any, is_cell: bool) -> str:
    if is_cell and isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return f"'{int(value)}'"  # as a cell shows it
    text = str(value)
    text = text if len(text) <= _SHOWN_AT_MOST else f"{text[:_SHOWN_AT_MOST]}... ({len(text):,} characters)"
    if value == ():
        return "[]"
    return text if isinstance(value, (tuple, list, Mapping)) else f"'{text}'"


def why(error: Mapping[str, Any], is_cell: bool = False) -> str:
    """Why a value is wrong, from the error that pydantic lists; ``is_cell`` if it stands in a workbook."""
    kind, context = error["type"], error.get("ctx", {})
    if is_cell and kind in _MUST_BE_IN_A_CELL:
        return _MUST_BE_IN_A_CELL[kind]
    if kind in _MUST_BE:
        return _MUST_BE[kind]
    if kind in _BOUNDS and isinstance(given := error.get("input"), float) and not math.isfinite(given):
        return _MUST_BE["finite_number"]
    if kind in _BOUNDS:
        limit = context[_CONTEXT[kind]]
        is_share = limit == 1 and kind == "less_than_equal"
        share = f"; {_share_meant(error.get('input'))}" if is_share else "; correct the number or its sign"
        return f"must be {_BOUNDS[kind]} {limit:g}{share}"
    if kind == "too_short" and isinstance(error["input"], str):
        return "is empty; write it"
    if kind == "too_short":
        return "is an empty list, and would act on nothing; name at least one, or delete the measure"
    if kind == "string_too_long":
        return f"has {len(error['input']):,} characters; at most {context['max_length']}, shorten it"
    if kind == "literal_error":
        near_to = closest(str(error["input"]), re.findall(r"'([^']*)'", context["expected"]))
        return f"must be one of {context['expected']}" + (f"; {near_to}" if near_to.startswith("did") else "")
    return str(error["msg"]).removeprefix("Value error, ")


def _share_meant(given: Any) -> str:
    """What to write for a share that was given in per cent, with the figure itself where it can be one."""
    percent = float(given) if isinstance(given, (int, float)) and 1.0 < given <= 100.0 else 15.0
    return f"it is a share: write {percent / 100.0:g} for {percent:g} %"


def with_tuples(value: Any) -> Any:
    """What was read from a file as a frozen schema takes it: every list in it is a tuple.

    >>> with_tuples({"countries": ["AA", "BB"], "share": 0.5})
    {'countries': ('AA', 'BB'), 'share': 0.5}
    """
    if isinstance(value, list):
        return tuple(with_tuples(item) for item in value)
    if isinstance(value, Mapping):
        return {key: with_tuples(item) for key, item in value.items()}
    return value
