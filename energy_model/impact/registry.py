"""Where questions register: each is a function in a file named as its key."""

from __future__ import annotations

from collections.abc import Callable

from energy_model.impact.answer import Answer
from energy_model.registry import Registry

Ask = Callable[..., Answer]
"""A question: a function that answers from a study; further arguments have defaults."""

_QUESTIONS: Registry[Ask] = Registry(__package__)
question = _QUESTIONS.add
"""Decorator of a question, by its key and its place in a briefing."""


def every_question() -> dict[str, Ask]:
    """Every question by its key, in the order of a briefing; this folder is looked through for them."""
    return _QUESTIONS.all()
