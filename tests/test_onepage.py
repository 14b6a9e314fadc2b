"""One page: its words in every language, its numbers as statistics have them, its files read back."""

from __future__ import annotations

import string
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path

import docx
import numpy as np
import pandas as pd
import pptx
import pytest
from pypdf import PdfReader
from toy_package import toy_data, write_toy
from typer.testing import CliRunner

from energy_model.cli import app
from energy_model.data.load import GasData, load_data
from energy_model.data.places import TABLE
from energy_model.errors import OutputError
from energy_model.impact.study import study
from energy_model.report.onepage import libraries
from energy_model.report.onepage.alarm import EMERGENCY, alarms
from energy_model.report.onepage.country_page import ways_table, whose_gas
from energy_model.report.onepage.language import MONTHS, WORDS, language_of
from energy_model.report.onepage.layout import Text, laid_out, width_mm, wrapped
from energy_model.report.onepage.libraries import library, reportlab_fonts
from energy_model.report.onepage.make import WRITERS, one_page, write_page
from energy_model.report.onepage.options import helps, options
from energy_model.report.onepage.page import Page
from energy_model.report.onepage.page_run import Told
from energy_model.report.onepage.peak import peak_supply
from energy_model.report.onepage.picture import mean_flows
from energy_model.report.onepage.scenario_page import scenario_page, side_words
from energy_model.report.onepage.stock import stock_lasts
from energy_model.results.band import Band
from energy_model.results.headline import headline_values
from energy_model.results.ranges import RangeStore
from energy_model.results.run import run
from energy_model.results.spread import INPUTS
from energy_model.scenario import library as scenarios_of
from energy_model.scenario import load_scenario
from energy_model.scenario.load import with_changes
from energy_model.scenario.schema import Scenario

ISSUED = date(2031, 3, 1)


@pytest.fixture(scope="module")
def toy() -> GasData:
    return toy_data()


@pytest.fixture(scope="module")
def pages(toy: GasData) -> dict[str, Page]:
    return {code: one_page("stop", toy, language=code, issued=ISSUED, find_ranges=False) for code in WORDS}


@pytest.fixture(scope="module")
def country(toy: GasData) -> dict[str, Page]:
    return {
        code: one_page("stop", toy, country="Beland", language=code, issued=ISSUED, find_ranges=False) for code in WORDS
    }


def places(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}


def test_every_language_has_every_key_with_the_same_places_for_numbers() -> None:
    for code, words in WORDS.items():
        assert set(WORDS["en"]) == set(words), code
        for key, text in words.items():
            other = places(WORDS["en"][key]) - {"adjective"} | {"supplier"}
            assert places(text) - {"adjective"} | {"supplier"} == other, f"{code}: {key}"
    assert all(len(MONTHS[code]) == 12 for code in WORDS)


def test_every_input_of_a_range_and_every_side_has_words_in_every_language(toy: GasData) -> None:
    for code in WORDS:
        words = language_of(code, toy)
        for one in INPUTS:
            assert side_words(words, f"{one.name}, tight") != side_words(words, f"{one.name}, easy")
        assert side_words(words, "central")


def test_every_country_scenario_and_group_of_the_packages_has_a_german_name(data: GasData) -> None:
    german = data[TABLE].loc[lambda table: table["kind"] == "german", "node"]
    markets = data["nodes"].loc[
        data["nodes"]["is_market"] & (data["nodes"]["node"] == data["nodes"]["country"]), "node"
    ]

    assert {"BY", "KGD", "PT", "UA"} == set(markets) - set(german)  # called the same in both languages
    assert [] == [name for name in scenarios_of(data.root) if load_scenario(name, data.root).title_de is None]
    assert data.storyline.title_de
    assert all(one.title_de for one in data.storyline.helps)


def test_numbers_and_days_are_written_as_the_language_writes_them(toy: GasData) -> None:
    german = language_of("de", toy)

    assert ("1.234,5", "14. März 2031") == (german.number(1234.5, 1), german.day("2031-03-14"))
    assert "9.876 GWh/Tag werden für den Winter eingespeichert (Füllstand 45 %)" == german.say(
        "reason_storing", rate=9876.0, filling=0.45
    )


