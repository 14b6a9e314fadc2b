"""Every kind of measure at full strength, at strength zero, and from mild to strict, for the property tests.

``docs/measures.md`` is written from these lists: ``python tests/measure_kinds.py``.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from itertools import permutations
from pathlib import Path
from typing import Any

from ladders import ABSENT, EXAMPLES, LADDERS

Keys = dict[str, Any]


@dataclass(frozen=True)
class Form:
    """One way to write a kind of measure.

    Attributes
    ----------
    kind : str
        As in a scenario file.
    name : str
        What this form is about, for a reader.
    strong : dict
        Keys at full strength.
    zero : tuple of dict
        Keys in place of those of ``strong`` with which the measure changes nothing.
    stricter : tuple of dict
        Keys in place of those of ``strong`` from mild to strict, for a measure that only takes away; else empty.
    """

    kind: str
    name: str
    strong: Keys
    zero: tuple[Keys, ...]
    stricter: tuple[Keys, ...] = field(default=())

    def measure(self, **keys: Any) -> Keys:
        """The measure as in a scenario file, with some keys replaced."""
        return {"kind": self.kind, **self.strong, **keys}


def _shares(key: str, *values: float) -> tuple[Keys, ...]:
    return tuple({key: value} for value in values)


LEFT = _shares("remaining_share", 1.0, 0.9, 0.5, 0.0)
BUYERS = ({"countries": ("DE",)}, {"countries": ("DE", "PL", "FI")}, {"countries": ("EU27",)})
NEXT_YEAR = date(2023, 3, 31)
FORMS: tuple[Form, ...] = (
    *(
        Form(
            "supply_cut",
            f"{who} cuts",
            {"supplier": who, "remaining_share": 0.5},
            _shares("remaining_share", 1.0),
            LEFT,
        )
        for who in ("RU", "NO", "DZ", "AZ", "LY")
    ),
    Form(
        "supply_change",
        "Norway offers less",
        {"supplier": "NO", "change_share": -0.3},
        _shares("change_share", 0.0),
        _shares("change_share", 0.0, -0.1, -0.6, -1.0),
    ),
    Form(
        "supply_change",
        "less LNG from Qatar",
        {"supplier": "QA", "channel": "lng", "change_share": -0.5},
        _shares("change_share", 0.0),
        _shares("change_share", 0.0, -0.2, -1.0),
    ),
    Form(
        "lng_outage",
        "half of Qatar's LNG is lost",
        {"exporter": "QA", "remaining_share": 0.5},
        _shares("remaining_share", 1.0),
        LEFT,
    ),
    Form("supply_change", "Norway offers more", {"supplier": "NO", "change_share": 0.05}, _shares("change_share", 0.0)),
    Form("route_outage", "a route closes", {"route": "nord_stream_1"}, _shares("remaining_share", 1.0), LEFT),
    Form("route_outage", "a line closes", {"pipeline": "transmed_dz_tn"}, _shares("remaining_share", 1.0), LEFT),
    Form(
        "asset_loss", "a storage fails", {"asset": "storage", "id": "de_storage"}, _shares("remaining_share", 1.0), LEFT
    ),
    Form(
        "asset_loss", "a terminal fails", {"asset": "lng_terminal", "id": "gate"}, _shares("remaining_share", 1.0), LEFT
    ),
    Form("asset_loss", "production fails", {"asset": "production", "id": "NL"}, _shares("remaining_share", 1.0), LEFT),
    Form("import_ban", "at the border", {"countries": ("EU27",)}, ({"exempt": ("EU27",)},), BUYERS),
    Form(
        "import_ban",
        "by origin",
        {"countries": ("EU27",), "by": "origin"},
        ({"exempt": ("EU27",)},),
        (
            *BUYERS,
            {"countries": ("EU27",), "through_third_countries": "forbidden"},
            {"countries": ("EU27",), "through_third_countries": "forbidden", "transit": "forbidden"},
        ),
    ),
    Form(
        "class_ban",
        "by class of contract",
        {"channel": "pipeline", "classes": ("short_term", "new"), "countries": ("EU27",)},
        ({"exempt": ("EU27",)},),
        (
            {"classes": ("new",)},
            {"classes": ("short_term", "new")},
            {"classes": ("short_term", "long_term", "new")},
            {"classes": ("short_term", "long_term", "new"), "through_third_countries": "forbidden"},
        ),
    ),
    Form("lng_ban", "at the quay", {"exporter": "QA", "countries": ("EU27",)}, ({"exempt": ("EUROPE",)},), BUYERS),
    Form(
        "lng_ban",
        "by origin",
        {"exporter": "RU", "countries": ("EU27",), "by": "origin"},
        ({"exempt": ("EUROPE",)},),
        BUYERS,
    ),
    Form(
        "retaliation",
        "on a group",
        {"countries": ("EU27",), "remaining_share": 0.2},
        ({"remaining_share": 1.0}, {"exempt": ("EU27",)}),
        _shares("remaining_share", 1.0, 0.5, 0.1, 0.0),
    ),
    Form(
        "tariff",
        "at the border",
        {"eur_per_mwh": 20.0},
        _shares("eur_per_mwh", 0.0),
        _shares("eur_per_mwh", 0.0, 5.0, 60.0),
    ),
    Form(
        "tariff",
        "by origin",
        {"eur_per_mwh": 20.0, "by": "origin"},
        _shares("eur_per_mwh", 0.0),
        _shares("eur_per_mwh", 0.0, 5.0, 60.0),
    ),
    Form(
        "price_cap",
        "with the supplier's answer",
        {"supplier": "RU", "cap_eur_per_mwh": 1e6, "remaining_share": 0.5},
        _shares("remaining_share", 1.0),
        LEFT,
    ),
    Form("demand_saving", "all sectors", {"share": 0.1}, _shares("share", 0.0)),
    Form("cold_spell", "heating", {"extra_share": 0.1}, _shares("extra_share", 0.0)),
    Form("fuel_switch", "power", {"share": 0.3, "price_eur_per_mwh": 60.0}, _shares("share", 0.0)),
    Form(
        "extra_supply",
        "by pipeline",
        {"supplier": "NO", "channel": "pipeline", "volume_gwh_per_year": 50_000.0},
        _shares("volume_gwh_per_year", 0.0),
    ),
    Form(
        "extra_supply",
        "as LNG",
        {"supplier": "QA", "channel": "lng", "volume_gwh_per_year": 50_000.0},
        _shares("volume_gwh_per_year", 0.0),
    ),
    Form(
        "storage_target",
        "a level to reach",
        {"countries": ("DE", "AT"), "date": date(2022, 3, 20), "fill_share": 0.9},
        _shares("fill_share", 0.0),
    ),
    Form(
        "storage_rule",
        "on a day of a window",
        {
            "countries": ("DE", "AT"),
            "window_start": date(2022, 3, 15),
            "window_end": date(2022, 4, 15),
            "fill_share": 1.0,
        },
        (*_shares("fill_share", 0.0), {"penalty_eur_per_mwh": 0.0}),
        _shares("deviation_share", 0.9, 0.15, 0.0),
    ),
    Form(
        "storage_target",
        "on a day that has a level",
        {"countries": ("DE", "AT"), "date": date(2022, 4, 1), "fill_share": 0.9},
        (*_shares("fill_share", 0.0), {"penalty_eur_per_mwh": 0.0}),
    ),
)
"""Kinds that have a strength: those of :data:`WITHOUT_ZERO` say a thing that is there or is not."""
WITHOUT_ZERO = {
    "new_lng": {"terminal": "Wilhelmshaven", "country": "DE", "sendout_gwh_per_day": 150.0},
    "route_commissioning": {"route": "nord_stream_2"},
    "initial_storage": {"countries": ("DE",), "fill_share": 0.5},
    "weather_spell": {"weather": "cold_1_in_20"},
    "held_storage": {"holder": "RU", "state": "left_empty"},
}
"""Kinds without a number whose zero changes nothing."""

ZERO_CASES = [(form, zero) for form in FORMS for zero in form.zero]
"""A form at strength zero, alone."""
ZERO_PAIRS = [(one, other, zero) for one, other in permutations(FORMS, 2) for zero in other.zero]
"""A form in force and another at strength zero, in either order of writing."""
STRICTER_CASES = [
    (form, mild, strict) for form in FORMS for mild, strict in zip(form.stricter, form.stricter[1:], strict=False)
]
"""Two neighbouring strengths of a form that only takes away."""
STRICTER_PAIRS = [
    (one, mild, strict, other)
    for one, mild, strict in STRICTER_CASES
    for other in FORMS
    if other.stricter and other is not one
]
"""The same beside another form in force."""
DATED = [
    *FORMS,
    *(
        Form(kind, "from a day", keys, ())
        for kind, keys in WITHOUT_ZERO.items()
        if kind not in ("initial_storage", "held_storage")
    ),
]
"""Forms whose date must leave what was decided before it as it was."""


def page() -> str:
    """The page of the documentation: every kind with the properties that hold it, and the cases each ran."""
    rows = []
    for kind in sorted({form.kind for form in FORMS} | set(WITHOUT_ZERO)):
        forms = [form for form in FORMS if form.kind == kind]
        alone = [case for case in ZERO_CASES if case[0].kind == kind]
        beside = [case for case in ZERO_PAIRS if kind in (case[0].kind, case[1].kind)]
        mild = [case for case in STRICTER_CASES if case[0].kind == kind]
        mixed = [case for case in STRICTER_PAIRS if kind in (case[0].kind, case[3].kind)]
        dated = [form for form in DATED if form.kind == kind]
        counts = [len(part) or "-" for part in (forms, alone, beside, mild, mixed, dated)]
        rows.append(f"| `{kind}` | " + " | ".join(map(str, counts)) + " |")
    totals = [len(part) for part in (FORMS, ZERO_CASES, ZERO_PAIRS, STRICTER_CASES, STRICTER_PAIRS, DATED)]
    rows.append("| all | " + " | ".join(map(str, totals)) + " |")
    networks = EXAMPLES["zero"] * len(ABSENT) + EXAMPLES["monotone"] * len(LADDERS)
    networks += sum(count for name, count in EXAMPLES.items() if name not in ("zero", "monotone"))
    return HEAD + "\n".join(rows) + TAIL.replace("{composition}", str(networks))


HEAD = """# What holds the measures

