"""Every kind of measure does what its documentation says, on the real network, and touches nothing else."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields, replace
from datetime import date

import numpy as np
import pytest

from energy_model.data.load import GasData
from energy_model.scenario import Case, Scenario, apply, load_scenario
from energy_model.scenario.load import with_changes
from energy_model.scenario.lookups import parameter
from energy_model.scenario.measures import KINDS
from energy_model.units import DAYS_PER_YEAR

PARTS = ("pipelines", "supply", "lng", "storage", "demand", "contracts")
JULY = date(2022, 7, 1)
TIE = 2e-4
"""EUR/MWh: two tie-breaks of ``tie_break_eur_per_mwh``."""
After = Callable[..., Case]
approx = pytest.approx


@pytest.fixture(scope="module")
def vintage(data: GasData) -> GasData:
    return data.at(date(2022, 1, 31))


@pytest.fixture(scope="module")
def calm() -> Scenario:
    """The reference without its one measure, in days of one year: measures can be read off day by day."""
    return with_changes(
        load_scenario("reference"),
        measures=(),
        horizon={"start": date(2022, 1, 1), "end": date(2022, 12, 31)},
        resolution="day",
    )


@pytest.fixture(scope="module")
def base(calm: Scenario, vintage: GasData) -> Case:
    return apply(calm, vintage)


@pytest.fixture(scope="module")
def after(base: Case, vintage: GasData) -> After:
    """The base case with one measure in force."""

    def applied(kind: str, believed_on: date | None = None, **keys: object) -> Case:
        measure = KINDS[kind](kind=kind, **keys)
        assert [] == measure.problems(vintage)
        return measure.apply(replace(base, believed_on=believed_on), vintage)

    return applied


def touched(before: Case, case: Case) -> set[str]:
    """Names of the arrays in which two cases differ."""
    found = set()
    for part in PARTS:
        one, two = getattr(before, part), getattr(case, part)
        for field in (field for field in fields(one) if field.compare):
            first, second = getattr(one, field.name), getattr(two, field.name)
            same = np.array_equal(first, second) if isinstance(first, np.ndarray) else first == second
            if not same:
                found.add(f"{part}.{field.name}")
    return found


def day(when: date) -> int:
    """Position of a day in the year's periods."""
    return (when - date(2022, 1, 1)).days


# Suppliers ------------------------------------------------------------------------------------------------------------


def test_a_supply_cut_scales_one_supplier_and_its_volumes_from_its_start(base: Case, after: After) -> None:
    case = after("supply_cut", supplier="RU", remaining_share=0.25, start=JULY)
    russia = base.supply.supplier == "RU"

    assert {"supply.rate", "supply.use"} == touched(base, case)
    assert base.supply.rate[~russia] == approx(case.supply.rate[~russia])
    assert base.supply.rate[russia][:, : day(JULY)] == approx(case.supply.rate[russia][:, : day(JULY)])
    assert 0.25 * base.supply.rate[russia][:, day(JULY) :] == approx(case.supply.rate[russia][:, day(JULY) :])
    assert np.ones((russia.sum(), day(JULY))) == approx(case.supply.use[russia][:, : day(JULY)])
    assert 4.0 * np.ones((russia.sum(), 365 - day(JULY))) == approx(case.supply.use[russia][:, day(JULY) :])


def test_a_cut_of_russian_gas_to_europe_leaves_turkey_and_belarus_alone(base: Case, after: After) -> None:
    case = after("supply_cut", supplier="RU", remaining_share=0.0)
    near = np.isin(base.supply.supplier, ["RU_TR", "RU_BY"])

    assert base.supply.rate[near] == approx(case.supply.rate[near])
    assert 0.0 == case.supply.rate[case.supply.supplier == "RU"].max()


