"""Figures that a page states in words or in a table of its own: each is solved again and must come out as printed."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from energy_model import GasData, Results, load_scenario, run, with_changes

pytestmark = pytest.mark.slow

DOCS = Path(__file__).parents[1] / "docs"
CUT = "full_cutoff_february"
QATAR: dict[str, Any] = {"kind": "lng_outage", "exporter": "QA", "remaining_share": 0.0}
HALF_OF_AMERICA: dict[str, Any] = {"kind": "lng_outage", "exporter": "US", "remaining_share": 0.5}
REFUSED: dict[str, Any] = {"kind": "lng_ban", "exporter": "QA", "countries": ("EU27",)}
ROWS: dict[str, tuple[str, tuple[dict[str, Any], ...], dict[str, Any]]] = {
    "reference": ("reference", (), {}),
    "all Qatari LNG lost, 1,321 TWh": ("reference", (QATAR,), {}),
    "half of the American LNG lost, 699 TWh": ("reference", (HALF_OF_AMERICA,), {}),
    "the EU alone refuses Qatari cargoes": ("reference", (REFUSED,), {}),
    "full cut-off in February, with the limit instead of the world": (CUT, (), {"lng_world": False}),
    "full cut-off in February": (CUT, (), {}),
}
"""Scenario, further measures and keys of each row of the table of docs/lng.md."""


def said(page: str) -> str:
    """A page in one line."""
    return " ".join((DOCS / page).read_text(encoding="utf-8").split())


@pytest.fixture(scope="module")
def solved(shipped: GasData) -> Callable[..., Results]:
    """Solve a scenario in months, each once."""

    @cache
    def once(name: str, more: tuple[int, ...], keys: tuple[tuple[str, Any], ...]) -> Results:
        known = (QATAR, HALF_OF_AMERICA, REFUSED)
        plain = load_scenario(name, shipped.root, shipped)
        measures = (*plain.measures, *(known[number] for number in more))
        return run(with_changes(plain, measures=measures, resolution="month", **dict(keys)), shipped)

    def run_of(name: str, *measures: dict[str, Any], **keys: Any) -> Results:
        numbers = tuple((QATAR, HALF_OF_AMERICA, REFUSED).index(one) for one in measures)
        return once(name, numbers, tuple(sorted(keys.items())))

    return run_of


def cells(row: str) -> list[str]:
    """LNG, price and curtailment of a row of docs/lng.md as printed."""
    line = re.search(rf"^\| {re.escape(row)} \|(.*)\|$", (DOCS / "lng.md").read_text(encoding="utf-8"), re.MULTILINE)
    assert line is not None, row
    return [cell.strip() for cell in line[1].split("|")]


@pytest.mark.parametrize("row", ROWS)
def test_the_table_of_what_the_world_market_shows_is_what_comes_out(row: str, solved: Callable[..., Results]) -> None:
    name, measures, keys = ROWS[row]
    printed = cells(row)
    views = ("central", "low", "high") if any("(" in cell for cell in printed) else ("central",)
    asks = [solved(name, *measures, **keys, lng_elasticity=view).statistics for view in views]
    values = (
        [one.lng.value() for one in asks],
        [one.price.value(country="DE") for one in asks],
        [one.curtailed.value() for one in asks],
    )
    shown = [[f"{value:,.0f}" for value in one] for one in values]

    assert printed == [one[0] if len(set(one)) == 1 else f"{one[0]} ({one[1]} to {one[2]})" for one in shown]


def test_what_europe_bears_of_a_loss_of_lng_is_what_comes_out(solved: Callable[..., Results]) -> None:
    shares = []
    for measure, part, view in (
        (QATAR, 1.0, "central"), (QATAR, 1.0, "low"), (QATAR, 1.0, "high"), (HALF_OF_AMERICA, 0.5, "central")
    ):  # fmt: skip
        before, after = (solved("reference", *more, lng_elasticity=view) for more in ((), (measure,)))
        able = before["world_exporters"].query("exporter == @measure['exporter']")["loadable_gwh"].sum()
        lost = before.statistics.lng.value(unit="GWh") - after.statistics.lng.value(unit="GWh")
        shares.append(f"{100.0 * lost / (part * able):.0f}")

    words = "Europe bears {} % ({} with the low elasticity, {} with the high one), of the American one {} %"
    assert words.format(*shares) in said("lng.md")


def test_what_single_mechanisms_do_to_a_full_cut_is_what_comes_out(solved: Callable[..., Results]) -> None:
    def curtailed(country: str | None = None, **keys: Any) -> float:
        ask = solved(CUT, **keys).statistics.curtailed
        return ask.value(region="EU27") if country is None else ask.value(country=country)

    quality = curtailed() - curtailed(low_calorific=False)
    free = curtailed(supply_by_month=False) - curtailed(supply_by_month=False, low_calorific=False)
    kept = {code: curtailed(code) - curtailed(code, solidarity_groups=False) for code in ("UA", "TR", "GB", "MD")}
    union = curtailed() - curtailed(solidarity_groups=False)

    page = said("limits.md")
    assert f"curtails {quality:.0f} TWh more in the EU, and {free:.0f} TWh more where the time of purchase" in page
    fewer = (
        f"in Ukraine {-kept['UA']:.0f}, in Türkiye {-kept['TR']:.0f} and in Great Britain {-kept['GB']:.0f} TWh less"
    )
    assert f"{union:.0f} TWh more are curtailed in the Union for it, and {fewer}" in page
    assert f"in Moldova {kept['MD']:.0f} TWh more (months)" in page


def test_what_is_cut_before_the_winter_is_what_comes_out(solved: Callable[..., Results]) -> None:
    ask = solved("phase_out_by_winter").statistics.curtailed
    total = ask.value(region="EU27")
    before = ask.value(region="EU27", until="2022-10-31")

    assert f"In `phase_out_by_winter` half of {total:.0f} TWh are cut before November" in said("limits.md")
    assert 0.45 < before / total < 0.55


def test_what_own_needs_first_costs_is_what_comes_out(solved: Callable[..., Results]) -> None:
    found = {}
    for world in (False, True):
        keys = {"foresight": "perfect", "lng_world": world}
        one, other = solved(CUT, **keys), solved(CUT, **keys, allocation="own_needs_first")
        cut = [each.statistics.curtailed.value(country="NL") for each in (one, other)]
        found[world] = ((other.objective_eur - one.objective_eur) / 1e9, cut[0] - cut[1], cut[0])

    page = said("model.md")
    cost, spared, before = found[False]
    assert (
        f"the rule costs {cost:.1f} bn EUR as taken here and spares the Netherlands {spared:.0f} of {before:.0f} TWh"
        in page
    )
    assert f"world market of LNG the rule costs {found[True][0]:.1f} bn EUR" in page
