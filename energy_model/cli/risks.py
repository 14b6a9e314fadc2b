"""Commands on risk: tables from a sweep, and a decision before it is known what comes."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from energy_model import GasData

from energy_model.cli.commands import command
from energy_model.cli.common import (
    OutFolder,
    Resolution,
    ScenarioName,
    on_data,
    tell_notes,
)


@command("risk", place=70)
@on_data
def risk(
    world: GasData,
    folder: Annotated[Path, typer.Argument(help="Folder of a sweep, finished or not.")],
    out: OutFolder = Path("reports"),
    target: Annotated[
        float,
        typer.Option(min=1e-6, help="Standard error of expected unserved gas that is small enough, TWh."),
    ] = 5.0,
    where: Annotated[
        list[str] | None, typer.Option(help="AXIS=VALUE: only cases with this value of an axis; repeat for several.")
    ] = None,
) -> None:
    """Probability, tail, storage fan, drivers and convergence from a sweep; write the workbook and figures."""
    from energy_model.files import check_writable
    from energy_model.report.answers import Occasion, in_words, write_answers
    from energy_model.report.facts import PERIOD_NOUNS
    from energy_model.report.risk_figures import FIGURES
    from energy_model.report.style import save_with_numbers
    from energy_model.risk.answers import risk_answers
    from energy_model.risk.tables import sample
    from energy_model.risk.terms import terms_of
    from energy_model.scenario import notes
    from energy_model.sweep import read_plan, read_results
    from energy_model.sweep.folder import read_base

    plan, base, results = read_plan(folder), read_base(folder), read_results(folder)
    inputs = notes(base, world)
    tell_notes(inputs)
    for axis, value in _wanted(where or [], results):
        results = results[results[axis].astype(str) == value]
    terms = terms_of(plan, base, world)
    cases = sample(results, terms)
    grids = [name for name, axis in plan.axes.items() if axis.kind == "grid" and results[name].nunique() > 1]
    answers = risk_answers(cases, target, grids)
    occasion = Occasion(
        title=plan.title,
        subtitle=f"{len(cases):,} cases around '{base.title}', periods of a {PERIOD_NOUNS[base.resolution]},"
        f" foresight: {base.foresight}",
        short=plan.title,
        description=plan.description,
        as_of=base.as_of,
        digest=world.digest,
        notes=inputs,
    )
    check_writable(out / "figures")
    for one in answers:
        typer.echo(f"{in_words(one)}\n")
    name = folder.resolve().name
    path = write_answers(answers, occasion, out / f"risk_{name}.xlsx")
    for kind, draw in FIGURES.items():
        save_with_numbers(draw(cases, plan.title), out / "figures" / f"risk_{name}_{kind}.png")
    typer.echo(f"workbook: {path}")
    typer.echo(f"figures:  {out / 'figures'} ({len(FIGURES)})")


def _wanted(where: list[str], results: Any) -> list[tuple[str, str]]:
    """Axes and values that were asked for; there is at least one case for each."""
    wanted = []
    for words in where:
        axis, _, value = words.partition("=")
        there = results[axis].astype(str).unique().tolist() if axis in results else []
        if value not in there:
            known = f"it has {', '.join(sorted(there)[:8])}" if there else "there is no such axis"
            raise typer.BadParameter(f"'{words}': no case has it; {known}", param_hint="--where")
        wanted.append((axis, value))
    return wanted


@command("decide", place=80)
@on_data
def decide(
    world: GasData,
    scenario: ScenarioName,
    probability: Annotated[float, typer.Option(min=0.0, max=1.0, help="That the cut comes on one of the days.")],
    day: Annotated[
        list[datetime] | None,
        typer.Option(formats=["%Y-%m-%d"], help="Day on which it may come; repeat for several, equally likely."),
    ] = None,
    out: OutFolder = Path("reports"),
    resolution: Resolution = None,
) -> None:
    """What to save and store now if a scenario's cut may come; write the workbook."""
    from energy_model import load_scenario, with_changes
    from energy_model.files import check_writable
    from energy_model.report.answers import Occasion, in_words, write_answers
    from energy_model.report.facts import PERIOD_NOUNS
    from energy_model.risk.answers import decision_answer
    from energy_model.risk.decision import decide as plan
    from energy_model.scenario import notes

    chosen = with_changes(load_scenario(scenario, world.root, world), resolution=resolution)
    inputs = notes(chosen, world)
    tell_notes(inputs)
    known = world.at(chosen.as_of)
    check_writable(out)
    found = plan(chosen, known, probability=probability, dates=[one.date() for one in day or []] or None)
    told = decision_answer(found)
    typer.echo(f"{in_words(told)}\n")
    occasion = Occasion(
        title=f"Before it is known: {chosen.title}",
        subtitle=f"A cut with a probability of {probability:.0%}; periods of a {PERIOD_NOUNS[chosen.resolution]}",
        short=chosen.title,
        description=chosen.description,
        as_of=chosen.as_of,
        digest=known.digest,
        notes=inputs,
    )
    typer.echo(f"workbook: {write_answers([told], occasion, out / f'decision_{chosen.id}.xlsx')}")
