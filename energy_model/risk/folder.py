"""The cases of a sweep that lies in a folder, with the terms on which they hold."""

from __future__ import annotations

from pathlib import Path

from energy_model.data.load import GasData
from energy_model.risk.tables import Sample, sample
from energy_model.risk.terms import terms_of
from energy_model.sweep.folder import read_base, read_plan, read_results


def read_sample(folder: str | Path, data: GasData) -> Sample:
    """Read a sweep, finished or not, for :func:`energy_model.risk_answers`.

    Parameters
    ----------
    folder : str or Path
        Where :func:`energy_model.run_sweep` wrote it.
    data : GasData
        The data package of the sweep, for names.

    Raises
    ------
    ResultError
        If the folder holds no sweep, its files are not what was written, or fewer than two cases are solved.
    """
    return sample(read_results(folder), terms_of(read_plan(folder), read_base(folder), data))
