"""The form of an answer: a question, tables, one paragraph, and what the numbers do not say."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

import pandas as pd

from energy_model.errors import ResultError
from energy_model.results.plotting import PlotsOf
from energy_model.show import Card, Shown, Tables, counted

LONGEST_NAME = 31
"""Characters a worksheet's name may have."""


@dataclass(frozen=True)
class Picture:
    """What a chart of an answer shows.

    Attributes
    ----------
    kind : {"waterfall", "steps", "lines"}
        ``waterfall``: from one level to the next over changes. ``steps``: the same from the levels after each change.
        ``lines``: columns of numbers over one of them.
    table : str
        Caption of the table that it is drawn from.
    names : str
        Column of words, or of what lines run over.
    values : tuple of str
        Columns of numbers; one, but for lines.
    finding : str
        Its title: what it shows, in a sentence.
    levels : tuple of int
        Of a waterfall: rows that are levels, the others being changes between them.
    """

    kind: Literal["waterfall", "steps", "lines"]
    table: str
    names: str
    values: tuple[str, ...]
    finding: str
    levels: tuple[int, ...] = ()


@dataclass(frozen=True, repr=False)
class Answer(Shown):
    """One question, answered.

    Attributes
    ----------
    name : str
        Short name: the worksheet, and the key under which a study finds it.
    question : str
        As a reader would ask it; ends in a question mark.
    words : str
        One paragraph in plain words, every number of it taken from the tables.
    tables : mapping of str to DataFrame
        By caption, the main one first. Column names carry their units (``_gwh``, ``_twh``, ``_gwh_per_day``,
        ``_eur_per_mwh``, ``_eur_bn``, ``_eur_m``, ``_share``, ``_percent``, ``_days``); words and dates have none.
    method : str
        Definition, formula and units, with the source of the definition.
    caveats : tuple of str
        What the numbers do not say; at least one.
    sources : tuple of str
        ``source_id`` of tables that enter besides the model's own.
    applies : bool
        Whether the question can be asked of the scenario; if not, ``words`` says why, and there is nothing else.
    pictures : tuple of Picture
        Charts of its tables.
    """

    name: str
    question: str
    words: str
    tables: Mapping[str, pd.DataFrame]
    method: str
    caveats: tuple[str, ...]
    sources: tuple[str, ...] = field(default=())
    applies: bool = True
    pictures: tuple[Picture, ...] = ()
    plot = PlotsOf("answer")
    """Figures of the answer, one call each: ``answer.plot.waterfall()``; tab lists those that it has."""

    @classmethod
    def not_applicable(cls, name: str, question: str, why: str) -> Answer:
        """The answer to a question that does not apply: one sentence that says why, and no numbers.

        Parameters
        ----------
        why : str
            The sentence.
        """
        return cls(name, question, why, {}, "", (), applies=False)

    def __post_init__(self) -> None:
        """Refuse an answer that could not be shown."""
        object.__setattr__(self, "tables", Tables(self.tables, f"the answer '{self.name}'"))
        needed = ("name", "question", "words", *(("tables", "method", "caveats") if self.applies else ()))
        for one in self.pictures:
            columns = self.tables[one.table].columns if one.table in self.tables else ()
            unknown = [name for name in (one.names, *one.values) if name not in columns]
            if unknown:
                raise ResultError(f"the answer {self.name!r} has a picture of {', '.join(unknown)}, which it has not")
        lacking = [part for part in needed if not vars(self)[part]]
        if lacking:
            raise ResultError(f"the answer {self.name!r} has no {', '.join(lacking)}")
        if len(self.name) > LONGEST_NAME or not self.question.endswith("?"):
            raise ResultError(
                f"the answer {self.name!r} needs a name of at most {LONGEST_NAME} characters and a question"
            )

    def __getitem__(self, caption: str) -> pd.DataFrame:
        return self.tables[caption]

    def _ipython_key_completions_(self) -> list[str]:
        return list(self.tables)

    def card(self) -> Card:
        """What the answer says of itself."""
        rows = [(f"table {n}", f"{caption} ({counted(len(table), 'row')})")
                for n, (caption, table) in enumerate(self.tables.items(), 1)]  # fmt: skip
        more = [("answer.table", "the main table"), ("answer.words, answer.method, answer.caveats", "in full")]
        return Card(f"{self.name}: {self.question}", rows, more if self.applies else (), self.words)

    @property
    def table(self) -> pd.DataFrame:
        """The main table.

        Raises
        ------
        ResultError
            If the question does not apply.
        """
        if not self.applies:
            raise ResultError(f"the question {self.name!r} has no table: {self.words}")
        return next(iter(self.tables.values()))


def signed(change: float, digits: int = 0) -> str:
    """A change with its sign, without a negative nought.

    >>> signed(-0.3), signed(1234.56, 1), signed(-2.0)
    ('+0', '+1,234.6', '-2')
    """
    return f"{round(change, digits) + 0.0:+,.{digits}f}"
