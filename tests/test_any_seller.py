"""Bans are about whom they name: another code for the same seller, and another seller."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest
from renamed_package import renamed

from energy_model.data.load import GasData, load_data
from energy_model.plan.foresight import Solved, solve_scenario
from energy_model.scenario import apply, check_against, load_scenario
from energy_model.scenario.load import with_changes
from energy_model.scenario.measures import KINDS
from energy_model.scenario.origin import limits_of

approx = pytest.approx
NEW = {"RU": "SU"}
APRIL = date(2022, 4, 1)


@pytest.fixture(scope="module")
def elsewhere(data: GasData, tmp_path_factory) -> GasData:
    """The package in which Russia is called SU."""
    return load_data(renamed(data.root, tmp_path_factory.mktemp("codes"), NEW))


def in_months(name: str, data: GasData) -> Solved:
    return solve_scenario(with_changes(load_scenario(name, data.root, data), resolution="month"), data)


def curtailed(solved: Solved) -> float:
    return float((solved.values["curtailment"].sum(axis=1) @ solved.case.timeline.days).sum())


@pytest.mark.parametrize("name", ["eu_bans_russian_gas", "germany_bans_russian_gas", "full_cutoff_february"])
def test_a_seller_under_another_code_is_met_as_hard(data, elsewhere, name):
    """Ties between equal flows are broken by names, which moves the cost of a surprise by some millionths."""
    one, other = in_months(name, data), in_months(name, elsewhere)

    assert "RU" not in other.case.nodes.tolist()
    assert approx(one.objective_keur, rel=1e-5) == other.objective_keur
    assert approx(curtailed(one), rel=1e-3, abs=10.0) == curtailed(other)
    sold = [
        solved.values["supply"][solved.case.supply.supplier == code] for solved, code in ((one, "RU"), (other, "SU"))
    ]
    days = one.case.timeline.days
    assert approx(float((sold[0] @ days).sum()), rel=1e-3) == float((sold[1] @ days).sum())


def test_measures_that_name_nobody_mean_the_focus_of_the_package(data, elsewhere):
    ban = {"kind": "import_ban", "countries": ("EU27",), "by": "origin", "start": APRIL}
    plain = with_changes(load_scenario("reference", data.root), resolution="month")
    for package, seller in ((data, "RU"), (elsewhere, "SU")):
        case = apply(with_changes(plain, measures=(ban,)), package)
        assert limits_of(case).suppliers == ((seller, f"{seller}_TR", f"{seller}_BY"),)


def with_measure(data: GasData, **keys: object) -> Solved:
    base = with_changes(load_scenario("reference"), resolution="month", foresight="perfect")
    scenario = with_changes(base, measures=(*(m.model_dump() for m in base.measures), keys))
    check_against(scenario, data.at(scenario.as_of))
    return solve_scenario(scenario, data)


def test_norwegian_gas_can_be_banned_by_origin(data):
    """The union buys none, Britain may: what lands elsewhere does not enter as somebody else's."""
    words = {"countries": ("EU27",), "by": "origin", "through_third_countries": "forbidden", "transit": "forbidden"}
    found = with_measure(data, kind="import_ban", supplier="NO", start=APRIL, **words)

    case, late = found.case, np.array([day >= APRIL for day in found.case.timeline.starts])
    assert ("NO",) == limits_of(case).suppliers[0]
    bought = found.values["origin_bought"][0][:, late]
    assert 0.0 == approx(bought[case.inside("EU27")].max(), abs=1e-6)
    assert bought[case.node("GB")].sum() > 0.0
    norway, russia = (found.values["supply"][case.supply.supplier == code][:, late].sum() for code in ("NO", "RU"))
    assert norway == approx(bought.sum(), rel=1e-2), "but for what is lost on the way"
    assert russia > 0.0