def test_a_page_of_a_stop_says_what_the_statistics_say(toy: GasData, pages: dict[str, Page]) -> None:
    found = study("stop", toy)
    values = headline_values(found.results)
    page, words = pages["en"], language_of("en", toy)

    assert values["region_curtailed"] > 0.0
    assert words.share(values["region_curtailed_share"]) in page.title
    assert [words.twh(1000.0 * values["region_curtailed"]), words.twh(1000.0 * values["country_curtailed"]),
            words.price(values["country_price"])] == [number.value for number in page.numbers]  # fmt: skip
    before = headline_values(found.reference)
    assert f"{words.twh(1000.0 * before['region_voluntary'])} in the reference" in page.numbers[0].detail
    replaced = page.beside[1]
    assert "Exland" in replaced.heading
    assert replaced.table is not None
    assert "curtailment" in [row[0] for row in replaced.table.rows]


def test_what_is_lost_and_what_replaces_it_add_up_and_another_loss_shows_the_whole_balance(
    toy: GasData, pages: dict[str, Page]
) -> None:
    """Of a stop the shares of what replaces the gas add up to all of it; a run that loses nothing shows its balance."""
    table = pages["en"].beside[1].table
    calm = one_page("reference", toy, against="east_stops", find_ranges=False).beside[1]

    assert table is not None
    volumes = [float(row[1].replace(chr(8722), "-")) for row in table.rows]
    lost = volumes[0] / (float(table.rows[0][2].removesuffix(" %")) / 100.0)
    assert sum(volumes) == pytest.approx(lost, rel=0.02)
    assert "What changes" in calm.heading
    german = one_page("reference", toy, language="de", against="east_stops", find_ranges=False).beside[1]
    assert "„" in german.heading
    assert german.heading.count("“") == 1


def other_case(*measures: dict[str, object]) -> Scenario:
    return with_changes(load_scenario("reference", toy_data().root), id="other", title="Other", measures=measures)


def test_a_page_is_about_the_seller_whose_gas_the_scenario_takes(toy: GasData) -> None:
    """A cut of Yland's gas speaks of Yland, one of Quland's ships of LNG; neither of the seller in focus."""
    focus, pipe = (
        {"kind": "supply_cut", "supplier": one, "remaining_share": 0.0, "start": date(2031, 4, 1)}
        for one in ("XX", "YY")
    )
    ship = {"kind": "lng_outage", "exporter": "QQ", "remaining_share": 0.0, "start": date(2031, 4, 1)}
    by_pipe = one_page(other_case(pipe), toy, find_ranges=False).beside[1]
    base = with_changes(other_case(focus), id="base", title="Base")
    by_ship = one_page(other_case(focus, ship), toy, against=base, find_ranges=False).beside[1]

    assert by_ship.heading == "What replaces the LNG that is lost"
    assert "Quland" in by_ship.paragraphs[0]
    assert "Yland" in by_pipe.heading
    for section in (by_pipe, by_ship):
        assert section.table is not None
        assert "Exland" not in " ".join([section.heading, *section.paragraphs, *(row[0] for row in section.table.rows)])
    assert "YY" == whose_gas(study(other_case(pipe), toy, country="BB")).seller
    assert "QQ" == whose_gas(study(other_case(ship), toy, country="BB")).seller
    assert "XX" == whose_gas(study("stop", toy, country="BB")).seller


def test_what_plans_know_stands_under_what_must_not_be_forgotten(toy: GasData) -> None:
    stop = load_scenario("stop", toy.root)
    told = {
        foresight: one_page(with_changes(stop, foresight=foresight), toy, find_ranges=False).caveat
        for foresight in ("perfect", "surprise")
    }

    assert "from the first day on" in told["perfect"]
    assert "before it is announced" in told["surprise"]


def test_where_nobody_is_cut_the_page_names_the_month_in_which_most_demand_leaves(toy: GasData) -> None:
    page = one_page("reference", toy, find_ranges=False)
    left = study("reference", toy).results.statistics.reduced("month", region=toy.storyline.focus.region)

    assert left.sum() > 0.0
    assert language_of("en", toy).month(str(left.idxmax())) in page.beside[0].paragraphs[0]


