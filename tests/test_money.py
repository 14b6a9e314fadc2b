"""Bills, revenues and rents: small cases by hand, identities in general, sums and directions on real data."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import numpy as np
import pytest
from cases import networks
from hypothesis import given, settings
from test_origins import solved

from energy_model.fast import optimum
from energy_model.impact.accounts import Accounts, by_origin
from energy_model.impact.bills import OWN, bills, consumer_bills, import_bills, monthly_bills
from energy_model.impact.revenues import monthly_revenue, revenues, route_revenue, transit_of, transit_revenue
from energy_model.impact.sanctions import PARTS, costs, efficiency, sanctions
from energy_model.impact.study import study
from energy_model.impact.valuation import CAPPED, CONTRACT, FORWARD, SCARCITY, VIEWS, Valuation, price_cap
from energy_model.lp import compile_model
from energy_model.model import build_model
from energy_model.report.answers import write_answers
from energy_model.results.tracing import network_of, trace
from energy_model.scenario.measures.duties import PriceCap, Tariff
from energy_model.scenario.toy import toy_case

ANSWERS = (bills, revenues, sanctions)


def accounts(case, share: float = 1.0, rest: float = 0.0) -> Accounts:
    """Accounts of a toy at its shadow prices; ``share`` of every price follows them."""
    run = solved(case)
    matrix = compile_model(build_model(case))
    dual = matrix.values(optimum(matrix, case)[0].row_dual, "balance")
    origins = trace(network_of(run), "source")
    price = Valuation("toy", dual / case.timeline.days, np.full(len(origins.origins), share), rest)
    return Accounts(run, origins, price, run.case.inside("UNION"))


def keur(found: np.ndarray, origins) -> dict[str, float]:
    amounts = by_origin(found, origins) * 1e6
    return {who: amount for who, amount in amounts.items() if abs(amount) > 1e-6}


def one_market():
    """A needs 30: Russia sends 20 (5 at the field, 1 for the pipe, which is full), cargoes 10 at 40 plus 2."""
    return toy_case(
        demand={"A": 30.0},
        pipelines={("RU", "A"): (20.0, 1.0)},
        supply={"RU": (50.0, 5.0)},
        lng={"A": (15.0, 40.0, 2.0)},
    )


@pytest.fixture(scope="module")
def cut():
    return study("full_cutoff_february", resolution="month")


def test_bill_revenue_and_rent_of_one_market_by_hand():
    """The cargo sets the price, 42. Russia earns 20 x 42 = 840, less 100 at the field and 20 on the way: 720."""
    found = accounts(one_market())

    assert found.consumer_bill.sum() * 1e6 == pytest.approx(30.0 * 42.0)
    assert keur(found.import_bill, found.origins) == pytest.approx({"RU": 840.0, "lng SEA": 420.0})
    assert keur(found.rent, found.origins) == pytest.approx({"RU": 720.0})
    assert found.country_imports("A") * 1e6 == pytest.approx(1_260.0)


def test_a_contract_price_follows_the_hub_in_part():
    """Half follows the hub at 42, half stands at 20: 31."""
    found = accounts(one_market(), share=0.5, rest=20.0)

    assert keur(found.import_bill, found.origins)["RU"] == pytest.approx(20.0 * 31.0)


def test_gas_that_passes_through_is_sold_where_it_enters_and_paid_for_where_it_leaves():
    """U is no member. Russia sends 20 through it: U keeps 10 at 7, A gets 10 at 9. Way: 20 x 2 and 10 x 2."""
    case = toy_case(
        demand={"A": 10.0, "U": 10.0},
        pipelines={("RU", "U"): (50.0, 2.0), ("U", "A"): (50.0, 2.0)},
        supply={"RU": (50.0, 5.0)},
    )
    found = accounts(replace(case, places=np.where(case.nodes == "A", "A UNION", case.nodes)))

    assert keur(found.import_bill, found.origins) == pytest.approx({"RU": 90.0})
    assert keur(found.elsewhere, found.origins) == pytest.approx({"RU": 70.0})
    assert keur(found.supply_cost, found.origins) == pytest.approx({"RU": 100.0})
    assert keur(found.way_cost, found.origins) == pytest.approx({"RU": 60.0})
    assert keur(found.rent, found.origins) == {}


def test_a_duty_goes_to_the_state_and_not_to_the_supplier():
    """The pipe costs 2 EUR/MWh, 1 of it duty on 20 GWh: Russia keeps 20 less, the way costs the same."""
    plain = accounts(one_market())
    case = one_market()
    found = accounts(case.with_("pipelines", duty=case.pipelines.duty + 1.0))

    assert keur(found.duties.sum(axis=1), found.origins) == pytest.approx({"RU": 20.0})
    assert keur(found.revenue, found.origins)["RU"] == pytest.approx(820.0)
    assert keur(found.way_cost, found.origins)["RU"] == pytest.approx(keur(plain.way_cost, plain.origins)["RU"])
    assert keur(found.rent, found.origins)["RU"] == pytest.approx(700.0)


def test_a_price_cap_holds_whatever_the_hub_says():
    found = accounts(one_market())
    most = np.full((len(found.origins.origins), len(found.case.nodes), 1), np.inf)
    most[found.origins.rows("RU")] = 15.0
    capped = replace(found, value=replace(found.value, ceiling=most))

    assert keur(capped.import_bill, capped.origins) == pytest.approx({"RU": 300.0, "lng SEA": 420.0})
    assert capped.consumer_bill.sum() * 1e6 == pytest.approx(720.0)


def with_measure(base, measure):
    more = base.scenario.model_copy(update={"measures": (*base.scenario.measures, measure)})
    return study(more, base.data)


def test_duties_by_origin_are_those_of_the_cost_table():
    base = study("reference", resolution="month")
    found = with_measure(base, Tariff(kind="tariff", eur_per_mwh=20.0, by="origin", start=date(2022, 3, 1)))

    levied = found.results["costs"].set_index("component").loc["duties by origin", "cost_eur"] / 1e9
    books = found.accounts[CONTRACT]
    assert levied > 0.1
    assert books.purchase_duties.sum() == pytest.approx(levied)
    routes = route_revenue(found).set_index("route")
    assert -levied * (1.0 + 1e-9) <= routes.loc["Duties on purchases", f"change_{CONTRACT}_eur_bn"] < -0.5 * levied


def test_a_cap_and_a_duty_take_from_russia_and_give_to_europe():
    """At contract prices; volumes hardly move, since Russian gas stays the cheapest."""
    base = study("reference", resolution="month")
    since = {"start": date(2022, 3, 1)}
    cap = PriceCap(kind="price_cap", supplier="RU", cap_eur_per_mwh=40.0, **since)
    duty = Tariff(kind="tariff", eur_per_mwh=20.0, by="border", **since)

    for measure in (cap, duty):
        row = efficiency(with_measure(base, measure)).set_index("view").loc[CONTRACT]
        assert row["russia_loses_pipeline_eur_bn"] > 5.0
        assert -1.2 < row["eu27_cost_eur_per_eur"] < 0.0


@settings(max_examples=15, deadline=None)
@given(networks())
def test_bills_are_price_times_what_is_served_and_nobody_sells_below_cost(case):
    case = case.with_("contracts", floor=np.zeros_like(case.contracts.floor))  # take-or-pay can make gas worth less
    found = accounts(case)

    served = case.demand.rate.sum(axis=1)
    cut, given_up = (found.solved.values[name].sum(axis=1) for name in ("curtailment", "voluntary"))
    served[case.is_market] -= cut + given_up
    paid = (served * found.value.hub * case.timeline.days).sum(axis=1) / 1e6
    assert found.consumer_bill.sum(axis=1) == pytest.approx(paid, abs=1e-7)
    rent = found.rent[[k for k, o in enumerate(found.origins.origins) if o == "RU"]]
    assert (rent >= -1e-7).all()


def test_consumer_bills_are_those_of_the_result_tables(cut):
    """An independent sum: shadow price times served demand, from the tables of the run."""
    table = consumer_bills(cut).set_index("country")
    price = cut.results["prices"].set_index(["node", "period"])["price_eur_per_mwh"]
    served = cut.results["demand"].groupby(["node", "period"], observed=True)["served_gwh"].sum()
    paid = (price * served).groupby("node", observed=True).sum() / 1e6

    now = table[f"reference_{SCARCITY}_eur_bn"] + table[f"change_{SCARCITY}_eur_bn"]
    assert now["Germany"] == pytest.approx(paid["DE"], rel=1e-6)
    assert now["EU27"] == pytest.approx(paid[sorted(cut.inside & set(paid.index))].sum(), rel=1e-6)
    assert now.iloc[1:].sum() == pytest.approx(now.iloc[0], rel=1e-9)


def test_import_bills_sum_to_the_total_and_months_to_the_horizon(cut):
    table = import_bills(cut).set_index("supplier")
    months = monthly_bills(cut)

    assert table.iloc[:-1].sum().to_numpy() == pytest.approx(table.iloc[-1].to_numpy(), abs=1e-6)
    assert table.loc["Russia", f"change_{FORWARD}_eur_bn"] < -50.0
    assert OWN in table.index
    whole = consumer_bills(cut).iloc[0][f"reference_{FORWARD}_eur_bn"]
    assert months[f"eu27_reference_{FORWARD}_eur_bn"].sum() == pytest.approx(whole)


def test_import_bill_stores_and_production_make_the_consumer_bill_but_for_tariffs_and_full_lines(cut):
    """In the union: imports at the border plus own gas are what consumers pay, less what moves gas within it."""
    found = cut.accounts_before[CAPPED]
    eu = found.case.inside("EU27")
    rows = [k for k, o in enumerate(found.origins.origins) if o in cut.inside]
    made = (found.origins.entering[rows] * found.value.at(slice(None))[rows] * found._weight).sum()
    stores = found.case.storage
    net = (found.solved.values["withdrawal"] - found.solved.values["injection"]) * found.value.hub[stores.node]
    stored = (net * found._weight)[eu[stores.node]].sum()

    inner = found.consumer_bill[eu].sum() - found.import_bill.sum() - made - stored
    assert 0.0 < inner < 0.02 * found.consumer_bill[eu].sum()


def test_revenue_by_route_and_month_is_all_russian_revenue(cut):
    routes, months = route_revenue(cut), monthly_revenue(cut)
    books = cut.accounts_before[CONTRACT]
    rows = [*books.origins.rows("RU"), *books.origins.rows("lng RU")]

    total = routes.set_index("route").loc["total", f"reference_{CONTRACT}_eur_bn"]
    assert total == pytest.approx(books.revenue[rows].sum())
    assert months["reference_total_eur_bn"].sum() == pytest.approx(total)
    after = months[months["month"] >= "2022-03"]
    assert after["scenario_total_eur_bn"].to_numpy() == pytest.approx(after["scenario_cargoes_eur_bn"].to_numpy())
    assert "Nord Stream 1" == routes["route"].iloc[0]


def test_before_the_cut_both_runs_earn_the_same(cut):
    january = monthly_revenue(cut).iloc[0]

    assert january["scenario_total_eur_bn"] == pytest.approx(january["reference_total_eur_bn"], rel=1e-3)


def test_transit_is_tariff_times_what_passes(cut):
    table = transit_of(cut).set_index("country")
    tariffs = cut.data["tariffs"].set_index(["from_node", "to_node"])["tariff_eur_per_mwh"]
    one = cut.data.storyline.transit[0]
    energy, low, central, high = transit_revenue(cut.before.case, cut.origins_before, one, cut.data, "RU")

    assert central == pytest.approx(energy * tariffs["RU", "UA"])
    assert low <= central <= high
    assert table.loc["Ukraine", "scenario_eur_m"] < 0.2 * table.loc["Ukraine", "reference_eur_m"]
    assert table.loc["Slovakia", "change_eur_m"] < 0.0


def test_in_a_cut_other_suppliers_gain_and_scarcity_is_the_upper_value(cut):
    told = revenues(cut)
    rents = list(told.tables.values())[1].set_index("supplier")

    for name in ("Norway", "United States", "Qatar", "Algeria"):
        changes = rents.loc[name, [f"change_{view}_eur_bn" for view in (FORWARD, CAPPED, SCARCITY)]]
        assert changes.is_monotonic_increasing
        assert changes.iloc[1] > 5.0
    assert price_cap(cut.case) < cut.results["prices"]["price_eur_per_mwh"].max()


def test_the_cost_of_a_place_is_the_sum_of_its_parts_and_the_ratio_follows(cut):
    parts, ratios = costs(cut), efficiency(cut).set_index("view")

    assert parts[[f"{part}_eur_bn" for part in PARTS]].sum(axis=1).to_numpy() == pytest.approx(
        parts["cost_eur_bn"].to_numpy()
    )
    eu = parts[parts["place"] == "EU27"].set_index("view")["cost_eur_bn"]
    for view in VIEWS:
        lost = ratios.loc[view, "russia_loses_eur_bn"]
        assert ratios.loc[view, "eu27_cost_eur_per_eur"] == pytest.approx(eu[view] / lost)
    assert eu[FORWARD] < eu[CAPPED] < eu[SCARCITY]
    assert (ratios["germany_cost_eur_bn"] < ratios["eu27_cost_eur_bn"]).all()


def test_the_given_up_and_cut_gas_costs_what_the_cost_table_says(cut):
    """Over all markets it is the model's own cost of curtailment and voluntary reduction."""
    from energy_model.impact.accounts import foregone

    given_up, lost = foregone(cut.solved, np.ones(len(cut.case.nodes), dtype=bool))
    components = cut.results["costs"].set_index("component")["cost_eur"] / 1e9

    assert given_up == pytest.approx(components["voluntary reduction"])
    assert lost == pytest.approx(components.filter(like="curtailment").sum())


def test_there_is_no_ratio_where_russia_earns_more(cut):
    more = study("ns2_commissioned", resolution="month")

    table = efficiency(more)

    assert table["eu27_cost_eur_per_eur"].isna().all()
    assert "Russia earns more" in sanctions(more).words


def test_every_answer_on_money_becomes_a_sheet_and_quotes_its_tables(cut, tmp_path):
    told = [question(cut) for question in ANSWERS]

    assert write_answers(told, cut, tmp_path / "money.xlsx").is_file()
    eu = told[0].table.iloc[0]
    assert f"{eu[f'change_{FORWARD}_eur_bn']:+,.0f} (forward)" in told[0].words
    for answer in told:
        assert any("scarcity" in caveat.lower() for caveat in answer.caveats)
