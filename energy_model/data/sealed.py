"""Whether the verdict that is kept in a descriptor is about the files, and the rules, as they are now."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from energy_model.data.package import Package, package_digest, plain_bytes

VERDICT = "verdict"
RULES = (
    "assets_agree",
    "check",
    "consistent",
    "demand_agrees",
    "plausible",
    "problem",
    "sizes",
    "supply_agrees",
    "tables",
    "vintage",
    "world_agrees",
)
"""Modules of the checks, read as files: a check reads tables from the cache, which asks here."""


def is_sealed(package: Package) -> bool:
    """Whether the verdict in the descriptor is about what lies on the disk now."""
    stored = package.descriptor.get(VERDICT)
    kept = dict(stored) if isinstance(stored, Mapping) else {}
    return isinstance(kept.get("errors"), list) and kept.get("of") == depends_on(package, package.descriptor)


def depends_on(package: Package, descriptor: Mapping[str, Any]) -> str:
    """A hash of all that a verdict depends on: the files, the descriptor without the verdict, and the rules."""
    whole = hashlib.sha256(package_digest(package).encode())
    plain = {key: value for key, value in descriptor.items() if key != VERDICT}
    whole.update(json.dumps(plain, sort_keys=True).encode())
    whole.update(_code())
    return whole.hexdigest()


@cache
def _code() -> bytes:
    """The rules themselves, which no process changes while it runs."""
    return b"".join(plain_bytes(Path(__file__).with_name(f"{rules}.py")) for rules in RULES)
