"""The command that runs a sweep."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

if TYPE_CHECKING:
    from energy_model import GasData

from energy_model.cli.commands import command
from energy_model.cli.common import Bar, on_data, tell_next, tell_notes

SHARE_TOLD = 0.1
"""In a log, progress is told whenever so much more is done."""
MANY_CASES = 100
AHEAD = (
    "{cases:,} cases to solve, some seconds each; what is done is kept chunk by chunk. For a first answer in minutes"
    " take --samples 16"
)


@command("sweep", place=60)
@on_data
def sweep(
    world: GasData,
    plan: Annotated[str, typer.Argument(help="Path of a plan (.toml), or the name of one that comes with the data.")],
    out: Annotated[
        Path | None, typer.Option("--out", help="Folder; default: reports/sweeps/ and the plan's name.")
    ] = None,
    workers: Annotated[int, typer.Option(min=1, help="Chunks solved at a time on this machine.")] = 2,
    scheduler: Annotated[
        str | None, typer.Option(help="Address of a Dask scheduler that solves instead, such as tcp://host:8786.")
    ] = None,
    samples: Annotated[int | None, typer.Option(min=1, help="Points drawn, in place of the plan's.")] = None,
    target: Annotated[
        float | None,
        typer.Option(min=1e-6, help="Draw 64, 128, ... points until mean unserved gas has this error, TWh."),
    ] = None,
    foresight: Annotated[
        Literal["surprise", "perfect", "rolling"] | None,
        typer.Option(help="Who knows of the cut before it is announced, in place of the plan's."),
    ] = None,
    fresh: Annotated[
        bool, typer.Option("--fresh", help="Remove what the folder holds of a sweep; default: go on with it.")
    ] = False,
) -> None:
    """Solve thousands of scenarios that a plan describes; an interrupted sweep goes on where it stopped."""
    from energy_model import load_scenario
    from energy_model.risk.answers import outcome
    from energy_model.risk.stopping_rule import run_until
    from energy_model.risk.terms import terms_of
    from energy_model.scenario import notes
    from energy_model.sweep import load_plan, run_sweep
    from energy_model.sweep.folder import read_base
    from energy_model.sweep.plan import find_plan, with_samples

    path = find_plan(plan, world.root)
    chosen = with_samples(load_plan(path), samples)
    chosen = chosen if foresight is None else chosen.model_copy(update={"foresight": foresight})
    base = load_scenario(chosen.base, world.root, world)
    tell_notes(notes(base, world))
    folder = out if out is not None else Path("reports") / "sweeps" / path.stem
    with Bar("sweep") as step:
        if target is not None:
            enough = run_until(
                chosen, folder, target, data=world, workers=workers, scheduler=scheduler, progress=_told(step)
            )
            done = enough.sweep
        else:
            done = run_sweep(
                chosen, folder, data=world, workers=workers, scheduler=scheduler, fresh=fresh, progress=_told(step)
            )
    if target is not None:
        typer.echo(f"standard error {enough.error_twh:,.2f} TWh: {'enough' if enough.is_met else 'not enough'}")
    counts = f"{done.cases} cases, {done.failed} without a result, {done.resumed} from an earlier run"
    typer.echo(f"{chosen.title}\n{counts}")
    if len(lines := outcome(done.frame(), terms_of(chosen, read_base(done.folder), world))):
        typer.echo("\n".join(lines))
    typer.echo(f"results: {done.folder / 'results'}")
    tell_next(f"energy-model risk {done.folder}", "how likely, how bad, and which assumption decides it")


def _told(step: Callable[[str, int, int], None]) -> Callable[[int, int, int], None]:
    """Progress on a terminal as a bar with the time left, in a log as a line now and then; first, what lies ahead."""
    last = [0.0]
    ahead: list[str] = []

    def tell(done: int, total: int, failed: int) -> None:
        if not ahead and total - done > MANY_CASES:
            ahead.append(AHEAD.format(cases=total - done))
            typer.echo(ahead[0], err=True)
        step(f"{done} of {total}, {failed} without a result", done, total)
        if not sys.stderr.isatty() and done / total >= last[0] + SHARE_TOLD:
            last[0] = done / total
            typer.echo(f"{done} of {total} cases, {failed} without a result", err=True)

    return tell
