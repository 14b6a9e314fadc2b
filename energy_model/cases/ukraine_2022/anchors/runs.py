"""The runs behind the comparison with published results, in months, each solved once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any

import pandas as pd

from energy_model.data.load import GasData
from energy_model.results.run import Results, run
from energy_model.scenario import Scenario, load_scenario
from energy_model.scenario.load import with_changes
from energy_model.scenario.schema import Horizon

JULY, JULY_END = date(2022, 7, 1), date(2023, 4, 30)
JULY_VINTAGE = date(2022, 8, 31)
"""Vintage of the July runs: the first with the LNG that Europe did attract in 2022."""
JULY_WEATHER = ("2019", "2020", "2021")
JULY_STOCK_SHARE = 0.2
"""Filling that Bruegel wants to keep until May 2023."""
STOCK_PENALTY_EUR_PER_MWH = 1500.0
"""Missing it costs more than cutting the last unprotected customer, as for the end level of every run."""
MANAGEABLE_SHARE = 0.3
"""What is left of Russian gas after the cut of 70 % that the IMF calls manageable."""
STORYLINE = date(2022, 1, 31)

_PIPE: Mapping[str, Any] = {"kind": "route_commissioning", "route": "nord_stream_2"}
_GAS: Mapping[str, Any] = {"kind": "extra_supply", "step": "europe_spot_withheld"}
_IDLE: Mapping[str, Any] = {"kind": "route_outage", "pipeline": "yamal_kondratki", "remaining_share": 0.0}
_NO_UKRAINE: Mapping[str, Any] = {"kind": "route_outage", "route": "ukraine_transit", "remaining_share": 0.0}
_NO_TURKSTREAM: Mapping[str, Any] = {"kind": "route_outage", "route": "turkstream_2", "remaining_share": 0.0}
_STOP: Mapping[str, Any] = {"kind": "supply_cut", "supplier": "RU", "remaining_share": 0.0}

NORD_STREAM_2: Mapping[str, tuple[Mapping[str, Any], ...]] = {
    "no pipe": (_IDLE,),
    "pipe": (_IDLE, _PIPE),
    "gas": (_IDLE, _GAS),
    "pipe and gas": (_IDLE, _PIPE, _GAS),
    "pipe and gas, no Ukraine": (_IDLE, _PIPE, _GAS, _NO_UKRAINE),
    "reference, no TurkStream": (_IDLE, _NO_TURKSTREAM),
    "pipe and gas, no Ukraine, no TurkStream": (_IDLE, _PIPE, _GAS, _NO_UKRAINE, _NO_TURKSTREAM),
    "full stop": (_IDLE, _STOP),
    "full stop and pipe": (_IDLE, _STOP, _PIPE),
}
"""Measures of the worlds that tell the effect of Nord Stream 2; all in force and known from 1 January 2022.

``gas`` is what Russia held back in January 2022, offered over the routes that exist: against it ``pipe and gas``
shows the pipe alone, at the same Russian supply. ``no pipe`` is the reference of the library in one plan that knows
all, as these worlds are planned.
"""


class AnchorRuns:
    """Runs by name, solved when first asked for.

    ``reference`` and ``full_cutoff_april`` are those of the library in months; ``july 2019`` to ``july 2021`` are a
    full stop on 1 July 2022 with each year's weather, ``july 70 %`` a cut of that size; the others are those of
    :data:`NORD_STREAM_2`.
    """

    def __init__(self, data: GasData) -> None:
        self.data = data
        self._storyline = data.at(STORYLINE)
        self._july = with_observed_filling(data, JULY).at(JULY_VINTAGE)
        self._solved: dict[str, Results] = {}

    def __getitem__(self, name: str) -> Results:
        if name not in self._solved:
            scenario = self._scenario(name)
            vintage = self._july if name.startswith("july") else self._storyline
            self._solved[name] = run(scenario, vintage)
        return self._solved[name]

    @property
    def july(self) -> list[Results]:
        """The full stop of July 2022 under each weather."""
        return [self[f"july {weather}"] for weather in JULY_WEATHER]

    def _scenario(self, name: str) -> Scenario:
        if name in NORD_STREAM_2:
            return nord_stream_2_scenario(name)
        if name == "july 70 %":
            return july_scenario("reference", MANAGEABLE_SHARE)
        if name.startswith("july"):
            return july_scenario(name.removeprefix("july "))
        return with_changes(load_scenario(name, self.data.root), resolution="month")


def nord_stream_2_scenario(name: str) -> Scenario:
    """One of the worlds of :data:`NORD_STREAM_2`, seen from January 2022."""
    frame = {"id": "nord_stream_2_world", "title": name, "description": name, "as_of": STORYLINE}
    ways = {"resolution": "month", "foresight": "perfect", "measures": tuple(dict(m) for m in NORD_STREAM_2[name])}
    return Scenario.model_validate(frame | ways)


def july_scenario(weather: str, remaining_share: float = 0.0) -> Scenario:
    """Bruegel's question of 7 July 2022 with hindsight: stop on 1 July, ten months, stores at 20 % at the end."""
    measures = (
        {**_STOP, "remaining_share": remaining_share},
        {
            "kind": "storage_target",
            "countries": ("EU27",),
            "date": date(2023, 5, 1),
            "fill_share": JULY_STOCK_SHARE,
            "penalty_eur_per_mwh": STOCK_PENALTY_EUR_PER_MWH,
        },
    )
    return Scenario.model_validate(
        {
            "id": "full_stop_july_2022",
            "title": "Full stop on 1 July 2022",
            "description": "Hindsight: the question that Bruegel asked on 7 July 2022.",
            "as_of": JULY_VINTAGE,
            "horizon": Horizon(start=JULY, end=JULY_END),
            "resolution": "month",
            "foresight": "perfect",
            "weather": weather,
            "lng_case": "2022_hindsight",
            "measures": measures,
        }
    )


def with_observed_filling(data: GasData, day: date) -> GasData:
    """The data with stores filled as observed on a day; where nobody reports, the last known filling."""
    known, seen = data["storage_filling"], data["observed_storage_daily"]
    now = pd.Timestamp(day)
    fresh = seen.loc[seen["date"] == now, ["node", "date", "gas_in_storage_gwh", "source_id", "as_of"]]
    fresh = fresh.assign(basis="measured")
    last = known[known["date"] <= now].sort_values("date").drop_duplicates("node", keep="last")
    rest = last[~last["node"].isin(fresh["node"])].assign(date=now, as_of=now)
    filling = pd.concat([known[known["date"] != now], fresh, rest], ignore_index=True)
    return replace(data, tables={**data.tables, "storage_filling": filling})
