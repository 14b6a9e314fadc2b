"""Headlines are about whom the data package names: keys stay, names and numbers follow."""

from dataclasses import replace

import pandas as pd
import pytest
from report_fixtures import monthly

from energy_model.results.compare import compare
from energy_model.results.headline import ROUTE_PREFIX, headline_list, headline_values, headlines
from energy_model.results.labels import Labels, SupplierLabel
from energy_model.results.routes import route_volumes
from energy_model.results.run import Results, about
from energy_model.results.store import read_labels, save_results

CUT = "full_cutoff_february"


def renamed(run: Results, old: str, new: str) -> Results:
    """The same run with another code and name for a supplier, everywhere."""
    tables = {
        name: table.apply(lambda column: column.map(lambda value: new if value == old else value))
        for name, table in run.tables.items()
    }
    nodes = run.nodes.assign(node=run.nodes["node"].replace(old, new))
    labels = run.labels.model_dump()
    for row in (*labels["suppliers"], *labels["routes"], labels["focus"]):
        for key in ("code", "seller", "supplier"):
            if row.get(key) == old:
                row[key] = new
    labels["suppliers"] = [
        row | ({"name": "Xanadu", "adjective": "Xanadian"} if row["code"] == new else {}) for row in labels["suppliers"]
    ]
    return replace(run, tables=tables, nodes=nodes, labels=Labels.model_validate(labels))


def test_the_names_of_the_package_make_the_labels():
    assert list(headlines(monthly(CUT)).index)[:2] == ["EU27 demand (TWh)", "EU27 curtailed (TWh)"]
    for label in ("Germany mean price (EUR/MWh)", "Russian pipeline gas to Europe (TWh)", "Nord Stream 2 (TWh)"):
        assert label in headlines(monthly(CUT)).index


def test_with_the_supplier_renamed_every_number_stays_and_only_its_name_changes():
    run = monthly(CUT)
    other = renamed(run, "RU", "XA")

    assert headline_values(other) == pytest.approx(headline_values(run))
    assert {one.label for one in headline_list(other)} - {one.label for one in headline_list(run)} == {
        "Xanadian pipeline gas to Europe (TWh)"
    }


def test_about_norway_the_rows_are_norwegian_gas_and_the_way_it_comes():
    run = about(monthly(CUT), supplier="NO", country="AT")
    values = headline_values(run)
    sold = run["supply"].loc[run["supply"]["supplier"] == "NO", "energy_gwh"].sum() / 1e3
    routes = [key for key in values if key.startswith(ROUTE_PREFIX)]

    assert values["supplier_pipeline_gas"] == pytest.approx(sold)
    assert routes == ["route norway"]
    assert "Austria curtailed (TWh)" in headlines(run).index
    assert not any("Russia" in label or "German" in label for label in headlines(run).index)


def test_keys_do_not_depend_on_whom_the_run_is_about():
    keys = [[key for key in headline_values(run) if not key.startswith(ROUTE_PREFIX)] for run in
            (monthly(CUT), about(monthly(CUT), supplier="DZ", country="GR", region="EUROPE"))]  # fmt: skip

    assert keys[0] == keys[1]


def test_a_country_without_storage_has_no_filling_and_the_rest_of_its_numbers():
    values = headline_values(about(monthly(CUT), country="IE"))

    assert pd.isna(values["country_lowest_filling"])
    assert values["country_demand"] > 0.0


@pytest.mark.parametrize("supplier", ["RU", "NO", "DZ", "AZ"])
def test_routes_sum_to_what_the_seller_sells(supplier):
    run = about(monthly("reference"), supplier=supplier)
    sold = run["supply"].loc[run["supply"]["supplier"] == supplier, "energy_gwh"].sum()

    assert route_volumes(run)["energy_gwh"].sum() == pytest.approx(sold, rel=1e-6)


def test_a_stored_run_gives_its_names_back(tmp_path):
    run = monthly(CUT)

    assert read_labels(save_results(run, tmp_path)) == run.labels


def test_a_supplier_that_no_table_names_is_its_own_seller():
    labels = monthly(CUT).labels.model_copy(
        update={"suppliers": (SupplierLabel(code="A1", seller="A", name="Aland", adjective="Alandic"),)}
    )

    assert (labels.seller_of("A1"), labels.seller_of("B"), labels.suppliers_of("A")) == ("A", "B", ("A", "A1"))


def test_a_comparison_shows_the_reference_beside_two_others():
    found = compare(monthly(CUT), monthly("ns2_commissioned"), reference=monthly("reference")).headlines

    assert list(found) == ["reference", "base", "other", "difference"]
    assert found.loc["Germany mean price (EUR/MWh)", "reference"] == pytest.approx(
        headlines(monthly("reference"))["Germany mean price (EUR/MWh)"]
    )
