"""Measures from weak to strict, and a small network on which any of them can be tried together.

Pages and tests read the lists: how often a property was tried is counted from them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields, is_dataclass, replace
from datetime import date
from typing import Any

import numpy as np
from hypothesis import strategies as st

from energy_model.data.load import GasData
from energy_model.scenario import Case
from energy_model.scenario.measures import KINDS, Measure
from energy_model.scenario.toy import toy_case

Keys = Mapping[str, object]
LATER = date(2022, 1, 21)
"""First day of the toy's second period."""


@dataclass(frozen=True)
class Ladder:
    """One kind of measure, each rung stricter than the one before it."""

    name: str
    kind: str
    rungs: tuple[Keys, ...]

    def measures(self) -> list[Measure]:
        return [KINDS[self.kind].model_validate({"kind": self.kind, **rung}) for rung in self.rungs]


def _ladder(name: str, kind: str, common: Keys, *rungs: Keys) -> Ladder:
    return Ladder(f"{kind}: {name}", kind, tuple({**common, **rung} for rung in rungs))


ALL, UNION = {"countries": ("EUROPE",)}, {"countries": ("EU27",)}
ORIGIN = {"by": "origin"}
STRICT = {"by": "origin", "through_third_countries": "forbidden"}
THIRD = ({"through_third_countries": "allowed"}, {"through_third_countries": "forbidden"})
TRANSIT = ({"transit": "allowed"}, {"transit": "forbidden"})
SPARED = ({"exempt": ("AT", "DE")}, {"exempt": ("AT",)}, {})
SHARES = ({"remaining_share": 1.0}, {"remaining_share": 0.9}, {"remaining_share": 0.4}, {"remaining_share": 0.0})
DUTIES = ({"eur_per_mwh": 0.0}, {"eur_per_mwh": 8.0}, {"eur_per_mwh": 40.0})
PIPED, CLASSES = {"channel": "pipeline"}, ("new", "short_term", "long_term")
RAMPS = ({"ramp_days": 90}, {"ramp_days": 30}, {})
DAYS = ({"start": date(2022, 2, 10)}, {"start": LATER}, {})

