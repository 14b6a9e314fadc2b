"""Who replaces lost gas: the rows sum to the loss, in every view and every month."""

from dataclasses import dataclass

import pandas as pd
import pytest
from report_fixtures import SCENARIOS, monthly

from energy_model.results import substitution as sub
from energy_model.results.border import carriers

OTHERS = SCENARIOS[1:]


def border(run):
    """The country in focus at its border."""
    return sub.Scope("by border", run.labels.country_nodes(run.nodes), run.labels.focus.supplier)


VIEWS = {"Europe": sub.whole_model, "Germany": border}


@dataclass
class Toy:
    """Result tables written by hand: Russia sells to A over one pipe; A has storage, LNG, and a neighbour B."""

    tables: dict[str, pd.DataFrame]
    nodes: pd.DataFrame

    def __getitem__(self, name: str) -> pd.DataFrame:
        return self.tables[name]


def toy(russian: float, lng: float, cut: float, from_b: float) -> Toy:
    """One period of 10 days from 27 January; demand of A is 100 GWh, a tenth of Russia's gas is lost on the way."""
    one = {"period": [1]}
    flows = pd.DataFrame(
        {
            "from_node": ["RU", "B"],
            "to_node": ["T", "A"],
            "period": [1, 1],
            "energy_gwh": [russian, from_b],
            "arrived_gwh": [0.9 * russian, from_b],
        }
    )
    onward = flows.iloc[[0]].assign(from_node="T", to_node="A", energy_gwh=0.9 * russian, arrived_gwh=0.9 * russian)
    draw = 100.0 - 0.9 * russian - lng - cut - from_b
    period = {"start": [pd.Timestamp("2022-01-27")], "end": [pd.Timestamp("2022-02-05")], "days": [10]}
    sold = {"supplier": ["RU", "B"], "node": ["RU", "B"], "supply_step": ["RU:all", "B:indigenous"], "period": [1, 1]}
    stored = {"withdrawal_gwh_per_day": [draw / 10], "injection_gwh_per_day": [0.0]}
    used = {"demand_gwh": [100.0], "voluntary_gwh": [0.0], "curtailed_gwh": [cut]}
    tables = {
        "periods": pd.DataFrame({**one, **period}),
        "flows": pd.concat([flows, onward], ignore_index=True),
        "supply": pd.DataFrame({**sold, "energy_gwh": [russian, from_b]}),
        "lng": pd.DataFrame({"exporter": ["US"], "node": ["A"], **one, "energy_gwh": [lng]}),
        "storage": pd.DataFrame({"node": ["A"], **one, **stored}),
        "demand": pd.DataFrame({"node": ["A"], **one, **used}),
    }
    nodes = pd.DataFrame(
        {
            "node": ["RU", "T", "A", "B", "US"],
            "name": ["Russia", "Transit", "Aland", "Beland", "United States"],
            "country": ["RU", "T", "A", "B", "US"],
            "groups": ["", "", "EU27", "EU27", ""],
            "is_market": [False, False, True, True, False],
            "is_supplier": [True, False, False, False, False],
        }
    )
    return Toy(tables, nodes)


def ledger_by_month(run, scope: sub.Scope) -> pd.DataFrame:
    return sub.to_months(sub.period_ledger(run, scope), run["periods"], ["group", "item"], ["energy_gwh"])


def replaced(result: sub.Substitution) -> dict[str, float]:
    table = result.table[result.table["group"] != sub.FOCUS]
    gains = table.groupby("group", observed=True)["difference_gwh"].sum()
    return {group: value for group, value in gains.items() if abs(value) > 1e-9}


def test_toy_whole_model_counts_what_russia_sells_and_the_losses_that_go_with_it():
    base, cut = toy(60.0, 10.0, 0.0, 20.0), toy(10.0, 30.0, 5.0, 30.0)
    scope = sub.Scope("all", None, "RU")

    result = sub.substitution(ledger_by_month(base, scope), ledger_by_month(cut, scope))

    assert result.lost_gwh == pytest.approx(50.0)
    assert replaced(result) == pytest.approx(
        {sub.LNG: 20.0, sub.PRODUCTION: 10.0, sub.STORAGE: 10.0, sub.CURTAILED: 5.0, sub.LOSSES: 5.0}
    )


def test_toy_border_view_counts_what_arrives_through_transit_as_russian():
    base, cut = toy(60.0, 10.0, 0.0, 20.0), toy(10.0, 30.0, 5.0, 30.0)
    scope = sub.Scope("A", frozenset({"A"}), "RU")

    result = sub.substitution(ledger_by_month(base, scope), ledger_by_month(cut, scope))

    assert result.lost_gwh == pytest.approx(45.0)
    assert replaced(result) == pytest.approx({sub.LNG: 20.0, sub.PIPELINE: 10.0, sub.STORAGE: 10.0, sub.CURTAILED: 5.0})


def test_toy_period_over_two_months_is_split_by_days():
    ledger = ledger_by_month(toy(60.0, 10.0, 0.0, 20.0), sub.Scope("all", None, "RU"))

    lng = ledger[ledger["group"] == sub.LNG].set_index("month")["energy_gwh"]

    assert lng.to_dict() == pytest.approx({"2022-01": 5.0, "2022-02": 5.0})


@pytest.mark.parametrize("view", VIEWS)
@pytest.mark.parametrize("name", SCENARIOS)
def test_every_month_of_a_ledger_sums_to_zero(view, name):
    run = monthly(name)
    ledger = ledger_by_month(run, VIEWS[view](run))

    assert ledger.groupby("month")["energy_gwh"].sum().abs().max() == pytest.approx(0.0, abs=1e-4)


@pytest.mark.parametrize("view", VIEWS)
@pytest.mark.parametrize("name", OTHERS)
def test_replacements_sum_to_the_lost_gas(view, name):
    base, other = monthly("reference"), monthly(name)
    scope = VIEWS[view](base)

    result = sub.substitution(ledger_by_month(base, scope), ledger_by_month(other, scope))

    assert result.gap_gwh == pytest.approx(0.0, abs=1e-4)


def test_lost_volume_of_the_whole_model_is_the_drop_in_russian_sales():
    base, cut = monthly("reference"), monthly("full_cutoff_february")
    scope = sub.whole_model(base)

    result = sub.substitution(ledger_by_month(base, scope), ledger_by_month(cut, scope))

    sold = [run["supply"].loc[run["supply"]["supplier"] == "RU", "energy_gwh"].sum() for run in (base, cut)]
    assert result.lost_gwh == pytest.approx(sold[0] - sold[1])
    assert result.lost_gwh > 1e6


def test_months_sum_to_the_horizon():
    base, cut = monthly("reference"), monthly("full_cutoff_february")
    scope = border(base)
    pair = ledger_by_month(base, scope), ledger_by_month(cut, scope)

    whole = sub.substitution(*pair)
    months = sub.substitution(*pair, by_month=True)

    one = whole.table.groupby("item")["difference_gwh"].sum()
    many = months.table.groupby("item")["difference_gwh"].sum()
    assert one.to_dict() == pytest.approx(many.to_dict(), abs=1e-6)


def test_gas_landed_at_emden_counts_as_norwegian_and_through_belarus_as_russian():
    run = monthly("reference")

    behind = carriers(run["flows"], run.nodes)

    assert behind["EMD"] == "NO"
    assert behind["BYT"] == "RU"
    assert behind["TS2"] == "RU"
    assert "AL" not in behind
