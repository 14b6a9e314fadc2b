"""The explorer in a browser: every control does what it says, nothing is sent, and axe-core finds nothing serious."""

from __future__ import annotations

import csv
import json
import shutil
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest
from processes import PATIENCE_SECONDS
from report_fixtures import monthly, real_data, small_bands

from energy_model.report import facts
from energy_model.report.explorer.page import write_explorer

BROWSER = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(BROWSER is None, reason="no Chromium is installed"),
    pytest.mark.skipif(find_spec("playwright") is None, reason="playwright is not installed"),
]
BASE, CUT = "reference", "full_cutoff_february"
WIDTHS = (1440, 1024, 390)
CHARTS = ("supply", "storage", "price", "sectors", "replaced", "routes", "overview")


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    runs = [monthly(BASE), monthly(CUT), monthly("ns2_commissioned")]
    return write_explorer(runs, real_data(), tmp_path_factory.mktemp("explorer") / "explorer.html", BASE, small_bands())


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as started:
        yield started.chromium.launch(executable_path=BROWSER, args=["--no-sandbox", "--disable-gpu"])


class Visit:
    """The file in a tab, with everything that was asked for and complained about."""

    def __init__(self, browser: Any, file: Path, fragment: str = "", width: int = 1440, **looks: Any) -> None:
        self.tab = browser.new_page(viewport={"width": width, "height": 900}, accept_downloads=True, **looks)
        self.tab.set_default_timeout(PATIENCE_SECONDS * 1_000.0)
        self.asked: list[str] = []
        self.said: list[str] = []
        self.tab.on("request", lambda request: self.asked.append(request.url))
        self.tab.on("console", lambda message: self.said.append(message.text))
        self.tab.on("pageerror", lambda error: self.said.append(str(error)))
        self.tab.goto(f"{file.as_uri()}{fragment}")
        self.tab.wait_for_selector("html[data-ready=yes]", state="attached")

    def text(self, selector: str) -> str:
        return str(self.tab.text_content(selector))

    def number(self, place: int, column: int) -> str:
        """A cell of the table of headlines."""
        return self.text(f"#headlines tbody tr:nth-child({place}) > :nth-child({column})")

    def fragment(self) -> dict[str, str]:
        return dict(self.tab.evaluate("[...new URLSearchParams(location.hash.slice(1))]"))

    def saved(self, selector: str) -> Path:
        with self.tab.expect_download() as waiting:
            self.tab.click(selector)
        return Path(waiting.value.path())

    def end(self) -> None:
        """Only the file itself was asked for, and addresses of its own memory; nobody complained."""
        outside = [url for url in self.asked if not url.startswith(("file:", "data:", "blob:"))]
        self.tab.close()
        assert ([], []) == (outside, self.said)


def test_scenarios_are_picked_swapped_and_compared(browser: Any, file: Path) -> None:
    visit = Visit(browser, file)
    curtailed = monthly(CUT).statistics.curtailed.value(region="EU27")

    assert {"a": BASE, "b": CUT, "place": "EU27"}.items() <= visit.fragment().items()
    assert f"+{curtailed:,.0f}" == visit.number(2, 6)  # with the range of the cut between
    assert "0.4 – 1,613" == visit.number(2, 5)
    visit.tab.click("#swap")
    assert {"a": CUT, "b": BASE}.items() <= visit.fragment().items()
    assert f"−{curtailed:,.0f}" == visit.number(2, 6)
    visit.tab.select_option("#first", "ns2_commissioned")
    visit.tab.select_option("#second", "ns2_commissioned")
    assert "same scenario" in visit.text("#chart-replaced .sum")
    visit.end()


def test_the_slider_and_play_move_both_maps_and_the_address(browser: Any, file: Path) -> None:
    visit = Visit(browser, file, f"#a={BASE}&b={CUT}&day=2022-01-01")
    colour = "document.querySelector('#map-b [data-land=DE]').getAttribute('fill')"
    before = visit.tab.evaluate(colour)
    visit.tab.focus("#slider")
    visit.tab.keyboard.press("ArrowRight")
    visit.tab.keyboard.press("ArrowRight")
    visit.tab.keyboard.press("ArrowRight")

    assert "2022" in visit.text("#when")
    assert visit.text("#when") == visit.tab.get_attribute("#slider", "aria-valuetext")
    assert before != visit.tab.evaluate(colour)
    assert "2022-01-01" != visit.fragment()["day"]
    shown = visit.tab.evaluate("document.querySelector('#map-b [data-land=DE] title').textContent")
    assert shown.startswith("Germany: ")
    assert shown.endswith("%")
    visit.tab.click("#play")
    assert ("true", "Pause") == (visit.tab.get_attribute("#play", "aria-pressed"), visit.text("#play"))
    day = visit.fragment()["day"]
    later = "day => new URLSearchParams(location.hash.slice(1)).get('day') > day"
    visit.tab.wait_for_function(later, arg=day)
    visit.tab.click("#play")
    assert "false" == visit.tab.get_attribute("#play", "aria-pressed")
    visit.tab.click("#worst")
    worst, _ = facts.worst_period(monthly(CUT), facts.region(monthly(CUT)))
    begins = monthly(CUT)["periods"].set_index("period").loc[worst, "start"]
    assert f"{begins:%Y-%m-%d}" == visit.fragment()["day"]
    visit.end()


