"""The page that counts what was tried says what the tests try, and that it is enough."""

from __future__ import annotations

from pages import assert_page
from reliability import PAGE, bad_inputs, kills, page


def test_the_page_of_reliability_says_what_is_tried() -> None:
    assert_page(page(), PAGE, "python tests/reliability.py")


def test_at_least_three_hundred_bad_inputs_and_a_hundred_kills_are_tried() -> None:
    assert bad_inputs() >= 300
    assert kills() >= 100
