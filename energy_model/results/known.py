"""Numbers worked out of a run once, however often they are asked for, and in a form that can be kept with the run."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from energy_model.results.run import Results

Found = TypeVar("Found")
_PLACE = "numbers_known"


def once(results: Results, name: str, find: Callable[[], Found]) -> Found:
    """What somebody works out of a run; found by the first who asks, the same object for all.

    Parameters
    ----------
    name : str
        What it is, and all that decides it beside the run.
    find : callable
        Gives numbers, words, lists and mappings with words as keys, nested as they like.

    Returns
    -------
    Found
        As JSON gives it back, so that what was kept with a run and what is found anew are the same.
    """
    known = known_numbers(results)
    if name not in known:
        known[name] = json.loads(json.dumps(find()))
    found: Found = known[name]
    return found


def known_numbers(results: Results) -> dict[str, Any]:
    """All that was worked out of a run so far, by name."""
    known: dict[str, Any] = vars(results).setdefault(_PLACE, {})
    return known


def set_known(results: Results, known: Mapping[str, Any]) -> None:
    """Give a run the numbers that were worked out of it before."""
    known_numbers(results).update(known)