def test_a_peak_day_is_served_by_what_comes_in_and_what_stores_so_full_can_give(toy: GasData) -> None:
    """What comes in, is produced and drawn is what is served; a country without stores has nothing else to give."""
    found = study("reference", toy).results
    at_home, abroad = (peak_supply(found, toy, code) for code in ("AA", "BB"))
    month = {"since": abroad.month.date(), "until": (abroad.month + pd.offsets.MonthEnd(0)).date(), "unit": "GWh/day"}

    assert abroad.brought == pytest.approx(found.statistics.served.value(country="BB", **month))
    assert 0.0 == abroad.withdrawal
    assert 0.0 < at_home.withdrawal
    assert 0.0 <= at_home.filling <= 1.0


def test_a_number_stays_on_one_line_with_its_unit() -> None:
    reportlab_fonts()
    text = "Every market that lost its gas saves 15 % and 120 TWh at 12 bn EUR"

    for width in range(10, 60, 5):
        lines = wrapped(text, float(width), 9.0)
        assert " ".join(lines) == text
        assert not [line for line in lines if line.startswith(("%", "TWh", "bn EUR"))]


@pytest.mark.parametrize("which", ["pages", "country"])
def test_no_text_reaches_over_the_place_it_has(which: str, request: pytest.FixtureRequest) -> None:
    for page in request.getfixturevalue(which).values():
        texts = [box for box in laid_out(page) if isinstance(box, Text)]
        assert texts
        wide = [
            line for box in texts for line in box.lines if width_mm(line, box.size, bold=box.bold) > box.width + 0.1
        ]
        assert [] == wide


def test_where_nobody_is_cut_but_at_the_scarce_end_the_page_says_so(toy: GasData) -> None:
    """A headline that nobody is curtailed may not hide 15 of 300 TWh at the end of a range."""
    found = study("east_stops", toy).results
    bands = {
        "region_curtailed": Band(0.0, 0.0, 15.0, "TWh", high_from="all of them, tight"),
        "region_curtailed_share": Band(0.0, 0.0, 0.05, "share"),
        "region_voluntary": Band(20.0, 30.0, 40.0, "TWh"),
    }
    for code, title, volume in (
        (
            "en",
            "Union: nobody is curtailed, but 5 % of gas demand at the scarce end of the data",
            "15 TWh are curtailed",
        ),
        (
            "de",
            "Union: Niemand wird abgeschaltet, am knappen Ende der Daten aber 5 % des Gasbedarfs",
            "15 TWh abge",
        ),
    ):
        page = scenario_page(Told(found, None, toy, language_of(code, toy), toy.storyline.as_of, bands))
        assert page.title == title
        assert volume in page.below[0].paragraphs[0]


def test_low_and_high_are_those_of_the_kept_ranges(toy: GasData, tmp_path: Path) -> None:
    store = RangeStore(tmp_path)
    page = one_page("stop", toy, store=store)
    (kept,) = (tmp_path / "ranges").glob("*.json")
    bands = store.read(load_scenario("stop", toy.root), toy)

    assert bands is not None
    assert bands["region_curtailed"].alone in {one.name for one in INPUTS}
    assert bands["region_curtailed"].low <= bands["region_curtailed"].alone_low
    assert bands["region_curtailed"].alone_high <= bands["region_curtailed"].high
    assert all(" to " in number.span for number in page.numbers)
    before = kept.read_bytes()
    assert page == one_page("stop", toy, store=store)
    assert before == kept.read_bytes()


def test_the_reference_is_measured_against_nothing_and_nobody_is_curtailed(toy: GasData) -> None:
    page = one_page("reference", toy, find_ranges=False)

    assert "nobody is curtailed" in page.title
    assert all("curtailed by order" not in number.label for number in page.numbers)


def test_what_helps_avoids_cuts_and_more_of_it_avoids_more(monthly: Callable[..., Scenario], data: GasData) -> None:
    """Saving and further gas together help no less than each alone; nobody gets a help twice."""
    cut = monthly("full_cutoff_february")
    found = options(run(cut, data), cut, data)
    saved = monthly("full_cutoff_with_savings")

    assert helps(data)[0].title != found[0].help.title
    assert len(found) == 3
    assert found[0].avoided_gwh >= max(one.avoided_gwh for one in found[1:]) > 0.0
    assert all(one.price_change_eur_per_mwh < 0.0 for one in found)
    again = options(run(saved, data), saved, data)
    assert all(one.saved_gwh == pytest.approx(0.0, abs=1.0) for one in again)


