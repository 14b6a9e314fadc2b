"""The gallery names every kind of figure, and its pictures exist."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from PIL import Image
from toy_package import toy_data

from energy_model.errors import ResultError
from energy_model.report import gallery
from energy_model.report.gallery import EXHIBITS, PART, Exhibit, Hall, about, picture_of, write_gallery
from energy_model.report.style import HouseFigure, add_header, new_figure
from energy_model.results.plotting import plots_of

PAGE = Path(__file__).parents[1] / "docs" / "gallery.md"


def test_every_plot_is_an_exhibit() -> None:
    plots = {f"{sort}.{name}" for sort in ("results", "answer", "sample") for name in plots_of(sort)}

    assert plots | {"winters.figure", "grid.figure"} == set(EXHIBITS)


def test_the_page_shows_every_kind_of_figure_with_its_call_and_nothing_else() -> None:
    text = PAGE.read_text(encoding="utf-8")
    shown = re.findall(r"^!\[.+\]\((.+)\)$", text, re.MULTILINE)

    assert [picture_of(kind).as_posix() for kind in EXHIBITS] == shown
    assert [one.call for one in EXHIBITS.values()] == re.findall(r"^## `(.+)`$", text, re.MULTILINE)
    folded = " ".join(text.split())
    assert [] == [kind for kind in EXHIBITS if " ".join(about(kind).split()) not in folded]


def test_its_pictures_exist_say_what_they_show_and_are_all_in_use() -> None:
    folder = PAGE.parent / gallery.IMAGES
    text = PAGE.read_text(encoding="utf-8")

    assert {picture_of(kind).name for kind in EXHIBITS} == {path.name for path in folder.iterdir()}
    for kind in EXHIBITS:
        with Image.open(PAGE.parent / picture_of(kind)) as image:
            assert image.info["Title"][: gallery.ALT_LETTERS // 2] in text, kind
            assert image.info["Description"].startswith(image.info["Title"].rstrip("."))


def test_a_page_is_written_between_its_marks_with_pictures_beside_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def drawn(hall: Hall) -> HouseFigure:
        figure = new_figure((3.0, 2.0))
        add_header(figure, f"What {hall.name} does")
        return figure

    monkeypatch.setattr(gallery, "EXHIBITS", {"results.supply": Exhibit("cut.plot.supply()", "a command", drawn)})
    page = tmp_path / "page.md"
    page.write_text(f"# By hand\n\n{PART.begins}\n\nold\n\n{PART.ends}\n\nAfter.\n", encoding="utf-8")
    write_gallery(page, toy_data())
    text = page.read_text(encoding="utf-8")

    assert "old" not in text
    assert text.startswith("# By hand")
    assert text.endswith("After.\n")
    assert "## `cut.plot.supply()`" in text
    assert "![What stop does](images/gallery/results_supply.png)" in text
    assert (tmp_path / "images/gallery/results_supply.png").stat().st_size > 0


def test_a_page_without_its_marks_is_refused_before_anything_is_solved(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text("# By hand\n", encoding="utf-8")

    with pytest.raises(ResultError, match="0 lines"):
        write_gallery(page, toy_data())
    assert [page] == list(tmp_path.iterdir())
