"""The Excel briefing: complete, dated, with units, checked, reproducible, and the same in any spreadsheet program."""

import re
import shutil
import subprocess
import textwrap
import zipfile
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path

import openpyxl
import pytest
from report_fixtures import monthly, monthly_runs, real_data, small_bands, small_validation
from workbooks import printed_without_heads

from energy_model.data.regions import nodes_of_group
from energy_model.errors import OutputError, ResultError, ScenarioError
from energy_model.report import style
from energy_model.report.findings import findings
from energy_model.report.run_sentences import run_sentences
from energy_model.report.run_workbook import write_run_workbook
from energy_model.report.workbook import sheets_of, write_workbook
from energy_model.report.workbook.book import HEADER_FILL
from energy_model.report.workbook.sheet import every_sheet, in_writing_order
from energy_model.results import lost_gas
from energy_model.results import substitution as sub
from energy_model.results.balances import place_balances
from energy_model.results.checks import run_checks
from energy_model.results.headline import headlines
from energy_model.results.labels import labels_of
from energy_model.results.run import Results
from energy_model.scenario.load import with_changes

SHEETS = {
    name: about
    for name, about in sheets_of(labels_of(real_data()), real_data()["nodes"]).items()
    if name != "Plans"  # none of the runs is planned month by month
}
UNIT = re.compile(
    r"\((.*\b)?(TWh|GWh|EUR/MWh|bn EUR|TWh/year|TWh per year|number|share|days|ratio|date)\b.*\)|%|in its unit"
    r"|unit chosen"
)
"""A heading of numbers ends in its unit, unless each row names its own, as the first heading says then."""


