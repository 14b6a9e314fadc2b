"""What a run is asked: every number is the one a reader would add up by hand, by whatever grouping it is asked for."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pandas as pd
import pytest
from cases import answer, as_solved, networks
from hypothesis import given, settings
from report_fixtures import monthly

from energy_model.data.regions import nodes_of_group
from energy_model.data.storyline import Focus, GroupName
from energy_model.errors import ResultError, UnknownNameError
from energy_model.results.declared import MOMENTS, STATISTICS
from energy_model.results.headline import headline_values
from energy_model.results.labels import Labels, RouteLabel, SupplierLabel
from energy_model.results.plan_totals import curtailed_gwh, mean_price, reduced_gwh, sent_out_gwh, served, stored_gwh
from energy_model.results.statistics import Statistics
from energy_model.results.tables import TablesOnDemand
from energy_model.scenario.case import Case
from energy_model.scenario.toy import toy_case

CUT = "full_cutoff_february"
MONEY = 1e-6
"""Prices of a solver, relative."""


def ask(case: Case) -> Statistics:
    """Statistics of a toy in which A and B are one group, and S sells to them."""
    nodes = pd.DataFrame(
        {
            "node": case.nodes,
            "name": [f"Land {code}" for code in case.nodes],
            "country": case.nodes,
            "groups": np.where(case.is_market, "EU27", ""),
            "is_market": case.is_market,
            "is_supplier": ~case.is_market,
        }
    )
    labels = Labels(
        focus=Focus(supplier="S", region="EU27", country="A"),
        reference="none",
        groups=(GroupName(group="EU27", title="EU27", words="the EU27"),),
        suppliers=(SupplierLabel(code="S", seller="S", name="Sealand", adjective="Sealandic"),),
        routes=(RouteLabel(route="S>A", name="The Pipe"),),
    )
    return Statistics(TablesOnDemand(as_solved(answer(case))), nodes, labels)


@pytest.fixture(scope="module")
def short() -> Statistics:
    """A needs 10 GWh/d for 30 days from 1 January, then 20 for 30 days; S sends 12 at most; 20 GWh are in store.

    In the first period 2 a day go into store, which then holds 80. In the second 12 + 80/30 a day arrive, so that
    20 x 30 - 12 x 30 - 80 = 160 GWh are cut. A unit more in the first period could be stored: its price is that of the
    second, 1005 EUR/MWh, the middle of a tier from 1000 to 1010. The second period is 31 January, February, 1 March.
    """
    case = toy_case(
        {"A": [10.0, 20.0]}, {("S", "A"): (12.0, 1.0)}, {"S": (12.0, 5.0)}, storage={"A": (100.0, 5.0, 5.0, 20.0)},
        periods=2, days=30,
    )  # fmt: skip
    return ask(case)


def gwh(**named: float) -> dict[str, float]:
    return {name: pytest.approx(value) for name, value in named.items()}


def test_totals_of_a_winter_solved_by_hand(short):
    told = {name: short[name].value(unit="GWh") for name in ("demand", "curtailed", "served", "supply", "losses")}

    assert told == gwh(demand=900.0, curtailed=160.0, served=740.0, supply=720.0, losses=0.0)
    assert short.shortage.value(unit="GWh") == pytest.approx(160.0)
    assert short.injection.value(unit="GWh") == pytest.approx(60.0)
    assert short.withdrawal.value(unit="GWh") == pytest.approx(80.0)
    assert short.imports.value(country="A", unit="GWh") == pytest.approx(720.0)


def test_a_period_gives_each_month_its_days(short):
    """4 of the 30 days' 160 GWh cut: 31 January is one of them, 1 March another, February has 28."""
    found = short.curtailed("month", unit="GWh")

    assert found.to_dict() == {
        m: pytest.approx(160 * n / 30) for m, n in (("2022-01", 1), ("2022-02", 28), ("2022-03", 1))
    }
    assert short.demand("month", unit="GWh")["2022-01"] == pytest.approx(30 * 10 + 20)


def test_days_from_and_to_cut_periods(short):
    """From 26 January to 4 February: five days of 10 GWh and five of 20."""
    days = {"since": "2022-01-26", "until": "2022-02-04"}

    assert short.demand.value(unit="GWh", **days) == pytest.approx(150.0)
    assert short.demand.value(unit="GWh/day", **days) == pytest.approx(15.0)
    assert short.demand("month", unit="GWh/day", **days).to_dict() == gwh(
        **{"2022-01": (5 * 10 + 20) / 6, "2022-02": 20.0}
    )
    assert short.price.value(**days) == pytest.approx(1005.0, rel=MONEY)


