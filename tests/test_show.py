"""What objects say of themselves: it fits a screen, has the main figures with units, and says what to type next."""

from __future__ import annotations

import pickle
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest
from report_fixtures import monthly, real_data

from energy_model import EnergyModelError, compare, study
from energy_model.errors import DataError, UnknownNameError
from energy_model.impact.answer import Answer
from energy_model.report.brief import Brief
from energy_model.report.grid import Grid
from energy_model.report.winters import Winters
from energy_model.results.headline import headline_values
from energy_model.show import HEIGHT, WIDTH, Card, LateTables, Shown, Tables
from energy_model.sweep.cases import prepare
from energy_model.sweep.engine import Sweep
from energy_model.sweep.plan import find_plan, load_plan
from energy_model.validate.ledger import Ledger

CUT = "full_cutoff_february"


def answered() -> Answer:
    table = pd.DataFrame({"country": ["A", "B"], "short_twh": [1.0, 2.0]})
    return Answer("Short", "Who is short?", "A lacks 1 TWh. " * 60, {"By country": table}, "Summed.", ("None.",))


def briefing() -> Brief:
    run = monthly(CUT)
    return Brief(Path("reports"), Path("reports/briefing.xlsx"), (), (), "Many go short. " * 90, ("One.",), (run,))


THINGS = {
    "data": real_data,
    "scenario": lambda: monthly(CUT).scenario,
    "results": lambda: monthly(CUT),
    "statistics": lambda: monthly(CUT).statistics,
    "one statistic": lambda: monthly(CUT).statistics.curtailed,
    "comparison": lambda: compare(monthly("reference"), monthly(CUT)),
    "study": lambda: study(CUT, real_data(), resolution="month"),
    "answer": answered,
    "brief": briefing,
    "prepared sweep": lambda: prepare(load_plan(find_plan("winter_risk", real_data().root)), real_data()),
    "sweep": lambda: Sweep(Path("reports/sweep"), 1000, 2, 100),
}
FIGURES = {
    "data": ("2022-01-31", "rows", 'data["nodes"]'),
    "scenario": ("2022-02-15", "by month", "run(scenario)"),
    "results": ("EU27", "TWh curtailed", "EUR/MWh", "bn EUR", 'results["curtailment"]'),
    "statistics": ("curtailed", ".value("),
    "one statistic": ("cut by order", "protected"),
    "comparison": ("EU27 curtailed (TWh)", "0 -> ", "comparison.headlines"),
    "study": ("reference", "nothing yet", "answer(study"),
    "answer": ("Who is short?", "By country (2 rows)", "answer.table"),
    "prepared sweep": ("winter", "cases", "EU27", "run_sweep(plan"),
    "sweep": ("1,000 cases", "2 cases without a result", "sweep.frame()"),
    "brief": ("briefing.xlsx", "Many go short.", "brief.findings"),
}


@pytest.mark.parametrize("name", list(THINGS))
def test_what_an_object_shows_fits_a_screen_and_has_its_figures(name):
    text = repr(THINGS[name]())

    assert len(text.splitlines()) <= HEIGHT
    assert max(map(len, text.splitlines())) <= WIDTH
    assert [] == [words for words in FIGURES[name] if words not in text]


def test_the_figures_of_a_run_are_its_headlines():
    values, text = headline_values(monthly(CUT)), repr(monthly(CUT))

    for key, words in (
        ("region_curtailed", "{:,.1f} TWh curtailed"), ("country_voluntary", "{:,.1f} TWh reduced at a price"),
        ("region_price", "mean price {:,.0f} EUR/MWh"), ("lng", "{:,.0f} TWh"), ("total_cost", "{:,.0f} bn EUR"),
    ):  # fmt: skip
        assert words.format(values[key]) in text, key


@pytest.mark.parametrize("name", ["data", "scenario", "results", "comparison", "study", "answer", "brief"])
def test_a_notebook_shows_the_same(name):
    thing = THINGS[name]()

    assert thing._repr_html_() == thing.card().html()
    assert thing._repr_html_().startswith(f"<b>{thing.card().title[:4]}")


def test_more_than_a_screen_is_cut_and_said_to_be():
    card = Card(
        "A <title> " + "x" * 200, [(f"measure {n}", "w" * 150) for n in range(60)], (("run()", "solve"),), "so " * 999
    )
    lines = card.text().splitlines()

    assert (HEIGHT, WIDTH) == (len(lines), max(map(len, lines)))
    assert any("more lines" in line for line in lines)
    assert lines[-1] == "  run() # solve"
    assert "<title>" not in card.html()


def test_a_scenario_of_many_measures_fits_too():
    one = monthly(CUT).scenario
    text = repr(one.model_copy(update={"measures": one.measures * 40, "title": "T" * 300}))

    assert len(text.splitlines()) <= HEIGHT
    assert "80 measures" in text


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        (lambda: monthly(CUT)["flow"], "no table 'flow'; did you mean 'flows'? known tables: balance, contracts,"),
        (lambda: monthly(CUT).tables["price"], "did you mean 'prices'?"),
        (lambda: monthly(CUT).inputs["storages"], "did you mean 'storage'?"),
        (lambda: real_data()["node"], "no table 'node'; did you mean 'nodes'? known tables: "),
        (lambda: answered()["By county"], "no table 'By county'; did you mean 'By country'?"),
        (lambda: answered().tables[3], "no table '3'; known tables: By country"),
    ],
)
def test_a_name_that_nothing_has_is_a_key_error_that_says_what_there_is(asked, words):
    with pytest.raises(KeyError) as error:
        asked()

    assert isinstance(error.value, EnergyModelError)
    assert words in str(error.value)


def test_a_missing_table_of_the_data_is_still_an_error_of_the_data():
    with pytest.raises(DataError, match="did you mean 'pipelines'"):
        real_data()["pipeline"]


def test_the_tab_key_lists_the_tables():
    assert "curtailment" in monthly(CUT)._ipython_key_completions_()
    assert "nodes" in real_data()._ipython_key_completions_()
    assert ["By country"] == answered()._ipython_key_completions_()


def test_tables_stay_a_mapping_that_can_be_sent_to_another_process():
    tables = Tables({"a": 1}, "results")
    sent = pickle.loads(pickle.dumps(tables))

    assert (sent, sent.owner, sent.get("b")) == ({"a": 1}, "results", None)


def test_every_object_that_shows_itself_says_what() -> None:
    """A class without a card could not be printed at all."""
    assert {Brief, Grid, Ledger, Sweep, Winters} <= set(Shown.__subclasses__())
    assert [] == [one.__name__ for one in Shown.__subclasses__() if not callable(getattr(one, "card", None))]


def test_tables_that_are_made_late_are_made_once_and_only_if_asked_for() -> None:
    made: list[str] = []

    def maker(name: str) -> Callable[[], str]:
        def make() -> str:
            made.append(name)
            return name.upper()

        return make

    late = LateTables({name: maker(name) for name in ("a", "b", "c")}, "results of 'x'")
    assert (list(late), len(late), "a" in late, made) == (["a", "b", "c"], 3, True, [])
    assert (late["b"], late["b"], late.get("b"), late.get("z"), made) == ("B", "B", "B", None, ["b"])
    whole = {"a": "A", "b": "B", "c": "C"}
    assert {**late} == dict(late) == late.copy() == dict(late.items()) == pickle.loads(pickle.dumps(late)) == whole
    assert (list(late.values()), sorted(made)) == (["A", "B", "C"], ["a", "b", "c"])
    with pytest.raises(UnknownNameError, match="no table 'd'"):
        late["d"]
