"""What a run is given and cannot use is said in words."""

from __future__ import annotations

from typing import Any

import pytest

from energy_model import EnergyModelError, run


@pytest.mark.parametrize("given", [{}, "2022-01-31", 5])
def test_what_is_no_data_package_is_refused_by_its_type(given: Any) -> None:
    with pytest.raises(EnergyModelError, match=f"type {type(given).__name__}; give what load_data"):
        run("reference", given)
