"""What a cell, or a word of the command line, means to its key: read if there is one reading, else refused in words."""

from __future__ import annotations

import csv
import re
from collections.abc import Sequence
from datetime import date, datetime, time
from typing import Any

from energy_model.scenario.describe import Key
from energy_model.units import ENERGY_UNITS, gwh_from_shown

_DAY = "write it like 2022-02-15 or 15.02.2022"
_SHARE = "share"
_DOTTED = re.compile(r"(\d{1,2})\.\s?(\d{1,2})\.\s?(\d{4})")
_SLASHED = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4})")
_ISO = re.compile(r"(\d{4}-\d{2}-\d{2})(?:[ T]00:00(?::00(?:\.0+)?)?)?")
_PLAIN = re.compile(r"[+-]?(\d+([.,]\d*)?|[.,]\d+)([eE][+-]?\d+)?")
_GROUPED = re.compile(r"[+-]?\d{1,3}(?P<group>[ '’.,])\d{3}(?:(?P=group)\d{3})*(?P<rest>[.,]\d*)?")
_AMBIGUOUS = re.compile(r"[+-]?[1-9]\d{0,2}[.,]\d{3}")
_VOLUME = re.compile(rf"(?P<number>\d+([.,]\d+)?)\s*(?P<unit>{'|'.join(ENERGY_UNITS)})(\W.*)?", re.IGNORECASE)
_VOLUME_UNITS = ("GWh", "GWh/year")
_SPACES = str.maketrans({"\u00a0": " ", "\u2009": " ", "\u202f": " ", "−": "-"})
_TRUTH = {"true": True, "yes": True, "false": False, "no": False}
EMPTY_LIST = "[]"
"""What a cell holds for a list without items, as an empty cell means the default."""


def as_key_takes(value: Any, key: Key) -> Any:
    """A cell or a word as its key takes it; what no reading fits is left to the schema.

    Raises
    ------
    ValueError
        With the reason, if the cell has no reading or more than one.
    """
    if isinstance(value, (datetime, time)):
        value = _day_of(value)
    if key.is_list:
        return _list(value, key)
    return _single(value, key)


def text_cell(text: str) -> str:
    """A text as a cell shows it: what a cell would lose is put into quotes."""
    return f'"{text}"' if not text.strip() or _is_quoted(text) else text


def list_cell(items: Sequence[Any]) -> str:
    """A list as a cell shows it, ``DE, AT``; an item that holds a comma is put into quotes."""
    if not items:
        return EMPTY_LIST
    return ", ".join(_quoted(str(item)) for item in items)


def word(value: Any) -> str:
    """A heading or a key as a schema writes it: ``Remaining share`` is ``remaining_share``."""
    return re.sub(r"[\s_-]+", "_", str(value).strip().casefold())


def _single(value: Any, key: Key) -> Any:
    if isinstance(value, bool):
        return value
    if key.holds == "day":
        return _day(value)
    if key.holds == "true or false" and isinstance(value, str):
        return _TRUTH.get(value.strip().casefold(), value)
    if key.holds in ("number", "whole number"):
        number = _number(value, key) if isinstance(value, str) else value
        if key.holds == "number" and isinstance(number, int):
            return float(number)
        is_whole = isinstance(number, float) and number.is_integer()
        return int(number) if key.holds == "whole number" and is_whole else number
    if isinstance(value, (int, float)):
        value = repr(int(value)) if float(value).is_integer() else repr(value)
    if not isinstance(value, str):
        return value
    if key.choices:
        return next((choice for choice in key.choices if word(choice) == word(value)), value.strip())
    return _unquoted(value) if key.is_free_text else value.strip()


def _list(value: Any, key: Key) -> Any:
    if not isinstance(value, str):
        return [_single(value, key)]
    if value.strip() == EMPTY_LIST:
        return []
    items = [part.strip() for part in _split(value)]
    found = [_single(part, key) for part in items if part]
    if not found:
        raise ValueError("holds no item; write a list such as DE,AT, or nothing for the default")
    return found


