"""Periods: days, weeks, months, cut at announcements; everything dated is brought to them by days."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal

from energy_model.errors import ScenarioError
from energy_model.timeline import Timeline

START, END = date(2022, 1, 1), date(2023, 3, 31)


def line(resolution: str = "month", *cuts: date, start: date = START, end: date = END) -> Timeline:
    return Timeline.build(start, end, resolution, cuts)


@st.composite
def timelines(draw: st.DrawFn) -> Timeline:
    start = draw(st.dates(date(2021, 12, 1), date(2022, 6, 30)))
    end = start + timedelta(days=draw(st.integers(0, 200)))
    cuts = draw(st.lists(st.dates(date(2021, 11, 1), date(2023, 1, 31)), max_size=3))
    alone = draw(st.lists(st.dates(date(2021, 11, 1), date(2023, 1, 31)), max_size=3))
    return Timeline.build(start, end, draw(st.sampled_from(["day", "week", "month", "peak_days"])), cuts, alone)


def test_fifteen_months_are_fifteen_periods_of_calendar_length():
    months = line()

    assert 15 == len(months)
    assert_array_equal([31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31, 31, 28, 31], months.days)
    assert [date(2022, 1, 1), date(2022, 2, 1), date(2023, 3, 1)] == [months.starts[k] for k in (0, 1, -1)]


def test_weeks_begin_on_the_weekday_of_the_first_day_and_the_last_is_what_is_left():
    """455 days are 65 weeks; a day more is a week of one day."""
    assert [7.0] * 65 == line("week").days.tolist()
    longer = line("week", end=date(2023, 4, 1))
    assert (66, 1.0) == (len(longer), longer.days[-1])


def test_days_are_days():
    assert [1.0] * 455 == line("day").days.tolist()


def test_a_leap_year_has_its_29_february():
    assert 29.0 == line(start=date(2024, 2, 1), end=date(2024, 2, 29)).days[0]


def test_a_horizon_may_begin_and_end_within_a_month():
    assert [17.0, 28.0, 10.0] == line(start=date(2022, 1, 15), end=date(2022, 3, 10)).days.tolist()


def test_a_single_day_is_a_horizon():
    assert [1.0] == line(start=START, end=START).days.tolist()


def test_an_announcement_cuts_its_period_in_two_and_moves_no_other_boundary():
    plain, cut = line("week"), line("week", date(2022, 2, 15))

    assert {date(2022, 2, 15)} == set(cut.starts) - set(plain.starts)
    assert set(plain.starts) < set(cut.starts)
    assert [3.0, 4.0] == cut.days[6:8].tolist(), "Saturday 12 to Monday 14 February, Tuesday 15 to Friday 18"


def test_a_cut_on_a_boundary_or_outside_the_horizon_changes_nothing():
    assert line() == line("month", date(2022, 3, 1), date(2021, 12, 24), date(2023, 4, 1))


def test_an_end_before_the_start_is_refused_in_words():
    with pytest.raises(ScenarioError, match="swap them"):
        line(start=END, end=START)


@given(timelines())
def test_periods_cover_every_day_once(periods):
    assert periods.days.sum() == len(periods.dates) == (periods.end - periods.start).days + 1
    assert (periods.days > 0).all()
    assert_array_equal(np.bincount(periods.period_of_day), periods.days)
    table = periods.frame()
    assert_array_equal((table["end"] - table["start"]).dt.days + 1, table["days"])
    assert (table["start"].iloc[1:].to_numpy() == (table["end"].iloc[:-1] + timedelta(days=1)).to_numpy()).all()


@given(timelines())
def test_days_of_months_in_periods_add_up_both_ways(periods):
    assert_array_equal(periods.days, periods.month_days.sum(axis=0))
    by_month = periods.dates.strftime("%Y-%m").value_counts().sort_index()
    assert by_month.index.tolist() == periods.months
    assert_array_equal(by_month, periods.month_days.sum(axis=1))


@given(timelines(), st.integers(0, 2**16))
def test_means_and_totals_of_periods_lose_nothing(periods, seed):
    daily = np.random.default_rng(seed).uniform(0.0, 9.0, (2, len(periods.dates)))

    assert_allclose(daily.sum(axis=1), periods.total(daily).sum(axis=1))
    assert_allclose(periods.total(daily), periods.mean(daily) * periods.days)
    first = periods.period_of_day == 0
    assert_allclose(daily[:, first].mean(axis=1), periods.mean(daily)[:, 0])


def test_a_week_between_two_months_takes_their_values_by_days():
    """29 January to 4 February: three days of January at 10 and four of February at 80."""
    weeks = line("week")
    by_month = np.array([10.0, 80.0, *[0.0] * 13])

    assert (3 * 10.0 + 4 * 80.0) / 7 == pytest.approx(weeks.monthly(by_month)[4])
    assert_allclose([10.0, 80.0], line().monthly(by_month)[:2])


def test_a_measure_in_the_middle_of_a_period_counts_for_its_days():
    """15 February to 10 April in months: 14 of 28 days, all of March, 10 of 30."""
    share = line().active_share(date(2022, 2, 15), date(2022, 4, 10))

    assert_allclose([0.0, 14 / 28, 1.0, 10 / 30, 0.0], share[:5])
    assert_allclose(1.0, line().active_share(None, None))
    assert_allclose([1.0, 14 / 28, 0.0], line().active_share(None, date(2022, 2, 14))[:3])
    assert_allclose(0.0, line().active_share(date(2023, 4, 1), None))


@given(timelines(), st.dates(date(2021, 11, 1), date(2023, 1, 31)), st.integers(0, 90))
def test_the_days_on_which_a_measure_acts_do_not_depend_on_the_resolution(periods, start, length):
    end = start + timedelta(days=length)
    acting = ((periods.dates >= str(start)) & (periods.dates <= str(end))).sum()

    assert acting == pytest.approx(periods.active_share(start, end) @ periods.days)


def test_a_ramp_rises_by_equal_steps_to_its_full_strength():
    """Over 3 days: a quarter on the first, full on the fourth; without a ramp full at once."""
    days = line("day")

    assert_allclose([0.0, 0.25, 0.5, 0.75, 1.0, 1.0], days.ramp(date(2022, 1, 2), None, 3)[:6])
    assert_allclose([0.0, 1.0, 1.0], days.ramp(date(2022, 1, 2), None)[:3])
    assert_allclose([0.25, 0.5, 0.0], days.ramp(date(2022, 1, 1), date(2022, 1, 2), 3)[:3])
    assert_allclose(1.0, days.ramp(None, None, 30), err_msg="what has no start was always there")


@given(timelines(), st.dates(date(2021, 11, 1), date(2023, 1, 31)), st.integers(0, 90))
def test_a_ramp_never_falls_and_never_exceeds_one(periods, start, ramp_days):
    strength = periods.ramp(start, None, ramp_days)

    assert (np.diff(strength) >= -1e-12).all()
    assert strength.min() >= 0.0
    assert strength.max() <= 1.0
    assert (strength <= periods.active_share(start, None) + 1e-12).all()


def test_stocks_are_looked_at_where_a_period_ends():
    """The morning of 1 April is the boundary after March; of a day within a month, the boundary after that month."""
    months = line()

    assert 0 == months.boundary_at(date(2022, 1, 1))
    assert 3 == months.boundary_at(date(2022, 4, 1))
    assert 4 == months.boundary_at(date(2022, 4, 2))
    assert 15 == months.boundary_at(date(2023, 4, 1))
    assert 4 == line("month", date(2022, 2, 15)).boundary_at(date(2022, 4, 1))
    assert date(2022, 2, 15) == line("month", date(2022, 2, 15)).starts[2]


def test_days_alone_are_periods_between_what_is_left_of_their_weeks():
    """Of the week from 8 January the 10th is alone: two days, one, and four; the last day of all has no day after."""
    periods = Timeline.build(START, date(2022, 1, 21), "peak_days", (), [date(2022, 1, 10), date(2022, 1, 21)])

    assert [7.0, 2.0, 1.0, 4.0, 6.0, 1.0] == periods.days.tolist()
