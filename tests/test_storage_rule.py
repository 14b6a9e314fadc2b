"""A level of stores on any one day of a window: what is asked, and what the mandate costs and buys."""

from __future__ import annotations

from datetime import date

import pytest
from cases import answer as solved_toy

from energy_model import GasData, load_scenario, with_changes
from energy_model.errors import ScenarioError
from energy_model.impact.questions import answer
from energy_model.impact.study import study
from energy_model.scenario import apply, check_against
from energy_model.scenario.measures.mandate import candidate_days
from energy_model.scenario.measures.storage_rule import StorageRule
from energy_model.scenario.records import FillingTarget
from energy_model.scenario.toy import toy_case

approx = pytest.approx
OCTOBER, DECEMBER = date(2022, 10, 1), date(2022, 12, 1)
RULE = {
    "kind": "storage_rule",
    "countries": ("EU27",),
    "fill_share": 0.9,
    "window_start": OCTOBER,
    "window_end": DECEMBER,
}


def months(data: GasData, *measures, **keys):
    reference = load_scenario("reference", data.root)
    return with_changes(reference, resolution="month", measures=(*reference.measures, *measures), **keys)


def asked(data: GasData, **keys) -> dict[str, FillingTarget]:
    """What the rule alone asks of each store."""
    case = StorageRule.model_validate({**RULE, "replaces_custom": True, **keys}).apply(apply(months(data), data), data)
    inside = [t for t in case.storage.targets if t.kind == "legal" and OCTOBER <= t.date <= DECEMBER]
    return {str(case.storage.id[t.storages[0]]): t for t in inside}


def test_the_law_lets_off_ten_points_and_a_country_has_a_level_of_its_own(data):
    """80 % of the working gas after ten points; Germany, exempt here, has nothing to reach by this rule."""
    case = apply(months(data), data)
    volume = dict(zip(case.storage.id.tolist(), case.storage.working_gas.tolist(), strict=True))
    levels = asked(data, deviation_share=0.1, exempt=("DE",))

    assert "de_storage" not in levels
    assert approx(0.8 * volume["it_storage"]) == levels["it_storage"].level_gwh
    assert all(one.date in candidate_days(OCTOBER, DECEMBER) for one in levels.values())


def test_the_day_is_the_one_on_which_a_store_was_fullest_in_past_years(data):
    table = data["storage_filling"]
    past = table[(table["node"] == "IT") & (table["date"].dt.day == 1) & (table["date"].dt.year < 2022)]
    mean = past[past["date"].dt.month.isin([10, 11, 12])].groupby(past["date"].dt.month)["gas_in_storage_gwh"].mean()

    assert int(mean.idxmax()) == asked(data)["it_storage"].date.month


def test_a_level_by_custom_yields_to_the_rule_only_where_it_says_so(data):
    """A rule that asks for nothing leaves custom alone, or drops it in its window and nowhere else."""
    case, nothing = apply(months(data), data), {**RULE, "fill_share": 0.0}

    def custom(one) -> float:
        return sum(t.level_gwh for t in one.storage.targets if t.kind == "customary" and t.date.month in (10, 11))

    kept = StorageRule.model_validate(nothing).apply(case, data)
    free = StorageRule.model_validate({**nothing, "replaces_custom": True, "exempt": ("DE",)}).apply(case, data)
    german = [t.level_gwh for t in case.storage.targets if t.kind == "customary" and t.name.startswith("de_storage")]

    assert custom(case) > 0.0
    assert custom(case) == custom(kept)
    assert custom(free) < 0.5 * custom(case)
    assert german == [
        t.level_gwh for t in free.storage.targets if t.kind == "customary" and t.name.startswith("de_storage")
    ]


def window_toy(*days: int):
    """One store of 10 that starts empty; gas costs 10 on the first two days, and demand of 1 burns it on the third.

    On one of the days the level of 9 is asked at its end.
    """
    case = toy_case(
        demand={"DE": (1.0, 1.0, 8.0)},
        pipelines={("RU", "DE"): (6.0, 0.0)},
        supply={"RU": (6.0, 10.0)},
        storage={"DE": (10.0, 9.0, 9.0, 0.0)},
        periods=3,
    )
    line = case.timeline
    ends = [*line.starts[1:]]
    asked = tuple(FillingTarget(f"day {d}", "legal", (0,), ends[d], 9.0, 500.0) for d in days)
    return case.with_("storage", targets=asked)


def test_any_day_of_a_window_is_no_dearer_than_the_cheapest_one_and_half_a_level_twice_is_no_level():
    """Within one day only 5 of 9 can be stored, so the first day misses 4 at 500; the second is reached for gas alone.

    The law is kept on the second day, and costs no more than that. Its convex relaxation would take 5 on the first day
    and 4 on the second, which is the level on neither.
    """
    free, first, second = (solved_toy(window_toy(*days)).cost for days in ((), (0,), (1,)))

    assert free < second < first
    assert approx(4 * 500.0, rel=0.01) == first - second


@pytest.mark.parametrize(
    ("keys", "told"),
    [
        ({"penalty_eur_per_mwh": 5_000.0}, "not below the first cut of customers"),
        ({"window_end": date(2022, 9, 1)}, "lies before window_start"),
        ({"measured_on": date(2022, 9, 1)}, "lies outside the window"),
        ({"window_end": date(2023, 12, 1)}, "key 'window_end', value 2023-12-01: outside the horizon"),
        ({"exempt": ("GB",)}, "is not among countries"),
    ],
)
def test_what_cannot_be_meant_is_told(data, keys, told):
    with pytest.raises(ScenarioError) as error:
        check_against(months(data, {**RULE, **keys}), data)

    assert told in str(error.value)


def test_a_mandate_fills_stores_at_a_cost_and_no_day_of_the_window_is_below_no_rule(data):
    scenario = months(data, {**RULE, "replaces_custom": True})
    (found,) = answer(study(scenario, data), ["storage_rule"])
    row = found.table.set_index("variant")
    on_a_day = [name for name in row.index if "all on" in name]

    assert len(on_a_day) == 3
    assert row.at["the rule", "highest_fill_share"] > row.at["no rule", "highest_fill_share"]
    assert (row.loc[["the rule", *on_a_day], "cost_eur_bn"] >= row.at["no rule", "cost_eur_bn"] - 0.01).all()
    case = apply(scenario, data)
    gas = case.storage.working_gas[case.inside("EU27")[case.storage.node]].sum() / 1e3
    on = row.loc["the rule, all on 1 November 2022"]
    assert on["highest_fill_share"] + on["missing_twh"] / gas >= 0.9 - 1e-6
    assert "Forward prices do not pay for storing" in found.words


def test_without_a_rule_or_a_winter_after_it_the_question_does_not_apply(data):
    (none,) = answer(study(months(data), data), ["storage_rule"])

    assert not none.applies
    assert "no measure storage_rule" in none.words
