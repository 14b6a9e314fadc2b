"""Observations that a reader brings along join by their names; what cannot be joined is refused in words."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from energy_model.cases.ukraine_2022.replay import HISTORY
from energy_model.data.load import GasData
from energy_model.errors import DataError
from energy_model.validate.observed import BORDERS, with_observations
from energy_model.validate.replay import compare


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
