"""Runs for the tests of the briefing: real data at monthly resolution, solved once per session."""

from __future__ import annotations

from functools import cache

import pandas as pd

from energy_model.cases.ukraine_2022.replay import HISTORY
from energy_model.data.load import GasData, load_data
from energy_model.report.workbook.briefing import Validation
from energy_model.results.band import Band
from energy_model.results.run import Results, run
from energy_model.scenario import load_scenario
from energy_model.validate.anchors import COLUMNS, AnchorReport
from energy_model.validate.replay import ReplayReport
from energy_model.validate.replay.era import eras_of

SCENARIOS = (
    "reference",
    "full_cutoff_february",
    "full_cutoff_with_assurances",
    "germany_backs_sanctions",
    "germany_backs_in_vain",
    "germany_does_not_back",
    "ns2_commissioned",
)


@cache
def real_data() -> GasData:
    """The package's own data."""
    return load_data()


@cache
def monthly(name: str) -> Results:
    """A scenario of the library at monthly resolution."""
    scenario = load_scenario(name, real_data().root).model_copy(update={"resolution": "month"})
    return run(scenario, real_data())


def monthly_runs() -> list[Results]:
    """A few scenarios that between them use every sheet."""
    return [monthly(name) for name in SCENARIOS]


def small_bands() -> dict[str, dict[str, Band]]:
    """Made by hand: ranges of two headlines of the cut."""
    return {
        "full_cutoff_february": {
            "region_curtailed": Band(
                0.4, 643.2, 1613.0, "TWh", "LNG that Europe can attract, easy", "all of them, tight"
            ),
            "region_curtailed_share": Band(
                0.0, 0.112, 0.28, "share", "LNG that Europe can attract, easy", "all of them, tight"
            ),
        }
    }


@cache
def small_validation() -> Validation:
    """Made by hand: two eras; storage 20 TWh off of 1,000, LNG 3 of 30 and 9 of 30, Norway as it was."""
    keys = {"unit": "TWh", "months": 12, "correlation": 0.5, "naive_error": 1.0, "is_given": False, "is_material": True}
    rows, aims = [], []
    for era, off in (("replay_2021", 3.0), ("replay_2022_response", 9.0)):
        for group, series, observed, error, share in (
            ("storage level", "EU27", 500.0, 20.0, 0.02),
            ("LNG", "EU27", 30.0, off, off / 30.0),
            ("LNG by country", "ES", 10.0, off, off / 10.0),
            ("Norway by landing point", "emden_de", 12.0, 0.0, 0.0),
        ):
            means = {"observed_mean": observed, "modelled_mean": observed - error, "bias": -error}
            errors = {"mean_absolute_error": error, "error_share": share}
            rows.append({"era": era, "group": group, "series": series, **means, **errors, **keys})
        for what, measure, aim, value in (
            ("EU storage at month ends", "mean error, share of working gas", 0.025, 0.02),
            ("EU LNG by month", "mean error, TWh", 8.0, off),
            ("LNG by country, month by month", "sum of errors, share of volume", 0.15, off / 10.0),
        ):
            aims.append({"era": era, "what": what, "measure": measure, "aim": aim, "value": value})
    table = pd.DataFrame(aims).assign(is_reached=lambda t: t["value"] <= t["aim"])
    replayed = ReplayReport(
        pd.DataFrame(rows), pd.DataFrame(), table, pd.DataFrame(), HISTORY, eras_of(real_data().storyline)
    )
    one = {"study": "A, B 2022", "scenario": "stop", "metric": "gas missing", "scope": "DE", "published": "about 30"}
    one |= {"ours": "28.8", "unit": "%", "setting": "full stop", "why_different": "theirs is a mild winter"}
    kinds = pd.DataFrame(
        [{**one, "kind": "comparison", "reproduced": pd.NA}, {**one, "kind": "sign", "reproduced": False}]
    )
    return Validation(replayed, AnchorReport(kinds.reindex(columns=COLUMNS)))
