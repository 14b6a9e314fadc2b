"""The shipped data with every mechanism of the model left out that the first tests were written without.

Most tests hold properties of measures, plans and outputs on this plainer model, which takes a third of the time. What
the package ships is held by tests/test_shipped_model.py and by the tests of each mechanism, of pages and of replays.
"""

from __future__ import annotations

import re
import shutil
from pathlib import Path

from energy_model.data import seal
from energy_model.data.package import DESCRIPTOR

SHIPPED = Path(__file__).resolve().parents[1] / "data"
PLAIN = 'mechanisms = ["low_calorific"]'


def plain_home(folder: Path) -> Path:
    """A copy of the home of the data in which scenarios use low-calorific gas alone."""
    home = folder / "data"
    shutil.copytree(SHIPPED, home)
    for file in home.glob("*/storyline.toml"):
        told = file.read_text(encoding="utf-8")
        plain, count = re.subn(r"^mechanisms = \[[^\]]*\]", PLAIN, told, count=1, flags=re.MULTILINE)
        assert count == 1, f"{file.parent.name} names no mechanisms"
        file.write_text(plain, encoding="utf-8")
        assert (file.parent / DESCRIPTOR).is_file()
        seal(file.parent)
    return home
