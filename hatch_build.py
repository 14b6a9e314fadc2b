"""What a build of this project refuses: a wheel or source archive with rows whose publisher has not been asked.

The rule and its words stand in ``energy_model/data/redistribution.py``, as `energy-model data check --release` uses it.
An editable install passes nothing on and is not held up.
"""

from __future__ import annotations

import importlib.util
from pathlib import Path
from types import ModuleType
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

EDITABLE = "editable"


class ReleaseCheck(BuildHookInterface):  # type: ignore[type-arg]
    """Refuse to build what must not be passed on."""

    PLUGIN_NAME = "custom"

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Look at every data package before anything is written.

        Raises
        ------
        SystemExit
            With every source that keeps a package back.
        """
        if version == EDITABLE:
            return
        root = Path(self.root)
        problems = _rule(root).home_problems(root / "data")
        if problems:
            lines = "".join(f"\n  not to be released: {problem}" for problem in problems)
            raise SystemExit(
                f"nothing is built: {len(problems)} sources do not let their rows be passed on{lines}\n"
                "  to use them on this machine alone: pip install -e ."
            )


def _rule(root: Path) -> ModuleType:
    """The module with the rule, loaded by its path: nothing that it does not need has to be installed."""
    file = root / "energy_model" / "data" / "redistribution.py"
    spec = importlib.util.spec_from_file_location("redistribution", file)
    assert spec is not None, f"{file} is no module"
    assert spec.loader is not None, f"{file} is no module"
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