@pytest.mark.parametrize(
    ("supplier", "channel"), [("NO", "pipeline"), ("AZ", "pipeline"), ("US", "lng"), ("NL", "production")]
)
@pytest.mark.parametrize("change", [0.05, -0.05, -1.0, 1.0])
def test_a_supply_change_is_that_share_of_what_would_be_offered(
    supplier: str, channel: str, change: float, base: Case, after: After
) -> None:
    case = after("supply_change", supplier=supplier, channel=channel, change_share=change, start=JULY)
    part, owner = ("lng", "exporter") if channel == "lng" else ("supply", "supplier")
    mine = getattr(getattr(base, part), owner) == supplier
    before, later = (getattr(one, part).rate for one in (base, case))

    assert (before[~mine] == later[~mine]).all()
    assert before[mine, : day(JULY)] == approx(later[mine, : day(JULY)])
    assert (1.0 + change) * before[mine, day(JULY) :] == approx(later[mine, day(JULY) :])


def test_more_lng_of_an_exporter_raises_what_europe_attracts_and_less_leaves_it_to_others(
    base: Case, after: After
) -> None:
    more, less = (
        after("supply_change", supplier="US", channel="lng", change_share=share, start=JULY) for share in (0.1, -0.1)
    )
    days = base.timeline.days * (np.arange(len(base.timeline)) >= day(JULY))
    mine = base.lng.exporter == "US"
    in_force = (base.lng.rate[mine] @ days) / (base.lng.rate[mine] @ base.timeline.days)
    added = 0.1 * float(base.lng.volume[mine] @ in_force)

    assert added == approx((more.lng.europe_limit - base.lng.europe_limit).sum())
    assert added > 0.0
    assert (base.lng.europe_limit == less.lng.europe_limit).all()


@pytest.mark.parametrize("country", ["NO", "DZ", "NL", "DE", "UA"])
def test_production_can_be_lost_wherever_the_data_have_any(country: str, base: Case, after: After) -> None:
    case = after("asset_loss", asset="production", id=country, remaining_share=0.4, start=JULY)
    mine = base.supply.supplier == country

    assert 0.4 * base.supply.rate[mine, day(JULY) :] == approx(case.supply.rate[mine, day(JULY) :])
    assert base.supply.rate[mine].max() > 0.0
    assert (base.supply.rate[~mine] == case.supply.rate[~mine]).all()


def test_a_price_cap_lowers_what_is_paid_never_raises_it_and_may_cost_deliveries(base: Case, after: After) -> None:
    russia = base.supply.supplier == "RU"
    cap = float(np.median(base.supply.cost[russia]))
    free = after("price_cap", supplier="RU", cap_eur_per_mwh=cap)
    answered = after("price_cap", supplier="RU", cap_eur_per_mwh=cap, remaining_share=0.5)

    assert {"supply.cost"} == touched(base, free)
    assert np.minimum(base.supply.cost[russia], cap) == approx(free.supply.cost[russia])
    assert (free.supply.cost[russia] <= base.supply.cost[russia]).all()
    assert 0.5 * base.supply.rate[russia] == approx(answered.supply.rate[russia])


def test_an_assurance_adds_its_volume_at_its_premium_and_lng_raises_what_europe_attracts(
    base: Case, after: After, vintage: GasData
) -> None:
    case = after("extra_supply", assurance="us_extra", case="high", start=JULY)
    row = vintage["assurances"].set_index("assurance").loc["us_extra"]
    own = base.lng.exporter == "US"

    assert "US" == case.lng.exporter[-1]
    assert "us_extra" == case.lng.step[-1]
    assert row["high_gwh_per_year"] / DAYS_PER_YEAR == approx(case.lng.rate[-1, day(JULY)])
    assert 0.0 == case.lng.rate[-1, : day(JULY)].max()
    assert row["high_gwh_per_year"] * 184 / DAYS_PER_YEAR == approx(case.lng.volume[-1])
    assert base.lng.cost[own].min(axis=0) + row["premium_eur_per_mwh"] == approx(case.lng.cost[-1])
    assert case.lng.volume[-1] == approx((case.lng.europe_limit - base.lng.europe_limit).sum())
    assert set() == {name for name in touched(base, case) if not name.startswith("lng.")}


def test_all_assurances_are_those_of_the_vintage_and_of_two_for_the_same_gas_one(base: Case, after: After) -> None:
    case = after("extra_supply", assurance="all", start=date(2022, 4, 1))
    called = {*case.lng.step, *case.supply.step} - {*base.lng.step, *base.supply.step}

    assert {"us_extra", "qa_extra", "dz_extra", "groningen_emergency"} <= called
    assert called.isdisjoint({"dz_lng_extra", "qa_kaabi", "no_permits_2022"}), "an alternative, and two of later date"


