"""Observations that a reader brings along join by their names; what cannot be joined is refused in words."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from energy_model.cases.ukraine_2022.replay import HISTORY
from energy_model.data.load import GasData
from energy_model.errors import DataError
from energy_model.validate.observed import BORDERS, with_observations
from energy_model.validate.replay import compare
from energy_model.validate.replay.borders import refuse_unknown_month_before, with_months_before
from energy_model.validate.replay.era import era_between
from energy_model.validate.replay.past import Past


def folder(path: Path, **files: str) -> Path:
    """A folder of files with the given text."""
    for name, text in files.items():
        (path / f"{name}.csv").write_text(text, encoding="utf-8")
    return path


def test_rows_of_a_reader_win_and_all_others_stay(data: GasData, tmp_path: Path) -> None:
    text = "month,node,demand_gwh\n2022-08-01,DE,1.5\n2022-09-01,DE,2.5\n"
    joined = with_observations(data, folder(tmp_path, demand_monthly=text))["observed_demand_monthly"]
    before = data["observed_demand_monthly"]

    mine = joined[joined["node"] == "DE"].set_index("month")["demand_gwh"]
    assert [1.5, 2.5] == mine.loc[["2022-08-01", "2022-09-01"]].tolist()
    assert len(before) + 1 == len(joined)
    assert {column: str(kind) for column, kind in before.dtypes.items()} == {
        c: str(k) for c, k in joined.dtypes.items()
    }


def test_a_price_and_a_full_month_of_entries_need_no_further_columns(data: GasData, tmp_path: Path) -> None:
    entries = "month,entry,origin,node,energy_gwh\n2022-09-01,medgaz,DZ,ES,9000\n"
    seen = with_observations(data, folder(tmp_path, border_entries_monthly=entries))
    table = compare.observed(seen, [pd.Timestamp("2022-09-01")], HISTORY)

    assert [9.0] == table.loc[table["series"] == "medgaz", "observed"].tolist()


def test_net_flows_over_borders_join_in_either_direction(data: GasData, tmp_path: Path) -> None:
    """10 from Slovakia to Austria and 4 back are 6 net, which is -6 from Austria to Slovakia."""
    text = "month,from_node,to_node,energy_gwh\n2022-09-01,SK,AT,10000\n2022-09-01,AT,SK,4000\n"
    seen = with_observations(data, folder(tmp_path, border_flows_monthly=text))
    table = compare.observed(seen, [pd.Timestamp("2022-09-01")], HISTORY)

    assert BORDERS in seen.tables
    mine = table[table["group"] == compare.BORDERS].set_index("series")["observed"]
    np.testing.assert_allclose(mine.loc["AT>SK"], -6.0)


def test_everything_wrong_is_told_at_once_and_nothing_is_joined(data: GasData, tmp_path: Path) -> None:
    files = {
        "demand_monthyl": "month,node,demand_gwh\n2022-09-01,DE,1\n",
        "demand_monthly": "month,node,demand_gwh\n2022-09-02,DE,1\n2022-09-01,QQ,1\n2022-10-01,FR,-4\n",
        "prices_monthly": "month,series,price,unit\n2022-09-01,gas_europe,60,EUR/MWh\n",
        "lng_sendout_monthly": "month,terminal,energy_gwh\n2022-09-01,gate,1\n",
    }
    with pytest.raises(DataError) as error:
        with_observations(data, folder(tmp_path, **files))

    text = str(error.value)
    assert "demand_monthyl.csv: no observations are called so; did you mean demand_monthly.csv?" in text
    assert "demand_monthly.csv line 2, month = '2022-09-02': is no first of a month; write 2022-09-01" in text
    assert "demand_monthly.csv line 3, node = 'QQ': nothing in the data is called so" in text
    assert "demand_monthly.csv line 4, demand_gwh = '-4': is below 0" in text
    assert "prices_monthly.csv line 2, unit = 'EUR/MWh': the data have series gas_europe in" in text
    assert "lng_sendout_monthly.csv: column 'node' is missing" in text


def test_a_folder_that_is_not_there_or_empty_says_what_belongs_into_it(data: GasData, tmp_path: Path) -> None:
    with pytest.raises(DataError, match="there is no such folder; name one with files such as border_entries_monthly"):
        with_observations(data, tmp_path / "nowhere")
    with pytest.raises(DataError, match="holds no CSV file"):
        with_observations(data, tmp_path)


def test_the_month_before_is_given_only_where_it_is_asked_for_and_observed(data: GasData, tmp_path: Path) -> None:
    """January's flow from Slovakia to Austria, 20 TWh, holds February of an era that gives it, and of no other."""
    era = replace(era_between(data, "2022-01", "2022-02"), mechanisms=("transit_bookings",))
    with pytest.raises(DataError, match=r"(?s)border_flows_monthly.csv.*name it with --observed"):
        refuse_unknown_month_before(data, [era, era.given_month_before()])

    text = "month,from_node,to_node,energy_gwh\n2022-01-01,SK,AT,21000\n2022-01-01,AT,SK,1000\n"
    seen = with_observations(data, folder(tmp_path, border_flows_monthly=text))
    refuse_unknown_month_before(seen, [era.given_month_before()])
    parts = {}
    for name, one in (("own", era), ("given", era.given_month_before())):
        past = Past(seen, one, HISTORY, months_known=2)
        parts[name] = with_months_before(HISTORY.plan(past, era.start, era.end), past).transit_bookings

    at = parts["own"].border.tolist().index("AT>SK")
    assert [False, True] == parts["given"].is_before_given.tolist()
    assert not parts["own"].is_before_given.any(), "its February follows its own January"
    assert parts["given"].before[at, 1] == pytest.approx(-20_000.0 / 31)
    assert parts["own"].change_cost[at, 1] == parts["given"].change_cost[at, 1] > 0.0
    assert not parts["given"].change_cost[:at, 1].any(), "borders of which nothing was observed are free"
