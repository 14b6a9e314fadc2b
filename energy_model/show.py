"""What an object says of itself in a console and in a notebook: what it is, its main figures, what to type next."""

from __future__ import annotations

import html
import textwrap
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, TypeVar

from energy_model.errors import UnknownNameError, closest

WIDTH, HEIGHT = 100, 25
"""Columns and lines of a screen, at most."""
_WORDS_AT_MOST = 6
"""Lines of a paragraph."""

Value = TypeVar("Value")


class Tables(dict[str, Value]):
    """Things by name; a name that nothing has is an error that says what there is."""

    def __init__(self, named: Mapping[str, Value], owner: str) -> None:
        super().__init__(named)
        self.owner = owner

    def __missing__(self, name: object) -> Value:
        raise unknown_table(self.owner, name, self)

    def __reduce__(self) -> tuple[object, ...]:
        return Tables, (dict(self), self.owner)


class LateTables(Tables[Value]):
    """Things by name of which each is made when somebody asks for it.

    Parameters
    ----------
    named : mapping of str to callable
        How each thing is made.
    """

    def __init__(self, named: Mapping[str, Callable[[], Value]], owner: str) -> None:
        super().__init__({}, owner)
        for name, make in named.items():
            super().__setitem__(name, _Late(make))  # type: ignore[assignment]

    def __getitem__(self, name: str) -> Value:
        found = super().__getitem__(name)
        if isinstance(found, _Late):
            found = found.make()
            super().__setitem__(name, found)
        return found

    def __iter__(self) -> Iterator[str]:
        """Names; that this is defined here makes a copy of the dictionary ask for each thing."""
        return iter(list(super().keys()))

    def get(self, name: str, default: Any = None) -> Any:
        """The thing of a name, or the default."""
        found = super().get(name, default)
        return self[name] if isinstance(found, _Late) else found

    def values(self) -> Any:
        """Every thing."""
        return [self[name] for name in self]

    def items(self) -> Any:
        """Names and things."""
        return [(name, self[name]) for name in self]

    def copy(self) -> dict[str, Value]:
        """A dictionary of every thing."""
        return dict(self.items())


@dataclass(frozen=True)
class _Late:
    """What is still to be made."""

    make: Callable[[], Any]


def unknown_table(owner: str, name: object, known: Iterable[str]) -> UnknownNameError:
    """The error for a table that an object does not have."""
    return UnknownNameError(owner, [no_table(name, known)])


def no_table(name: object, known: Iterable[str]) -> str:
    """The problem with a table that is not there.

    >>> no_table("flow", ["supply", "flows"])
    "no table 'flow'; did you mean 'flows'? known tables: flows, supply"
    """
    known = sorted(known)
    hint = closest(str(name), known)
    meant = f"{hint} " if hint.startswith("did") else ""
    return f"no table '{name}'; {meant}known tables: {', '.join(known)}"


@dataclass(frozen=True)
class Card:
    """What an object says of itself.

    Attributes
    ----------
    title : str
        What it is.
    rows : sequence of (str, str)
        Names and figures; a name that is empty goes on with the row before.
    words : str
        A paragraph, folded.
    then : sequence of (str, str)
        What to type next, and what it gives.
    """

    title: str
    rows: Sequence[tuple[str, object]]
    then: Sequence[tuple[str, str]] = ()
    words: str = ""

    def text(self) -> str:
        """The card for a console, within :data:`WIDTH` and :data:`HEIGHT`."""
        folded = textwrap.wrap(self.words, WIDTH - 2, max_lines=_WORDS_AT_MOST, placeholder=" ...")
        ending = [*(f"  {line}" for line in folded), *_columns(self.then, " # ")]
        room = HEIGHT - 1 - len(ending)
        rows = _columns([(name, str(value)) for name, value in self.rows], "  ")
        if len(rows) > room:
            rows = [*rows[: room - 1], f"  ... {len(rows) - room + 1} more lines"]
        return "\n".join(_cut(line) for line in (self.title, *rows, *ending))

    def html(self) -> str:
        """The card for a notebook."""
        cells = "".join(f"<tr><td>{_safe(n)}</td><td>{_safe(v)}</td></tr>" for n, v in self.rows[:HEIGHT])
        words = f"<p>{_safe(self.words)}</p>" if self.words else ""
        then = "".join(f"<tr><td><code>{_safe(n)}</code></td><td>{_safe(v)}</td></tr>" for n, v in self.then)
        return f"<b>{_safe(self.title)}</b><table>{cells}</table>{words}<table>{then}</table>"


class Shown:
    """An object that shows its card; its class defines the method :attr:`card`."""

    card: ClassVar[Callable[..., Card]]
    """What the object says of itself."""

    def __repr__(self) -> str:
        return self.card().text()

    def _repr_html_(self) -> str:
        return self.card().html()


def counted(number: int, one: str, several: str = "") -> str:
    """A number with its noun.

    >>> counted(1, "table"), counted(1200, "table"), counted(0, "country", "countries")
    ('1 table', '1,200 tables', '0 countries')
    """
    return f"{number:,} {one if number == 1 else several or f'{one}s'}"


def _columns(pairs: Iterable[tuple[str, str]], between: str) -> list[str]:
    pairs = list(pairs)
    width = max((len(name) for name, _ in pairs), default=0)
    return [f"  {name:<{width}}{between}{value}" for name, value in pairs]


def _cut(line: str) -> str:
    line = " ".join(line.splitlines()).rstrip()
    return line if len(line) <= WIDTH else f"{line[: WIDTH - 3]}..."


def _safe(value: object) -> str:
    return html.escape(str(value))
