"""Run a rule once, with placeholders in place of index labels.

Pyomo's templates (``pyomo.core.expr.template_expr``) are not a stable interface, and they trust the rule: a few things
that a rule may do with a placeholder would change its meaning without a word. Here each of these is made an error, so
that such a rule is run the plain way.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager, nullcontext
from types import GeneratorType
from typing import Any

from .pyomo_internals import (
    IndexTemplate,
    TemplateSumExpression,
    native_numeric_types,
    reduce_to_component,
    template_expr,
    why_not_expandable,
)
from .pyomo_internals import sets as pyomo_set

ONE_AT_A_TIME = threading.RLock()
"""Pyomo swaps the builtin ``sum`` and the iteration of sets while a rule runs as a template, for all threads. So models
are built and compiled by one thread at a time; the solver lets the others go on."""


class NotExpandable(Exception):
    """A rule or an index set cannot be expanded as arrays; the message says why."""


def run_as_template(block: Any, rule: Any, index_set: Any) -> tuple[Any, tuple[IndexTemplate, ...]]:
    """What a rule returns for placeholder indices, and the placeholders.

    Raises
    ------
    NotExpandable
        The rule needs to know labels, not only to pass them on.
    """
    with ONE_AT_A_TIME, _strict_placeholders():
        try:
            said, indices = template_expr.templatize_rule(block, rule, index_set)
        # A rule may trip over placeholders in any way; if it is wrong itself, the plain path raises the same again.
        except Exception as error:
            reason = f"{type(error).__name__}: {' '.join(str(error).split())}"
            raise NotExpandable(f"the rule cannot run on placeholder indices ({reason})") from error
    return said, indices


def outside_templates() -> AbstractContextManager[Any]:
    """While a component is built on access, let its rule see true indices even if another rule runs as a template."""
    if why_not_expandable():
        return nullcontext()  # no rule ever runs as a template
    paused: AbstractContextManager[Any] = template_expr._TemplateIterManager.pause()
    return paused


@contextmanager
def _strict_placeholders() -> Iterator[None]:
    """Make silent misreadings of a rule impossible, for as long as it runs as a template."""
    ordered, context = pyomo_set._OrderedSetMixin, template_expr._template_iter_context
    muted = logging.getLogger(template_expr.__name__)
    loops = _LoopVariables()
    with ExitStack() as swapped:
        for owner, name, strict in (
            (IndexTemplate, "__eq__", _strict_eq(IndexTemplate.__eq__)),
            (pyomo_set.SetData, "__contains__", _strict_contains(pyomo_set.SetData.__contains__)),
            (ordered, "first", _with_true_members(ordered.first)),
            (ordered, "last", _with_true_members(ordered.last)),
            (TemplateSumExpression, "__init__", loops.strict_init(TemplateSumExpression.__init__)),
            (context, "sum_template", _for_this_thread(context.sum_template)),
            (template_expr, "_reduce_template_to_component", _without_walk(reduce_to_component)),
            # Pyomo logs an error for a rule that it cannot run this way; the caller decides what that means.
            (muted, "disabled", True),
        ):
            swapped.enter_context(_swapped(owner, name, strict))
        swapped.enter_context(loops.watched())
        yield


@contextmanager
def _swapped(owner: Any, name: str, other: Any) -> Iterator[None]:
    was_own, before = name in vars(owner), getattr(owner, name)
    setattr(owner, name, other)
    try:
        yield
    finally:
        if was_own:
            setattr(owner, name, before)
        else:
            delattr(owner, name)


def _without_walk(reduce: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """Pyomo asks for the component in each ``component[placeholder]`` by a walk, which costs a fifth of compiling.

    A component is its own answer; only where an expression stands in its place there is something to walk through.
    """

    def reduced(expression: Any) -> Any:
        is_component = (
            not expression.is_expression_type()
            and not expression.is_variable_type()
            and not hasattr(expression, "_resolve_template")
        )
        return expression if is_component else reduce(expression)

    return reduced


def _for_this_thread(template: Callable[..., Any]) -> Callable[..., Any]:
    """Pyomo swaps the builtin ``sum`` for all threads; the others keep theirs."""
    mine = threading.get_ident()

    def strict(self: Any, *args: Any, **kwargs: Any) -> Any:
        if threading.get_ident() != mine:
            return template_expr._TemplateIterManager.builtin_sum(*args, **kwargs)
        return template(self, *args, **kwargs)

    return strict


def _strict_eq(compare: Callable[[Any, Any], Any]) -> Callable[[Any, Any], Any]:
    """``n == "A"`` and ``n in ["A"]`` would be ``False`` for every placeholder."""

    def strict(self: IndexTemplate, other: Any) -> Any:
        if other.__class__ in native_numeric_types or hasattr(other, "is_numeric_type"):
            return compare(self, other)
        raise NotExpandable(f"it compares an index with {other!r}")

    return strict


def _strict_contains(contains: Callable[[Any, Any], bool]) -> Callable[[Any, Any], bool]:
    """``t in m.T`` would be ``False`` for every placeholder."""

    def strict(self: Any, member: Any) -> bool:
        parts = member if isinstance(member, tuple) else (member,)
        if any(isinstance(part, IndexTemplate) for part in parts):
            raise NotExpandable(f"it asks whether an index is in {self.name}")
        return contains(self, member)

    return strict


def _with_true_members(take: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """``m.T.first()`` would be a placeholder for any member."""

    def strict(self: Any) -> Any:
        with outside_templates():
            return take(self)

    return strict


class _LoopVariables:
    """Tells the sets that a generator loops over from those that its body merely touches.

    ``sum(m.x[p, max(m.T)] for p in m.P)`` would become a sum over T as well.
    """

    def __init__(self) -> None:
        # The placeholders themselves are kept: the id of a freed one could pass to another.
        self._known: dict[int, Any] = {}

    @contextmanager
    def watched(self) -> Iterator[None]:
        """Let Pyomo's check of each generator tell its loop variables."""
        checks = template_expr.generator_validators
        before = dict(checks)
        checks[GeneratorType] = self._noting(before[GeneratorType])
        # What a map object yields from cannot be seen: its sum is left to the plain path.
        checks[map] = self._rejecting
        try:
            yield
        finally:
            checks.update(before)

    def strict_init(self, init: Callable[..., None]) -> Callable[..., None]:
        """Return the constructor of sum nodes, for sums over loop variables alone."""

        def strict(node: Any, args: Any, iters: Any) -> None:
            for group in iters:
                if any(id(placeholder) not in self._known for placeholder in group):
                    raise NotExpandable(f"it takes a member of {group[0]._set} outside a 'for' clause")
            init(node, args, iters)

        return strict

    def _noting(self, check: Callable[[Any], bool]) -> Callable[[Any], bool]:
        def noting(generator: Any) -> bool:
            for local in generator.gi_frame.f_locals.values():
                self._known.update((id(part), part) for part in (local if isinstance(local, tuple) else (local,)))
            return check(generator)

        return noting

    @staticmethod
    def _rejecting(_: Any) -> bool:
        raise NotExpandable("it sums over a map object; write sum(... for ... in ...)")
