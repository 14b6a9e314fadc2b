"""Errors of the compiler, which a package with an error tree of its own can replace by kinds of that tree."""

from __future__ import annotations

from typing import Any, ClassVar, Self


class CompilerError(Exception):
    """Base of the errors raised on purpose.

    A package that uses the compiler derives a kind of its own from one of them and from its own base, with
    ``raised_instead=True``: that kind is raised from then on, so that whoever catches the package's errors catches
    these too.

    >>> class OurError(Exception): ...
    >>> class OurSolveError(OurError, SolveError, raised_instead=True): ...   # doctest: +SKIP
    """

    _instead: ClassVar[type[CompilerError] | None] = None

    def __init_subclass__(cls, *, raised_instead: bool = False, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        if raised_instead:
            own = next(base for base in cls.__bases__ if issubclass(base, CompilerError))
            own._instead = cls
        cls._instead = None

    def __new__(cls, *args: Any) -> Self:
        """An error of this kind, or of the kind that is raised instead."""
        return super().__new__(cls._instead or cls, *args)  # type: ignore[return-value]


class SolveError(CompilerError):
    """A model cannot be compiled, or the solver did not return a certified optimum."""


class StoppedError(CompilerError):
    """Work was told to end before its result was there; nobody waits for it any more."""
