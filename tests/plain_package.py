"""The shipped data with every mechanism of the model left out that the first tests were written without.

Most tests hold properties of measures, plans and outputs on this plainer model, which takes a third of the time. What
the package ships is held by tests/test_shipped_model.py and by the tests of each mechanism, of pages and of replays.
"""

from __future__ import annotations

import re
import shutil
import tomllib
from pathlib import Path

from energy_model.data import seal
from energy_model.data.home import COMMON, HOME_FILE
from energy_model.data.package import DESCRIPTOR

SHIPPED = Path(__file__).resolve().parents[1] / "data"
PLAIN = 'mechanisms = ["low_calorific"]'
FORESIGHT = 'foresight = "surprise"'


def plain_home(folder: Path) -> Path:
    """A copy of the home of the data: the default vintage, whose scenarios use low-calorific gas alone."""
    home = folder / "data"
    default = tomllib.loads((SHIPPED / HOME_FILE).read_text(encoding="utf-8"))["default"]
    others = [path.name for path in SHIPPED.iterdir() if path.is_dir() and path.name not in (COMMON, default)]
    shutil.copytree(SHIPPED, home, ignore=shutil.ignore_patterns(*others))
    for file in home.glob("*/storyline.toml"):
        told = file.read_text(encoding="utf-8")
        plain, count = re.subn(r"^mechanisms = \[[^\]]*\]", PLAIN, told, count=1, flags=re.MULTILINE)
        assert count == 1, f"{file.parent.name} names no mechanisms"
        plain = re.sub(r'^foresight = "[a-z]*"', FORESIGHT, plain, flags=re.MULTILINE)
        file.write_text(plain, encoding="utf-8")
        assert (file.parent / DESCRIPTOR).is_file()
        seal(file.parent)
    return home
