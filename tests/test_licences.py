"""Every pinned package may be passed on under a permissive licence; the few exceptions are named with the reason."""

from __future__ import annotations

import re
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from pathlib import Path

import pytest
from packaging.utils import canonicalize_name

CONSTRAINTS = Path(__file__).parents[1] / "constraints.txt"

PERMISSIVE = (
    "Apache", "BSD", "MIT", "ISC", "PSF", "Python Software Foundation", "Unlicense", "Zlib", "CC0", "HPND", "0BSD",
    "Public Domain", "ZPL", "CNRI",
)  # fmt: skip
COPYLEFT = ("GPL", "EUPL", "AGPL", "SSPL", "CC-BY-NC", "Commons Clause", "Business Source")
EXCEPTIONS = {
    "axe-playwright-python": "MIT by its LICENSE; axe-core in it is MPL-2.0: used as it is, in the tests",
    "certifi": "MPL-2.0: a list of certificates, used as it is by development tools",
    "fqdn": "MPL-2.0: used as it is by Jupyter, never by this package",
    "hypothesis": "MPL-2.0: writes test cases, is passed on with nothing",
    "pathspec": "MPL-2.0: used as it is by mypy",
    "tqdm": "MPL-2.0 and MIT: used as it is by linopy, for the export to PyPSA",
    "text-unidecode": "Artistic License, or GPL: taken under the first; used as it is by frictionless, in the tests",
}
"""Used unchanged, they ask nothing of those who use this package; none is a part of what it solves or writes."""


def pinned() -> list[str]:
    lines = CONSTRAINTS.read_text(encoding="utf-8").splitlines()
    return [line.partition("==")[0] for line in lines if "==" in line]


def installed() -> list[str]:
    """Pinned packages that are installed here; each extra brings its own."""
    found = []
    for name in pinned():
        try:
            distribution(name)
        except PackageNotFoundError:
            continue
        found.append(name)
    return found


def licence_of(package: Distribution) -> str:
    """What a package says of its licence: its expression, else its classifiers, else its text."""
    said = package.metadata
    classifiers = [line for line in said.get_all("Classifier", []) if line.startswith("License ::")]
    named = [line.rpartition(" :: ")[2] for line in classifiers if line != "License :: OSI Approved"]
    return said.get("License-Expression", "") or "; ".join(named) or said.get("License", "").split("\n")[0]


def is_permissive(licence: str) -> bool:
    """Whether all that is asked for, or one of what is offered as a choice, is permissive."""
    choices = re.split(r"\bOR\b|;", licence)
    return any(
        any(word in choice for word in PERMISSIVE) and not any(word in choice for word in (*COPYLEFT, "MPL"))
        for choice in choices
    )


@pytest.mark.parametrize("name", installed())
def test_a_pinned_package_has_a_permissive_licence_or_is_named_with_the_reason(name: str) -> None:
    licence = licence_of(distribution(name))

    assert is_permissive(licence) or canonicalize_name(name) in EXCEPTIONS, f"{name}: {licence!r}"


def test_most_pinned_packages_are_installed_where_this_is_tried() -> None:
    assert len(installed()) > 0.5 * len(pinned()) > 50
    assert set(EXCEPTIONS) <= {canonicalize_name(name) for name in pinned()}


def test_the_check_tells_licences_apart() -> None:
    assert is_permissive("BSD-3-Clause")
    assert is_permissive("LGPL-2.1-only OR MIT")
    assert not is_permissive("GPL-3.0-or-later")
    assert not is_permissive("MPL-2.0")
    assert not is_permissive("")