def test_stock_is_read_on_a_morning(short):
    """80 GWh after the first period, gone after the second; between them in proportion to time."""
    assert short.level("boundary", unit="GWh").tolist() == pytest.approx([20.0, 80.0, 0.0])
    assert short.level.value(at="2022-01-16", unit="GWh") == pytest.approx(50.0)
    assert short.filling.value(at="2022-01-31", unit="%") == pytest.approx(80.0)
    assert short.filling.value() == pytest.approx(0.0)
    assert short.filling("month")["2022-01"] == pytest.approx(0.8 * 29 / 30)
    assert short.working_gas.value(unit="GWh") == pytest.approx(100.0)


def test_the_unit_is_in_the_name_and_beside_it(short):
    found = short.curtailed("country", unit="mcm/day")

    assert found.name == "curtailed (mcm/day)"
    assert found.attrs["unit"] == "mcm/day"
    assert found.index.name == "country"
    assert found["A"] == pytest.approx(160 / 60 / 10.55)


def test_names_for_readers(short):
    assert short.supply(names=True).index.tolist() == ["Sealand"]
    assert short.flow(names=True).index.tolist() == ["The Pipe"]
    assert short.demand(names=True).index.tolist() == ["Land A"]
    assert short.demand("period", names=True).index.tolist() == [pd.Timestamp(2022, 1, 1), pd.Timestamp(2022, 1, 31)]


def test_a_border_is_drawn_around_what_is_asked_about():
    """S sends 10 to A, which passes 4 on to B: A imports 6, B 4, both 10. Gas costs 6 at A and 7 at B."""
    short = ask(toy_case({"A": 6.0, "B": 4.0}, {("S", "A"): (11.0, 1.0), ("A", "B"): (9.0, 1.0)}, {"S": (20.0, 5.0)}))

    assert short.imports(country="A", unit="GWh").to_dict() == gwh(S=10.0, B=-4.0)
    assert short.imports("supplier", country="B", unit="GWh").to_dict() == gwh(A=4.0)
    assert short.imports("country", region="EU27", unit="GWh").to_dict() == gwh(A=10.0)
    assert short.import_value(country="A", unit="EUR").to_dict() == {
        "S": pytest.approx(10 * 6_000), "B": pytest.approx(-4 * 6_000)
    }  # fmt: skip
    assert short.import_value.value(country="B", unit="m EUR") == pytest.approx(4 * 7 / 1_000)
    assert short.bill("country", unit="EUR").to_dict() == gwh(A=6 * 6_000, B=4 * 7_000)


def test_a_price_where_nobody_buys_and_a_filling_without_stores_are_no_numbers():
    short = ask(toy_case({"A": 0.0, "B": 4.0}, {("S", "A"): (9.0, 1.0), ("A", "B"): (9.0, 1.0)}, {"S": (20.0, 5.0)}))

    assert np.isnan(short.price.value(country="A"))
    assert short.price.value() == pytest.approx(7.0)
    assert np.isnan(short.filling.value())
    assert short.curtailed.value() == 0.0


@settings(max_examples=8, deadline=None)
@given(networks())
def test_on_any_network_what_comes_in_is_served_and_groupings_add_up(case):
    """Supply, cargoes and net withdrawal less losses are served; the border of all markets tells the same."""
    short = ask(case)
    gwh_of = {name: short[name].value(unit="GWh") for name in STATISTICS if STATISTICS[name].kind == "energy"}
    comes = gwh_of["supply"] + gwh_of["lng"] + gwh_of["withdrawal"] - gwh_of["injection"] - gwh_of["losses"]
    markets = case.nodes[case.is_market].tolist()
    own = short.supply.value(node=markets, unit="GWh")
    inside = short.losses.value(from_node=markets, to_node=markets, unit="GWh")
    border = gwh_of["imports"] + own + gwh_of["withdrawal"] - gwh_of["injection"] - inside

    assert comes == pytest.approx(gwh_of["served"], rel=1e-6, abs=1e-4)
    assert border == pytest.approx(gwh_of["served"], rel=1e-6, abs=1e-4)
    assert gwh_of["served"] + gwh_of["shortage"] == pytest.approx(gwh_of["demand"])
    assert gwh_of["flow"] <= gwh_of["capacity"] + 1e-6
    for name in ("served", "curtailed", "supply", "flow"):
        assert short[name]("month", unit="GWh").sum() == pytest.approx(gwh_of[name], abs=1e-6)


