"""The replay of 2024 and of January to October 2025: the last year of Ukraine's transit, and the first without it."""

from __future__ import annotations

from datetime import date

from energy_model.cases.winter_2025.replay.aims import aim_rows, headline_errors
from energy_model.cases.winter_2025.replay.entries import ENTRY_GROUPS, ENTRY_PIPELINES, IMPORT_NODES
from energy_model.cases.winter_2025.replay.plans import expected_case, window_case
from energy_model.validate.replay.history import History

HISTORY = History(
    region="EU27",
    hub="NL",
    since=date(2022, 10, 1),
    entries=ENTRY_PIPELINES,
    groups=ENTRY_GROUPS,
    given="RU",
    landings="NO",
    summed={},
    plan=window_case,
    ahead=expected_case,
    aims=aim_rows,
    quoted=headline_errors,
    given_words="Russian flows by route, supply by pipeline of each month, home production, demand, prices",
    nearly_given="Entry points in the south, the price and Europe's LNG of the year are nearly given.",
    imports=IMPORT_NODES,
)
"""What the replay is told by name."""

__all__ = ["HISTORY"]
