"""History replayed and published results rebuilt, kept for the next briefing: they depend on data and code alone."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

import pandas as pd

from energy_model.data.load import GasData
from energy_model.errors import DataError, OutputError
from energy_model.report.kept_tables import read_tables, write_tables
from energy_model.report.run_cache import Kept
from energy_model.report.workbook.briefing import Validation
from energy_model.validate.anchors import AnchorReport, anchors
from energy_model.validate.reference import reference_case
from energy_model.validate.replay import ReplayReport, replay
from energy_model.validate.replay.era import eras_of

FOLDER = "validation"
OF_REPLAY = ("table", "series", "aims", "internal_flows")
"""Attributes of a replay that are tables; the others are those of the data package."""
PUBLISHED = "published"
_TOLD = {"what": "validation"}


def known_validation(data: GasData, kept: Kept, place: Path) -> Validation | None:
    """What an earlier call has found of the same data and code; ``None`` if there is none, or not whole.

    Parameters
    ----------
    kept : Kept
        What earlier calls have left.
    place : Path
        Folder to work in.
    """
    with suppress(OSError, ValueError, KeyError, TypeError, DataError):
        if kept.made(None, _TOLD, place / FOLDER):
            return _of(read_tables(place / FOLDER), data)
    return None


def new_validation(data: GasData, kept: Kept, place: Path) -> Validation:
    """Replay history and rebuild published results, and keep what comes out.

    Raises
    ------
    DataError, SolveError, ResultError
        As :func:`energy_model.validate.replay.replay` and :func:`energy_model.validate.anchors.anchors`.
    """
    found = Validation(replay(data), anchors(data))
    tables = {**{name: getattr(found.replay, name) for name in OF_REPLAY}, PUBLISHED: found.published.table}
    with suppress(OSError, ValueError, TypeError, OutputError):  # one that cannot be kept is made anew next time
        (place / FOLDER).mkdir(exist_ok=True)
        kept.make(None, _TOLD, place / FOLDER, lambda own: write_tables(tables, own))
    return found


def _of(tables: Mapping[str, pd.DataFrame], data: GasData) -> Validation:
    of_replay = {name: tables[name] for name in OF_REPLAY}
    history, eras = reference_case(data).history, tuple(eras_of(data.storyline))
    return Validation(ReplayReport(**of_replay, history=history, eras=eras), AnchorReport(tables[PUBLISHED]))
