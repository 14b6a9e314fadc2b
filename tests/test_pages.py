"""A page that differs from what generates it fails with what moved, not with an invitation to overwrite it."""

from __future__ import annotations

import pytest
from pages import assert_page, moved

PAGE = "# Results\n\n| case | TWh |\n|---|---|\n| stop | 646.2 |\n| ban | 80.7 |\n"


def test_a_number_that_moved_is_shown_from_what_to_what():
    assert ["line 5: 646.2 -> 644.2 in: | stop | 644.2 |"] == moved(PAGE, PAGE.replace("646.2", "644.2"))


def test_a_row_that_is_gone_or_new_is_shown_and_moves_nothing_else():
    longer = PAGE.replace("| ban |", "| duty | 1.0 |\n| ban |")

    assert ["line 6 is new: | duty | 1.0 |"] == moved(PAGE, longer)
    assert ["line 6 is gone: | duty | 1.0 |"] == moved(longer, PAGE)


def test_other_words_are_shown_beside_each_other():
    assert ["line 6: | ban | 80.7 |\n     now | duty | 80.7 |"] == moved(PAGE, PAGE.replace("| ban", "| duty"))


def test_a_page_that_differs_asks_for_the_reason_before_it_says_how_to_write_it(tmp_path):
    page = tmp_path / "results.md"
    page.write_text(PAGE, encoding="utf-8")

    assert_page(PAGE, page, "write it")
    with pytest.raises(AssertionError, match=r"1 places.*\n.*646\.2 -> 0\.0.*\n.*why.*Only if.*: write it"):
        assert_page(PAGE.replace("646.2", "0.0"), page, "write it")
    with pytest.raises(AssertionError, match="line ends"):
        assert_page(PAGE.rstrip("\n"), page, "write it")