# Properties on a run of the library -----------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def run():
    return monthly(CUT)


ADDS_UP = [name for name, one in STATISTICS.items() if one.kind in ("energy", "money", "size")]


@pytest.mark.parametrize("name", ADDS_UP)
def test_sums_over_any_grouping_agree_with_the_total(run, name):
    """By one grouping and by any two; groups of countries overlap, and some groupings are not told apart together."""
    one = run.statistics[name]
    total = one.value()
    groupings = [word for word in one.about.dimensions if word != "group"]
    tried = 0
    for by in [*((word,) for word in groupings), *combinations(groupings, 2)]:
        if len({*by} & {*MOMENTS}) > 1 or not any(
            {*by} - {*MOMENTS} <= {*part.dimensions} for part in one.about.sources
        ):
            with pytest.raises(UnknownNameError, match=r"two groupings in time|at once"):
                one(by)
            continue
        found = one(by)
        tried += 1
        assert found.index.names == list(by)
        assert found.index.is_unique
        assert found.sum() == pytest.approx(total, rel=1e-9, abs=1e-9), by
    assert tried >= len(groupings)


@pytest.mark.parametrize("name", ["curtailed", "flow", "supply", "bill", "imports"])
def test_the_days_before_and_from_a_day_add_up_to_all(run, name):
    one = run.statistics[name]
    parts = [one.value(until="2022-08-17"), one.value(since="2022-08-18")]

    assert sum(parts) == pytest.approx(one.value(), rel=1e-9, abs=1e-9)


def test_choosing_and_grouping_agree(run):
    by_country = run.statistics.shortage("country")
    by_month = run.statistics.price(["month", "country"])

    for code in ("DE", "AT", "UA"):
        assert by_country[code] == pytest.approx(run.statistics.shortage.value(country=code), abs=1e-12)
        assert by_month["2022-03", code] == pytest.approx(
            run.statistics.price.value(country=code, since="2022-03-01", until="2022-03-31")
        )
    chosen = run.statistics.curtailed(country=["DE", "AT"])
    assert chosen.to_dict() == by_country_of(run.statistics.curtailed(), ["AT", "DE"])


def by_country_of(found: pd.Series, codes: list[str]) -> dict[str, float]:
    return {code: pytest.approx(found[code]) for code in codes}


@pytest.mark.parametrize("where", [{"region": "EU27"}, {"country": "DE"}, {"country": "AT"}, {}], ids=str)
def test_what_comes_in_is_what_is_served(run, where):
    """Each month: imports, own production and net withdrawal less losses inside are what is served."""
    ask = run.statistics
    markets = run.nodes[run.nodes["is_market"]]
    inside = markets[nodes_of_group(markets, "EU27")] if "region" in where else markets
    codes = [where["country"]] if "country" in where else inside["node"].tolist()
    comes = ask.imports("month", **where) + ask.supply("month", node=codes)
    comes = comes + ask.withdrawal("month", **where) - ask.injection("month", **where)
    comes = comes - ask.losses("month", from_node=codes, to_node=codes)

    assert len(comes) == 15
    assert comes.to_numpy() == pytest.approx(ask.served("month", **where).to_numpy(), abs=1e-4)
    assert ask.served.value(**where) + ask.shortage.value(**where) == pytest.approx(ask.demand.value(**where))


def test_headlines_are_statistics(run):
    told, ask = headline_values(run), run.statistics

    assert told["region_curtailed"] == pytest.approx(ask.curtailed.value(region="EU27"))
    assert told["country_price"] == pytest.approx(ask.price.value(country="DE"))
    assert told["region_lowest_filling"] == pytest.approx(ask.filling("period", region="EU27").min())
    assert told["total_cost"] == pytest.approx(ask.cost.value())
    assert ask.cost.value(unit="EUR") + ask.penalty.value(unit="EUR") == pytest.approx(run.objective_eur)


def test_a_solved_scenario_says_the_same_as_its_tables(run, data, solved):
    arrays = Statistics(TablesOnDemand(solved(run.scenario)), run.nodes, run.labels)

    for name in ("curtailed", "price", "filling", "imports", "cost", "working_gas"):
        pd.testing.assert_series_equal(arrays[name](), run.statistics[name](), rtol=1e-9)