@pytest.mark.parametrize(
    ("channel", "supplier", "part"),
    [("pipeline", "NO", "supply"), ("production", "NL", "supply"), ("lng", "QA", "lng")],
)
def test_extra_gas_of_ones_own_is_one_more_step(
    channel: str, supplier: str, part: str, base: Case, after: After
) -> None:
    case = after(
        "extra_supply", supplier=supplier, channel=channel, volume_gwh_per_year=3650.0, premium_eur_per_mwh=7.0
    )
    steps, known = getattr(case, part), getattr(base, part)
    own = known.cost[(known.exporter if part == "lng" else known.supplier) == supplier]

    assert 10.0 == approx(steps.rate[-1].mean())
    assert 3650.0 == approx(steps.volume[-1])
    assert (own.min(axis=0) if part == "lng" else own.max(axis=0)) + 7.0 == approx(steps.cost[-1])


@pytest.mark.parametrize(("channel", "supplier", "part"), [("pipeline", "NO", "supply"), ("lng", "QA", "lng")])
def test_a_step_at_the_price_of_another_is_told_apart_by_the_tie_break(channel, supplier, part, base, after):
    case = after("extra_supply", supplier=supplier, channel=channel, volume_gwh_per_year=3650.0)
    known, steps = getattr(base, part), getattr(case, part)
    mine = (known.exporter if part == "lng" else known.supplier) == supplier
    apart = np.abs(known.tie_break[mine] - steps.tie_break[-1]).min(axis=0)

    assert np.abs(known.cost[mine] - steps.cost[-1]).min() == approx(0.0), "of one price"
    assert apart.min() > 0.0
    assert apart.max() < TIE


def test_a_step_that_is_held_back_is_offered_at_its_own_cost(base: Case, after: After, vintage: GasData) -> None:
    case = after("extra_supply", step="europe_spot_withheld", start=JULY)
    row = vintage["supply_steps"].set_index("step").loc["europe_spot_withheld"]

    assert row["volume_gwh_per_year"] / DAYS_PER_YEAR == approx(case.supply.rate[-1, -1])
    assert row["cost_eur_per_mwh"] == approx(case.supply.cost[-1, -1], abs=0.1)
    assert {"supply"} == {name.split(".")[0] for name in touched(base, case)}


def test_the_same_extra_gas_at_two_times_makes_two_steps_with_two_names(vintage: GasData, calm: Scenario) -> None:
    more = {"kind": "extra_supply", "supplier": "US", "channel": "lng", "volume_gwh_per_year": 1000.0}
    spring, summer = more | {"end": date(2022, 5, 31)}, more | {"start": date(2022, 6, 1)}
    case = apply(with_changes(calm, measures=(spring, summer)), vintage)
    labels = [f"{who}:{step}" for who, step in zip(case.lng.exporter, case.lng.step, strict=True)]

    assert len(labels) == len(set(labels))
    assert (case.lng.tie_break[-1] != case.lng.tie_break[-2]).all(), "told apart by their tie-breaks"
    assert 2000.0 / DAYS_PER_YEAR / 2 * 365 == approx(case.lng.volume[-2:].sum())


# Routes ---------------------------------------------------------------------------------------------------------------


def test_a_route_outage_scales_all_pipelines_of_the_route_or_just_one(base: Case, after: After) -> None:
    route = after("route_outage", route="ukraine_transit", remaining_share=0.4)
    pipe = after("route_outage", pipeline="sudzha")
    on_route, named = base.pipelines.route == "ukraine_transit", base.pipelines.id == "sudzha"

    assert {"pipelines.capacity"} == touched(base, route) == touched(base, pipe)
    assert on_route.sum() > named.sum() == 1
    assert 0.4 * base.pipelines.capacity[on_route] == approx(route.pipelines.capacity[on_route])
    assert base.pipelines.capacity[~on_route] == approx(route.pipelines.capacity[~on_route])
    assert 0.0 == pipe.pipelines.capacity[named].max()


