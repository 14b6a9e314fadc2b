"""What the figures of a package rest on: told row by row, or for a whole table, and never left unsaid."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from energy_model.data.basis import GROUNDS, NOT_STATED, basis_shares
from energy_model.data.descriptor import DESCRIPTOR, read_descriptor
from energy_model.data.load import GasData
from energy_model.errors import DataError
from energy_model.report.audit_page import audit_page


def test_shares_of_a_table_add_up_to_one_and_no_table_is_silent(data: GasData) -> None:
    shares = basis_shares(data).set_index("table")

    assert shares[[*GROUNDS, NOT_STATED]].sum(axis=1).to_numpy() == pytest.approx(1.0)
    assert 0.0 == shares[NOT_STATED].max()
    assert {"nodes", "sources", "route_waypoints", "map_anchors"}.isdisjoint(shares.index)


def test_a_share_is_the_part_of_the_rows_that_say_so(data: GasData) -> None:
    """Of ten tariffs, four by an official source, three judged and three standing in: 40, 30 and 30 per cent."""
    words = ["official"] * 3 + ["literature"] + ["judgement"] * 3 + ["proxy"] * 3
    tariffs = data["tariffs"].head(10).assign(basis=words)
    share = basis_shares(replace(data, tables={**data.tables, "tariffs": tariffs})).set_index("table").loc["tariffs"]

    assert (0.4, 0.3, 0.3, 0.0) == tuple(share[["published", "judgement", "proxy", "measured"]])
    assert 10 == share["rows"]


def test_a_table_without_the_column_says_it_as_a_whole_or_counts_as_not_stated(data: GasData, tmp_path: Path) -> None:
    shutil.copytree(data.root, tmp_path / "package")
    whole = json.loads((tmp_path / "package" / DESCRIPTOR).read_text(encoding="utf-8"))
    for one in whole["resources"]:
        if one["name"] == "trade":
            del one["basis"]
    (tmp_path / "package" / DESCRIPTOR).write_text(json.dumps(whole), encoding="utf-8")
    shares = basis_shares(replace(data, root=tmp_path / "package")).set_index("table")

    assert 1.0 == shares.loc["trade", NOT_STATED]
    assert 1.0 == shares.loc["demand_daily", "derived"]


def test_an_unknown_word_for_a_whole_table_is_refused_with_those_that_are_known(data: GasData, tmp_path: Path) -> None:
    whole = json.loads((data.root / DESCRIPTOR).read_text(encoding="utf-8"))
    whole["resources"] = [{**one, "basis": "guess"} for one in whole["resources"] if one["name"] == "sources"]
    (tmp_path / DESCRIPTOR).write_text(json.dumps(whole), encoding="utf-8")
    with pytest.raises(DataError, match="key 'basis', value 'guess': is not known; use one of: measured, official"):
        read_descriptor(tmp_path)


def test_the_audit_of_a_package_without_other_sources_says_what_its_figures_rest_on(data: GasData) -> None:
    kept = {name: table for name, table in data.tables.items() if not name.startswith("audit_")}
    page = audit_page(replace(data, tables=kept))

    assert "## What the figures rest on" in page
    assert "| demand_daily | " in page
    assert "## What has a second source" not in page
