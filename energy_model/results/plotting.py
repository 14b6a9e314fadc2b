"""What can be drawn of an object in one call: ``results.plot.storage()``; tab lists what there is.

Each plot is a function in a file of :mod:`energy_model.report.plots` that marks itself with :data:`plot`. Drawing is
loaded when the first figure is asked for.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import wraps
from typing import TYPE_CHECKING, Any

from energy_model.errors import UnknownNameError, closest
from energy_model.registry import Registry

if TYPE_CHECKING:
    from matplotlib.figure import Figure

Draw = Callable[..., "Figure"]
"""Draws an object, its first argument; further arguments have defaults, unless there is none."""


@dataclass(frozen=True)
class Plot:
    """A figure of one sort of objects: whether an object has it, and the function that draws it."""

    has: Callable[[Any], bool]
    draw: Draw


_PLOTS: Registry[Plot] = Registry("energy_model.report.plots")


def plot(sort: str, name: str, place: float, has: Callable[[Any], bool] = lambda _: True) -> Callable[[Draw], Draw]:
    """Decorator that enters a function as a plot.

    Parameters
    ----------
    sort : str
        Objects that it draws: ``results``, ``answer`` or ``sample``.
    name : str
        After ``.plot``.
    place : float
        Plots are listed in the order of their places.
    has : callable, optional
        Whether an object has what is drawn; default is that all of them have.
    """

    def enter(draw: Draw) -> Draw:
        _PLOTS.add(f"{sort}.{name}", place)(Plot(has, draw))
        return draw

    return enter


def plots_of(sort: str) -> Mapping[str, Plot]:
    """Every plot of a sort of objects by name, in order."""
    return {key.removeprefix(f"{sort}."): one for key, one in _PLOTS.all().items() if key.startswith(f"{sort}.")}


class Plots:
    """Figures of one object, one call each: ``plot.NAME()``; ``dir()`` and tab list the names.

    Parameters
    ----------
    sort : str
        Sort of the object, as in :func:`plot`.
    drawn : object
        The object.

    Raises
    ------
    UnknownNameError
        For ``plot["NAME"]`` that there is not; ``plot.NAME`` is an ``AttributeError``. Both say what there is.
    """

    def __init__(self, sort: str, drawn: object) -> None:
        self._sort, self._drawn = sort, drawn

    def __getattr__(self, name: str) -> Draw:
        if name.startswith("_"):
            raise AttributeError(name)
        if name not in self._known():
            raise AttributeError(self._unknown(name))
        return self[name]

    def __getitem__(self, name: str) -> Draw:
        known = self._known()
        if name not in known:
            raise UnknownNameError("plot", [self._unknown(name)])
        return _bound(known[name].draw, self._drawn)

    def __dir__(self) -> list[str]:
        return list(self._known())

    def _ipython_key_completions_(self) -> list[str]:
        return list(self._known())

    def __repr__(self) -> str:
        known = self._known()
        width = max(map(len, known), default=0)
        lines = [f"  .{name}()  {'':<{width - len(name)}}{_first_line(one.draw)}" for name, one in known.items()]
        return "\n".join(["figures, one call each", *lines])

    def _known(self) -> dict[str, Plot]:
        return {name: one for name, one in plots_of(self._sort).items() if one.has(self._drawn)}

    def _unknown(self, name: str) -> str:
        known = self._known()
        return f"no plot '{name}'; {closest(name, known)}" if known else f"no plot '{name}': nothing of it is drawn"


class PlotsOf:
    """Attribute ``plot`` of a class: the figures of each of its objects.

    No property, which a console does not evaluate while it looks for what tab may complete.

    Parameters
    ----------
    sort : str
        Sort of the objects, as in :func:`plot`.
    """

    def __init__(self, sort: str) -> None:
        self._sort = sort

    def __get__(self, drawn: object, kind: type | None = None) -> Plots:
        return Plots(self._sort, drawn)


def _bound(draw: Draw, drawn: object) -> Draw:
    """A function that draws one object, with the words and the other arguments of the one that draws any."""

    @wraps(draw)
    def call(*more: Any, **named: Any) -> Figure:
        return draw(drawn, *more, **named)

    asked = inspect.signature(draw)
    call.__signature__ = asked.replace(parameters=[*asked.parameters.values()][1:])  # type: ignore[attr-defined]
    return call


def _first_line(draw: Draw) -> str:
    return (inspect.getdoc(draw) or "").partition("\n")[0]
