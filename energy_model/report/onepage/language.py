"""A page in a language: its words, numbers and days as they are written there, and names of countries."""

from __future__ import annotations

import string
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import pandas as pd

from energy_model.data.load import GasData
from energy_model.data.places import TABLE
from energy_model.data.regions import country_name, is_group
from energy_model.errors import OutputError, closest
from energy_model.report.onepage.english import ENGLISH, ENGLISH_MONTHS
from energy_model.report.onepage.german import GERMAN, GERMAN_MONTHS
from energy_model.scenario import Scenario
from energy_model.units import GWH_PER_TWH

WORDS: Mapping[str, Mapping[str, str]] = {"en": ENGLISH, "de": GERMAN}
MONTHS: Mapping[str, Sequence[str]] = {"en": ENGLISH_MONTHS, "de": GERMAN_MONTHS}
_SIGNS = str.maketrans({",": ".", ".": ","})
_NAMES = {"de": "german"}
"""Kind of the names of ``country_names.csv`` that are of a language."""


@dataclass(frozen=True)
class Language:
    """The words of one language, and the names that a data package has in it.

    Attributes
    ----------
    code : str
        ``en`` or ``de``.
    names : mapping of str to str
        Names of countries and groups by code, where they differ from those of the tables.
    """

    code: str
    names: Mapping[str, str]

    def say(self, key: str, **values: Any) -> str:
        """The words of a key with numbers, days and names filled in as the language writes them."""
        return _Local(self).format(WORDS[self.code][key], **values)

    def number(self, value: float, digits: int = 0) -> str:
        """A number with so many decimals.

        >>> Language("de", {}).number(1234.5, 1), Language("en", {}).number(1234.5, 1)
        ('1.234,5', '1,234.5')
        """
        return self._signs(f"{value + 0.0:,.{digits}f}")

    def short(self, value: float) -> str:
        """A number with three digits or so: whole from a hundred on, one decimal below, two below one.

        >>> Language("de", {}).short(1234.4), Language("de", {}).short(12.34), Language("en", {}).short(0.04)
        ('1.234', '12,3', '0.04')
        >>> Language("en", {}).short(0.1)
        '0.1'
        """
        size = abs(value)
        is_tenth = size >= 1.0 or round(value, 2) == round(value, 1)
        digits = 0 if size >= 100.0 or value == round(value) else 1 if is_tenth else 2
        return self.number(value, digits)

    def twh(self, gwh: float) -> str:
        """A volume of so many GWh in TWh."""
        return f"{self.short(gwh / GWH_PER_TWH)} TWh"

    def share(self, share: float) -> str:
        """A share of one as per cent; what is there but rounds to nothing says so.

        >>> Language("de", {}).share(0.1234), Language("de", {}).share(0.014), Language("en", {}).share(0.0004)
        ('12 %', '1,4 %', '<0.1 %')
        """
        percent = 100.0 * share
        if 0.0 < percent < 0.05:
            return f"<{self.number(0.1, 1)} %"
        return f"{self.number(percent, 1 if 0.0 < percent < 9.5 and percent != round(percent) else 0)} %"

    def price(self, eur_per_mwh: float) -> str:
        """A price without false precision."""
        return f"{self.number(eur_per_mwh, 0 if abs(eur_per_mwh) >= 20.0 else 1)} EUR/MWh"

    def day(self, day: Any) -> str:
        """A date.

        >>> Language("de", {}).day("2031-03-14"), Language("en", {}).day("2031-03-14")
        ('14. März 2031', '14 March 2031')
        """
        stamp = pd.Timestamp(str(day))
        dot = "." if self.code == "de" else ""
        return f"{stamp.day}{dot} {MONTHS[self.code][stamp.month - 1]} {stamp.year}"

    def month(self, day: Any) -> str:
        """The month of a date.

        >>> Language("de", {}).month("2031-03-14")
        'März 2031'
        """
        stamp = pd.Timestamp(str(day))
        return f"{MONTHS[self.code][stamp.month - 1]} {stamp.year}"

    def short_month(self, day: Any) -> str:
        """The month of a date in three letters, for an axis."""
        return str(MONTHS[self.code][pd.Timestamp(str(day)).month - 1])[:3]

    def join(self, words: Sequence[str]) -> str:
        """Words as a list in a sentence."""
        last = self.say("and")
        return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} {last} {words[-1]}"

    def title(self, scenario: Scenario) -> str:
        """Title of a scenario."""
        return str((scenario.title_de or scenario.title) if self.code == "de" else scenario.title)

    def package(self, data: GasData) -> str:
        """Title of a data package."""
        line = data.storyline
        return (line.title_de or line.title) if self.code == "de" else line.title

    def place(self, data: GasData, code: str) -> str:
        """Name of a country, a node or a group."""
        if code in self.names:
            return self.names[code]
        if is_group(data, code):
            return data.storyline.group_name(code).title
        return country_name(data["nodes"], code)

    def _signs(self, text: str) -> str:
        return text.translate(_SIGNS) if self.code == "de" else text


class _Local(string.Formatter):
    """Fills numbers and days into words as a language writes them; ``%`` and a thousands separator as in Python."""

    def __init__(self, language: Language) -> None:
        self.language = language

    def format_field(self, value: Any, format_spec: str) -> Any:
        """One value as its place asks for it."""
        if isinstance(value, (date, pd.Timestamp)):
            return self.language.month(value) if format_spec == "month" else self.language.day(value)
        if isinstance(value, float) and format_spec in ("twh", "share", "price", "short"):
            return str(getattr(self.language, format_spec)(value))
        if isinstance(value, (int, float)) and format_spec.endswith("%"):
            return f"{self.language._signs(format(100.0 * value, format_spec[:-1] + 'f'))} %"
        if isinstance(value, (int, float)):
            return self.language._signs(format(value, format_spec))
        return str(value)


def language_of(code: str, data: GasData) -> Language:
    """A language with the names that a data package has in it.

    Raises
    ------
    OutputError
        If pages are not written in it.
    """
    if code not in WORDS:
        raise OutputError(f"no language '{code}'; {closest(code, WORDS)}")
    names: dict[str, str] = {}
    table = data.tables.get(TABLE)
    if code in _NAMES and table is not None:
        own = table[table["kind"] == _NAMES[code]]
        names = dict(zip(own["node"], own["alias"], strict=True))
    if code == "de":
        names |= {one.group: one.title_de for one in data.storyline.groups if one.title_de}
    return Language(code, names)
