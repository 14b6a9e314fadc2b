"""Bans by origin on the real network: measures, the library's two scenarios, and the answer."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest
from pydantic import ValidationError

from energy_model.data.load import GasData
from energy_model.impact.bans import READINGS, bans
from energy_model.impact.sanctions import sanctions
from energy_model.impact.study import Study, study
from energy_model.plan.foresight import Solved, solve_scenario
from energy_model.plan.sharing import exports_in_want
from energy_model.results.compare import compare
from energy_model.results.run import run
from energy_model.scenario import apply, load_scenario
from energy_model.scenario.load import with_changes
from energy_model.scenario.measures import KINDS
from energy_model.scenario.measures.duties import WEAK
from energy_model.scenario.measures.retaliation import divertible_lng_gwh_per_year, redirect_room_gwh_per_year
from energy_model.scenario.measures.sellers import gas_by_pipe, gas_by_ship
from energy_model.scenario.origin import furthest, limits_of
from energy_model.units import DAYS_PER_YEAR

approx = pytest.approx
APRIL = date(2022, 4, 1)


@pytest.fixture(scope="module")
def vintage(data: GasData) -> GasData:
    return data.at(date(2022, 1, 31))


@pytest.fixture(scope="module")
def union() -> Study:
    return study("eu_bans_russian_gas", resolution="month")


@pytest.fixture(scope="module")
def told(union):
    return bans(union)


def problems(vintage: GasData, kind: str, **keys: object) -> str:
    return " ".join(KINDS[kind](kind=kind, **keys).problems(vintage))


def by_pipe(study: Study) -> int:
    """Row of Russian pipeline gas among the gas that is followed."""
    return furthest(limits_of(study.case), gas_by_pipe(study.data, "RU"))


def test_nobody_who_bans_buys_and_the_exempt_do(union):
    solved, case = union.solved, union.case
    bought = solved.values["origin_bought"][by_pipe(union)]
    late = np.array([day >= APRIL for day in case.timeline.starts])
    bans_it = case.inside("EU27") & case.is_market & ~np.isin(case.nodes, ["HU", "SK"])

    assert 0.0 == approx(bought[bans_it][:, late].max(), abs=1e-6)
    assert bought[case.node("HU")][late].sum() > 0.0


def test_without_transit_no_named_gas_crosses_into_a_banning_country(union):
    case, flow = union.case, union.solved.values["origin_flow"]
    late = np.array([day >= APRIL for day in case.timeline.starts])
    into = case.inside("EU27")[case.pipelines.to_node] & ~np.isin(case.nodes[case.pipelines.to_node], ["HU", "SK"])

    assert 2 == len(flow), "gas by pipe and by ship"
    assert 0.0 == approx(flow[:, into][..., late].max(), abs=1e-6)


def test_russian_cargoes_end_where_they_land(union):
    """Britain does not ban: what lands there is bought there, and none of it comes on as somebody else's gas."""
    case, values = union.case, union.solved.values
    late = np.array([day >= APRIL for day in case.timeline.starts])
    ship = furthest(limits_of(case), gas_by_ship(union.data, "RU"))
    mine = case.lng.route_exporter == "RU"
    landed, bought = values["cargo"][mine][:, late], values["origin_bought"][ship][:, late]

    assert landed[case.lng.route_node[mine] == case.node("GB")].sum() > 0.0
    assert approx(landed.sum(axis=0), abs=1e-4) == bought.sum(axis=0) + stored(union, ship)[late]
    assert 0.0 == approx(
        values["origin_flow"][ship][case.pipelines.from_node == case.node("GB")][:, late].max(), abs=1e-6
    )


def stored(study: Study, row: int) -> np.ndarray:
    """Net injection of a followed gas in all stores, GWh/d by period."""
    names = np.flatnonzero(limits_of(study.case).to_end_user).tolist()
    net = study.solved.values["origin_injection"] - study.solved.values["origin_withdrawal"]
    return net[names.index(row)].sum(axis=0)


def test_the_plan_before_the_announcement_is_the_reference(union):
    """Nobody plans for the ban in February: the first plan is the baseline's to the last bit."""
    early = [day < date(2022, 3, 1) for day in union.case.timeline.starts]

    assert approx(union.before.values["flow"][:, early], abs=1e-6) == union.solved.values["flow"][:, early]


def test_without_resale_nothing_is_sold_on(told):
    buyers = told.tables["Who buys Russian pipeline gas by name, and sells it on"]

    assert 0.0 == approx(buyers["sold_on_twh"].max(), abs=1e-3)
    assert {"Hungary", "Slovakia", "Ukraine"} <= set(buyers["country"])
    assert "Germany" not in set(buyers["country"])


def test_stricter_words_cost_more_and_sell_less(told):
    table = told.tables["The same ban in other words, by months"].set_index("reading")
    by_origin = table.loc[list(READINGS)[1:]]

    assert by_origin["cost_eur_bn"].is_monotonic_increasing
    assert by_origin["russian_sales_by_pipe_twh"].is_monotonic_decreasing
    assert by_origin["russian_burnt_there_share"].is_monotonic_decreasing