def test_an_outage_ends_on_its_last_day(base: Case, after: After) -> None:
    case = after("route_outage", route="nord_stream_1", start=date(2022, 7, 11), end=date(2022, 7, 20))
    closed = case.pipelines.capacity[case.pipelines.id == "nord_stream_1"][0] == 0.0

    assert list(range(day(date(2022, 7, 11)), day(date(2022, 7, 21)))) == np.flatnonzero(closed).tolist()


def test_commissioning_opens_an_idle_route_at_its_nameplate_or_at_what_is_offered(base: Case, after: After) -> None:
    line = base.pipelines.id == "nord_stream_2"
    opened = after("route_commissioning", route="nord_stream_2", start=JULY)
    half = after("route_commissioning", route="nord_stream_2", capacity_gwh_per_day=400.0, start=JULY)

    assert 0.0 == base.pipelines.capacity[line].max()
    assert 0.0 == opened.pipelines.capacity[line][:, : day(JULY)].max()
    assert base.pipelines.nameplate[line] == approx(opened.pipelines.capacity[line][:, -1])
    assert 400.0 == approx(half.pipelines.capacity[line][0, -1])


def test_an_import_ban_closes_russian_routes_at_the_border_of_the_banning_group(base: Case, after: After) -> None:
    case = after("import_ban", countries=("EU27",), exempt=("HU",))
    lines = case.pipelines
    shut = set(lines.id[(lines.capacity.max(axis=1) == 0.0) & (base.pipelines.capacity.max(axis=1) > 0.0)])

    assert {"pipelines.capacity"} == touched(base, case)
    assert {"nord_stream_1", "yamal_kondratki", "velke_kapusany_ua_sk", "imatra", "strandzha_2_tr_bg"} <= shut
    assert shut.isdisjoint({"bereg_ua_hu", "kiskundorozsma_2_rs_hu", "sudzha", "turkstream_1", "ru_by_torzhok_minsk"})
    assert shut.isdisjoint(lines.id[lines.route == "interconnector"])


def test_a_tariff_makes_russian_routes_into_the_group_dearer_and_no_others(base: Case, after: After) -> None:
    every = after("tariff", eur_per_mwh=30.0)
    one = after("tariff", eur_per_mwh=30.0, route="nord_stream_1")
    dearer = lambda case: set(case.pipelines.id[case.pipelines.duty.max(axis=1) > 29.9])  # noqa: E731

    assert {"pipelines.duty"} == touched(base, every)
    assert {"nord_stream_1", "velke_kapusany_ua_sk", "wysokoje"} <= dearer(every)
    assert "sudzha" not in dearer(every), "Ukraine does not levy it"
    assert {"nord_stream_1"} == dearer(one)


# LNG ------------------------------------------------------------------------------------------------------------------


def test_an_lng_ban_closes_the_sea_routes_of_one_exporter_to_those_who_refuse(base: Case, after: After) -> None:
    case = after("lng_ban", exporter="RU", countries=("EU27",), exempt=("BE",), start=JULY)
    to = case.nodes[case.lng.route_node]
    hit = (case.lng.route_exporter == "RU") & case.inside("EU27")[case.lng.route_node] & (to != "BE")

    assert {"lng.route_open"} == touched(base, case)
    assert 0.0 == case.lng.route_open[hit][:, day(JULY) :].max()
    assert np.isinf(case.lng.route_open[~hit]).all()
    assert np.isinf(case.lng.route_open[hit][:, : day(JULY)]).all()
    assert {"GB", "TR", "BE"} <= set(to[~hit])


def test_an_lng_ban_for_half_a_period_leaves_half_of_the_countrys_own_terminals(
    monthly: Callable[..., Scenario], data: GasData
) -> None:
    """Half of all terminals of Europe would be no limit for one country."""
    keys = {
        "kind": "lng_ban",
        "exporter": "QA",
        "countries": ("GB",),
        "start": date(2022, 6, 1),
        "end": date(2022, 6, 15),
    }
    case = apply(monthly("reference", keys), data)
    hit = (case.lng.route_exporter == "QA") & (case.nodes[case.lng.route_node] == "GB")
    own = case.lng.sendout[case.nodes[case.lng.terminal_node] == "GB"].sum(axis=0)
    share = case.timeline.active_share(date(2022, 6, 1), date(2022, 6, 15))

    assert {0.0, 0.5} == set(share.tolist())
    assert (0.5 * own)[share > 0.0] == approx(case.lng.route_open[hit][0][share > 0.0])
    assert np.isinf(case.lng.route_open[hit][0][share == 0.0]).all()


