"""Questions know whom they are about: a scenario on Norway is answered about Norway, or the answer says why not."""

from __future__ import annotations

import re
from datetime import date

import pytest

from energy_model.errors import ResultError, ScenarioError
from energy_model.impact.answer import Answer
from energy_model.impact.questions import QUESTIONS, answer
from energy_model.impact.study import Study, study
from energy_model.report.answers import in_words, write_answers

START = date(2022, 3, 1)
NORWAY = {"kind": "supply_cut", "supplier": "NO", "remaining_share": 0.4, "start": START}
AZERBAIJAN = {"kind": "supply_cut", "supplier": "AZ", "remaining_share": 0.8, "start": START}
TRANSMED = {"kind": "route_outage", "route": "transmed", "start": START}
QATAR = {"kind": "lng_ban", "exporter": "QA", "countries": ("EU27",), "start": START}
DUTCH = {"kind": "asset_loss", "asset": "production", "id": "NL", "remaining_share": 0.5, "start": START}
SAVING = {"kind": "demand_saving", "share": 0.1, "start": START}
MORE_BY_PIPE = {"kind": "supply_change", "supplier": "NO", "change_share": 0.05, "start": START}
MORE_LNG = {"kind": "extra_supply", "supplier": "QA", "channel": "lng", "volume_gwh_per_year": 50_000.0, "start": START}

ABOUT_A_SELLER = ("substitution", "bans", "sanctions", "routes", "dependency", "revenues")


@pytest.fixture(scope="module")
def asked(monthly):
    known: dict[str, Study] = {}

    def of(*measures: dict[str, object], **subject: str) -> Study:
        key = repr((measures, sorted(subject.items())))
        if key not in known:
            known[key] = study(monthly("reference", *measures), **subject)
        return known[key]

    return of


# Whom a scenario is about


@pytest.mark.parametrize(
    ("measures", "seller", "channel"),
    [
        ((NORWAY,), "NO", "pipeline"),
        ((AZERBAIJAN,), "AZ", "pipeline"),
        ((TRANSMED,), "DZ", "pipeline"),
        ((QATAR,), "QA", "lng"),
        ((DUTCH,), "NL", "production"),
        (({**DUTCH, "id": "RU_TR"},), "RU", "pipeline"),
        ((NORWAY, SAVING, MORE_LNG), "NO", "pipeline"),
        ((MORE_LNG,), "QA", "lng"),
        ((MORE_BY_PIPE,), "NO", "pipeline"),
        ((AZERBAIJAN, MORE_BY_PIPE), "AZ", "pipeline"),
    ],
)
def test_a_scenario_is_about_the_seller_whose_gas_it_takes_and_else_about_whose_it_adds(
    asked, measures, seller, channel
):
    about = asked(*measures).subject

    assert (seller, channel, "") == (about.seller, about.channel, about.remark)
    assert about.is_touched


def test_without_a_seller_or_with_several_the_focus_is_asked_about_and_the_answer_says_so(asked):
    nobody, both = asked(SAVING), asked(NORWAY, TRANSMED)

    assert ("RU", frozenset()) == (nobody.subject.seller, nobody.subject.touched)
    assert ("RU", frozenset({"NO", "DZ"})) == (both.subject.seller, both.subject.touched)
    assert "Algeria, Norway" in both.subject.remark
    told = answer(nobody, ["dependency"])[0]
    assert any("no seller's gas" in caveat and "Russia" in caveat for caveat in told.caveats)
    assert "no seller's gas" in in_words(told)


def test_seller_region_and_country_can_be_named_by_code_or_by_name(asked):
    about = asked(NORWAY, supplier="Algeria", region="EUROPE", country="Austria").subject

    assert ("DZ", "EUROPE", "AT") == (about.seller, about.region, about.country)
    assert not about.is_touched
    assert "About Algerian gas, Europe (every market of the model) and Austria" == about.said


def test_codes_that_nobody_bears_are_refused_all_at_once_with_what_to_write(asked):
    with pytest.raises(ScenarioError) as told:
        asked(NORWAY, supplier="XX", region="AT", country="Atlantis")
    with pytest.raises(ScenarioError) as desk:
        asked(NORWAY, supplier="RU_TR")

    seller, region, country = told.value.problems
    assert "no such seller" in seller
    assert "--country" in region
    assert "Atlantis" in country
    assert "ask about 'RU'" in desk.value.problems[0]


# What is answered


def other_sellers(words: str, mine: str) -> set[str]:
    """Sellers of whom a sentence says that gas of theirs is gained, lost or paid for."""
    adjectives = {"Russian": "RU", "Norwegian": "NO", "Algerian": "DZ", "Qatari": "QA", "Azerbaijani": "AZ"}
    names = {"Russia": "RU", "Norway": "NO", "Algeria": "DZ", "Qatar": "QA", "Azerbaijan": "AZ"}
    found = {code for word, code in adjectives.items() if re.search(rf"\b{word} (gas|LNG|routes|pipeline)", words)}
    said = "(each euro {0} loses|{0} loses|{0} sells)"
    found |= {code for word, code in names.items() if re.search(said.format(word), words)}
    return found - {mine}


SLOW = pytest.mark.slow


