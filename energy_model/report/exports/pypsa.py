"""A scenario as a PyPSA network, with what the network leaves out and what each of it costs.

What a network cannot say is left out one by one, and each time the scenario is solved: the difference between its cost
and that of the network is told by its reasons.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from itertools import pairwise

from energy_model.fast import optimum
from energy_model.files import folder_digests, replacing_folder, write_json
from energy_model.lp import compile_model
from energy_model.model import build_model
from energy_model.plan.foresight import solve_scenario
from energy_model.report.exports.formats import Job, export_format
from energy_model.report.exports.provenance import ABOUT, about, licence_notes
from energy_model.report.pypsa_export import CANNOT, not_carried, solve_pypsa, to_pypsa, write_network
from energy_model.results.tables import tie_breaks
from energy_model.scenario import Case, Scenario, apply
from energy_model.scenario.load import with_changes
from energy_model.units import EUR_PER_BEUR, EUR_PER_KEUR

KEY_OF = {part: "solidarity_groups" if part == "solidarity" else part for part in CANNOT}
"""Key of a scenario that leaves a part out; of origins there is none."""
PERFECT, COOPERATIVE = "perfect", "cooperative"
AGREES = 1e-6
"""Largest difference between two costs that are the same, as a share."""


@dataclass(frozen=True)
class Step:
    """A scenario with one more thing left out.

    Attributes
    ----------
    left_out : str
        Key that was changed; empty for the scenario as it is.
    why : str
        Why a network cannot say it.
    cost_eur : float
        Least cost, without tie-breaks.
    """

    left_out: str
    why: str
    cost_eur: float


@export_format("pypsa", place=50)
def write_pypsa_network(job: Job) -> list[str]:
    """A PyPSA network, a .nc file or a folder of CSV, with what it leaves out and what each of it costs."""
    scenario, origins = plain_scenario(job.scenario, job)
    case = plain_case(scenario, job, origins)
    with _quiet():
        network = to_pypsa(case, job.scenario.id)
        steps = list(walk(job, scenario, case, origins))
        cost = objective_eur(case)
        said = [*in_words(steps, cost), *_checked(case, cost, job.check)]
        told = {**about(job.results, job.seen, "pypsa"), "left_out": [vars(one) for one in steps[1:]]}
        told |= {"scenario_least_cost_eur": steps[0].cost_eur, "network_least_cost_eur": cost}
        network.meta = {**network.meta, "about": told}
        if job.target.suffix == ".nc":
            write_network(network, job.target)
        else:
            with replacing_folder(job.target) as part:
                network.export_to_csv_folder(str(part))
                write_json(part / ABOUT, {**told, "files": folder_digests(part)})
    return [*said, *licence_notes(job.seen)]


@contextmanager
def _quiet() -> Iterator[None]:
    """PyPSA and linopy tell every step at length; what matters of it is told here."""
    loggers = [logging.getLogger(name) for name in ("pypsa", "linopy")]
    levels = [one.level for one in loggers]
    for one in loggers:
        one.setLevel(logging.ERROR)
    try:
        yield
    finally:
        for one, level in zip(loggers, levels, strict=True):
            one.setLevel(level)


def plain_scenario(scenario: Scenario, job: Job) -> tuple[Scenario, bool]:
    """The scenario as a network can say it, and whether measures on the origin of gas must go besides."""
    lacking = not_carried(apply(with_changes(scenario, foresight=PERFECT, allocation=COOPERATIVE), job.data))
    keys: dict[str, object] = {KEY_OF[part]: False for part in lacking if part != "origins"}
    plain = with_changes(scenario, foresight=PERFECT, allocation=COOPERATIVE, **keys)
    return plain, "origins" in lacking


def plain_case(scenario: Scenario, job: Job, origins: bool) -> Case:
    """The case of a scenario that a network can say."""
    case = apply(scenario, job.data)
    return replace(case, origins=None) if origins else case


def walk(job: Job, plain: Scenario, case: Case, origins: bool) -> Iterator[Step]:
    """The scenario as it is, then with one thing more left out each time, until it is the network."""
    now = job.scenario
    yield Step("", "", job.results.objective_eur)
    ways = {
        "foresight": f"the network knows everything from the start; the scenario plans by {now.foresight}",
        "allocation": f"the network shares at least cost; the scenario shares by {now.allocation}",
    }
    told = {**ways, **{KEY_OF[part]: f"it cannot say {words}" for part, words in CANNOT.items()}}
    for key in (key for key in told if key in Scenario.model_fields and getattr(now, key) != getattr(plain, key)):
        now = with_changes(now, **{key: getattr(plain, key)})
        solved = solve_scenario(now, job.seen)
        yield Step(key, told[key], (solved.objective_keur - tie_breaks(solved)) * EUR_PER_KEUR)
    if origins:
        yield Step("origins", told["origins"], objective_eur(case))


def objective_eur(case: Case) -> float:
    """Least cost of a case with everything known from the start, EUR, tie-breaks included."""
    return optimum(compile_model(build_model(case)), case)[0].objective * EUR_PER_KEUR


def in_words(steps: list[Step], cost_eur: float) -> list[str]:
    """What is left out, what each of it costs, and what the network should cost; a sentence each."""
    said = [
        f"left out: {one.left_out}, as {one.why}; that changes the least cost by"
        f" {(one.cost_eur - before.cost_eur) / EUR_PER_BEUR:+.6f} bn EUR"
        for before, one in pairwise(steps)
    ]
    whole, most = steps[0].cost_eur / EUR_PER_BEUR, cost_eur / EUR_PER_BEUR
    ties = cost_eur - steps[-1].cost_eur
    told = (
        f"the scenario has a least cost of {whole:.6f} bn EUR, penalties on missed targets included, and the network"
        f" one of {most:.6f} bn EUR, of which {ties:,.0f} EUR only tell options of equal cost apart"
    )
    return [*said, told if said else f"nothing is left out; {told}"]


def _checked(case: Case, cost_eur: float, asked: bool) -> list[str]:
    """With ``--check``: what PyPSA itself finds, of a network that is not the one written, which stays unsolved."""
    if not asked:
        return []
    found = solve_pypsa(to_pypsa(case), log_to_console=False)
    apart = abs(found - cost_eur) / max(abs(cost_eur), 1.0)
    word = "the same" if apart <= AGREES else f"NOT the same, {apart:.2g} of it apart: do not use the network"
    return [f"PyPSA solves the network at {found / EUR_PER_BEUR:.6f} bn EUR: {word}"]
