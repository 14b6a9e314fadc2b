"""What a workbook says, in its language: words, numbers, days and names of sheets, as cells are written.

Sheets are written in English. In another language every text of a cell is looked up whole, then as a pattern with
places (``{name}``) whose contents are looked up in turn. What is not known stays as it is: names and notes of the data.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property, lru_cache
from importlib import resources

from energy_model.data.load import GasData
from energy_model.data.sellers import adjective, sellers
from energy_model.impact.subject import slug
from energy_model.report.onepage.english import ENGLISH_MONTHS
from energy_model.report.onepage.german import GERMAN_MONTHS
from energy_model.report.onepage.language import Language, language_of
from energy_model.results.run import Results
from energy_model.results.spread import INPUTS
from energy_model.scenario import Scenario

FILES: Mapping[str, str] = {"de": "german.toml"}
"""Texts of the workbook in languages other than English, by what they are in English."""
ANSWER_FILES: Mapping[str, str] = {"de": "german_answers.toml"}
"""The same of answers, whose texts would be found in notes of a briefing too."""
LOCALE_OF_DAYS = "[$-407]"
"""Before a format of days: names of months are in the language wherever the workbook is opened."""
_NUMBER = re.compile(r"[<+-]?\d[\d,]*(\.\d+)?( ?%)?")
_DAY = re.compile(r"(\d{1,2}) ([A-Z][a-z]+) (\d{4})")
_MONTH = re.compile(r"([A-Z][a-z]+) (\d{4})")
_PLACE = re.compile(r"\{(\w+)\}")
_UNIT_AT_END = re.compile(r"(.+) \(([^()]+)\)")
_LITERAL = re.compile(r'"((?:[^"]|"")*)"')
_SHEET = re.compile(r"'([^']+)'!")
_SIGNS = str.maketrans({",": ".", ".": ","})
_SEVERAL = re.compile(r", | and ")
"""Between names of a list."""
_SENTENCE = re.compile(r"(?<=[.?!]) (?=[A-Z'\0])|(?<=\0) ")
ENDS = tuple(".?!:")
"""Of a sentence."""
DATE = r"\d{1,2} [A-Z][a-z]+ \d{4}"
"""What takes a place whose name begins with ``date``."""
AMOUNTS = frozenset(["a", "b", "c", "d", "e", "f", "g", "h", "twh"])
"""Names of places that a number takes, with or without ``%``."""
DASH = "– "
JOINED = " | "
WAY = " > "
"""Between the places of a way."""
LISTS: Mapping[str, str] = {"rows": "; ", "items": ", "}
"""Places that hold a list, each part of which is looked up, and what stands between the parts."""


@dataclass(frozen=True)
class Tongue:
    """A language for the cells of one workbook.

    Attributes
    ----------
    language : Language
    names : mapping of str to str
        Names of countries and groups and titles of scenarios, under what they are in English.
    tells_answers : bool
        Whether texts of answers are looked up too.
    """

    language: Language
    names: Mapping[str, str] = field(default_factory=dict)
    tells_answers: bool = False
    _said: dict[str, str] = field(default_factory=dict, repr=False)

    @classmethod
    def of(cls, code: str, data: GasData, titles: Mapping[str, str]) -> Tongue:
        """The language of a code with the names that a data package has in it.

        Parameters
        ----------
        titles : mapping of str to str
            Titles of scenarios in it, under their English ones.

        Raises
        ------
        OutputError
            If workbooks are not written in it.
        """
        language = language_of(code, data)
        if code == "en":
            return cls(language)
        nodes = data["nodes"]
        known = dict(zip(nodes["name"], nodes["node"], strict=True))
        names = {name: language.names.get(node, name) for name, node in known.items()}
        groups = {one.words: one.title_de or one.title for one in data.storyline.groups}
        inputs = {one.name: language.say(f"input_{one.name}") for one in INPUTS}
        return cls(language, {**inputs, **names, **groups, **titles})

    @classmethod
    def of_runs(cls, code: str, data: GasData, runs: Sequence[Results]) -> Tongue:
        """The language of a code with titles of runs, and with the adjective of the seller they are told about.

        Raises
        ------
        OutputError
            If workbooks are not written in it.
        """
        titles = {run.scenario.title: run.scenario.title_de or run.scenario.title for run in runs}
        tongue = cls.of(code, data, titles)
        if tongue.is_plain:
            return tongue
        labels = runs[0].labels
        adjective = labels.adjective(runs[0].nodes)
        seller = tongue.language.names.get(labels.focus.supplier, adjective)
        return replace(tongue, names={**tongue.names, adjective: seller})

    @classmethod
    def of_answers(cls, code: str, data: GasData, scenarios: Sequence[Scenario]) -> Tongue:
        """The language of a code with titles of scenarios, and with the adjective of every seller, for answers.

        Raises
        ------
        OutputError
            If workbooks are not written in it.
        """
        tongue = cls.of(code, data, {one.title: one.title_de or one.title for one in scenarios})
        if tongue.is_plain:
            return tongue
        adjectives = {adjective(data, seller): tongue.language.names.get(seller, seller) for seller in sellers(data)}
        routes = {name: name for name in data["routes"]["name"].astype(str)}
        known = {**routes, **adjectives, **tongue.names}
        in_heads = {slug(one).replace("_", " "): there for one, there in known.items()}
        return replace(tongue, names={**in_heads, **known}, tells_answers=True)

    @property
    def is_plain(self) -> bool:
        """Whether cells stay as they are written."""
        return self.language.code == "en"

    @property
    def signs(self) -> dict[int, int]:
        """What ``str.translate`` makes of the signs of a number."""
        return {} if self.is_plain else {ord(","): ord("."), ord("."): ord(",")}

    @property
    def _known(self) -> dict[str, str]:
        return catalogue(self.language.code, self.tells_answers)

    @cached_property
    def _patterns(self) -> list[tuple[re.Pattern[str], str]]:
        """Texts with places, those with the most letters of their own first."""
        known = self._known
        texts = sorted((text for text in known if _PLACE.search(text)), key=lambda text: -len(_PLACE.sub("", text)))
        return [(_pattern(text), known[text]) for text in texts]

    def say(self, text: str) -> str:
        """A text of a cell in the language."""
        if self.is_plain or not text:
            return text
        if text not in self._said:
            self._said[text] = self._found(text)
        return self._said[text]

    def paragraph(self, text: str) -> str:
        """A paragraph in the language; a sentence of it that is not known stays whole as it is.

        What is known of several sentences is put in as a whole; every other sentence must be known from its beginning
        to its full stop, so that none is in two languages.
        """
        known = self._known
        if self.is_plain or text in known:
            return known.get(text, text)
        rest = text.removeprefix(DASH)
        found = [one for one in _paragraphs(self.language.code, self.tells_answers) if one in rest]
        for number, one in enumerate(found):
            rest = rest.replace(one, f"\0{number}\0")
        said = " ".join(map(self._sentence, _SENTENCE.split(rest)))
        for number, one in enumerate(found):
            said = said.replace(f"\0{number}\0", known[one])
        return DASH * text.startswith(DASH) + said

    def _sentence(self, text: str) -> str:
        known = self._known
        if text in known:
            return known[text]
        for pattern, there in self._patterns:
            if there[-1:] in ENDS and (found := pattern.fullmatch(text)):
                return there.format(**{name: self._placed(name, part) for name, part in found.groupdict().items()})
        return text

    def _found(self, text: str) -> str:
        known = self._known
        if text in known:
            return known[text]
        if text in self.names:
            return self.names[text]
        if set(several := _SEVERAL.split(text)) <= set(self.names):
            return self.language.join([self.names[one] for one in several])
        for sign in (JOINED, WAY):
            if sign in text:
                return sign.join(self.say(part) for part in text.split(sign))
        if _NUMBER.fullmatch(text):
            return re.sub(r"(?<=\d)%", " %", text.translate(_SIGNS))
        if all(days := [_days(part) for part in text.split(", ")]):
            return ", ".join(days)
        if (found := _UNIT_AT_END.fullmatch(text)) and found.group(1) in known:
            return f"{known[found.group(1)]} ({self.say(found.group(2))})"
        for pattern, there in self._patterns:
            if found := pattern.fullmatch(text):
                return there.format(**{name: self._placed(name, part) for name, part in found.groupdict().items()})
        if found := _UNIT_AT_END.fullmatch(text):
            return f"{self.say(found.group(1))} ({self.say(found.group(2))})"
        return text

    def _placed(self, name: str, part: str) -> str:
        """What takes a place of a text: looked up, or each part of a list."""
        sign = LISTS.get(name.rstrip("0123456789"))
        return self.say(part) if sign is None else sign.join(map(self.say, _outside_brackets(part, sign)))

    def formula(self, text: str) -> str:
        """A formula with its words, and with the names of sheets, in the language."""
        if self.is_plain:
            return text
        said = _LITERAL.sub(lambda found: '"' + self.say(found.group(1)) + '"', text)
        return _SHEET.sub(lambda found: f"'{self.say(found.group(1))}'!", said)

    def number_format(self, look: str) -> str:
        """A number format: a blank before per cent, and days as they are written, where the language has them so."""
        if self.is_plain:
            return look
        if "yy" in look:
            return LOCALE_OF_DAYS + look.replace("d mmm", "d. mmm")
        return re.sub(r"(?<=\d)%", " %", look)


def _outside_brackets(text: str, sign: str) -> list[str]:
    """Parts of a text between signs that stand in no brackets.

    >>> _outside_brackets("Aland (1, 2), Bland (3)", ", ")
    ['Aland (1, 2)', 'Bland (3)']
    """
    parts, depth, begins = [], 0, 0
    for place, letter in enumerate(text):
        depth += (letter == "(") - (letter == ")")
        if depth == 0 and text.startswith(sign, place):
            parts.append(text[begins:place])
            begins = place + len(sign)
    return [*parts, text[begins:]]


def _pattern(text: str) -> re.Pattern[str]:
    parts = _PLACE.split(text)
    spelt = [
        re.escape(part)
        if number % 2 == 0
        else f"(?P={part})"
        if part in parts[1:number:2]
        else f"(?P<{part}>{_place(part)})"
        for number, part in enumerate(parts)
    ]
    return re.compile("".join(spelt))


def _place(name: str) -> str:
    """What may take a place of a text: a day, a number, or anything."""
    if name.startswith("date"):
        return DATE
    if name == "quantity":
        return r"[^\d]+?"  # a name: a sentence with numbers in it is in the language already
    return r"[<+-]?\d[\d,]*(?:\.\d+)?(?: ?%)?" if name in AMOUNTS else ".+?"


@lru_cache(maxsize=4)
def catalogue(code: str, tells_answers: bool = False) -> dict[str, str]:
    """Texts of a language by what they are in English, those of answers among them or not; none of English itself."""
    if code not in FILES:
        return {}
    folder = resources.files(__package__)
    files = [FILES[code], ANSWER_FILES[code]] if tells_answers else [FILES[code]]
    parts = [tomllib.loads(folder.joinpath(name).read_text(encoding="utf-8")) for name in files]
    return {str(text): str(there) for one in parts for part in one.values() for text, there in part.items()}


@lru_cache(maxsize=4)
def _paragraphs(code: str, tells_answers: bool) -> tuple[str, ...]:
    """Texts of a language without places that are several sentences, the longest first."""
    many = [text for text in catalogue(code, tells_answers) if _SENTENCE.search(text) and not _PLACE.search(text)]
    return tuple(sorted(many, key=len, reverse=True))


def _days(text: str) -> str:
    """A day or a month with its year; empty if the text is none.

    >>> _days("1 March 2031"), _days("Mar 2031"), _days("15 Feb 2031"), _days("Nord 2031")
    ('1. März 2031', 'Mär 2031', '15. Feb 2031', '')
    """
    both = dict(zip(ENGLISH_MONTHS, GERMAN_MONTHS, strict=True))
    both |= {here[:3]: there[:3] for here, there in both.items() if here != "May"}
    if (found := _DAY.fullmatch(text)) and found.group(2) in both:
        return f"{int(found.group(1))}. {both[found.group(2)]} {found.group(3)}"
    if (found := _MONTH.fullmatch(text)) and found.group(1) in both:
        return f"{both[found.group(1)]} {found.group(2)}"
    return ""