def test_a_new_terminal_feeds_its_country_from_its_start(base: Case, after: After) -> None:
    case = after("new_lng", terminal="stade", country="DE", sendout_gwh_per_day=130.0, start=JULY)

    assert ("stade", "DE") == (case.lng.terminal[-1], case.nodes[case.lng.terminal_node[-1]])
    assert (0.0, 130.0) == (case.lng.sendout[-1, day(JULY) - 1], case.lng.sendout[-1, day(JULY)])
    assert base.lng.europe_limit == approx(case.lng.europe_limit), "a terminal alone brings no gas"


def test_a_terminal_that_opens_twice_is_one_terminal(vintage: GasData, calm: Scenario, base: Case) -> None:
    stade = {"kind": "new_lng", "terminal": "stade", "country": "DE", "sendout_gwh_per_day": 100.0}
    case = apply(
        with_changes(calm, measures=(stade | {"end": date(2022, 5, 31)}, stade | {"start": date(2022, 9, 1)})), vintage
    )

    assert len(base.lng.terminal) + 1 == len(case.lng.terminal)
    assert [100.0, 0.0, 100.0] == [case.lng.sendout[-1, day(date(2022, month, 15))] for month in (3, 7, 11)]


# Assets and storage ---------------------------------------------------------------------------------------------------


def test_a_lost_asset_works_at_its_remaining_share(base: Case, after: After) -> None:
    terminal = after("asset_loss", asset="lng_terminal", id="gate", remaining_share=0.5)
    store = after("asset_loss", asset="storage", id="de_storage")
    field = after("asset_loss", asset="production", id="NL", remaining_share=0.8)
    gate, rehden, dutch = base.lng.terminal == "gate", base.storage.id == "de_storage", base.supply.supplier == "NL"

    assert {"lng.sendout"} == touched(base, terminal)
    assert 0.5 * base.lng.sendout[gate] == approx(terminal.lng.sendout[gate])
    assert {"storage.injection", "storage.withdrawal"} == touched(base, store)
    assert 0.0 == store.storage.withdrawal[rehden].max() == store.storage.injection[rehden].max()
    assert {"supply.rate", "supply.use"} == touched(base, field)
    assert 0.8 * base.supply.rate[dutch] == approx(field.supply.rate[dutch])


def test_a_storage_target_binds_each_country_for_itself_at_the_default_or_its_own_price(
    base: Case, after: After, vintage: GasData
) -> None:
    november = date(2022, 11, 1)
    cheap = after("storage_target", countries=("DE",), date=november, fill_share=0.9)
    dear = after("storage_target", countries=("EU27",), date=november, fill_share=0.8, penalty_eur_per_mwh=1e4)
    own = [target for target in cheap.storage.targets if target.date == november and "de_storage" in target.name]
    bound = {s for target in dear.storage.targets if target.penalty_eur_per_mwh == 1e4 for s in target.storages}

    assert {"storage.targets"} == touched(base, cheap) == touched(base, dear)
    assert 1 == len(own), "it takes the place of a target on the same day"
    assert 0.9 * base.storage.working_gas[base.storage.id == "de_storage"][0] == approx(own[0].level_gwh)
    assert parameter(vintage, "target_penalty_eur_per_mwh") == own[0].penalty_eur_per_mwh
    assert set(np.flatnonzero(base.inside("EU27")[base.storage.node])) == bound


@pytest.mark.parametrize(
    "weaker", [{"fill_share": 0.0}, {"fill_share": 0.5}, {"fill_share": 0.99, "penalty_eur_per_mwh": 0.0}]
)
def test_a_weaker_storage_target_repeals_no_stricter_one(base: Case, after: After, weaker: dict[str, float]) -> None:
    case = after("storage_target", countries=("EU27",), date=date(2022, 11, 1), **weaker)

    assert base.storage.targets == case.storage.targets