def test_the_scenario_is_one_of_the_readings(told, union):
    last = told.tables["The same ban in other words, by months"].iloc[-1]

    assert approx((union.solved.objective_keur - union.before.objective_keur) / 1e6, rel=1e-6) == last["cost_eur_bn"]


def test_a_scenario_without_a_ban_says_so():
    answer = bans(study("reference", resolution="month"))

    assert answer.words.startswith("The scenario has no ban")
    assert "Who buys Russian pipeline gas by name, and sells it on" not in answer.tables


def test_a_duty_is_a_cost_of_its_own_and_inputs_say_who_pays(vintage):
    """Costs add up with the duty in them (the tables refuse otherwise), and the comparison shows the duty."""
    levied = {"kind": "tariff", "eur_per_mwh": 4.0, "by": "origin", "start": APRIL}
    base = with_changes(load_scenario("reference"), resolution="month")
    with_duty = with_changes(base, measures=(*(m.model_dump() for m in base.measures), levied), id="taxed")
    found, plain = (run(one, vintage) for one in (with_duty, base))

    costs = found["costs"].set_index("component")["cost_eur"]
    assert costs["duties by origin"] >= 0.0
    assert "duties by origin" not in set(plain["costs"]["component"])
    changed = compare(plain, found).inputs
    duties = changed[changed["quantity"] == "duty_eur_per_mwh"]
    assert "Russia, pipeline, bought by DE" in set(duties["item"])
    assert 0.0 < duties["difference"].max() < 4.0
    assert len(plain.inputs["origin_buyers"]) == 0


def test_answers_say_that_swaps_make_a_duty_by_origin_weak(vintage):
    """The same duty at the border is paid on all that enters: it brings more than ten times as much."""
    base = with_changes(load_scenario("reference"), resolution="month")
    costs = {}
    for by in ("border", "origin"):
        levied = {"kind": "tariff", "supplier": "RU", "eur_per_mwh": 20.0, "by": by, "start": APRIL}
        measures = (*(m.model_dump() for m in base.measures), levied)
        found = study(with_changes(base, measures=measures, id=f"duty_{by}"), vintage)
        costs[by] = found.solved.objective_keur - found.before.objective_keur
        weak = [WEAK in answer(found).words for answer in (bans, sanctions)]
        assert weak == [by == "origin"] * 2
        assert ("weak because swaps are free" in found.scenario.measures[-1].headline) == (by == "origin")

    assert 0.0 < 10.0 * costs["origin"] < costs["border"]


@pytest.mark.slow
def test_germany_alone_changes_who_buys_and_little_else():
    """Its neighbours and Norway swap: Russia sells as much as before."""
    found = study("germany_bans_russian_gas", resolution="month")
    table = bans(found).tables["What Russia sells"].set_index("way")

    assert approx(table.loc["by pipe to Europe", "before_twh"], rel=1e-3) == table.loc["by pipe to Europe", "after_twh"]


def test_retaliation_halves_what_a_country_buys_and_offers_gas_to_turkey(vintage):
    room = redirect_room_gwh_per_year(vintage, "RU_TR")
    assert approx((462.5 + 455.2) * DAYS_PER_YEAR - 290_000.0) == room
    assert divertible_lng_gwh_per_year(vintage, "RU") > 0.0
    keys = {"kind": "retaliation", "countries": ("HU",), "remaining_share": 0.5, "redirect_gwh_per_year": 0.5 * room}
    base = with_changes(load_scenario("reference"), resolution="month")
    case = apply(with_changes(base, measures=({**keys, "to_lng_gwh_per_year": 1000.0, "start": APRIL},)), vintage)
    plain = apply(with_changes(base, measures=()), vintage)

    late = np.array([day >= APRIL for day in case.timeline.starts])
    most = limits_of(case).buying[0, case.node("HU"), late]
    assert approx(0.5 * case.demand.rate[case.node("HU")].sum(axis=0)[late]) == most
    assert len(plain.supply.step) + 1 == len(case.supply.step)
    assert approx(0.5 * room / DAYS_PER_YEAR) == case.supply.rate[-1, -1]
    assert approx(1000.0 / DAYS_PER_YEAR) == case.lng.rate[-1, -1]


def test_more_than_the_data_allow_is_refused(vintage):
    assert "at most" in problems(vintage, "retaliation", countries=("HU",), redirect_gwh_per_year=1e6)
    assert "at most" in problems(vintage, "retaliation", countries=("HU",), to_lng_gwh_per_year=1e6)