def test_a_package_without_roles_offers_what_its_library_holds(toy: GasData) -> None:
    assert not toy.storyline.helps
    assert all(one.scenarios[0] in scenarios_of(toy.root) for one in helps(toy))


def test_emergency_is_where_somebody_is_curtailed_and_nowhere_else(toy: GasData) -> None:
    found = study("stop", toy).results
    levels = alarms(found, "BB").table
    cut = found.statistics.curtailed("period", country="BB", unit="GWh")

    assert (cut.to_numpy() > 1.0).tolist() == (levels["level"] == EMERGENCY).tolist()
    assert EMERGENCY in set(levels["level"])


def test_what_comes_in_by_every_way_is_what_is_used_at_home_and_passed_on(toy: GasData) -> None:
    """Beland without stores: pipelines in, less pipelines out, are its served demand."""
    found = study("reference", toy).results
    ways = ways_table(found, "BB")
    out = found["flows"][found["flows"]["from_node"] == "BB"]["energy_gwh"].sum() / found["periods"]["days"].sum()

    assert ways["used"].sum() - out == pytest.approx(found.statistics.served.value(country="BB", unit="GWh/day"))
    assert (ways["used"] <= ways["capacity"] + 1e-6).all()


def test_an_arrow_is_the_mean_day_of_a_pipeline_and_knows_whose_gas_it_carries(toy: GasData) -> None:
    """Its mean flow is a statistic; all of what a line from Exland carries is gas of Exland."""
    found = study("stop", toy).results
    mean, ask = mean_flows(found, toy).set_index("pipeline"), found.statistics

    for column, asked in (("flow_gwh_per_day", ask.flow), ("capacity_gwh_per_day", ask.capacity)):
        wanted = asked("pipeline", unit="GWh/day").reindex(mean.index)
        assert mean[column].to_numpy() == pytest.approx(wanted.to_numpy())
    assert mean["own_share"].between(0.0, 1.0 + 1e-9).all()
    assert mean.loc[mean["from_node"].eq("XX") & (mean["flow_gwh_per_day"] > 0.0), "own_share"].min() > 0.999


def test_stock_lasts_longer_with_imports_than_without(toy: GasData) -> None:
    found = stock_lasts(study("reference", toy).results, "AA")

    assert 0.0 < found["alone"] < found["with_imports"]
    assert found["alone"] == pytest.approx(found["stock_gwh"] / 300.0, rel=0.05)


def test_dependence_at_the_border_and_in_consumption_stand_side_by_side(country: dict[str, Page]) -> None:
    section = next(one for one in country["en"].below if "dependent" in one.heading)

    assert section.table is not None
    assert ["in all gas burnt", "in all gas that enters"] == [row[0].split(" (")[0] for row in section.table.rows[:2]]
    assert "neither may be quoted as the other" in section.paragraphs[0]


