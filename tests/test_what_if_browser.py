"""The what-if page in a browser: a slider is moved, the number read and saved, nonsense told, and nothing leaves."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from processes import PATIENCE_SECONDS
from toy_package import toy_data

from energy_model.results.run import run
from energy_model.scenario import load_scenario
from energy_model.scenario.load import with_changes

BROWSER = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(BROWSER is None, reason="no Chromium is installed"),
    pytest.mark.skipif(find_spec("playwright") is None, reason="playwright is not installed"),
]
WIDTHS = (1440, 1024, 390)


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    """The page of the toy package on a port of this machine."""
    import socket
    import time

    import uvicorn

    from energy_model.whatif.app import create_app

    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        bound.listen()
        server = uvicorn.Server(uvicorn.Config(create_app(toy_data(), "word"), log_level="warning"))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [bound]})
        thread.start()
        until = time.monotonic() + PATIENCE_SECONDS
        while not server.started and time.monotonic() < until:
            time.sleep(0.05)
        yield f"http://127.0.0.1:{bound.getsockname()[1]}/?token=word"
        server.should_exit = True
        thread.join(PATIENCE_SECONDS)


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as started:
        yield started.chromium.launch(executable_path=BROWSER, args=["--no-sandbox", "--disable-gpu"])


class Visit:
    """The page in a tab, with every host that was asked and everything that was complained about."""

    def __init__(self, browser: Any, address: str, width: int = 1440, **looks: Any) -> None:
        self.tab = browser.new_page(viewport={"width": width, "height": 900}, accept_downloads=True, **looks)
        self.tab.set_default_timeout(PATIENCE_SECONDS * 1_000.0)
        self.hosts: set[str | None] = set()
        self.said: list[str] = []
        self.tab.on("request", lambda request: self.hosts.add(urlsplit(request.url).hostname))
        self.tab.on("console", lambda message: self.said.append(message.text))
        self.tab.on("pageerror", lambda error: self.said.append(str(error)))
        self.tab.goto(address)
        self.solved()

    def solved(self) -> None:
        self.tab.wait_for_selector("body[data-solved=week]")
        self.tab.frame_locator("#view").locator("html[data-ready=yes]").wait_for(state="attached")

    def choose(self, key: str, value: str) -> None:
        """Set a control as a reader does, and wait until the page has taken note, however soon it is answered."""
        self.tab.evaluate(
            """([id, value]) => new Promise((noted) => {
                const body = document.body, one = document.getElementById(id);
                const look = () => { if (!body.dataset.solved) { watch.disconnect(); noted(); } };
                const watch = new MutationObserver(look);
                watch.observe(body, {attributeFilter: ["data-solved"]});
                one.value = value;
                one.dispatchEvent(new Event("input", {bubbles: true}));
                look();
            })""",
            [key, value],
        )

    def number(self, key: str) -> str:
        return str(self.tab.text_content(f"tr[data-key={key}] td:nth-of-type(2)"))

    def end(self) -> None:
        assert {"127.0.0.1"} == {host for host in self.hosts if host}
        assert [] == self.said
        self.tab.close()


def test_a_slider_is_moved_and_the_number_is_that_of_a_run(browser: Any, address: str, tmp_path: Path) -> None:
    data, visit = toy_data(), Visit(browser, address)
    assert "0.0" == visit.number("region_curtailed")
    visit.choose("supplier", "supplier:XX")
    visit.choose("start", "2031-04-01")
    visit.choose("remaining_share", "20")
    visit.solved()
    shown = visit.number("region_curtailed")

    with visit.tab.expect_download() as waiting:
        visit.tab.click("#save_toml")
    file = tmp_path / "saved.toml"
    file.write_bytes(Path(waiting.value.path()).read_bytes())
    saved = with_changes(load_scenario(file, data.root, data), resolution="week")
    curtailed = run(saved, data).statistics.curtailed.value(region="UNION")

    assert curtailed > 0.05
    assert f"{curtailed:,.1f}" == shown
    assert "20% still delivered" in str(visit.tab.text_content("#answer_title"))
    visit.end()


def test_what_is_refused_shows_no_older_number(browser: Any, address: str) -> None:
    visit = Visit(browser, address)
    visit.choose("start", "2099-01-01")
    visit.tab.wait_for_selector("#refused:not([hidden])")

    assert "outside of 2031-01-01 to 2031-12-31" in str(visit.tab.text_content("#refused"))
    assert "true" == visit.tab.get_attribute("#start", "aria-invalid")
    assert not visit.tab.is_visible("#numbers")

    visit.tab.click("#reset")
    visit.solved()
    assert not visit.tab.is_visible("#refused")
    assert visit.tab.is_visible("#numbers")
    visit.said.clear()  # a browser notes that an answer was a refusal
    visit.end()


def test_a_closed_tab_leaves_the_others_alone(browser: Any, address: str) -> None:
    one, other = Visit(browser, address), Visit(browser, address)
    one.choose("supplier", "supplier:YY")
    one.tab.close()
    other.choose("supplier", "supplier:XX")
    other.solved()

    assert "Exland" in str(other.tab.text_content("#answer_title"))
    other.end()


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_it_fits_and_axe_finds_nothing_serious(browser: Any, address: str, width: int, scheme: str) -> None:
    axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe()
    visit = Visit(browser, address, width, color_scheme=scheme)

    assert visit.tab.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    visit.tab.evaluate("document.getElementById('view').remove()")  # the explorer has its own tests
    found = axe.run(visit.tab).response["violations"]
    assert [] == [
        (one["id"], one["nodes"][0]["html"][:120]) for one in found if one["impact"] in ("serious", "critical")
    ]
    visit.tab.close()
