"""Totals of every result of the scenario library in months: what a change of the code must leave as it is.

``python tests/library_results.py`` writes ``library_results.csv``, ``shipped_results.csv`` and ``surprise_results.csv``
anew, only when a fault has been mended or data have changed; the commit says which numbers moved and why.
"""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from energy_model import GasData, load_data, load_scenario, run, with_changes
from energy_model.results.run import Results

PATH = Path(__file__).with_suffix(".csv")
SHIPPED_PATH = PATH.with_name("shipped_results.csv")
"""The same with the mechanisms and the foresight that the package ships."""
SURPRISE_PATH = PATH.with_name("surprise_results.csv")
"""What the package ships gave while its scenarios planned by surprise, for a few scenarios that still may."""
SURPRISES = ("reference", "full_cutoff_february", "germany_backs_sanctions")
KEYS = ["scenario", "table", "column"]


def totals(results: Results) -> pd.DataFrame:
    """Sum, and sum weighted by the place of the row, of every column of numbers of every table of a run."""
    rows = []
    for table, frame in results.tables.items():
        place = pd.Series(range(1, len(frame) + 1), index=frame.index) / max(len(frame), 1)
        for column in frame.select_dtypes("float"):
            values = frame[column].fillna(0.0)
            rows.append((results.scenario.id, table, column, values.sum(), (values * place).sum()))
    return pd.DataFrame(rows, columns=[*KEYS, "total", "weighted"])


def monthly_totals(name: str, data: GasData, **changes: str) -> pd.DataFrame:
    """Totals of a scenario of the library, solved in months."""
    return totals(run(with_changes(load_scenario(name, data.root), resolution="month", **changes), data))


if __name__ == "__main__":
    from tempfile import TemporaryDirectory

    from plain_package import SHIPPED, plain_home

    from energy_model import library
    from energy_model.data.home import default_vintage

    with TemporaryDirectory() as scratch:
        for home, path in ((plain_home(Path(scratch)), PATH), (SHIPPED, SHIPPED_PATH)):
            package = load_data(home / default_vintage())
            parts = [monthly_totals(name, package) for name in library(package.root)]
            pd.concat(parts).to_csv(path, index=False, lineterminator="\n")
    shipped = load_data(SHIPPED / default_vintage())
    parts = [monthly_totals(name, shipped, foresight="surprise") for name in SURPRISES]
    pd.concat(parts).to_csv(SURPRISE_PATH, index=False, lineterminator="\n")
