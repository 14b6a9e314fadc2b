"""The replay of 2021 and of January to August 2022."""

from __future__ import annotations

from datetime import date

from energy_model.cases.ukraine_2022.replay.aims import aim_rows, headline_errors
from energy_model.cases.ukraine_2022.replay.entries import ENTRY_GROUPS, ENTRY_PIPELINES, SUMMED
from energy_model.cases.ukraine_2022.replay.plans import window_case
from energy_model.cases.ukraine_2022.replay.russian_flows import expected_case
from energy_model.validate.replay.history import History

HISTORY = History(
    region="EU27",
    hub="NL",
    since=date(2019, 1, 1),
    entries=ENTRY_PIPELINES,
    groups=ENTRY_GROUPS,
    given="RU",
    landings="NO",
    summed=SUMMED,
    plan=window_case,
    ahead=expected_case,
    aims=aim_rows,
    quoted=headline_errors,
    given_words="Russian flows by route, demand, prices of LNG",
    nearly_given="The price, and Europe's LNG of the period, are nearly given.",
)
"""What the replay is told by name."""

__all__ = ["HISTORY"]
