"""A share of a supplier is that share of what would have come: by hand on a toy, and for every supplier."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from energy_model.lp import compile_model, solve
from energy_model.model import build_model
from energy_model.scenario import Case, apply, load_scenario
from energy_model.scenario.load import with_changes
from energy_model.scenario.toy import toy_case
from energy_model.scenario.volumes import appended, scaled, volume_use
from energy_model.scenario.world import base_case

approx = pytest.approx
SUPPLIERS = ("RU", "NO", "DZ", "AZ", "LY", "IR", "RU_TR", "RU_BY")
EXAMPLES = 30


def swinging_seller(days: float = 1.0) -> Case:
    """Demand of 10 in four periods; the seller can send 10 a day and 32 in all, dear LNG fills the rest."""
    case = toy_case(
        {"DE": 10.0}, {("NO", "DE"): (10.0, 0.0)}, {"NO": (10.0, 5.0)}, {"DE": (20.0, 50.0, 0.0)}, periods=4
    )
    return case.with_("supply", volume=np.array([32.0]))


def cut(case: Case, *multiplier: float) -> Case:
    hit = case.supply.supplier == "NO"
    return case.with_("supply", **scaled(case.supply, hit, np.array(multiplier), case.timeline))


def delivered(case: Case) -> np.ndarray:
    matrix = compile_model(build_model(case))
    return matrix.values(solve(matrix).col_value, "supply")[0]


def test_a_cut_is_not_made_up_for_by_a_higher_rate_later() -> None:
    half_from_the_third = cut(swinging_seller(), 1.0, 1.0, 0.5, 0.5)

    sent = delivered(half_from_the_third)

    # 20 of 32 are taken before the cut; of the 12 that are left the seller gives a half.
    assert 26.0 == approx(sent.sum())
    assert sent[2:].max() <= 5.0 + 1e-9


def test_a_window_takes_its_share_for_good() -> None:
    closed_for_a_period = cut(swinging_seller(), 1.0, 0.0, 1.0, 1.0)

    # At most 10 before; what is left of 32 loses one of three equal periods and two thirds come: 10 + 22 * 2 / 3.
    assert 10.0 + 22.0 * 2.0 / 3.0 == approx(delivered(closed_for_a_period).sum())


def test_after_a_full_stop_nothing_comes_and_what_came_before_was_free() -> None:
    assert [10.0, 10.0, 0.0, 0.0] == approx(delivered(cut(swinging_seller(), 1.0, 1.0, 0.0, 0.0)).tolist())


def test_more_than_today_brings_as_much_more_of_the_volume() -> None:
    thirsty = swinging_seller().with_("pipelines", capacity=np.full((1, 4), 100.0))
    thirsty = thirsty.with_("demand", rate=thirsty.demand.rate * 2.0)

    # The buyer waits: 25 at the higher rates use up 20 of the volume, 12 are left for the days before.
    assert 37.0 == approx(delivered(cut(thirsty, 1.0, 1.0, 1.25, 1.25)).sum())


def test_two_cuts_multiply_whatever_the_order_in_which_they_are_written() -> None:
    case = swinging_seller()
    one, two = (1.0, 0.5, 0.5, 0.5), (1.0, 1.0, 1.0, 0.4)

    assert cut(cut(case, *one), *two).supply.use == approx(cut(cut(case, *two), *one).supply.use)
    assert cut(cut(case, *one), *two).supply.rate == approx(cut(cut(case, *two), *one).supply.rate)


def test_what_becomes_known_later_leaves_the_weights_of_the_past_alone() -> None:
    case = swinging_seller()
    first = cut(case, 1.0, 0.5, 0.5, 0.5)
    both = cut(first, 1.0, 1.0, 1.0, 0.0)

    assert first.supply.use[:, :3] == approx(both.supply.use[:, :3])


def test_a_step_that_is_added_after_a_cut_is_not_cut() -> None:
    case = cut(swinging_seller(), 1.0, 0.5, 0.5, 0.5)
    rest = {"supplier": "XX", "step": "more", "node": case.supply.node[0], "volume": 12.0, "cost": np.zeros(4)}
    grown = appended(case.supply, "supply_steps", np.full(4, 3.0), **rest)

    assert [1.0] * 4 == grown.use[1].tolist()
    again = scaled(grown, np.array([True, False]), np.full(4, 0.5), case.timeline)
    assert [3.0] * 4 == again["rate"][1].tolist()


@given(
    shares=st.lists(st.floats(0.0, 1.0), min_size=2, max_size=2),
    window=st.tuples(st.integers(0, 3), st.integers(1, 4)),
)
@settings(max_examples=EXAMPLES)
def test_on_a_toy_deliveries_never_rise_with_a_stricter_share(shares: list[float], window: tuple[int, int]) -> None:
    first, length = window
    inside = (np.arange(4) >= first) & (np.arange(4) < first + length)
    strict, mild = (np.where(inside, share, 1.0) for share in sorted(shares))
    sent_strict, sent_mild = (delivered(cut(swinging_seller(), *shape)) for shape in (strict, mild))

    assert sent_strict.sum() <= sent_mild.sum() + 1e-6
    assert sent_strict[inside].sum() <= sent_mild[inside].sum() + 1e-6


@pytest.fixture(scope="module")
def reference(data):
    scenario = with_changes(load_scenario("reference"), resolution="month")
    vintage = data.at(scenario.as_of)
    return scenario, vintage, base_case(vintage, scenario)


@given(
    supplier=st.sampled_from(SUPPLIERS),
    share=st.floats(0.0, 1.0),
    start=st.integers(0, 400),
    length=st.integers(1, 455),
    ramp=st.integers(0, 180),
)
@settings(max_examples=EXAMPLES)
def test_what_is_offered_in_force_is_the_share_of_what_would_have_been(
    reference, supplier: str, share: float, start: int, length: int, ramp: int
) -> None:
    scenario, vintage, base = reference
    first = scenario.horizon.start + timedelta(days=start)
    last = min(first + timedelta(days=length), scenario.horizon.end)
    measure = {"kind": "supply_cut", "supplier": supplier, "remaining_share": share, "start": first, "end": last,
               "ramp_days": ramp}  # fmt: skip
    measures = (*(m.model_dump() for m in scenario.measures), measure)
    case = apply(with_changes(scenario, measures=measures), vintage, base=base)
    line, hit = case.timeline, case.supply.supplier == supplier
    left = 1.0 - line.ramp(first, last, ramp) * (1.0 - share)

    assert base.supply.rate[hit] * left == approx(case.supply.rate[hit])
    # If all of the volume is still there when the cut begins, the rates of the days that remain share what is left.
    begun = int(np.argmax(left < 1.0)) if (left < 1.0).any() else 0
    days, would = line.days[begun:], base.supply.rate[hit][:, begun:]
    kept = (would * left[begun:]) @ days
    whole = would @ days
    use = case.supply.use[hit][:, -1]
    assert kept == approx(np.where(kept > 1e-4 * whole, whole / use, kept), rel=1e-9)
    assert case.supply.use[~hit] == approx(base.supply.use[~hit])


def test_the_library_delivers_what_its_words_say(data, solved, monthly) -> None:
    """Three quarters and a half, of what the reference delivers from the day of the cut on."""
    before = solved(monthly("reference"))
    for name, day, share in (
        ("russia_cuts_further", date(2022, 2, 15), 0.75),
        ("germany_backs_sanctions", date(2022, 3, 1), 0.5),
    ):
        after = solved(monthly(name))
        sent = []
        for one in (before, after):
            line = one.case.timeline
            since = line.active_share(day, None) * line.days
            sent.append(float((one.values["supply"] @ since)[one.case.supply.supplier == "RU"].sum()))
        assert share == approx(sent[1] / sent[0], abs=0.02), name


def test_volumes_follow_the_seasonal_profile() -> None:
    case = swinging_seller()
    profile = np.array([[10.0, 10.0, 4.0, 8.0]])
    use = volume_use(profile, scaled(case.supply, np.array([True]), np.array([1.0, 1.0, 0.0, 1.0]), case.timeline)[
        "scalings"
    ], case.timeline)  # fmt: skip

    assert [1.0, 1.0, 12.0 / 8.0, 12.0 / 8.0] == approx(use[0].tolist())
