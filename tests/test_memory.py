"""Memory that was freed goes back to the system, as far as the C library can."""

from __future__ import annotations

import platform
import resource
from pathlib import Path

import numpy as np
import pytest

from energy_model.fast import give_back

PIECES, PIECE_BYTES = 1_000, 100_000


def held_bytes() -> int:
    """Memory of this process that is in use or kept for later."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * resource.getpagesize()


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="only glibc keeps and trims")
def test_what_lies_between_pieces_still_in_use_goes_back():
    """Of a hundred megabytes in pieces every tenth stays: what is freed between them is kept until it is given back."""
    pieces = [np.ones(PIECE_BYTES, dtype=np.int8) for _ in range(PIECES)]
    stay = pieces[::10]
    del pieces
    before = held_bytes()
    give_back()

    assert before - held_bytes() > 0.5 * PIECES * PIECE_BYTES
    assert all((piece == 1).all() for piece in stay)


def test_without_such_a_function_nothing_happens(monkeypatch):
    monkeypatch.setattr("energy_model.fast.memory._trim", lambda: None)

    assert give_back() is None