def _split(text: str) -> list[str]:
    """Items between commas, semicolons or line breaks, with quotes round an item that holds one itself."""
    if '"' not in text:
        return re.split(r"[,;\n]", text)
    separator = ";" if ";" in re.sub(r'"[^"]*"', "", text) else ","
    return [item for row in csv.reader([text], delimiter=separator, skipinitialspace=True) for item in row]


def _quoted(item: str) -> str:
    if item and item == item.strip() and not re.search(r'[",;\n]', item):
        return item
    return '"' + item.replace('"', '""') + '"'


def _is_quoted(text: str) -> bool:
    return len(text) > 1 and text[0] == text[-1] == '"'


def _unquoted(text: str) -> str:
    inner = text[1:-1]
    return inner if _is_quoted(text) and (not inner.strip() or _is_quoted(inner)) else text


def _day_of(value: datetime | time) -> Any:
    if isinstance(value, time):
        raise ValueError("is a time of the day; " + _DAY)
    return value.date() if value.time() == time(0) else value


def _day(value: Any) -> Any:
    if isinstance(value, (int, float)):
        raise ValueError("is a number, not a day; give the cell the format of a date, or " + _DAY)
    if isinstance(value, datetime):
        raise ValueError("must be a day without a time; " + _DAY)
    if not isinstance(value, str):
        return value
    text = value.strip()
    if found := _ISO.fullmatch(text):
        year, month, day = (int(part) for part in found[1].split("-"))
    elif found := _DOTTED.fullmatch(text) or _SLASHED.fullmatch(text):
        day, month, year = (int(part) for part in found.groups())
    else:
        raise ValueError("must be a day; " + _DAY)
    if "/" in text and month > 12:
        day, month = month, day
    elif "/" in text and day <= 12 and day != month:
        raise ValueError("may begin with the day or with the month; " + _DAY)
    try:
        return date(year, month, day)
    except ValueError as error:
        raise ValueError(f"is no day of the calendar ({error}); {_DAY}") from error


def _in_unit_of(key: Key, text: str) -> str:
    """What to write for a volume that is given in another unit of energy than the key's: the same in GWh.

    >>> _VOLUME.fullmatch("10 bcm a year")["number"]
    '10'
    """
    found = _VOLUME.fullmatch(text)
    if found is None or key.unit not in _VOLUME_UNITS:
        return "write the figure alone"
    unit = next(name for name in ENERGY_UNITS if name.casefold() == found["unit"].casefold())
    gwh = gwh_from_shown(float(found["number"].replace(",", ".")), unit)
    return f"the key takes {key.unit}, and {found['number']} {unit} are {gwh:,.10g} GWh: write {gwh:.10g}"


def _number(text: str, key: Key) -> Any:
    """A number written as text. ``1.000`` may be one or a thousand, and is refused."""
    plain = text.translate(_SPACES).strip()
    if key.unit and plain.casefold().endswith(f" {key.unit}".casefold()):
        plain = plain[: -len(key.unit)].strip()
    is_percent = plain.endswith("%")
    if is_percent and key.unit != _SHARE:
        raise ValueError(f"is a percentage, and the key takes {key.takes}; write the number itself")
    plain = plain.removesuffix("%").strip()
    if _AMBIGUOUS.fullmatch(plain):
        raise ValueError("may mean a thousand or a fraction; write it without a separator of thousands")
    if _PLAIN.fullmatch(plain):
        number = float(plain.replace(",", "."))
    elif (grouped := _GROUPED.fullmatch(plain)) and not (grouped["rest"] or "").startswith(grouped["group"]):
        whole, rest = plain[: grouped.start("rest")] if grouped["rest"] else plain, grouped["rest"] or ""
        number = float(whole.replace(grouped["group"], "") + rest.replace(",", "."))
    else:
        raise ValueError(f"must be a {key.holds}; {_in_unit_of(key, plain)}")
    return round(number / 100.0, 15) if is_percent else number
