"""Bans by class of contract, as a law phases a gas out: by hand, and beside bans on the whole gas."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import numpy as np
import pytest
from cases import answer

from energy_model import GasData, load_scenario, with_changes
from energy_model.data.consistent import classes_are_those_of_contracts
from energy_model.data.problem import Known
from energy_model.errors import ScenarioError
from energy_model.plan.foresight import solve_scenario
from energy_model.scenario import apply, check_against
from energy_model.scenario.contract_classes import rows_of
from energy_model.scenario.measures.class_bans import ClassBan
from energy_model.scenario.notes import is_changed
from energy_model.scenario.origin import Asked, AskedOfClasses, Gas, with_origin
from energy_model.scenario.toy import toy_case

approx = pytest.approx
BY_PIPE = Gas("Russia, pipeline", suppliers=("RU",))
CARRIED = {"short_term": 4.0, "long_term": 3.0}
ALL = ("short_term", "long_term", "new")
SUMMER, OCTOBER = date(2022, 6, 17), date(2022, 10, 1)


def classes_banned(case, node, banned, strength=1.0, presumed=None, resale=True):
    """The toy in which a country bans classes of Russian gas; what each carries stands in CARRIED."""
    periods, here = len(case.timeline), case.nodes == node
    on = np.array([name in banned for name in CARRIED], dtype=float)[:, None] * np.full(periods, strength)
    asked = AskedOfClasses(
        name=np.array([f"{name} of {node}" for name in CARRIED]),
        node=np.full(len(CARRIED), case.node(node)),
        rate=np.repeat([[rate] for rate in CARRIED.values()], periods, axis=1),
        ban=on,
        beyond=np.outer(here, np.full(periods, strength if banned else 0.0)),
    )
    none = np.zeros((len(case.nodes), periods))
    share = None
    if presumed is not None:
        share = np.repeat((case.pipelines.id == presumed)[:, None], periods, axis=1).astype(float)
    return with_origin(case, BY_PIPE, Asked(none, none, resale, True, asked, share))


def one_market():
    """Germany burns 10; Russia offers 20 at 10 EUR, Norway 20 at 30 EUR."""
    return toy_case(
        demand={"DE": 10.0},
        pipelines={("RU", "DE"): (20.0, 1.0), ("NO", "DE"): (20.0, 1.0)},
        supply={"RU": (20.0, 10.0), "NO": (20.0, 30.0)},
    )


@pytest.mark.parametrize(
    ("banned", "bought"),
    [((), 10.0), (("new",), 7.0), (("short_term",), 3.0), (("long_term",), 4.0), (ALL, 0.0)],
)
def test_what_is_not_banned_carries_what_its_contracts_say_and_no_more(banned, bought):
    """Contracts carry 4 and 3 of 10: without new gas 7 remain, without short-term contracts 3, without long-term 4."""
    found = answer(classes_banned(one_market(), "DE", banned))

    assert approx(bought) == found.supply("RU")[0]
    assert approx(10.0 - bought) == found.supply("NO")[0]


def test_bans_on_two_classes_are_one_ban_on_both_in_either_order():
    case = one_market()
    one = classes_banned(classes_banned(case, "DE", ("short_term",)), "DE", ("long_term",))
    other = classes_banned(classes_banned(case, "DE", ("long_term",)), "DE", ("short_term",))

    for both in (one, other):
        assert approx(0.0, abs=1e-9) == answer(both).supply("RU")[0]
    assert approx(3.0) == answer(classes_banned(case, "DE", ("short_term", "new"))).supply("RU")[0]


def test_a_ban_that_rises_lets_pass_what_it_does_not_reach_yet():
    """Half a ban on short-term gas: long-term 3, half of 4, and half of the 3 that are in no contract."""
    found = answer(classes_banned(one_market(), "DE", ("short_term",), strength=0.5))

    assert approx(3.0 + 2.0 + 1.5) == found.supply("RU")[0]


def through_turkiye():
    """Gas of Russia (10 EUR) and of Azerbaijan (20 EUR) goes through Türkiye and Bulgaria to Serbia; LNG costs 50."""
    return toy_case(
        demand={"BG": 5.0, "RS": 4.0},
        pipelines={
            ("RU", "TR"): (5.0, 1.0), ("AZ", "TR"): (10.0, 1.0), ("TR", "BG"): (20.0, 1.0), ("BG", "RS"): (20.0, 1.0),
        },
        supply={"RU": (5.0, 10.0), "AZ": (10.0, 20.0)},
        lng={"BG": (20.0, 49.0, 1.0)},
    )  # fmt: skip


def test_gas_without_a_paper_counts_as_banned_and_still_passes_to_third_countries():
    """With papers Bulgaria burns 5 of Azerbaijan and Serbia takes 4 of Russia; without, Bulgaria has but LNG."""
    case = through_turkiye()
    (entry,) = case.pipelines.id[case.nodes[case.pipelines.from_node] == "TR"]
    papers = answer(classes_banned(case, "BG", ALL, resale=False))
    none = answer(classes_banned(case, "BG", ALL, presumed=entry, resale=False))

    assert approx([4.0, 5.0]) == [papers.supply(who)[0] for who in ("RU", "AZ")]
    assert approx(4 * 13 + 5 * 22) == papers.cost
    assert approx([4.0, 0.0]) == [none.supply(who)[0] for who in ("RU", "AZ")]
    assert approx(4 * 13 + 5 * 50) == none.cost


def ban(data: GasData, **keys) -> ClassBan:
    given = {"kind": "class_ban", "channel": "pipeline", "classes": ALL, "countries": ("EU27",), "start": SUMMER}
    return ClassBan.model_validate({**given, **keys})


def months(data: GasData, *measures, **keys):
    reference = load_scenario("reference", data.root)
    return with_changes(reference, resolution="month", measures=(*reference.measures, *measures), **keys)


def test_a_ban_on_all_classes_is_a_ban_on_the_gas(data):
    """The same cost as an import ban by origin; a ban that exempts everybody costs nothing."""
    whole = {"kind": "import_ban", "countries": ("EU27",), "by": "origin", "start": SUMMER}
    runs = [solve_scenario(months(data, one, foresight="perfect"), data) for one in (whole, ban(data).model_dump())]
    case = apply(months(data), data)

    assert runs[0].objective_keur == approx(runs[1].objective_keur, rel=1e-9)
    assert not is_changed(case, ban(data, exempt=("EU27",)).apply(case, data))


def test_each_class_more_costs_no_less_and_new_gas_alone_least(data):
    steps = (("new",), ("new", "short_term"), ALL)
    costs = [
        solve_scenario(months(data, ban(data, classes=one).model_dump(), foresight="perfect"), data).objective_keur
        for one in steps
    ]

    assert costs == sorted(costs)
    assert costs[0] < costs[-1]


def limits(measure: ClassBan, data: GasData, node: str, believed_on: date | None = None) -> np.ndarray:
    """Strength of a ban in a country by month."""
    case = replace(apply(months(data), data), believed_on=believed_on)
    after = measure.apply(case, data)
    return np.zeros(len(case.timeline)) if after.origins is None else after.origins.beyond[0, case.node(node)]


def test_a_member_that_is_late_with_its_stores_bans_later(data):
    strength = {
        node: limits(ban(data, start=OCTOBER, delayed=("SK",), delayed_until=date(2022, 11, 1)), data, node)
        for node in ("SK", "HU", "RS")
    }
    line = apply(months(data), data).timeline
    first = {node: line.starts[int(np.argmax(rate > 0.0))] for node, rate in strength.items()}

    assert first["HU"] == OCTOBER
    assert first["SK"] == date(2022, 11, 1)
    assert not strength["RS"].any()


def test_an_emergency_suspends_the_ban_for_four_weeks_and_comes_unforeseen(data):
    """Of the 31 days of December 28 are free of the ban; who plans in November knows nothing of it."""
    measure = ban(data, suspended_on=(date(2022, 12, 1),))
    december = apply(months(data), data).timeline.starts.index(date(2022, 12, 1))

    assert approx(3.0 / 31.0) == limits(measure, data, "DE")[december]
    assert approx(1.0) == limits(measure, data, "DE", believed_on=date(2022, 11, 30))[december]
    assert date(2022, 12, 1) in months(data, measure.model_dump()).announcements()


def test_what_a_country_has_no_contract_for_is_new_gas(data):
    """Estonia has no row: a ban on new gas alone closes all of its Russian gas."""
    assert "EE" not in set(rows_of(data, "RU", "pipeline")["buyer_node"])

    case = ban(data, classes=("new",)).apply(apply(months(data), data), data)

    assert case.origins is not None
    assert case.origins.beyond[0, case.node("EE")].max() == 1.0
    assert not (case.origins.class_node == case.node("EE")).any()


def test_low_and_high_quantities_are_those_of_the_table(data):
    carried = {}
    for view in ("low", "central", "high"):
        case = ban(data, classes=("new",), volumes=view).apply(apply(months(data), data), data)
        carried[view] = case.origins.class_rate[case.origins.class_node == case.node("SK"), 0].sum() * 365.0 / 1e3

    assert [approx(41.4), approx(53.82), approx(67.275)] == list(carried.values())


@pytest.mark.parametrize(
    ("keys", "told"),
    [
        (
            {"channel": "lng"},
            "contract_classes.csv has no row of RU with channel 'lng'; add rows, or ban the whole gas",
        ),
        ({"supplier": "NOO"}, "no such seller; did you mean NO"),
        ({"without_paper_over": ("turkstream_2",)}, "does not enter a country that bans from one that does not"),
        ({"delayed": ("RS",), "delayed_until": OCTOBER}, "does not ban, so there is nothing to delay"),
        ({"delayed": ("HU",)}, "give 'delayed' and 'delayed_until' together"),
        ({"suspended_on": (date(2022, 3, 1),)}, "lies outside start to end"),
        ({"classes": ("spot",)}, "short_term"),
    ],
)
def test_what_cannot_be_meant_is_told(data, keys, told):
    given = {"kind": "class_ban", "channel": "pipeline", "classes": ALL, "countries": ("EU27",), "start": SUMMER}

    with pytest.raises(ScenarioError) as error:
        check_against(months(data, {**given, **keys}), data)

    assert told in str(error.value)


def test_the_classes_of_a_buyer_carry_what_its_contracts_do(data):
    """A class table of half the quantity does not agree with the contracts that it is made of."""
    table = data["contract_classes"]
    tables = {name: data[name] for name in ("contracts", "suppliers")}
    asked = classes_are_those_of_contracts.run
    halved = table.assign(annual_gwh=np.where(table["buyer_node"].eq("HU"), 0.5, 1.0) * table["annual_gwh"])

    def found(rows):
        every = {**tables, "contract_classes": rows}
        return [problem.text for problem in asked(every, Known(every, data.storyline))]

    assert [] == found(table)
    assert ["HU"] == [text.split("buyer_node '")[1][:2] for text in found(halved)]