def test_totals_of_a_plan_are_those_of_its_tables(run, data, solved):
    plan = solved(run.scenario)
    case, ask = plan.case, run.statistics
    inside = case.inside("EU27")
    price, cut = plan.duals["balance"] / case.timeline.days, plan.values["curtailment"]

    for protected in (None, True, False):
        where = {} if protected is None else {"protected": protected}
        found = ask.curtailed("node", unit="GWh", **where).to_numpy()
        assert curtailed_gwh(case, cut, protected) == pytest.approx(found, abs=1e-6)
    reduced = ask.reduced("node", unit="GWh").to_numpy()
    assert reduced_gwh(case, plan.values["voluntary"]) == pytest.approx(reduced, abs=1e-6)
    assert reduced.sum() > 0.0
    landed = sent_out_gwh(case, plan.values["sendout"], inside)
    assert landed == pytest.approx(ask.sendout.value(region="EU27", unit="GWh"))
    assert mean_price(case, price, inside) == pytest.approx(ask.price.value(region="EU27"))
    stock = ask.level("boundary", region="EU27", unit="GWh")
    assert stored_gwh(case, plan.values["level"], inside) == pytest.approx(stock.to_numpy())
    assert (served(plan) @ case.timeline.days).sum() == pytest.approx(ask.served.value(unit="GWh"))


def test_rows_in_another_order_change_nothing(run):
    mixed = {name: table.sample(frac=1.0, random_state=1) for name, table in run.statistics.tables.items()
             if name not in ("periods", "stores")}  # fmt: skip
    other = Statistics({**run.statistics.tables, **mixed}, run.nodes, run.labels)

    for name in ("curtailed", "price", "filling", "imports"):
        found, known = other[name](), run.statistics[name]()
        pd.testing.assert_series_equal(found.sort_index(), known.sort_index())


def test_a_table_that_lacks_a_row_is_not_summed_up(run):
    less = {**run.statistics.tables, "demand": run["demand"].iloc[:-1]}

    with pytest.raises(ResultError, match="one row for each of the 17 periods"):
        Statistics(less, run.nodes, run.labels).demand()


# Words ----------------------------------------------------------------------------------------------------------------


def test_everything_that_is_not_there_is_told_at_once(run):
    with pytest.raises(UnknownNameError) as error:
        run.statistics.curtailed(
            "contry", region="EU28", sektor="industry", sector="industri", since="30 Feb", unit="twh"
        )

    for words in (
        "statistics.curtailed has 6 problems",
        "by 'contry': curtailed has no such grouping; did you mean 'country'?",
        "region 'EU28': no such group of countries; did you mean 'EU27'?",
        "key 'sektor': curtailed cannot be chosen by it; did you mean 'sector'?",
        "sector 'industri': not known; did you mean 'industry'?",
        "since '30 Feb': is no day; write one such as 2022-01-01",
        "unit 'twh': curtailed is given in TWh, bcm, GWh, GWh/day, mcm/day",
    ):
        assert words in str(error.value)


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        (lambda ask: ask.demand(country="Germany"), "did you mean 'DE'?"),
        (lambda ask: ask.price(at="2022-03-01"), "price is no stock"),
        (lambda ask: ask.flow(region="EU27"), "flow lies at no node; choose by route"),
        (lambda ask: ask.demand(since="2024-01-01"), "no day of the run; the run has 2022-01-01 to 2023-03-31"),
        (lambda ask: ask.filling(at="2019-01-01"), "is no morning of the run"),
        (lambda ask: ask.filling("month", at="2022-03-01"), "keep one of them"),
        (lambda ask: ask.demand(["month", "period"]), "two groupings in time"),
        (lambda ask: ask.cost(since="2022-03-01"), "a number of the whole run"),
        (lambda ask: ask.demand(["country", "country"]), "stands twice"),
        (lambda ask: ask["curtailled"], "did you mean 'curtailed'?"),
        (lambda ask: ask.demand(since="2022-05-01", until="2022-04-01"), "no day of the run"),
    ],
)
def test_a_question_that_has_no_answer_says_why(run, asked, words):
    with pytest.raises(KeyError) as error:
        asked(run.statistics)

    assert words in str(error.value)


def test_names_are_found_by_the_tab_key(run):
    assert {*STATISTICS} <= {*dir(run.statistics)}
    with pytest.raises(AttributeError, match="did you mean 'filling'"):
        run.statistics.fillling  # noqa: B018


def test_every_statistic_is_declared_with_what_it_can_be_grouped_by():
    for name, one in STATISTICS.items():
        assert one.by in one.dimensions, name
        assert one.words[0].isupper(), name
        assert not one.words.endswith("."), name
        assert {*one.times} <= {*MOMENTS}
