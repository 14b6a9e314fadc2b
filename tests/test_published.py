"""Published shortages beside ours in one figure: what is taken, on which measure, and what it says of our own range."""

from __future__ import annotations

import pandas as pd
import pytest
from report_fixtures import monthly_runs, small_bands

from energy_model.report.published import headline_of, published_figure, shortage_table, write_published
from energy_model.results.band import Band
from energy_model.validate.anchors import COLUMNS, AnchorReport


def report() -> AnchorReport:
    """By hand: two shortages in per cent, one in TWh, one loss of output, one that must come out."""
    rows = [
        ("eu", "comparison", "reduction of demand needed", "%", 15.0, 15.0, 12.0, 19.0),
        ("de", "comparison", "gas missing over twelve months", "% of use", 29.0, 30.0, 21.0, 21.0),
        ("gap", "comparison", "gas missing", "TWh", 35.0, 35.0, 20.0, 20.0),
        ("gdp", "comparison", "GDP 2022", "%", -1.5, -1.5, -1.0, -1.0),
        ("ces", "acceptance", "gas missing", "%", 10.0, 10.0, 10.0, 10.0),
    ]
    names = ["anchor", "kind", "metric", "unit", "published_from", "published_to", "ours_from", "ours_to"]
    table = pd.DataFrame(rows, columns=names).assign(study="A study", scope="UNION", scenario="a full stop")
    return AnchorReport(table.reindex(columns=COLUMNS))


def test_shortages_in_per_cent_are_taken_and_nothing_else():
    table = shortage_table(report())

    assert [30.0, 15.0] == table["published_to_percent"].to_list()
    assert [21.0, 12.0] == table["ours_from_percent"].to_list()


def test_our_headline_stands_beside_them_with_low_and_high():
    band = Band(0.04, 0.112, 0.28, "share", "easy LNG", "all of them")
    table = shortage_table(report(), ("Full stop", "UNION", band))
    (axes,) = published_figure(table).axes
    ours = [line.get_xdata().tolist() for line in axes.lines][-1]

    assert ours == pytest.approx([4.0, 28.0])
    assert "central 11.2%" in table["setting"].iloc[-1]
    assert pd.isna(table["published_to_percent"].iloc[-1])
    assert axes.get_yticklabels()[-1].get_text() == "this model, UNION\nFull stop"


def test_the_headline_is_the_gravest_run_whose_range_is_known():
    title, scope, band = headline_of(monthly_runs(), small_bands())

    assert ("Full cut-off in mid-February 2022, without warning", "EU27") == (title, scope)
    assert band.high == pytest.approx(0.28)
    assert headline_of(monthly_runs(), {}) is None


def test_the_figure_has_its_data_beside_it(tmp_path):
    picture = write_published(report(), tmp_path)

    assert picture.stat().st_size > 10_000
    assert 2 == len(pd.read_csv(tmp_path / "published.csv"))