LADDERS = (
    _ladder("at the border, fewer exempt", "import_ban", UNION, *SPARED),
    _ladder("at the border, longer", "import_ban", UNION, *DAYS),
    _ladder("at the border, faster", "import_ban", UNION, *RAMPS),
    _ladder("by origin, fewer exempt", "import_ban", UNION | ORIGIN, *SPARED),
    _ladder("by origin, longer", "import_ban", UNION | ORIGIN, *DAYS),
    _ladder("by origin, faster", "import_ban", UNION | ORIGIN, *RAMPS),
    _ladder("third countries", "import_ban", UNION | ORIGIN, *THIRD),
    _ladder("transit", "import_ban", UNION | ORIGIN, *TRANSIT),
    _ladder("transit, not through third countries", "import_ban", UNION | STRICT, *TRANSIT),
    _ladder("not through third countries, fewer exempt", "import_ban", UNION | STRICT, *SPARED),
    _ladder("not through third countries, longer", "import_ban", UNION | STRICT, *DAYS),
    _ladder("not through third countries, faster", "import_ban", UNION | STRICT, *RAMPS),
    _ladder("of one country", "import_ban", {"countries": ("DE",)}, ORIGIN, STRICT, {**STRICT, "transit": "forbidden"}),
    _ladder("of another seller", "import_ban", {**UNION, "supplier": "NO"}, ORIGIN, STRICT),
    _ladder("more classes", "class_ban", UNION | PIPED, *({"classes": CLASSES[:number]} for number in (1, 2, 3))),
    _ladder("fewer exempt", "class_ban", UNION | PIPED | {"classes": CLASSES}, *SPARED),
    _ladder("faster", "class_ban", UNION | PIPED | {"classes": CLASSES[:1]}, *RAMPS),
    _ladder("third countries", "class_ban", UNION | PIPED | {"classes": CLASSES}, *THIRD),
    _ladder("at the border, fewer exempt", "lng_ban", ALL, {"exempt": ("GB",)}, {}),
    _ladder("by origin, fewer exempt", "lng_ban", ALL | ORIGIN, {"exempt": ("GB",)}, {}),
    _ladder("third countries", "lng_ban", UNION | ORIGIN, *THIRD),
    _ladder("transit", "lng_ban", UNION | STRICT, *TRANSIT),
    _ladder("of another seller", "lng_ban", {**UNION, "exporter": "US"}, ORIGIN, STRICT),
    _ladder("at the border", "tariff", UNION, *DUTIES),
    _ladder("by origin", "tariff", UNION | ORIGIN, *DUTIES),
    _ladder("by origin, not through third countries", "tariff", UNION | STRICT, *DUTIES),
    _ladder("third countries", "tariff", UNION | ORIGIN | {"eur_per_mwh": 20.0}, *THIRD),
    _ladder("by origin, fewer exempt", "tariff", UNION | STRICT | {"eur_per_mwh": 20.0}, *SPARED),
    _ladder("by origin, longer", "tariff", UNION | STRICT | {"eur_per_mwh": 20.0}, *DAYS),
    _ladder(
        "below the floor", "price_cap", {**UNION, "floor_eur_per_mwh": 8.0},
        {"cap_eur_per_mwh": 9.0}, {"cap_eur_per_mwh": 6.0},
        {"cap_eur_per_mwh": 6.0, "through_third_countries": "forbidden"},
    ),
    _ladder("answered by less", "price_cap", {"supplier": "RU", "cap_eur_per_mwh": 9.0}, *SHARES),
    _ladder("share", "retaliation", {"countries": ("AT", "UA")}, *SHARES),
    _ladder("share, third countries sell on", "retaliation", {"countries": ("AT", "UA"), **THIRD[0]}, *SHARES),
    _ladder("third countries", "retaliation", {"countries": ("AT", "UA"), "remaining_share": 0.3}, *THIRD),
    _ladder("fewer spared", "retaliation", {**ALL, "remaining_share": 0.3}, *SPARED),
    _ladder("share", "supply_cut", {"supplier": "RU"}, *SHARES),
    _ladder("share", "lng_outage", {"exporter": "US"}, *SHARES),
    _ladder("share", "route_outage", {"route": "ukraine_exit"}, *SHARES),
)  # fmt: skip
"""Measures that only take away; of price_cap the answer, because a lower price is a gain for those who pay it."""

ABSENT = (
    ("import_ban", {"countries": ("DE",), "exempt": ("DE",)}),
    ("import_ban", {"countries": ("DE",), "exempt": ("DE",), **STRICT, "transit": "forbidden"}),
    ("import_ban", {**UNION, **STRICT, "start": date(2023, 1, 1)}),
    ("lng_ban", {"exempt": ("EUROPE",)}),
    ("lng_ban", {"exempt": ("EUROPE",), **STRICT}),
    ("lng_ban", {"exporter": "QA", "end": date(2021, 12, 31), **STRICT}),
    ("class_ban", {**UNION, **PIPED, "classes": CLASSES, "exempt": ("EU27",)}),
    ("tariff", {"eur_per_mwh": 0.0}),
    ("tariff", {"eur_per_mwh": 0.0, **STRICT}),
    ("tariff", {"eur_per_mwh": 9.0, "end": date(2021, 12, 31), **ORIGIN}),
    ("price_cap", {"cap_eur_per_mwh": 1e6, "supplier": "RU"}),
    ("price_cap", {"cap_eur_per_mwh": 8.0, "floor_eur_per_mwh": 8.0, **UNION, **THIRD[1]}),
    ("retaliation", {**ALL, "remaining_share": 1.0}),
    ("retaliation", {**ALL, "remaining_share": 1.0, **THIRD[0]}),
    ("retaliation", {**ALL, "exempt": ("EUROPE",)}),
    ("supply_cut", {"supplier": "RU", "remaining_share": 1.0}),
    ("lng_outage", {"exporter": "US", "remaining_share": 1.0}),
    ("route_outage", {"route": "ukraine_exit", "remaining_share": 1.0}),
)  # fmt: skip
"""Measures of strength zero: nobody takes part, nothing is asked, or it is not their time."""