@pytest.mark.parametrize(
    "measure",
    [
        pytest.param(NORWAY, id="NO"),
        pytest.param(QATAR, id="QA"),
        pytest.param(TRANSMED, id="DZ", marks=SLOW),
        pytest.param(AZERBAIJAN, id="AZ", marks=SLOW),
    ],
)
def test_every_answer_on_a_seller_is_about_the_one_that_is_hit(asked, measure):
    one = asked(measure)

    for told in answer(one, ABOUT_A_SELLER):
        text = " ".join([told.question, told.words, *told.tables])
        assert one.subject.name in text or one.subject.adjective in text
        assert set() == other_sellers(text, one.subject.seller), text


def test_with_norway_cut_its_gas_is_replaced_and_its_revenue_counted(asked):
    one = asked(NORWAY)
    substitution, sanctions = answer(one, ["substitution", "sanctions"])
    items = substitution.table

    assert re.search(r"Norwegian gas lost in the consumption of the EU27: [\d,]+ TWh", substitution.words)
    assert "Norwegian pipeline gas" == items["source"].iloc[0]
    assert 100.0 < items["difference_twh"].iloc[0] == pytest.approx(items["difference_twh"].iloc[1:].sum())
    supply = {run: run_of["supply"].query("supplier == 'NO'")["energy_gwh"].sum() / 1e3
              for run, run_of in (("now", one.results), ("before", one.reference))}  # fmt: skip
    assert items["difference_twh"].iloc[0] <= supply["before"] - supply["now"] + 1e-6
    assert "norway_loses_eur_bn" in sanctions.table


def test_nothing_is_said_of_a_seller_whom_no_measure_touches(asked):
    told = answer(asked(NORWAY, supplier="RU"), ["substitution", "sanctions", "bans"])

    for one in told:
        assert not one.applies
        assert "Russian gas" in one.words
        assert not re.search(r"\d", one.words)


def test_in_a_scenario_that_takes_no_gas_away_questions_on_a_shortage_do_not_apply(asked):
    keys = ("why", "politics", "substitution", "bans", "sanctions", "economy", "saving")
    told = dict(zip(keys, answer(asked(SAVING), keys), strict=True))

    for key, one in told.items():
        assert not one.applies, key
        assert not one.tables
        assert not re.search(r"\d", one.words.replace("EU27", "")), one.words


def test_a_saving_alone_costs_no_output_for_nobody_misses_what_is_saved(asked):
    assert "no output is lost" in answer(asked(SAVING), ["economy"])[0].words


@pytest.mark.parametrize(
    ("region", "country"),
    [("EUROPE", "IE"), pytest.param("EU27", "GR", marks=SLOW), pytest.param("EUROPE", "AT", marks=SLOW)],
)
def test_another_region_and_country_are_the_rows_and_columns_that_come_first(asked, region, country):
    one = asked(NORWAY, region=region, country=country)
    bills, economy, attribution = answer(one, ["bills", "economy", "attribution"])
    place, name = one.subject.place, one.subject.country_name

    assert [place, name] == bills.table["country"].iloc[:2].tolist()
    assert economy.table["country"].iloc[0] == place
    assert name in economy.table["country"].tolist()
    key = name.lower()
    bars = attribution.table.set_index("bar")
    curtailed = one.results["demand"].query("node == @country")["curtailed_gwh"].sum() / 1e3
    assert bars.loc["Scenario", f"{key}_unserved_twh"] == pytest.approx(curtailed, abs=0.05)
    assert f"{place.lower()}_unserved_twh" in bars


def test_the_larger_region_lacks_at_least_as_much(asked):
    union, everybody = (asked(NORWAY, region=region) for region in ("EU27", "EUROPE"))

    curtailed = [answer(one, ["warning"])[0].table.set_index("of").loc[one.subject.place, "surprise_twh"]
                 for one in (union, everybody)]  # fmt: skip
    assert curtailed[1] >= curtailed[0]
    assert union.shortage_elsewhere.startswith("Outside the EU27")
    assert "" == everybody.shortage_elsewhere


def test_a_seller_whose_loss_leaves_nobody_short_has_a_whole_workbook_all_the_same(asked, tmp_path):
    one = asked(AZERBAIJAN)
    told = answer(one, ["adversary", "routes", "best_sanction", "survivable"])

    assert "No set of routes, from no day, leaves anybody in the EU27 unserved." in told[0].words
    assert write_answers(told, one, tmp_path / "az.xlsx").is_file()


# Every sentence on a shortage


def test_a_shortage_never_stands_without_what_left_at_a_price_and_what_it_is_to_industry(asked):
    silent = {"promise", "survivable", "saving", "frontier", "routes", "best_sanction"}
    keys = [key for key in QUESTIONS if key not in silent]
    for one in answer(asked(NORWAY), keys):
        if re.search(r"(short of|unserved|shortage cuts|are cut)\b", one.words):
            assert re.search(r"TWh curtailed and [\d,.]+ TWh reduced at a price \(of industry", one.words), one.words


# The form of an answer that does not apply


def test_an_answer_that_does_not_apply_is_a_sentence_everywhere(asked, tmp_path):
    one = asked(SAVING)
    told = Answer.not_applicable("Bans", "What does a ban do?", "There is no ban.")

    assert "What does a ban do?\nThere is no ban." == in_words(told)
    assert write_answers([told], one, tmp_path / "x.xlsx").is_file()
    with pytest.raises(ResultError, match="There is no ban"):
        _ = told.table
    with pytest.raises(ResultError, match="has no words"):
        Answer.not_applicable("Bans", "What does a ban do?", "")
