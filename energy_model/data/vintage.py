"""Tables as they were known on a day: later rows are gone, superseded rows too."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

import pandas as pd


def seen_from(
    tables: Mapping[str, pd.DataFrame], keys: Mapping[str, Sequence[str]], as_of: date
) -> dict[str, pd.DataFrame]:
    """Every table without the rows published after ``as_of``.

    A table whose key contains ``as_of`` may hold several vintages of one thing; the latest admitted one stays.
    """
    cutoff = pd.Timestamp(as_of)
    seen = {}
    for name, table in tables.items():
        if "as_of" not in table:
            seen[name] = table
            continue
        known = table[table["as_of"] <= cutoff]
        key = [column for column in keys[name] if column != "as_of"]
        if "as_of" in keys[name] and key:
            known = known.sort_values("as_of", kind="stable").drop_duplicates(key, keep="last").sort_index()
        seen[name] = known.reset_index(drop=True)
    return seen