EXAMPLES = {"zero": 3, "monotone": 4, "two_sellers": 60, "order": 40, "closed_gap": 12}
"""Small networks that each property is tried on; zero and monotone, for every row and ladder."""

ROUTES = {
    ("RU", "DE"): "nord_stream_1", ("RU", "UA"): "ukraine_transit", ("UA", "AT"): "ukraine_exit",
    ("NO", "DE"): "norway", ("NO", "GB"): "norway",
    ("DE", "AT"): "de_at", ("AT", "DE"): "at_de", ("AT", "UA"): "at_ua", ("GB", "DE"): "gb_de", ("DE", "GB"): "de_gb",
}  # fmt: skip
"""Lines of the small network: two of them into the union from outside, one through Ukraine, four within."""


def _amount(most: int) -> st.SearchStrategy[float]:
    return st.integers(0, most).map(float)


@st.composite
def europe_in_small(draw: st.DrawFn) -> Case:
    """Germany and Austria in the union, Britain and Ukraine outside; transit, two sellers' ships, three stores."""
    periods = 3
    markets = ("AT", "DE", "GB", "UA")
    case = toy_case(
        demand={market: tuple(draw(st.integers(2, 14)) * 1.0 for _ in range(periods)) for market in markets},
        pipelines={pair: (draw(_amount(16)), draw(_amount(3))) for pair in ROUTES},
        supply={"RU": (30.0, 10.0), "NO": (draw(_amount(14)), 30.0), "UA": (draw(_amount(5)), 12.0)},
        lng={market: (draw(_amount(8)), 40.0, 1.0 + draw(_amount(3))) for market in ("DE", "GB")},
        storage={market: (150.0, draw(_amount(6)), draw(_amount(8)), 0.0) for market in ("AT", "DE", "UA")},
        periods=periods,
        days=20,
    )
    loss = draw(st.sampled_from([0.0, 0.02]))
    case = case.with_("pipelines", route=np.array(list(ROUTES.values())), loss_share=np.full(len(ROUTES), loss))
    groups = np.where(np.isin(case.nodes, ["AT", "DE"]), " EUROPE EU27", " EUROPE")
    case = replace(case, places=np.char.add(case.nodes, groups))
    return _with_second_shipper(case, draw(_amount(12)))


def _with_second_shipper(case: Case, rate: float) -> Case:
    """The case in which Russia ships gas as well, cheaper than the United States."""
    lng, days = case.lng, case.timeline.days
    return case.with_(
        "lng",
        exporter=np.array(["US"] * len(lng.exporter) + ["RU"]),
        step=np.append(lng.step, "base"),
        rate=np.vstack([lng.rate, np.full(len(days), rate)]),
        volume=np.append(lng.volume, rate * days.sum()),
        use=np.vstack([lng.use, np.ones(len(days))]),
        cost=np.vstack([lng.cost, np.full(len(days), 15.0)]),
        tie_break=np.vstack([lng.tie_break, np.zeros(len(days))]),
        route_exporter=np.repeat(["US", "RU"], len(lng.route_node)),
        route_node=np.tile(lng.route_node, 2),
        route_cost=np.tile(lng.route_cost, (2, 1)),
        route_tie_break=np.tile(lng.route_tie_break, (2, 1)),
        route_open=np.tile(lng.route_open, (2, 1)),
    )


def applied(case: Case, data: GasData, *measures: Measure) -> Case:
    """The case with measures in force, in the order given."""
    for measure in measures:
        case = measure.apply(case, data)
    return case


def same_numbers(one: Any, other: Any) -> bool:
    """Whether two cases, or two parts of one, hold the same numbers to the last bit, however they came about."""
    if one is other:
        return True
    if isinstance(one, np.ndarray):
        return np.array_equal(one, other)
    if isinstance(one, tuple):
        return len(one) == len(other) and all(map(same_numbers, one, other))
    if is_dataclass(one) and type(one) is type(other):
        counted = [field.name for field in fields(one) if field.compare]
        return all(same_numbers(getattr(one, name), getattr(other, name)) for name in counted)
    return bool(one == other)