@pytest.mark.parametrize("code", WORDS)
@pytest.mark.parametrize("which", ["pages", "country"])
def test_every_format_holds_every_text_and_a_pdf_is_one_sheet(
    code: str, which: str, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    page = request.getfixturevalue(which)[code]
    wanted = [" ".join(text.split()) for text in page.texts() if text]
    if page.picture is not None:
        wanted.remove(page.picture.alt)
    for form in WRITERS:
        path = write_page(page, tmp_path / f"page.{form}")
        read = squeezed(text_of(path))
        assert [] == [text for text in wanted if squeezed(text) not in read], form


def squeezed(text: str) -> str:
    """A text without blanks: where lines break is no matter."""
    return "".join(text.split())


def text_of(path: Path) -> str:
    if path.suffix == ".pdf":
        reader = PdfReader(path)
        assert 1 == len(reader.pages)
        return reader.pages[0].extract_text()
    if path.suffix == ".docx":
        file = docx.Document(str(path))
        return "".join(node.text or "" for node in file.element.body.iter() if node.tag.endswith("}t"))
    if path.suffix == ".pptx":
        (slide,) = pptx.Presentation(str(path)).slides
        return "".join(shape.text_frame.text for shape in slide.shapes if shape.has_text_frame)
    import html
    import re

    return html.unescape(re.sub(r"<[^>]+>", "", path.read_text(encoding="utf-8")))


def test_the_same_page_gives_the_same_bytes(pages: dict[str, Page], tmp_path: Path) -> None:
    for form in WRITERS:
        one, other = (write_page(pages["de"], tmp_path / f"{name}.{form}") for name in ("one", "other"))
        assert one.read_bytes() == other.read_bytes(), form


def test_html_asks_for_nothing_and_names_its_language(pages: dict[str, Page], tmp_path: Path) -> None:
    text = write_page(pages["de"], tmp_path / "page.html").read_text(encoding="utf-8")

    assert '<html lang="de">' in text
    assert "http" not in text.replace("http-equiv", "")
    assert "<script" not in text


def test_texts_of_a_reader_are_no_markup(pages: dict[str, Page], tmp_path: Path) -> None:
    page = replace(pages["en"], title="<b>A & B</b>")

    assert "&lt;b&gt;A &amp; B&lt;/b&gt;" in write_page(page, tmp_path / "page.html").read_text(encoding="utf-8")


def test_what_does_not_fit_a_sheet_is_said(pages: dict[str, Page], tmp_path: Path) -> None:
    with pytest.raises(OutputError, match="does not fit one sheet"):
        write_page(replace(pages["en"], caveat="word " * 3000), tmp_path / "page.pdf")
    assert not list(tmp_path.iterdir())


def test_a_language_a_format_and_a_library_that_are_not_there_are_said(
    toy: GasData, pages: dict[str, Page], tmp_path: Path
) -> None:
    with pytest.raises(OutputError, match="no language 'fr'"):
        language_of("fr", toy)
    with pytest.raises(OutputError, match="cannot be written as 'txt'"):
        write_page(pages["en"], tmp_path / "page.txt")
    with pytest.raises(OutputError, match="pip install 'energy-model\\[onepager\\]'"):
        library("no_such_library", "nothing")


def test_a_missing_library_is_told_before_anything_is_solved(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(libraries, "import_module", missing)
    monkeypatch.setattr("energy_model.report.onepage.make.one_page", missing)
    package = write_toy(tmp_path / "toy")
    call = ["onepager", "stop", "--data", str(package), "--accept-data-errors", "--out", str(tmp_path / "page.pdf")]
    ended = CliRunner().invoke(app, call)

    assert ended.exit_code == 1
    assert "needs reportlab" in ended.output


def missing(name: str, *_: object, **__: object) -> None:
    raise ImportError(name)


def test_a_page_says_what_a_scenario_adds_to_the_one_it_is_built_on(tmp_path: Path) -> None:
    """Twice the gas that is missing, in a file built on a stop: fewer cuts against the stop, whatever the reference."""
    package = write_toy(tmp_path / "toy")
    own = tmp_path / "own.toml"
    head = 'id = "own"\ntitle = "Own"\ndescription = "Built on a stop."\nbased_on = "stop"\n'
    saving = '[[measures]]\nkind = "demand_saving"\nname = "less"\nshare = 0.5\nstart = 2031-03-14\n'
    own.write_text(head + saving, encoding="utf-8")
    call = ["onepager", str(own), "--data", str(package), "--accept-data-errors", "--no-ranges"]
    ended = CliRunner().invoke(app, [*call, "--out", str(tmp_path / "page.html")])
    data = toy_data()
    pair = [load_scenario(one, package, data) for one in ("stop", str(own))]
    cut = [headline_values(run(one, data, beside=pair))["region_curtailed"] for one in pair]

    assert ended.exit_code == 0, ended.output
    assert cut[1] < cut[0] - 0.1
    words = (tmp_path / "page.html").read_text(encoding="utf-8")
    assert "on which it is built" in words
    assert f"{chr(8722)}{cut[0] - cut[1]:,.1f} TWh" in words


@pytest.mark.parametrize(
    ("lang", "said"), [("en", "It is over other days (1 January"), ("de", "Es umfasst andere Tage")]
)
def test_a_page_says_that_the_one_it_is_built_on_is_over_other_days(tmp_path: Path, lang: str, said: str) -> None:
    package = write_toy(tmp_path / "toy")
    own = tmp_path / "own.toml"
    head = 'id = "own"\ntitle = "Own"\ndescription = "Fewer days."\nbased_on = "stop"\n'
    own.write_text(f"{head}[horizon]\nstart = 2031-01-01\nend = 2031-06-30\n", encoding="utf-8")
    call = ["onepager", str(own), "--data", str(package), "--accept-data-errors", "--no-ranges", "--lang", lang]
    ended = CliRunner().invoke(app, [*call, "--out", str(tmp_path / "page.html")])

    assert ended.exit_code == 0, ended.output
    assert said in (tmp_path / "page.html").read_text(encoding="utf-8")


def test_a_page_of_a_country_ranks_what_helps_its_customers(tmp_path: Path) -> None:
    package = write_toy(tmp_path / "toy")
    for name, share in (("saves_a_little", 0.2), ("saves_more", 0.5)):
        head = f'id = "{name}"\ntitle = "{name}"\ndescription = "Saving."\nbased_on = "stop"\n'
        saving = f'[[measures]]\nkind = "demand_saving"\nname = "less"\nshare = {share}\nstart = 2031-03-14\n'
        (package / "scenarios" / f"{name}.toml").write_text(head + saving, encoding="utf-8")
    data = load_data(package, accept_errors=True)
    asked = study("stop", data, country="Aland")
    code = asked.subject.country
    found = options(asked.results, asked.scenario, data, [asked.baseline], code)
    page = one_page("stop", data, country="Aland", find_ranges=False)
    section = next(one for one in page.below if one.heading.startswith("What would help Aland"))

    before = asked.results.statistics.curtailed.value(unit="GWh", country=code)
    avoided = [before - one.results.statistics.curtailed.value(unit="GWh", country=code) for one in found]
    assert avoided == pytest.approx([one.avoided_gwh for one in found])
    assert len(avoided) == 2
    assert avoided[0] > avoided[1] > 0.0
    assert section.table is not None
    assert [f"{n}. {one.help.title}" for n, one in enumerate(found, 1)] == [row[0] for row in section.table.rows]


def test_the_command_writes_the_page_and_says_what_is_next(tmp_path: Path) -> None:
    package = write_toy(tmp_path / "toy")
    call = ["onepager", "stop", "--data", str(package), "--accept-data-errors", "--no-ranges", "--lang", "de"]
    ended = CliRunner().invoke(app, [*call, "--issued", "2031-03-01", "--out", str(tmp_path / "page.html")])

    assert ended.exit_code == 0, ended.output
    assert "Ausgegeben am 1. März 2031" in (tmp_path / "page.html").read_text(encoding="utf-8")
    assert ended.stdout.splitlines()[-1].startswith("next: energy-model impact stop")


def test_a_country_that_is_not_there_is_said(toy: GasData) -> None:
    with pytest.raises(Exception, match="no such market"):
        one_page("stop", toy, country="Nowhere", find_ranges=False)


def test_winter_weeks_are_told_by_days(toy: GasData) -> None:
    levels = alarms(study("reference", toy).results, "AA")

    assert levels.days() == 365
    assert np.isfinite(levels.curve[1]).all()
    assert levels.first(EMERGENCY) is None or isinstance(levels.first(EMERGENCY), pd.Timestamp)


@pytest.mark.parametrize("country", [None, "AT"])
def test_a_page_of_europe_has_its_picture_and_one_sheet(
    country: str | None, monthly: Callable[..., Scenario], data: GasData, tmp_path: Path
) -> None:
    """Map, or levels of a country, of a real network; the title names who is curtailed."""
    page = one_page(monthly("full_cutoff_february"), data, country=country, find_ranges=False)
    path = write_page(page, tmp_path / "page.pdf")

    assert page.picture is not None
    assert page.picture.png.startswith(b"\x89PNG")
    assert ("Austria" if country else "EU27") in page.title
    assert len(PdfReader(path).pages) == 1