Every kind of measure is held by properties that are tested on generated cases, on the network of Europe. The table
counts the cases; a pair counts for both of its kinds.

| measure | forms | zero strength | zero strength beside another | stricter | stricter beside another | a date alone |
|---|---|---|---|---|---|---|
"""
TAIL = """

- **Zero strength**: a cut to 100 %, a ban that exempts all, a duty of nothing leave every number of the optimisation
  as it is, to the last bit, alone and beside every other form in force. Hence every table of results is the same, on
  the same periods.
- **Stricter**: of a measure that only takes away, a stricter number never lowers the total cost under perfect
  foresight, alone and beside every other such form. Cost counts take-or-pay that a seller's own failure forgives as if
  it were paid: a buyer who is cut off saves what he owed for gas that he refused, and that is no gain.
- **A date alone**: a measure that becomes known on 10 March leaves stocks and flows until then as they are without it.
- **A share**: of a supplier, a window and a ramp, what is offered in force is that share of what would have been
  offered, and no later rate makes up for it (`tests/test_volumes.py`, by hand and on 30 generated cases).
- **Composition** of bans, duties, caps and refusals on sellers' gas, by origin and at the border, and of cuts and
  outages beside them: {composition} generated small networks with stores, transit and ships, on which two or three
  measures at a time keep zero strength, strictness and order (`tests/test_composition.py`).
- **One bill**: take-or-pay is owed pro rata of what the seller could deliver and the way could carry, at the border and
  by origin alike (`tests/test_take_or_pay.py`).

Written by `python tests/measure_kinds.py`; a test compares. All pairs of "stricter beside another" and all
generated networks run with `make test-all`, a part of them with `make test`.
"""

if __name__ == "__main__":
    Path(__file__).parents[1].joinpath("docs", "measures.md").write_text(page(), encoding="utf-8")