# Demand ---------------------------------------------------------------------------------------------------------------


def test_saving_lowers_demand_in_its_countries_and_sectors_only(base: Case, after: After) -> None:
    case = after("demand_saving", share=0.15, countries=("DE", "FR"), sectors=("industry",), start=JULY)
    ratio = np.divide(
        case.demand.rate, base.demand.rate, out=np.ones_like(base.demand.rate), where=base.demand.rate > 0
    )
    hit = np.argwhere(ratio[:, :, -1] < 0.999)

    assert {"demand.rate", "demand.voluntary_share"} == touched(base, case)
    assert {"demand.rate"} == touched(base, after("demand_saving", share=0.15, price_response="added"))
    assert {("DE", "industry"), ("FR", "industry")} == {(case.nodes[n], case.demand.sectors[j]) for n, j in hit}
    assert 0.85 == approx(ratio[case.node("DE"), case.demand.sectors.index("industry"), -1])
    assert 1.0 == ratio[:, :, : day(JULY)].min()


@pytest.mark.parametrize("group", ["EU27", "EUROPE"])
def test_groups_mean_the_member_states_and_every_market(group: str, base: Case, after: After) -> None:
    case = after("demand_saving", share=0.5, countries=(group,))
    less = case.demand.rate.sum(axis=(1, 2)) < 0.9 * base.demand.rate.sum(axis=(1, 2))
    mask = base.inside("EU27") if group == "EU27" else base.is_market
    markets = mask & (base.demand.rate.sum(axis=(1, 2)) > 0)

    assert sorted(base.nodes[markets]) == sorted(base.nodes[less])
    assert {"DE", "FR"} <= set(base.nodes[less])
    assert ("GB" in base.nodes[less]) == ("TR" in base.nodes[less]) == (group == "EUROPE")


def test_a_weather_spell_is_the_other_weather_on_its_days_and_no_others(
    base: Case, after: After, calm: Scenario, vintage: GasData
) -> None:
    end = date(2022, 9, 30)
    other = apply(with_changes(calm, weather="2018"), vintage).demand.rate
    case = after("weather_spell", weather="2018", start=JULY, end=end)
    spell = slice(day(JULY), day(end) + 1)

    assert {"demand.rate"} == touched(base, case)
    assert other[:, :, spell] == approx(case.demand.rate[:, :, spell])
    assert base.demand.rate[:, :, : spell.start] == approx(case.demand.rate[:, :, : spell.start])
    assert base.demand.rate[:, :, spell.stop :] == approx(case.demand.rate[:, :, spell.stop :])


def test_a_saving_is_a_share_of_the_weather_that_comes(vintage: GasData, calm: Scenario) -> None:
    saving = {"kind": "demand_saving", "share": 0.2}
    spell = {"kind": "weather_spell", "weather": "cold_1_in_20", "end": JULY}
    ways = [apply(with_changes(calm, measures=pair), vintage) for pair in ((saving, spell), (spell, saving))]

    assert ways[0].demand.rate == approx(ways[1].demand.rate)
    cold = apply(with_changes(calm, weather="cold_1_in_20"), vintage)
    assert 0.8 * cold.demand.rate[:, :, : day(JULY)] == approx(ways[0].demand.rate[:, :, : day(JULY)])


def test_a_cold_spell_raises_the_demand_of_those_who_heat_while_it_lasts(base: Case, after: After) -> None:
    case = after("cold_spell", extra_share=0.3, start=date(2022, 2, 1), end=date(2022, 2, 14))
    germany, februaries = case.node("DE"), [day(date(2022, 2, d)) for d in (1, 14)]
    ratio = {
        sector: case.demand.rate[germany, j] / base.demand.rate[germany, j]
        for j, sector in enumerate(case.demand.sectors)
    }

    assert [1.3, 1.3] == approx(ratio["households"][februaries])
    assert 1.0 == ratio["industry"].max() == ratio["households"][februaries[1] + 1 :].max()


