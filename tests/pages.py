"""A generated page against the one on record: which numbers moved, from what to what."""

from __future__ import annotations

import re
from collections.abc import Iterator
from difflib import SequenceMatcher
from pathlib import Path

NUMBER = re.compile(r"(?<![\w.])-?\d[\d,]*(?:\.\d+)?(?![\w])")
SHOWN = 25
"""Differences that a failure lists."""


def moved(recorded: str, fresh: str) -> list[str]:
    """What differs between two texts: numbers as ``from -> to`` with the line they stand in, other lines whole."""
    return list(_moved(recorded.splitlines(), fresh.splitlines()))


def _moved(old: list[str], new: list[str]) -> Iterator[str]:
    for what, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if what == "equal":
            continue
        pairs = min(b - a, d - c)
        for line, (before, after) in enumerate(zip(old[a : a + pairs], new[c : c + pairs], strict=True), start=c + 1):
            yield from _in_line(line, before, after)
        yield from (f"line {at + 1} is gone: {old[at]}" for at in range(a + pairs, b))
        yield from (f"line {at + 1} is new: {new[at]}" for at in range(c + pairs, d))


def _in_line(line: int, before: str, after: str) -> Iterator[str]:
    if NUMBER.sub("#", before) != NUMBER.sub("#", after):
        yield f"line {line}: {before}\n     now {after}"
        return
    changed = [
        f"{one} -> {other}"
        for one, other in zip(NUMBER.findall(before), NUMBER.findall(after), strict=True)
        if one != other
    ]
    yield f"line {line}: {', '.join(changed)} in: {after.strip()[:100]}"


def assert_page(fresh: str, page: Path, command: str) -> None:
    """Fail if a generated page is not what stands on record, with what moved and what to do about it."""
    recorded = page.read_text(encoding="utf-8")
    found = moved(recorded, fresh)
    if recorded != fresh and not found:
        found = ["line ends or the last line differ"]
    more = [f"and {len(found) - SHOWN} more"] if len(found) > SHOWN else []
    assert not found, "\n".join(
        [
            f"{page.name}: {len(found)} places are no longer what the code gives:",
            *found[:SHOWN],
            *more,
            "Find out why they moved, and say so in the commit. Only if the new ones are right: " + command,
        ]
    )