def test_cargoes_landed_in_a_third_country_do_not_come_on_as_pipeline_gas(data):
    """Ships of the United States refused by the union: at its terminals only, Britain lands them and sends gas on."""
    words = {"kind": "lng_ban", "exporter": "US", "countries": ("EU27",), "start": APRIL}
    origin = {"by": "origin", "through_third_countries": "forbidden", "transit": "forbidden"}
    border, strict = with_measure(data, **words), with_measure(data, **words, **origin)

    def landed(solved: Solved, *nodes: str) -> float:
        case = solved.case
        late = np.array([day >= APRIL for day in case.timeline.starts]) * case.timeline.days
        mine = (case.lng.route_exporter == "US") & np.isin(case.nodes[case.lng.route_node], nodes)
        return float((solved.values["cargo"][mine] @ late).sum())

    members = border.case.nodes[border.case.inside("EU27")].tolist()
    assert 0.0 == approx(landed(border, *members), abs=1e-3) == approx(landed(strict, *members), abs=1e-3)
    assert strict.objective_keur >= border.objective_keur * (1.0 - 1e-9)
    bought = strict.values["origin_bought"][0]
    late = np.array([day >= APRIL for day in strict.case.timeline.starts])
    assert 0.0 == approx(bought[strict.case.inside("EU27")][:, late].max(), abs=1e-6)


def problems(data: GasData, kind: str, **keys: object) -> list[str]:
    return KINDS[kind](kind=kind, **keys).problems(data.at(date(2022, 1, 31)))


def test_a_seller_that_cannot_be_meant_is_refused_with_the_reason(data):
    ban = {"countries": ("DE",)}
    assert "did you mean" in problems(data, "import_ban", supplier="RUS", **ban)[0]
    assert "sells no gas by pipeline; use lng_ban" in problems(data, "import_ban", supplier="QA", **ban)[0]
    assert "write 'RU'" in problems(data, "import_ban", supplier="RU_TR", by="origin", **ban)[0]
    assert "write 'RU'" in problems(data, "retaliation", supplier="RU_BY", countries=("HU",))[0]
    assert "no other market" in "".join(problems(data, "retaliation", supplier="NO", redirect_gwh_per_year=1.0, **ban))
    assert "no such LNG exporter" in problems(data, "lng_ban", exporter="SA")[0]
    for known in ({}, {"supplier": "RU"}, {"supplier": "NO"}, {"supplier": "RU_TR"}):
        assert [] == problems(data, "import_ban", **known, **ban)


def test_an_older_name_of_a_key_is_still_read(data):
    old, new = "to_turkey_gwh_per_year", "redirect_gwh_per_year"
    given = {"kind": "retaliation", "countries": ("HU",)}
    assert 7.0 == KINDS["retaliation"](**given, **{old: 7.0}).redirect_gwh_per_year
    with pytest.raises(ValueError, match="give one of them"):
        KINDS["retaliation"](**given, **{old: 7.0, new: 7.0})


@pytest.mark.parametrize(
    ("country", "pipeline"),
    [("BY", "ru_by_torzhok_minsk"), ("TR", "blue_stream"), ("UA", "sudzha"), ("KGD", "kaliningrad_transit")],
)
def test_a_border_ban_closes_every_desks_line_into_the_country(data, country, pipeline):
    base = apply(with_changes(load_scenario("reference"), resolution="month", measures=()), data)
    ban = KINDS["import_ban"](kind="import_ban", countries=(country,))
    lines = ban.apply(base, data.at(date(2022, 1, 31))).pipelines
    into = (lines.to_node == base.node(country)) & np.isin(lines.id, [pipeline])

    assert base.pipelines.capacity[into].max() > 0.0
    assert 0.0 == lines.capacity[into].max()


def test_a_border_ban_leaves_lines_between_two_banning_countries_open(data):
    """Mallnow lies on the way of Russian gas from Poland to Germany: both ban, and Polish gas may pass."""
    base = apply(with_changes(load_scenario("reference"), resolution="month", measures=()), data)
    both, germany = (
        KINDS["import_ban"](kind="import_ban", countries=who).apply(base, data.at(date(2022, 1, 31))).pipelines
        for who in (("DE", "PL"), ("DE",))
    )
    inner = base.pipelines.id == "yamal_mallnow"
    outer = (base.pipelines.route == "belarus_poland") | (base.pipelines.route == "yamal_europe")

    assert base.pipelines.capacity[inner].max() > 0.0
    assert np.array_equal(base.pipelines.capacity[inner], both.capacity[inner])
    assert 0.0 == germany.capacity[inner].max()
    assert 0.0 == both.capacity[outer & (base.pipelines.to_node == base.node("PL"))].max()