@pytest.fixture(scope="module")
def workbook(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("book") / "briefing.xlsx"
    return written(path, monthly_runs())


def written(path: Path, runs: list[Results]) -> Path:
    """A briefing with every sheet; its map is an empty picture."""
    picture = style.save_figure(style.new_figure((2.0, 1.0)), path.with_suffix(".png"))
    told = {"validation": small_validation(), "bands": small_bands(), "maps": {"reference": picture}}
    return write_workbook(runs, path, data=real_data(), **told)


@pytest.fixture(scope="module")
def cached(workbook: Path) -> openpyxl.Workbook:
    """Values as a previewer shows them."""
    return openpyxl.load_workbook(workbook, data_only=True)


@pytest.fixture(scope="module")
def formulas(workbook: Path) -> openpyxl.Workbook:
    return openpyxl.load_workbook(workbook)


def is_header(cell) -> bool:
    return cell.fill.fill_type == "solid" and cell.fill.fgColor.rgb.endswith(HEADER_FILL.lstrip("#"))


def test_all_sheets_are_there_in_order_and_fit_excel(cached):
    assert list(SHEETS) == cached.sheetnames
    assert max(map(len, SHEETS)) <= 31


def test_every_column_of_numbers_names_its_unit(cached):
    missing = []
    for sheet in cached:
        for row in sheet.iter_rows():
            heads = [head for head in row if is_header(head)]
            for head in heads if heads and not str(heads[0].value).endswith("(its unit)") else ():
                below = sheet.cell(head.row + 1, head.column).value
                if isinstance(below, int | float) and not UNIT.search(str(head.value)):
                    missing.append(f"{sheet.title}!{head.coordinate}: {head.value}")
    assert missing == []


def test_no_cell_is_an_error_and_no_formula_lacks_its_value(cached, formulas):
    bad = []
    for sheet in formulas:
        for row in sheet.iter_rows():
            for cell in row:
                value = cached[sheet.title][cell.coordinate].value
                if isinstance(value, str) and value.startswith("#"):
                    bad.append(f"{sheet.title}!{cell.coordinate}: {value}")
                if cell.data_type == "f" and value is None and '""' not in str(cell.value):
                    bad.append(f"{sheet.title}!{cell.coordinate}: no value")
    assert bad == []


def test_reader_finds_formulas_where_totals_and_differences_stand(formulas):
    with_totals = set(SHEETS) - {"About", "Storage", "Assumptions", "Sources", "Ranges", "Past months"}
    with_totals -= {"Outlooks", "Maps", "Questions", "Findings", "Lists", "By place", "By month", "By source"}
    for name in sorted(with_totals):
        count = sum(cell.data_type == "f" for row in formulas[name].iter_rows() for cell in row)
        assert count > 10, name


def test_sheets_print_on_a4_landscape_one_page_wide(formulas):
    for sheet in formulas:
        assert sheet.page_setup.orientation == "landscape"
        assert int(sheet.page_setup.paperSize) == 9
        assert sheet.sheet_properties.pageSetUpPr.fitToPage
        assert int(sheet.page_setup.fitToWidth or 1) == 1
        assert "31 January 2022" in sheet.oddFooter.left.text
        assert not sheet.merged_cells.ranges


def test_no_printed_page_shows_a_table_without_its_heads(workbook):
    assert "" == "; ".join(printed_without_heads(workbook))


def test_every_drawing_has_words_for_those_who_cannot_see_it(workbook):
    with zipfile.ZipFile(workbook) as parts:
        drawings = [parts.read(name).decode() for name in parts.namelist() if name.startswith("xl/drawings/drawing")]
    told = [re.search(r'descr="([^"]+)"', one) for text in drawings for one in re.findall(r"<xdr:cNvPr [^>]*", text)]

    assert len(told) >= 9
    assert all(one is not None and len(one.group(1)) > 40 for one in told)


def test_every_table_has_a_name_of_its_own_and_ends_before_its_total(formulas):
    names = [name for sheet in formulas for name in sheet.tables]

    assert {"Scenarios", "Ranges", "By_place", "By_month", "Country", "Summary", "Sources"} <= set(names)
    assert len({name.casefold() for name in names}) == len(names)
    for sheet in formulas:
        for table in sheet.tables.values():
            assert [one.name for one in table.tableColumns] == [cell.value for cell in sheet[table.ref][0]], table.name
            words = [str(row[0].value) for row in sheet[table.ref]]
            assert not words[-1].startswith(("Total", "All failures", "Gas used")), table.name


def test_words_can_be_read_and_no_head_is_clipped(formulas):
    """A head breaks into lines of some 0.86 letters for each unit of the width of its column."""
    small, clipped = [], []
    for sheet in formulas:
        spans = [(one.min, one.max, one.width) for one in sheet.column_dimensions.values()]
        for row in sheet.iter_rows():
            small += [f"{sheet.title}!{cell.coordinate}" for cell in row if cell.value and cell.font.sz < 10]
            for cell in filter(is_header, row):
                width = next(width for first, last, width in spans if first <= cell.column <= last)
                lines = sum(len(textwrap.wrap(part, int(width * 0.9))) for part in str(cell.value).split("\n"))
                if sheet.row_dimensions[cell.row].height < 14.0 * lines:
                    clipped.append(f"{sheet.title}!{cell.coordinate}")
    assert ([], []) == (small, clipped)


def test_the_workbook_opens_on_the_summary_with_three_cells_to_choose_in(formulas):
    lists = {str(one.sqref): one.formula1 for one in formulas["Summary"].data_validations.dataValidation}

    assert "Summary" == formulas.active.title
    assert ["B4", "B5", "B6"] == sorted(lists)
    assert all(source.startswith("'Lists'!$") for source in lists.values())
    assert ["B4", "B5"] == sorted(str(one.sqref) for one in formulas["Country"].data_validations.dataValidation)


def test_every_question_leads_to_a_sheet(formulas):
    sheet = formulas["Questions"]
    rows = [row for row in sheet.iter_rows(min_row=6, max_col=2) if row[0].value]

    assert {row[1].value for row in rows} == set(formulas.sheetnames) - {"Questions"}
    assert sum(str(row[0].value).endswith("?") for row in rows) > 12
    assert all(row[1].hyperlink.location == f"'{row[1].value}'!A1" for row in rows)


def test_the_balance_of_a_place_is_that_of_its_border(cached):
    """Two ways: all places at once for the sheets with a choice, and the ledger of one place."""
    for name in ("reference", "full_cutoff_february"):
        run = monthly(name)
        nodes = run.nodes.loc[run.nodes["is_market"]]
        place_of = dict(zip(nodes["node"], nodes["country"].astype(str), strict=True))
        names = dict(zip(run.nodes["node"], run.nodes["name"], strict=True))
        found = place_balances(run, place_of, names)
        for code in ("DE", "IT"):
            whole = sub.period_ledger(run, sub.Scope(code, frozenset({code}), "RU"))
            one = whole.groupby(["group", "item"], observed=True)["energy_gwh"].sum()
            lng = one[one.index.get_level_values("group") == sub.LNG].sum()
            other = one[one.index.get_level_values("group") != sub.LNG]
            mine = found.loc[code]
            assert mine.sum() == pytest.approx(0.0, abs=1e-4)
            assert mine.get((sub.LNG, sub.LNG), 0.0) == pytest.approx(lng)
            for key, gwh in other.items():
                assert mine.get(key, 0.0) == pytest.approx(gwh, abs=1e-6), key


def test_summary_holds_two_native_charts_and_one_page(formulas):
    assert 2 == len(formulas["Summary"]._charts)
    assert 1 == int(formulas["Summary"].page_setup.fitToHeight or 1)


def test_each_finding_stands_in_a_cell_of_its_own(cached):
    cells = [str(row[0].value).replace("\u00a0", " ") for row in cached["Findings"].iter_rows(max_col=1)]
    for sentence in findings(monthly_runs(), bands=small_bands()):
        assert sentence in cells


@pytest.mark.parametrize("name", ["reference", "full_cutoff_february"])
def test_every_check_of_a_run_is_zero(name):
    assert run_checks(monthly(name)) == pytest.approx(dict.fromkeys(run_checks(monthly(name)), 0.0), abs=1e-6)


def test_checks_sheet_reports_no_failure_and_the_cover_says_so(cached):
    sheet = cached["Checks"]
    total = [row[1].value for row in sheet.iter_rows(max_col=2) if row[0].value == "All failures (number)"]
    cover = [str(row[0].value) for row in cached["About"].iter_rows(max_col=1)]

    assert total == [0]
    assert any(text.startswith("All checks hold") for text in cover)


def test_cover_states_vintage_digest_and_status(cached):
    text = " ".join(str(cell.value) for row in cached["About"].iter_rows() for cell in row if cell.value)

    assert "Data known on 31 January 2022" in text
    assert real_data().digest in text
    assert text.count("optimal") >= len(monthly_runs())


def test_country_totals_equal_the_model(cached):
    run = monthly("full_cutoff_february")
    eu = set(run.nodes.loc[nodes_of_group(run.nodes, "EU27"), "node"])
    cut = run["demand"].loc[run["demand"]["node"].isin(eu), "curtailed_gwh"].sum() / 1e3
    sheet = cached["Countries x sectors"]
    heads = [cell.value for cell in sheet[5]]
    row = next(r for r in sheet.iter_rows(values_only=True) if r[:2] == ("Full cut-off February", "EU27"))

    assert row[heads.index("Curtailed: all sectors (TWh)")] == pytest.approx(cut, rel=1e-9)


def test_runs_over_different_days_are_not_put_under_one_caption(tmp_path):
    whole = monthly("reference")
    other = with_changes(whole.scenario, id="short", horizon={"start": date(2022, 1, 1), "end": date(2022, 12, 31)})

    with pytest.raises(
        ScenarioError, match=r"(?s)reference: 1 January 2022 to 31 March 2023.*short: .*31 December 2022"
    ):
        write_workbook([whole, replace(whole, scenario=other)], tmp_path / "b.xlsx")
    nonsense = whole.scenario.model_copy(update={"resolution": "fortnight"})
    with pytest.raises(ScenarioError, match="must be one of 'day'"):
        write_workbook([replace(whole, scenario=nonsense)], tmp_path / "b.xlsx")
    assert [] == list(tmp_path.iterdir())


def test_same_runs_give_the_same_bytes(workbook, tmp_path):
    again = written(tmp_path / "again.xlsx", monthly_runs())

    assert workbook.read_bytes() == again.read_bytes()


def test_one_run_alone_makes_a_workbook(tmp_path):
    path = write_workbook([monthly("reference")], tmp_path / "one.xlsx", data=real_data())

    assert [name for name in SHEETS if name not in ("Validation", "Ranges", "Offer", "Maps")] == openpyxl.load_workbook(
        path
    ).sheetnames


def rows_from(sheet, first: str) -> list[tuple]:
    """Rows of a sheet from the one that begins with these words."""
    rows = list(sheet.iter_rows(values_only=True))
    return rows[next(number for number, row in enumerate(rows) if row[0] == first) :]


def test_validation_begins_with_the_three_errors_and_says_what_was_missed(cached):
    """By hand: storage 2 % off, LNG 3 and 9 of 30 TWh, by country 3 and 9 of 10; aims 2.5 %, 8 TWh, 15 %."""
    sheet = cached["Validation"]
    headline = rows_from(sheet, "The three errors to quote")[3:6]
    aims = rows_from(sheet, "Aims, reached and missed")

    assert [row[0] for row in headline] == ["EU storage at month ends", "EU LNG by month", "LNG by country and month"]
    assert [row[2:4] for row in headline] == [(0.02, 0.02), (0.1, 0.3), (0.3, 0.9)]
    assert aims[1][0].startswith("3 of 6 are reached")
    assert [(row[4], row[6]) for row in aims[3:6]] == [
        ("reached", "reached"),
        ("reached", "missed"),
        ("missed", "missed"),
    ]


def test_validation_lists_the_worst_series_first_and_every_series(cached):
    sheet = cached["Validation"]
    worst, every = rows_from(sheet, "The 10 worst series")[3:], rows_from(sheet, "Every series")

    assert worst[0][:2] == ("LNG by country, Spain", "2022*")
    assert worst[0][4:9] == (10.0, 1.0, -9.0, 9.0, 0.9)
    named = [row[0] for row in every]
    assert named.index("Storage level") < named.index("LNG") < named.index("Norway by landing point")
    assert {"Spain", "Emden DE"} <= set(named)


def test_validation_tells_a_published_result_that_does_not_come_out(cached):
    rows = rows_from(cached["Validation"], "Results that others published")

    told = [tuple(cell or "" for cell in row[:6]) for row in rows if row[0] == "A, B 2022"]
    assert told == [
        ("A, B 2022", "gas missing, DE", "%", "DIFFERS", "about 30", "28.8"),
        ("A, B 2022", "gas missing, DE", "%", "", "about 30", "28.8"),
    ]
    assert any("theirs is a mild winter" in str(row[0]) for row in rows)


def test_the_cover_says_that_validation_looks_at_later_figures_only_if_it_is_there(cached, tmp_path):
    without = write_workbook([monthly("reference")], tmp_path / "one.xlsx", data=real_data())

    assert cached["About"]["A2"].value.endswith("Nothing published later is used, but on the sheet Validation.")
    assert openpyxl.load_workbook(without)["About"]["A2"].value.endswith("Nothing published later is used.")


def test_a_run_given_twice_is_refused(tmp_path):
    with pytest.raises(ResultError, match="each scenario once"):
        write_workbook([monthly("reference")] * 2, tmp_path / "twice.xlsx", data=real_data())


def test_a_wrong_ending_is_refused_and_nothing_is_left(tmp_path):
    with pytest.raises(OutputError, match=r"\.xlsx"):
        write_workbook([monthly("reference")], tmp_path / "briefing.xls", data=real_data())
    assert list(tmp_path.iterdir()) == []


def test_an_unwritable_folder_is_one_clear_message_and_the_old_file_stays(tmp_path):
    blocked = tmp_path / "file"
    blocked.write_text("no folder", encoding="utf-8")
    with pytest.raises(OutputError, match="cannot write"):
        write_workbook([monthly("reference")], blocked / "briefing.xlsx", data=real_data())
    assert blocked.read_text(encoding="utf-8") == "no folder"


def test_a_sheet_is_written_once_and_after_those_it_refers_to():
    sheets = every_sheet()
    order = list(in_writing_order(sheets))

    assert sorted(map(id, order)) == sorted(map(id, sheets.values()))
    for one in order:
        assert all(order.index(sheets[other]) < order.index(one) for other in one.needs), one.name


def test_a_failure_while_writing_leaves_the_old_file(tmp_path, monkeypatch):
    target = tmp_path / "briefing.xlsx"
    target.write_bytes(b"old")

    def fail(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("energy_model.report.workbook.book.Book.close", fail)
    with pytest.raises(OutputError, match="No space left"):
        write_workbook([monthly("reference")], target, data=real_data())
    assert target.read_bytes() == b"old"
    assert [path.name for path in tmp_path.iterdir()] == ["briefing.xlsx"]


@pytest.mark.filterwarnings("ignore:Unable to read chart")  # openpyxl on what LibreOffice writes; cells are all we read
def test_formulas_recomputed_by_libreoffice_equal_the_model(workbook, cached, formulas, tmp_path):
    again = recomputed(workbook, tmp_path, {})
    compared, wrong = 0, []
    for sheet in formulas:
        for row in sheet.iter_rows():
            for cell in row:
                if cell.data_type != "f":
                    continue
                compared += 1
                mine, theirs = (book[sheet.title][cell.coordinate].value for book in (cached, again))
                same = theirs == pytest.approx(mine, rel=1e-9, abs=2e-6) if isinstance(mine, float | int) else (
                    (mine or "") == (theirs or "")
                )  # fmt: skip
                if not same:
                    wrong.append(f"{sheet.title}!{cell.coordinate} {cell.value}: {mine} here, {theirs} recomputed")
    assert wrong == []
    assert compared > 500


@pytest.mark.filterwarnings("ignore:Unable to read chart")
def test_another_choice_shows_the_numbers_of_the_model(workbook, tmp_path):
    """Germany with assurances in GWh/day on Summary; Italy in bcm on Country, of which 10.55 TWh are one."""
    summary = {"B4": "Full cut-off with assurances", "B5": "Germany", "B6": "GWh/day"}
    chosen = {"Summary": summary, "Country": {"B4": "Italy", "B5": "bcm"}}
    book = recomputed(workbook, tmp_path, chosen)
    run = monthly("full_cutoff_with_assurances")
    rows = {row[0].split(" (")[0]: row for row in book["Summary"].iter_rows(values_only=True, max_row=25) if row[0]}
    ask, days = run.statistics, float(run["periods"]["days"].sum())
    cut, price = ask.curtailed.value(country="DE"), ask.price.value(country="DE")
    country = {row[0]: row for row in book["Country"].iter_rows(values_only=True) if row[0]}
    at = list(country["Balance over the horizon"]).index("Full cut-off with assurances (unit chosen)")

    assert "Curtailed by order (GWh/day)" in [row[0] for row in book["Summary"].iter_rows(values_only=True)]
    assert rows["Curtailed by order"][2] == pytest.approx(1e3 * cut / days)
    assert rows["Mean price"][2] == pytest.approx(price)
    assert rows["Lowest filling of gas stores"][2] == pytest.approx(ask.filling("period", country="DE").min())
    assert book["Summary"]["G4"].value.startswith("Germany: ")
    assert country["Curtailed by order"][at] == pytest.approx(ask.curtailed.value(country="IT") / 10.55)
    assert country["Own production"][at] == pytest.approx(ask.supply.value(supplier="IT") / 10.55)
    assert country["Total, of a rate the mean"][at] == pytest.approx(ask.curtailed.value(country="IT") / 10.55)


def recomputed(workbook: Path, folder: Path, chosen: Mapping[str, Mapping[str, str]]) -> openpyxl.Workbook:
    """The workbook after LibreOffice has computed every formula anew, with some cells changed before."""
    soffice = shutil.which("soffice")
    if soffice is None:
        pytest.skip("LibreOffice (soffice) is not installed; it recomputes the formulas")
    book = openpyxl.load_workbook(workbook)
    for sheet, cells in chosen.items():
        for cell, value in cells.items():
            assert book[sheet][cell].value != value
            book[sheet][cell] = value
    book.save(folder / "blank.xlsx")  # without stored values, so that nothing but recomputation can give one
    home = f"-env:UserInstallation=file://{folder / 'profile'}"
    command = [soffice, home, "--headless", "--convert-to", "xlsx", "--outdir", str(folder / "back")]
    subprocess.run([*command, str(folder / "blank.xlsx")], check=True, capture_output=True, timeout=300)
    return openpyxl.load_workbook(folder / "back" / "blank.xlsx", data_only=True)


def test_a_run_has_a_workbook_with_its_numbers_ranges_and_sentences(tmp_path):
    run = monthly("full_cutoff_february")
    path = write_run_workbook(run, tmp_path / "run.xlsx", small_bands()["full_cutoff_february"])
    book = openpyxl.load_workbook(path)
    rows = {row[0]: row for row in book["Summary"].iter_rows(values_only=True)}

    assert ["Summary", "Measures", "By month", "Checks"] == book.sheetnames
    assert rows["EU27 curtailed (TWh)"][1] == pytest.approx(headlines(run)["EU27 curtailed (TWh)"])
    assert rows["EU27 curtailed (TWh)"][2:5] == (0.4, 643.2, 1613.0)
    assert "All checks hold" in book["Checks"]["A1"].value
    told = [row[5].value for row in book["Measures"].iter_rows() if row[5].value]
    assert [one.note for one in run.scenario.in_force if one.note] == told[1:]
    cells = [row[0].value for row in book["Summary"].iter_rows()]
    assert set(run_sentences(run)) <= set(cells), "each sentence in one cell"
    assert all("Source: own model calculation" in str(sheet.oddFooter.left.text) for sheet in book)
    months = list(book["By month"].iter_rows(min_row=4, max_row=18, values_only=True))
    assert sum(row[2] for row in months) == pytest.approx(headlines(run)["EU27 curtailed (TWh)"])
    assert (
        path.read_bytes()
        == write_run_workbook(run, tmp_path / "again.xlsx", small_bands()["full_cutoff_february"]).read_bytes()
    )


def test_the_reference_is_solved_along_and_titles_of_ones_own_reach_headings_and_sentences(tmp_path):
    cut = monthly("full_cutoff_february")
    own = {"qatar": "Qatar sends ten more cargoes a month from March", "norway": "Norway at its best"}
    runs = [
        replace(cut, scenario=cut.scenario.model_copy(update={"id": name, "title": title, "short_title": None}))
        for name, title in own.items()
    ]
    book = openpyxl.load_workbook(write_workbook(runs, tmp_path / "own.xlsx", data=real_data()), data_only=True)
    text = {sheet.title: " ".join(str(c.value) for row in sheet.iter_rows() for c in row if c.value) for sheet in book}

    assert "January 2022 as found" in text["Scenarios"]
    assert "against 89\u00a0EUR/MWh in the reference" in text["Findings"]
    assert all(title in text["Findings"] for title in own.values())
    for sheet in ("Country", "Storage", "Prices", "Substitution"):
        assert "Norway at its best" in text[sheet], sheet
        assert "Qatar sends ten more cargoes …" in text[sheet], sheet


def test_another_base_stands_in_every_sentence(tmp_path):
    runs = [monthly("full_cutoff_february"), monthly("ns2_commissioned")]
    path = write_workbook(runs, tmp_path / "b.xlsx", data=real_data(), base="ns2_commissioned")
    sheets = [sheet for sheet in openpyxl.load_workbook(path) if sheet.title not in ("Assumptions", "Sources")]
    cells = [str(cell.value) for sheet in sheets for row in sheet.iter_rows() for cell in row if cell.value]

    assert [cell for cell in cells if "the reference" in cell] == []
    assert any("against 'Nord Stream 2 goes into operation'" in cell for cell in cells)


def test_lost_gas_is_one_number_on_the_front_on_its_sheet_and_in_impact(cached):
    """The same words mean the same number: Summary, Substitution, and the answer on substitution."""
    base, cut = monthly("reference"), monthly("full_cutoff_february")
    region = base.labels.region_nodes(base.nodes)
    traced = lost_gas.consumption(base), lost_gas.consumption(cut)
    found = lost_gas.loss(*traced, region)
    steps = lost_gas.bridge(*traced, region, "the EU27").steps
    words = "Russian gas lost in the consumption of the EU27"
    on_sheet = [row[4] for row in cached["Substitution"].iter_rows(values_only=True) if row[1] == words]
    front = " ".join(str(row[0].value) for row in cached["Findings"].iter_rows(max_col=1)).replace("\u00a0", " ")
    before, after = (national(run) for run in (base, cut))

    assert found.gap_gwh == pytest.approx(0.0, abs=1e-4)
    assert on_sheet == pytest.approx([found.lost_gwh / 1e3] * 2)
    assert f"{words} against the reference: {found.lost_gwh / 1e3:,.0f} TWh" in front
    assert before - after == pytest.approx(found.lost_gwh)
    assert steps["gwh"].iloc[-1] == pytest.approx(found.lost_gwh)
    inner = steps.loc[~steps["is_level"], "gwh"].sum()
    assert steps["gwh"].iloc[0] + inner == pytest.approx(steps["gwh"].iloc[-1])
    sold = [run["supply"].loc[run["supply"]["supplier"] == "RU", "energy_gwh"].sum() for run in (base, cut)]
    assert steps["gwh"].iloc[0] == pytest.approx(sold[0] - sold[1], rel=1e-6)


def national(run) -> float:
    """Russian gas that members use or store, as the answer on substitution counts it."""
    table = lost_gas.consumption(run).table
    members = set(run.nodes.loc[nodes_of_group(run.nodes, "EU27"), "node"])
    return float(table.loc[table["node"].isin(members) & (table["group"] == sub.FOCUS), "energy_gwh"].sum())