def test_keys_that_mean_nothing_at_the_border_or_by_origin_are_refused(vintage):
    strict = {"through_third_countries": "forbidden"}
    assert "by = 'origin'" in problems(vintage, "import_ban", countries=("DE",), **strict)
    assert "by = 'origin'" in problems(vintage, "import_ban", countries=("DE",), transit="forbidden")
    assert "leave it out" in problems(vintage, "tariff", eur_per_mwh=1.0, by="origin", route="nord_stream_1")
    with pytest.raises(ValidationError, match="together, or neither"):
        KINDS["price_cap"](kind="price_cap", supplier="RU", cap_eur_per_mwh=5.0, countries=("DE",))
    with pytest.raises(ValidationError, match="leave 'remaining_share' out"):
        KINDS["price_cap"](
            kind="price_cap", cap_eur_per_mwh=5.0, countries=("DE",), floor_eur_per_mwh=1.0, remaining_share=0.5
        )

    with pytest.raises(ValidationError, match="add 'countries'"):
        KINDS["price_cap"](kind="price_cap", supplier="RU", cap_eur_per_mwh=5.0, exempt=("HU",))


GROUP_KEYS = {
    "import_ban": {},
    "lng_ban": {"exporter": "QA"},
    "tariff": {"eur_per_mwh": 5.0},
    "price_cap": {"cap_eur_per_mwh": 5.0, "floor_eur_per_mwh": 8.0},
    "retaliation": {},
    "class_ban": {"channel": "pipeline", "classes": ("new",)},
    "storage_rule": {"fill_share": 0.9, "window_start": date(2022, 10, 1), "window_end": date(2022, 12, 1)},
}


@pytest.mark.parametrize("kind", GROUP_KEYS)
def test_only_who_takes_part_can_be_exempt(vintage, kind):
    keys = GROUP_KEYS[kind]

    assert "nothing to exempt" in problems(vintage, kind, countries=("EU27",), exempt=("HU", "GB"), **keys)
    assert "'GB'" in problems(vintage, kind, countries=("EU27",), exempt=("HU", "GB"), **keys)
    assert "'EU27'" in problems(vintage, kind, countries=("GB",), exempt=("EU27",), **keys)
    for countries, exempt in ((("EUROPE",), ("GB",)), (("EU27", "GB"), ("GB",)), (("EU27",), ("EU27",))):
        assert not problems(vintage, kind, countries=countries, exempt=exempt, **keys)


def test_every_measure_with_exemptions_is_tried():
    assert set(GROUP_KEYS) == {kind for kind, model in KINDS.items() if "exempt" in model.model_fields}


def test_a_cap_below_the_floor_is_a_ban_and_one_above_moves_nothing(vintage):
    base = with_changes(load_scenario("reference"), resolution="month", measures=())
    keys = {"kind": "price_cap", "supplier": "RU", "countries": ("DE",), "floor_eur_per_mwh": 8.0, "start": APRIL}
    refused = apply(with_changes(base, measures=({**keys, "cap_eur_per_mwh": 6.0},)), vintage)
    paid = apply(with_changes(base, measures=({**keys, "cap_eur_per_mwh": 9.0},)), vintage)

    assert 0.0 == limits_of(refused).buying[0, refused.node("DE"), -1]
    assert paid.origins is None


def test_two_measures_on_the_same_gas_add_up(vintage):
    """A ban by Germany and a duty of the EU: one name, the stricter limit, the duty beside it."""
    measures = (
        {"kind": "import_ban", "countries": ("DE",), "by": "origin", "start": APRIL},
        {"kind": "tariff", "eur_per_mwh": 9.0, "by": "origin"},
        {"kind": "lng_ban", "exporter": "RU", "by": "origin", "countries": ("FR",)},
    )
    case = apply(with_changes(load_scenario("reference"), resolution="month", measures=measures), vintage)

    limits = limits_of(case)
    ship, pipe = (limits.name.tolist().index(f"Russia, {way}") for way in ("LNG", "pipeline"))
    assert 2 == len(limits.name)
    assert (0.0, 9.0) == (limits.buying[pipe, case.node("DE"), -1], limits.duty[pipe, case.node("DE"), -1])
    assert (np.inf, 0.0) == tuple(limits.buying[[pipe, ship], case.node("FR"), -1])


def test_a_ban_by_origin_and_a_rule_of_sharing_hold_together(union, vintage):
    """Nobody in want exports on balance, the ban still halves what Russia sells, and the rule never costs less."""
    selfish = with_changes(union.scenario, allocation="own_needs_first")
    found = solve_scenario(selfish, vintage)
    begin = found.case.timeline.boundary_at(APRIL)
    want = exports_in_want(found.case, found.values["flow"], found.values["curtailment"])

    assert approx(0.0, abs=1e-6) == want[:, begin:].max()
    assert exports_in_want(union.case, union.solved.values["flow"], union.solved.values["curtailment"]).max() > 1.0
    assert found.objective_keur >= union.solved.objective_keur * (1.0 - 1e-9)
    assert sales_by_pipe(found) == approx(sales_by_pipe(union.solved), rel=0.05)


def sales_by_pipe(solved: Solved) -> float:
    """Russian pipeline gas sold to Europe over the horizon, GWh."""
    mine = solved.case.supply.supplier == "RU"
    return float(solved.values["supply"][mine].sum(axis=0) @ solved.case.timeline.days)
