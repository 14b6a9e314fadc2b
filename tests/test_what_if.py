"""What if, without a file: a choice is a checked scenario, answered as a run is, on a page for one machine."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from processes import PATIENCE_SECONDS
from starlette.testclient import TestClient
from toy_package import toy_data

from energy_model.data import GasData
from energy_model.errors import OutputError, ScenarioError
from energy_model.results.run import run
from energy_model.scenario import Scenario, load_scenario
from energy_model.whatif import Choice, options_of, scenario_of
from energy_model.whatif import desk as desk_module
from energy_model.whatif.app import LONGEST_BODY, create_app
from energy_model.whatif.choices import read_choice
from energy_model.whatif.desk import STEPS, Desk, key_of, numbers_of
from energy_model.whatif.server import listen

TOKEN = "word"
CUT = {"supplier": "supplier:XX", "start": "2031-04-01"}


@pytest.fixture(scope="module")
def data() -> GasData:
    return toy_data()


@pytest.fixture(scope="module")
def page(data: GasData) -> Iterator[TestClient]:
    with TestClient(create_app(data, TOKEN), base_url="http://127.0.0.1:8000", headers={"X-Token": TOKEN}) as client:
        yield client


def answered(page: TestClient, choice: dict[str, Any], step: str = "month", reader: str = "one") -> dict[str, Any]:
    """The answer to a choice, waited for."""
    asked = page.post("/ask", json=choice, headers={"X-Reader": reader})
    assert 200 == asked.status_code, asked.text
    until = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < until:
        got: dict[str, Any] = page.get(f"/answer/{asked.json()['key']}/{step}", headers={"X-Reader": reader}).json()
        if got["state"] not in ("waiting", "solving"):
            return got
    raise AssertionError(f"no answer: {got}")


def number(answer: dict[str, Any], key: str, which: str = "value") -> float:
    return float(next(one[which] for one in answer["numbers"] if one["key"] == key))


# Choices


def test_what_may_be_chosen_is_what_the_package_holds(data: GasData) -> None:
    options = options_of(data)

    assert ["", "supplier:XX", "supplier:YY"] == [one for one in options.supplier if not one.startswith("lng")]
    assert {"", "usual", "harsh"} <= set(options.weather)
    assert ["", "little", "middle", "much"] == list(options.lng_case)
    assert "reference" == next(iter(options.based_on))
    assert "the Union" == options.region


def test_nothing_chosen_is_the_reference(data: GasData) -> None:
    chosen, reference = scenario_of(Choice(), data), load_scenario("reference", data.root)

    own = {"id", "title", "title_de", "short_title", "description", "files"}
    assert reference.model_dump(exclude=own) == chosen.model_dump(exclude=own)


def test_a_cut_is_the_scenario_that_an_author_would_write(data: GasData) -> None:
    chosen, written = run(scenario_of(read_choice(CUT), data), data), run("stop", data)

    assert written.objective_eur == pytest.approx(chosen.objective_eur, rel=1e-9)
    assert written.statistics.curtailed.value() == pytest.approx(chosen.statistics.curtailed.value(), abs=1e-6)


@pytest.mark.parametrize("supplier", ["supplier:XX", "supplier:YY"])
def test_a_cut_that_takes_nothing_changes_nothing_and_a_milder_one_never_cuts_more(
    data: GasData, supplier: str
) -> None:
    def curtailed(share: float) -> float:
        scenario = scenario_of(Choice(supplier=supplier, remaining_share=share), data)
        return float(run(scenario, data).statistics.curtailed.value())

    assert run("reference", data).statistics.curtailed.value() == pytest.approx(curtailed(1.0), abs=1e-6)
    assert curtailed(0.0) >= curtailed(0.5) - 1e-6


def test_every_choice_is_told_in_the_title(data: GasData) -> None:
    choice = Choice(
        based_on="stop", supplier="supplier:YY", remaining_share=0.25, saving=0.1, weather="harsh", lng_case="little"
    )
    title = scenario_of(choice, data).title

    for words in ("Yland", "25% still delivered", "the Union saves 10%", "harsh", "little", "(from: Exland stops"):
        assert words.casefold() in title.casefold().replace("cold winter, one in twenty years", "harsh").replace(
            "low", "little"
        ), title


@pytest.mark.parametrize(
    ("raw", "said"),
    [
        ({"supplier": "XX"}, ["key 'supplier', value 'XX'", "supplier:XX"]),
        ({"supplier": "supplier:ZZ", "weather": "mild"}, ["value 'supplier:ZZ'", "value 'mild'"]),
        ({"remaining_share": 7, "saving": -1}, ["key 'remaining_share', value 7", "key 'saving', value -1"]),
        ({"remaining_share": float("nan")}, ["key 'remaining_share'"]),
        ({"start": "2099-01-01"}, ["key 'start', value '2099-01-01'", "2031-01-01 to 2031-12-31"]),
        ({"start": "2031-06-01", "end": "2031-05-01"}, ["lies before the first"]),
        ({"start": "yesterday"}, ["key 'start', value 'yesterday'"]),
        ({"based_on": "../../etc/passwd"}, ["key 'based_on'", "reference"]),
        ({"helps": ["money"]}, ["key 'helps', value 'money'"]),
        ({"suplier": "supplier:XX"}, ["key 'suplier'"]),
        ({"based_on": "stop", **CUT}, ["'what if: cut'", "twice"]),
        (None, ["dictionary"]),
        ([1], ["dictionary"]),
    ],
)
def test_a_choice_that_cannot_be_is_refused_at_its_key(data: GasData, raw: object, said: list[str]) -> None:
    with pytest.raises(ScenarioError) as caught:
        scenario_of(read_choice(raw), data)

    for words in said:
        assert words in str(caught.value)


def test_the_hash_is_of_what_takes_effect(data: GasData) -> None:
    keys = [
        key_of(scenario_of(read_choice(raw), data), data)
        for raw in (CUT, {**CUT, "remaining_share": 0.0}, {**CUT, "remaining_share": 0.5}, {})
    ]

    assert keys[0] == keys[1]
    assert 3 == len(set(keys))


# The page


def test_the_page_answers_as_a_run_does(page: TestClient, data: GasData) -> None:
    answer = answered(page, CUT)

    assert "done" == answer["state"], answer["reason"]
    scenario = scenario_of(read_choice(CUT), data, "month")
    reference = load_scenario("reference", data.root)
    expected = numbers_of(run(scenario, data, beside=[reference]), run(reference, data, beside=[scenario]))
    assert [one["key"] for one in expected] == [one["key"] for one in answer["numbers"]]
    for one, other in zip(expected, answer["numbers"], strict=True):
        assert one["value"] == pytest.approx(other["value"], abs=1e-6)
        assert one["reference"] == pytest.approx(other["reference"], abs=1e-6)
    assert run(scenario, data).statistics.curtailed.value(region="UNION") == pytest.approx(
        number(answer, "region_curtailed"), abs=1e-6
    )
    assert 0.0 == pytest.approx(number(answer, "region_curtailed", "reference"), abs=1e-6)
    assert answer["said"]


def test_a_finer_answer_follows(page: TestClient) -> None:
    assert {"month": "done", "week": "done"} == {step: answered(page, CUT, step)["state"] for step in STEPS}


def test_two_readers_have_their_own_answers(page: TestClient) -> None:
    choices = {"one": CUT, "other": {**CUT, "supplier": "supplier:YY"}}
    found: dict[str, dict[str, Any]] = {}
    threads = [
        threading.Thread(target=lambda who=who: found.update({who: answered(page, choices[who], reader=who)}))  # type: ignore[misc]
        for who in choices
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert found["one"]["key"] != found["other"]["key"]
    for who, choice in choices.items():
        assert answered(page, choice, reader="third")["numbers"] == found[who]["numbers"]


def test_what_is_saved_is_the_scenario_of_the_answer(page: TestClient, data: GasData, tmp_path: Path) -> None:
    choice = {**CUT, "remaining_share": 0.4, "saving": 0.1}
    answer = answered(page, choice)

    for kind in ("toml", "xlsx"):
        saved = page.get(f"/save/{answer['key']}.{kind}")
        assert f"what_if_{answer['key']}.{kind}" in saved.headers["content-disposition"]
        file = tmp_path / f"saved.{kind}"
        file.write_bytes(saved.content)
        again: Scenario = load_scenario(file, data.root, data)
        assert answer["key"] == key_of(again.model_copy(update={"id": "what_if", "files": ()}), data)
        assert run(again, data).statistics.curtailed.value(region="UNION") == pytest.approx(
            number(answer, "region_curtailed"), abs=1e-6
        )


def test_the_view_is_the_explorer_of_both_runs(page: TestClient) -> None:
    answer = answered(page, CUT)
    view = page.get(f"/view/{answer['key']}/month")

    assert 200 == view.status_code
    assert "SAMEORIGIN" == view.headers["x-frame-options"]
    assert "connect-src 'none'" in view.text


def test_nonsense_is_refused_and_the_page_lives_on(page: TestClient) -> None:
    nonsense: list[tuple[bytes, int]] = [
        (b"", 400),
        (b"{", 400),
        (b"\xff\xfe", 400),
        (b"[]", 422),
        (b'{"remaining_share": 7}', 422),
        (b'{"remaining_share": NaN}', 422),
        (b" " * (LONGEST_BODY + 1), 413),
        (b"[" * 15_000, 400),
    ]
    for body, status in nonsense:
        refused = page.post("/ask", content=body)
        assert status == refused.status_code, body[:20]
        assert refused.json()["problems"]

    for path in ("/answer/0000/month", "/answer/x/year", "/view/0000/month", "/save/0000.toml", "/save/0000.exe"):
        assert 404 == page.get(path).status_code
    assert "done" == answered(page, CUT)["state"]


@pytest.mark.parametrize(
    ("heads", "said"),
    [
        ({"X-Token": ""}, "token"),
        ({"X-Token": "words"}, "token"),
        ({"Host": "example.org"}, "example.org"),
        ({"Origin": "http://example.org"}, "example.org"),
        ({"Origin": "null"}, "null"),
    ],
)
@pytest.mark.parametrize("path", ["/", "/ask", "/answer/0/month", "/save/0.toml"])
def test_only_this_machine_with_its_token_is_answered(
    page: TestClient, heads: dict[str, str], said: str, path: str
) -> None:
    refused = page.request("POST" if path == "/ask" else "GET", path, headers=heads)

    assert 403 == refused.status_code
    assert said in refused.json()["problems"][0]


def test_the_page_holds_its_choices_and_asks_nobody_else(page: TestClient) -> None:
    front = page.get("/", params={"token": TOKEN}, headers={"X-Token": ""})

    assert 200 == front.status_code
    assert "supplier:XX" in front.text
    assert "@@" not in front.text
    assert "https://" not in front.text
    assert "default-src 'none'" in front.headers["content-security-policy"]
    assert "no-store" == front.headers["cache-control"]


# Where they are solved


def test_what_nobody_waits_for_is_not_solved(data: GasData, monkeypatch: pytest.MonkeyPatch) -> None:
    begun, go = threading.Event(), threading.Event()
    solved: list[str] = []

    def slow(scenario: Scenario, *_: Any, **__: Any) -> Any:
        begun.set()
        go.wait(PATIENCE_SECONDS)
        solved.append(scenario.title)
        return real(scenario, *_, **__)

    real = desk_module.run
    monkeypatch.setattr(desk_module, "run", slow)
    desk = Desk(data)
    first = desk.ask(read_choice(CUT), "tab")
    assert begun.wait(PATIENCE_SECONDS)
    older = desk.ask(read_choice({**CUT, "remaining_share": 0.3}), "tab")
    newest = desk.ask(read_choice({**CUT, "remaining_share": 0.6}), "tab")
    go.set()
    done = desk.job(newest.key, "week", "tab", PATIENCE_SECONDS)
    desk.close()

    assert done is not None
    assert "done" == done.state
    states = {question.key: job.state for question in (first, older) if (job := desk.job(question.key, "week"))}
    assert {first.key: "dropped", older.key: "dropped"} == states
    assert older.scenario.title not in solved


def test_a_reader_who_has_gone_is_not_waited_for(data: GasData, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(desk_module, "SECONDS_UNSEEN", -1.0)
    desk = Desk(data)
    question = desk.ask(Choice(), "closed tab")
    job = desk.job(question.key, "week", wait_seconds=PATIENCE_SECONDS)
    desk.close()

    assert job is not None
    assert "dropped" == job.state


def test_a_scenario_that_fails_says_why_and_the_next_is_solved(data: GasData, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(scenario: Scenario, *_: Any, **__: Any) -> Any:
        raise ZeroDivisionError("nothing to share")

    desk = Desk(data)
    with monkeypatch.context() as patched:
        patched.setattr(desk_module, "run", broken)
        question = desk.ask(read_choice(CUT), "tab")
        failed = desk.job(question.key, "week", "tab", PATIENCE_SECONDS)
    again = desk.ask(read_choice(CUT), "tab")
    done = desk.job(again.key, "week", "tab", PATIENCE_SECONDS)
    desk.close()

    assert failed is not None
    assert ("failed", True) == (failed.state, "nothing to share" in failed.reason)
    assert failed.results is None
    assert done is not None
    assert "done" == done.state


def test_a_port_that_is_taken_is_an_error_in_words(data: GasData) -> None:
    import socket

    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        with pytest.raises(OutputError, match=r"port \d+ cannot be listened on .*--port"):
            listen(data, taken.getsockname()[1], print)


# In a notebook


def test_the_same_choices_in_a_notebook(data: GasData) -> None:
    from energy_model.whatif import what_if

    widget = what_if(data)
    assert "application/vnd.jupyter.widget-view+json" in widget._repr_mimebundle_()
    widget.controls["supplier"].value = "supplier:XX"
    widget.controls["start"].value = read_choice(CUT).start
    widget.solve()

    assert widget.results is not None
    assert run("stop", data).statistics.curtailed.value() == pytest.approx(
        widget.results.statistics.curtailed.value(), abs=1e-6
    )
    assert "Union curtailed" in widget.answer

    widget.controls["end"].value = read_choice({"start": "2031-02-01"}).start
    widget.solve()

    assert widget.results is None
    assert "lies before the first" in widget.answer
    assert "<table>" not in widget.answer
