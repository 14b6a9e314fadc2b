"""What every case of the past gives to its plans, worked out by hand: flows as they were, and room for them."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import numpy as np
import pandas as pd
import pytest

from energy_model.report.replay_page import scores_table
from energy_model.scenario.case import Case
from energy_model.scenario.toy import toy_case
from energy_model.timeline import Timeline
from energy_model.validate.reference import ReferenceCase, case_names, import_module
from energy_model.validate.replay.given_flows import (
    PLENTY_GWH,
    expected_flows,
    sold_as_given,
    with_entry_flows,
    with_room,
    without_limits,
)
from energy_model.validate.view.compare import in_range, scored


def two_ways() -> Case:
    """XX and YY sell to A over lines of 30, 10 and 20 GWh/d; a line in front of the last carries 5."""
    return toy_case(
        {"A": [50.0, 50.0]},
        {("XX", "A"): (30.0, 1.0), ("ZZ", "A"): (10.0, 1.0), ("YY", "A"): (20.0, 1.0), ("XX", "YY"): (5.0, 1.0)},
        {"XX": (40.0, 20.0), "YY": (20.0, 20.0)},
        periods=2,
        days=10,
    )


def past_of(known: int) -> Any:
    return SimpleNamespace(months_known=known)


@pytest.mark.parametrize(("known", "march"), [(1, 20.0), (2, 25.0)])
def test_months_ahead_are_expected_at_the_mean_of_the_last_three_known(known: int, march: float) -> None:
    """10, 20, 30 to January and 25 in February: 20 before February is known, and 25 once it is."""
    months = pd.date_range("2022-01-01", "2022-03-31", freq="MS")
    timeline = Timeline.build(months[0].date(), pd.Timestamp("2022-03-31").date(), "month")
    seen = pd.DataFrame(
        [[10.0, 20.0, 30.0, 25.0]], ["point"], pd.to_datetime(["2021-11-01", "2021-12-01", "2022-01-01", "2022-02-01"])
    )
    flows = expected_flows(SimpleNamespace(timeline=timeline), past_of(known), seen)  # type: ignore[arg-type]

    assert [30.0, march, march] == flows.loc["point"].tolist()


def test_a_month_that_nobody_reported_is_one_without_a_given_flow() -> None:
    timeline = Timeline.build(pd.Timestamp("2022-01-01").date(), pd.Timestamp("2022-01-31").date(), "month")
    seen = pd.DataFrame([[10.0]], ["point"], pd.to_datetime(["2021-12-01"]))

    flows = expected_flows(SimpleNamespace(timeline=timeline), past_of(1), seen)  # type: ignore[arg-type]

    assert [0.0] == flows.loc["point"].tolist()


def test_an_entry_point_splits_its_flow_by_nameplate_and_its_feeder_has_room_for_it() -> None:
    """Of 20 by two lines of 30 and 10, 15 and 5; a line of 5 that feeds 20 can carry 20."""
    case = two_ways()
    flows = pd.DataFrame([[20.0, 40.0], [20.0, 20.0]], ["both", "single"])
    given = with_entry_flows(case, flows, {"both": ("XX>A", "ZZ>A"), "single": ("YY>A",)}, {"YY>A": "XX>YY"}).pipelines

    assert [[15.0, 30.0], [5.0, 10.0], [20.0, 20.0]] == given.minimum[:3].tolist()
    assert given.minimum[:3].tolist() == given.capacity[:3].tolist()
    assert [20.0, 20.0] == given.capacity[3].tolist()
    assert [0.0, 0.0] == given.minimum[3].tolist()
    assert [5.0, 5.0] == case.pipelines.capacity[3].tolist(), "the case itself is as it was"


def test_room_is_never_taken_away() -> None:
    roomy = with_room(two_ways(), {"XX>A": np.array([10.0, 35.0])}).pipelines

    assert [30.0, 35.0] == roomy.capacity[0].tolist()


def test_a_supplier_whose_flows_are_given_has_no_limits_and_others_keep_theirs() -> None:
    free = without_limits(two_ways(), "XX").supply

    assert [PLENTY_GWH, 400.0] == free.volume.tolist()
    assert [PLENTY_GWH / 20.0, 20.0] == free.rate[:, 0].tolist()


def test_a_plan_of_the_months_ahead_reads_what_is_given_as_what_can_be_sold() -> None:
    sold = sold_as_given(two_ways(), "XX", np.array([12.0, 8.0])).supply

    assert [[12.0, 8.0], [20.0, 20.0]] == sold.rate.tolist()
    assert [200.0, 400.0] == sold.volume.tolist()


def test_a_page_shows_the_scores_that_it_asks_for() -> None:
    scores = {"observed_mean": 2.0, "modelled_mean": 3.0, "bias": 1.0, "mean_absolute_error": 1.5}
    row = {"era": "one", "group": "price", "series": "hub", "unit": "EUR/MWh", "months": 12, **scores}
    table = pd.DataFrame([{**row, "error_share": 0.75, "correlation": np.nan, "naive_error": 4.0}])

    few = scores_table(table, {"one": "1984"}, ("observed", "bias", "share"))

    assert "| 1984 | price | hub | EUR/MWh | 2.00 | +1.00 | 75% | 12 |" in few
    assert "| 1.50 | 75% |  | 4.00 | 12 |" in scores_table(table, {})


@pytest.mark.parametrize("name", case_names())
def test_every_case_offers_all_that_a_case_must(name: str) -> None:
    case = import_module(f"energy_model.cases.{name}")
    asked = list(ReferenceCase.__annotations__)

    assert len(asked) == 10
    assert [] == [one for one in asked if one != "history" and not callable(getattr(case, one, None))]
    assert case.history.region


def test_a_view_is_scored_by_hand() -> None:
    """Centres 10 and 20 beside 8 and 24: errors 2 and -4, bias -1, 3 of a mean of 16; one of two in the range."""
    row = {"group": "price", "series": "hub", "unit": "EUR/MWh"}
    table = pd.DataFrame(
        [
            {**row, "observed": 8.0, "central": 10.0, "low": 7.0, "high": 12.0},
            {**row, "observed": 24.0, "central": 20.0, "low": 19.0, "high": 21.0},
        ]
    )
    table = table.assign(error_of_central=table["central"] - table["observed"], is_inside=in_range(table))

    score = scored(table, ["group", "series", "unit"], ["price"]).iloc[0]

    assert (2, 16.0, 15.0) == (score["months"], score["observed_mean"], score["central_mean"])
    assert (-1.0, 3.0, 3.0 / 16.0, 0.5) == tuple(score[["bias", "mean_absolute_error", "error_share", "inside_share"]])


def test_what_is_not_observed_lies_in_no_range() -> None:
    table = pd.DataFrame({"observed": [np.nan, 1.0], "low": [0.0, 1.0], "high": [2.0, 1.0]})

    assert [False, True] == in_range(table).tolist()