def test_a_fuel_switch_is_a_voluntary_step_at_its_price_and_takes_no_more_than_is_left(
    base: Case, after: After
) -> None:
    keys = {"price_eur_per_mwh": 85.0, "countries": ("DE",), "price_response": "added"}
    case, whole = after("fuel_switch", share=0.2, **keys), after("fuel_switch", share=1.0, **keys)
    power = case.demand.voluntary_sector == case.demand.sectors.index("power_heat")

    assert 85.0 == case.demand.voluntary_cost[-1]
    assert 0.2 == approx(case.demand.voluntary_share[case.node("DE"), -1].max())
    assert 0.0 == case.demand.voluntary_share[case.node("FR"), -1].max()
    assert 1.0 == approx(whole.demand.voluntary_share[case.node("DE"), power].sum(axis=0).max())
    assert base.demand.rate == approx(case.demand.rate)


# Dates ----------------------------------------------------------------------------------------------------------------


def test_a_ramp_rises_in_equal_daily_steps_to_full_strength(base: Case, after: After) -> None:
    case = after("route_outage", route="nord_stream_1", start=JULY, ramp_days=3)
    line = base.pipelines.id == "nord_stream_1"
    share = case.pipelines.capacity[line][0] / base.pipelines.capacity[line][0]

    assert [1.0, 0.75, 0.5, 0.25, 0.0, 0.0] == approx(share[day(JULY) - 1 : day(JULY) + 5])


def test_a_week_holds_the_mean_strength_of_its_days(vintage: GasData, calm: Scenario) -> None:
    cut = {"kind": "supply_cut", "supplier": "RU", "remaining_share": 0.0, "start": date(2022, 1, 5)}
    known = cut | {"announced": date(2022, 1, 1)}
    weekly = with_changes(calm, resolution="week", measures=(known,))
    base = apply(with_changes(weekly, measures=()), vintage)
    case = apply(weekly, vintage)
    russia = case.supply.supplier == "RU"

    assert (4 / 7) * base.supply.rate[russia][:, 0] == approx(case.supply.rate[russia][:, 0])
    assert 0.0 == case.supply.rate[russia][:, 1].max()


STRENGTH_ZERO = [
    ("supply_cut", {"supplier": "RU", "remaining_share": 1.0}),
    ("route_outage", {"route": "nord_stream_1", "remaining_share": 1.0}),
    ("asset_loss", {"asset": "storage", "id": "de_storage", "remaining_share": 1.0}),
    ("tariff", {"eur_per_mwh": 0.0}),
    ("demand_saving", {"share": 0.0}),
    ("supply_change", {"supplier": "NO", "change_share": 0.0}),
    ("supply_change", {"supplier": "US", "channel": "lng", "change_share": 0.0}),
    ("supply_change", {"supplier": "NL", "channel": "production", "change_share": 0.0}),
    ("weather_spell", {"weather": "reference"}),
    ("cold_spell", {"extra_share": 0.0}),
    ("price_cap", {"supplier": "RU", "cap_eur_per_mwh": 1000.0}),
    ("import_ban", {"countries": ("DE",), "exempt": ("DE",)}),
    ("lng_ban", {"exporter": "RU", "countries": ("DE",), "exempt": ("EUROPE",)}),
]


@pytest.mark.parametrize(("kind", "keys"), STRENGTH_ZERO, ids=[kind for kind, _ in STRENGTH_ZERO])
def test_a_measure_of_strength_zero_changes_nothing(
    kind: str, keys: dict[str, object], base: Case, after: After
) -> None:
    assert set() == touched(base, after(kind, **keys))


@pytest.mark.parametrize(("kind", "keys"), STRENGTH_ZERO[:8], ids=[kind for kind, _ in STRENGTH_ZERO[:8]])
def test_before_it_is_announced_a_measure_changes_nothing(
    kind: str, keys: dict[str, object], base: Case, after: After
) -> None:
    strong = {
        key: 0.5 if key.endswith("share") else 9.0 if key == "eur_per_mwh" else value for key, value in keys.items()
    }
    unaware = after(kind, believed_on=date(2022, 6, 30), start=JULY, **strong)

    assert set() == touched(base, unaware)
    assert set() != touched(base, after(kind, believed_on=JULY, start=JULY, **strong))
