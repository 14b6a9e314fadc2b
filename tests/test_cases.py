"""Cases of the past: named by the data package, found by name, and left out in words where none is named."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import openpyxl
import pytest
from report_fixtures import monthly, real_data

from energy_model import brief, write_workbook
from energy_model.data.load import GasData
from energy_model.errors import DataError
from energy_model.validate.anchors import anchors
from energy_model.validate.reference import ReferenceCase, case_names, has_case, reference_case
from energy_model.validate.replay import replay


def with_case(name: str) -> GasData:
    """The package's own data under another name of its past."""
    data = real_data()
    return replace(data, storyline=data.storyline.model_copy(update={"case": name}))


def test_the_packages_own_case_offers_all_that_a_case_must() -> None:
    case = reference_case(real_data())
    promised = [name for name in vars(ReferenceCase) if not name.startswith("_")]

    assert real_data().storyline.case in case_names()
    assert [] == [name for name in [*promised, *ReferenceCase.__annotations__] if not hasattr(case, name)]


@pytest.mark.parametrize("ask", [replay, anchors, reference_case])
def test_a_package_without_a_case_says_that_there_is_nothing_to_hold_the_model_against(ask) -> None:
    assert not has_case(with_case(""))
    with pytest.raises(DataError, match=r"key 'case': .*nothing in the past.*known: ukraine_2022"):
        ask(with_case(""))


def test_an_unknown_case_is_an_error_that_says_which_there_are(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"no case is called 'ukraine_2014'; known: ukraine_2022"):
        brief(with_case("ukraine_2014"), tmp_path, ["reference"], validate=True)

    assert [] == list(tmp_path.iterdir())


def test_the_cover_of_a_workbook_says_that_no_case_is_named(tmp_path: Path) -> None:
    def cover(data: GasData) -> str:
        file = write_workbook([monthly("reference")], tmp_path / "one.xlsx", data=data)
        sheet = openpyxl.load_workbook(file, read_only=True)["About"]
        return " ".join(str(cell) for row in sheet.iter_rows(values_only=True) for cell in row if cell)

    untested = "names no case of the past"
    assert untested in cover(with_case(""))
    assert untested not in cover(real_data())
