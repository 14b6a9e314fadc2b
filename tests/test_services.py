"""Figures from live services, proven against a server on this machine that answers as they document, faults too."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import date
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from urllib.parse import parse_qs, urlparse

import pytest
from typer.testing import CliRunner

from energy_model.cli.program import app
from energy_model.data import GasData, Package
from energy_model.errors import DataError, InputError
from energy_model.imports import services
from energy_model.imports.join import options_for, read_file
from energy_model.imports.services import Request, fetch

SPAN = Request(date(2022, 9, 1), date(2022, 9, 3), "DE")
Answer = tuple[int, bytes]
Reply = Callable[[dict[str, str], int, str], Answer]


def level(day: int) -> dict[str, object]:
    return {"code": "DE", "gasDayStart": f"2022-09-{day:02}", "gasInStorage": "200.0", "status": "C", "info": []}


def page(days: list[int], last: int = 1) -> bytes:
    return json.dumps({"last_page": last, "total": 3, "data": [level(day) for day in days]}).encode()


@pytest.fixture
def server() -> Iterator[tuple[str, list[Reply], list[str]]]:
    """Address of a server, the replies it gives one after the other (the last again and again), what it saw."""
    replies: list[Reply] = []
    seen: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked = {key: value[0] for key, value in parse_qs(urlparse(self.path).query).items()}
            reply = replies[min(len(seen), len(replies) - 1)]
            seen.append(self.path)
            status, body = reply(asked, len(seen), self.headers.get("x-key", ""))
            if status == 0:
                self.connection.close()
                return
            self.send_response(status)
            self.send_header("Content-Length", str(len(body) if status < 1000 else 10 * len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            return

    own = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = Thread(target=own.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{own.server_port}/api", replies, seen
    own.shutdown()
    own.server_close()
    thread.join()


@pytest.fixture(autouse=True)
def key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GIE_API_KEY", "secret")
    monkeypatch.setattr(services, "BACK_OFF_SECONDS", 0.001)


def always(body: bytes, status: int = 200) -> Reply:
    return lambda asked, count, key: (status, body)


def test_all_pages_come_together_and_are_read_as_a_file(
    server: tuple[str, list[Reply], list[str]], data: GasData, tmp_path: Path
) -> None:
    url, replies, seen = server
    replies.append(
        lambda asked, count, key: (200, page([1, 2] if asked["page"] == "1" else [3], 2)) if key else (401, b"")
    )
    file = fetch("agsi", SPAN, tmp_path, url)
    found = read_file("agsi", file, options_for(Package.open(data.root)))

    assert len(seen) == 2
    assert "country=DE" in seen[0]
    assert [change.new for change in found.changes] == [3]


@pytest.mark.parametrize("status", [429, 500, 503])
def test_a_busy_service_is_asked_again(status: int, server: tuple[str, list[Reply], list[str]], tmp_path: Path) -> None:
    url, replies, seen = server
    replies += [always(b"busy", status), always(page([1, 2, 3]))]
    fetch("agsi", SPAN, tmp_path, url)
    assert len(seen) == 2

    replies[:] = [always(b"busy", status)]
    with pytest.raises(DataError, match=r"goes on refusing.*download the file by hand and read it with 'data import'"):
        fetch("agsi", SPAN, tmp_path, url)


def test_half_a_page_and_a_cut_connection_are_asked_again(
    server: tuple[str, list[Reply], list[str]], tmp_path: Path
) -> None:
    url, replies, _ = server
    replies += [always(page([1, 2, 3])[:40]), always(b"", 0), always(page([1, 2, 3]))]
    assert len(json.loads(fetch("agsi", SPAN, tmp_path, url).read_text())["data"]) == 3

    replies[:] = [always(page([1, 2, 3])[:40])]
    with pytest.raises(DataError, match="breaks off its answer"):
        fetch("agsi", SPAN, tmp_path, url)


@pytest.mark.parametrize(
    ("body", "status", "words"),
    [
        (b'{"error": "access denied"}', 403, r"refuses the key; check it \(403\)"),
        (b"{}", 404, "refuses the request; ask for another period"),
        (b'{"message": "invalid parameters"}', 200, "is not the documented answer: it says: invalid parameters"),
        (b'{"rows": []}', 200, "lacks 'data'; the service may have changed"),
        (page([]), 200, "no rows for 2022-09-01 to 2022-09-03"),
        (page([], 2), 200, "page 1 of 2 came empty"),
    ],
)
def test_an_answer_that_is_none_is_told_in_words(
    body: bytes, status: int, words: str, server: tuple[str, list[Reply], list[str]], tmp_path: Path
) -> None:
    url, replies, _ = server
    replies.append(always(body, status))
    with pytest.raises(DataError, match=words):
        fetch("agsi", SPAN, tmp_path, url)
    assert not list(tmp_path.iterdir())


def test_a_changed_column_is_named_when_the_answer_is_read(
    server: tuple[str, list[Reply], list[str]], data: GasData, tmp_path: Path
) -> None:
    url, replies, _ = server
    replies.append(always(page([1]).replace(b"gasInStorage", b"stock")))
    file = fetch("agsi", SPAN, tmp_path, url)
    with pytest.raises(DataError, match="no column for gas in storage"):
        read_file("agsi", file, options_for(Package.open(data.root)))


def test_flows_and_consumption_come_the_same_way(
    server: tuple[str, list[Reply], list[str]], data: GasData, tmp_path: Path
) -> None:
    url, replies, seen = server
    flow = {"indicator": "Physical Flow", "periodType": "day", "periodFrom": "2022-09-01 06:00", "value": 3e8}
    flow |= {"operatorKey": "DE-TSO-0001", "pointLabel": "Greifswald", "directionKey": "entry", "unit": "kWh/d"}
    replies.append(always(json.dumps({"meta": {"total": 1}, "operationaldatas": [flow]}).encode()))
    package = options_for(Package.open(data.root))
    assert read_file("entsog-flows", fetch("entsog", SPAN, tmp_path, url), package).changes[0].new == 1
    stat = {"id": ["geo", "time"], "size": [1, 1], "value": [3.6], "status": {}}
    stat |= {"dimension": {"geo": {"category": {"index": ["DE"]}}, "time": {"category": {"index": ["2022-09"]}}}}
    replies.append(always(json.dumps(stat).encode()))
    assert read_file("eurostat", fetch("eurostat", SPAN, tmp_path, url), package).changes[0].new == 1
    assert "sinceTimePeriod=2022-09" in seen[1]


def test_nobody_there_and_no_key_are_told_with_the_way_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(DataError, match="cannot be reached; go on line, or download the file by hand"):
        fetch("agsi", SPAN, tmp_path, "http://127.0.0.1:9/api")
    monkeypatch.delenv("GIE_API_KEY")
    with pytest.raises(InputError, match="the service needs a key: register there and set GIE_API_KEY"):
        fetch("agsi", SPAN, tmp_path, "http://127.0.0.1:9/api")
    with pytest.raises(InputError, match="source 'xyz': not known; known: agsi, alsi, entsog, eurostat"):
        fetch("xyz", SPAN, tmp_path)


def test_the_command_tells_what_would_change(server: tuple[str, list[Reply], list[str]], tmp_path: Path) -> None:
    url, replies, _ = server
    replies.append(always(page([1, 2, 3])))
    command = ["data", "refresh", "--source", "agsi", "--url", url, "--from", "2022-09-01", "--to", "2022-09-03"]
    told = CliRunner().invoke(app, [*command, "--keep", str(tmp_path)])
    back = CliRunner().invoke(app, [*command[:-1], "2022-08-01"])

    assert told.exit_code == 0, told.output
    assert "observed/storage_daily.csv: 3 new rows" in told.output
    assert "nothing was written; --write writes it" in told.output
    assert [file.name for file in tmp_path.iterdir()] == ["agsi_2022-09-01_2022-09-03.json"]
    assert back.exit_code == 2