def test_a_click_on_a_country_opens_its_page_and_the_address_brings_it_back(browser: Any, file: Path) -> None:
    visit = Visit(browser, file)
    visit.tab.locator("#map-b text[data-place=FR]").first.click()

    assert "France" in visit.text("#place-head")
    assert "FR" == visit.tab.input_value("#place")
    visit.tab.select_option("#place", "DE")
    assert "Germany" in visit.text("#place-head")
    assert "Germany" in str(visit.tab.get_attribute("#plot-price", "aria-label"))
    address = visit.tab.evaluate("location.hash")
    visit.end()
    again = Visit(browser, file, address)
    assert "Germany" in again.text("#place-head")
    again.end()


def test_the_page_speaks_german_and_writes_numbers_the_german_way(browser: Any, file: Path) -> None:
    visit = Visit(browser, file)
    visit.tab.click("#language")

    assert "de" == visit.tab.get_attribute("html", "lang")
    assert "Kennzahlen" == visit.text("#numbers-head")
    assert "EU27: Bedarf" in visit.number(1, 1)
    assert "." in visit.number(1, 3)
    assert "Deutschland" in visit.text("#place option[value=DE]")
    assert not visit.tab.evaluate(
        "[...document.querySelectorAll('[data-text]')].some((one) => /undefined/.test(one.textContent))"
    )
    visit.end()


def test_light_and_dark_follow_the_system_and_the_switch(browser: Any, file: Path) -> None:
    visit = Visit(browser, file, color_scheme="dark")

    assert "dark" == visit.tab.get_attribute("html", "data-theme")
    visit.tab.click("#theme")
    assert "light" == visit.tab.get_attribute("html", "data-theme")
    assert "light" == visit.fragment()["theme"]
    visit.end()


@pytest.mark.parametrize("chart", CHARTS)
def test_each_chart_is_saved_as_a_picture_and_as_numbers(browser: Any, file: Path, chart: str) -> None:
    visit = Visit(browser, file, "#place=DE")
    picture, pixels, table = (
        visit.saved(f"[data-of={chart}][data-kind={kind}]").read_bytes() for kind in ("svg", "png", "csv")
    )

    assert picture.startswith(b"<svg")
    assert pixels.startswith(b"\x89PNG")
    rows = list(csv.reader(table.decode().splitlines()))
    assert real_data().digest in [cell for row in rows[-2:] for cell in row]
    visit.tab.click(f"#chart-{chart} summary")
    assert visit.tab.locator(f"#chart-{chart} tbody tr").count() == len(rows) - 5  # head, and four lines of origin
    visit.end()


def test_maps_numbers_and_all_data_are_saved_too(browser: Any, file: Path) -> None:
    visit = Visit(browser, file)

    assert b"<svg" in visit.saved("[data-of=map-b][data-kind=svg]").read_bytes()[:200]
    assert visit.saved("[data-of=map-b][data-kind=png]").read_bytes().startswith(b"\x89PNG")
    assert b"GWh/d" in visit.saved("[data-of=map-a][data-kind=csv]").read_bytes()
    assert b"EU27 demand" in visit.saved("[data-of=numbers][data-kind=csv]").read_bytes()
    held = json.loads(visit.saved("#all-data").read_text(encoding="utf-8"))
    assert [BASE, CUT, "ns2_commissioned"] == [one["id"] for one in held["runs"]]
    visit.end()


@pytest.mark.parametrize("width", WIDTHS)
def test_nothing_is_cut_off_at_the_side(browser: Any, file: Path, width: int) -> None:
    visit = Visit(browser, file, "#place=DE&lang=de", width)

    assert visit.tab.evaluate("document.documentElement.scrollWidth") <= width
    visit.end()


def test_no_label_of_a_narrow_map_lies_over_another(browser: Any, file: Path) -> None:
    """Those of the hardest hit stay; in the worst period of a full stop there are several."""
    visit = Visit(browser, file, f"#a={BASE}&b={CUT}", width=390)
    visit.tab.click("#worst")
    boxes = visit.tab.evaluate(
        "[...document.querySelectorAll('#map-b text')].map((one) => one.getBoundingClientRect())"
        ".map((box) => [box.left, box.right, box.top + 0.15 * box.height, box.bottom - 0.15 * box.height])"
    )
    over = [
        (one, two)
        for number, one in enumerate(boxes)
        for two in boxes[number + 1 :]
        if one[0] < two[1] and two[0] < one[1] and one[2] < two[3] and two[2] < one[3]
    ]

    assert len(boxes) >= 6
    assert [] == over
    visit.end()


@pytest.mark.parametrize("looks", [{}, {"color_scheme": "dark"}], ids=["light", "dark"])
def test_axe_finds_nothing_serious(browser: Any, file: Path, looks: dict[str, str]) -> None:
    axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe()
    visit = Visit(browser, file, "#place=DE", **looks)
    visit.tab.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true; })")
    found = axe.run(visit.tab).response["violations"]

    assert [] == [
        (one["id"], one["nodes"][0]["html"][:120]) for one in found if one["impact"] in ("serious", "critical")
    ]
    visit.end()


def test_it_prints_in_light_colours(browser: Any, file: Path) -> None:
    visit = Visit(browser, file, "#theme=dark")
    paper = visit.tab.pdf(format="A4", landscape=True)

    assert paper.startswith(b"%PDF")
    assert "dark" == visit.tab.get_attribute("html", "data-theme")
    visit.end()
