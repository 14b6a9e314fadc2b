"""Questions that are put to a plan which reaches to the end of the horizon.

Month by month, the last plan decides the last month alone: it has no range over the horizon, no answer to a move in
spring, and no order of measures. Such questions are asked of the same scenario planned by surprise, and say so.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import wraps

from energy_model.impact.answer import Answer
from energy_model.impact.study import Study

SAID = "Asked of plans to the end of the horizon (surprise)."


def to_the_end(ask: Callable[..., Answer]) -> Callable[..., Answer]:
    """Decorator of a question that is put to plans which reach to the end of the horizon."""

    @wraps(ask)
    def asked(study: Study, *args: object, **kwargs: object) -> Answer:
        whole = study.to_the_end
        found = ask(whole, *args, **kwargs)
        if whole is study or not found.applies:
            return found
        about = (
            "The scenario plans month by month, and its last plan decides the last month alone. So this is asked of"
            f" plans that reach to the end of the horizon, with levels that are usual: in them {study.subject.where}"
            f" has {whole.shortage}; planned month by month it has {study.shortage}."
        )
        return replace(found, words=f"{found.words} {SAID}", caveats=(about, *found.caveats))

    return asked
