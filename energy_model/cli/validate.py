"""Commands that hold the model against what happened and against what others published."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from energy_model import GasData
    from energy_model.validate.replay.era import Era

from energy_model.cli.commands import command
from energy_model.cli.common import (
    EXIT_FAILED,
    Bar,
    group,
    on_data,
    one_of,
    page_to_write,
    print_table,
    tell_notes,
)

Observed = Annotated[
    Path | None, typer.Option("--observed", help="Folder with further observations, in the layout of observed/.")
]

validate_app = command("validate", place=120)(group("The model against history and against what others published."))


@validate_app.command("anchors")
@on_data
def validate_anchors(
    world: GasData,
    write: Annotated[Path | None, typer.Option(help="Page of Markdown to write, for example docs/anchors.md.")] = None,
) -> None:
    """Published results beside ours: what must come out, what has a sign, what is only compared."""
    from energy_model.files import write_text
    from energy_model.validate.reference import reference_case

    write = page_to_write(write)
    _tell_errors(world)
    case = reference_case(world)
    report = case.anchors(world)
    page = case.anchor_page(report)
    if write is None:
        typer.echo(page)
    else:
        from energy_model.report.published import write_published

        typer.echo(write_text(write, page))
        if (images := write.parent / "images").is_dir():
            typer.echo(write_published(report, images))
    if len(report.failures):
        typer.echo(f"{len(report.failures)} published results do not come out", err=True)
        raise typer.Exit(EXIT_FAILED)


@validate_app.command("scorecard")
@on_data
def validate_scorecard(
    world: GasData,
    write: Annotated[Path | None, typer.Option(help="Page of Markdown to write, as docs/scorecard.md.")] = None,
) -> None:
    """What others expected from a day, beside what this model says and what came."""
    from energy_model.files import write_text
    from energy_model.report.scorecard_page import scorecard_page
    from energy_model.validate.scorecard import scorecard

    write = page_to_write(write)
    _tell_errors(world)
    page = scorecard_page(scorecard(world))
    typer.echo(page if write is None else write_text(write, page))


@validate_app.command("replay")
@on_data
def validate_replay(
    world: GasData,
    out: Annotated[Path | None, typer.Option(help="Folder for the tables and the pages of small multiples.")] = None,
    write: Annotated[
        Path | None, typer.Option(help="Page of Markdown to write, for example docs/validation.md; takes minutes.")
    ] = None,
    observed: Observed = None,
    first: Annotated[str | None, typer.Option("--from", help="First month of another era, as in 2021-06.")] = None,
    last: Annotated[str | None, typer.Option("--to", help="Last month of that era.")] = None,
    demand: Annotated[
        str, typer.Option(help="With --from: observed, or response for a normal year and the answer to price.")
    ] = "observed",
    mechanisms: Annotated[
        str | None, typer.Option(help="Mechanisms of the model in force, with commas; default are the package's.")
    ] = None,
    without: Annotated[
        str | None,
        typer.Option(help="Mechanisms to leave out, with commas; without rolling one plan knows everything."),
    ] = None,
    planner: Annotated[
        str | None,
        typer.Option(
            help="rolling: as scenarios plan month by month; perfect: one plan that knows everything. Default: rolling."
        ),
    ] = None,
    month_before: Annotated[
        bool, typer.Option("--month-before", help="Give each plan the flows over borders observed in the month before.")
    ] = False,
) -> None:
    """History again, as the package's case names it: what the model would have chosen, against what happened."""
    from energy_model.files import check_writable
    from energy_model.validate.reference import reference_case
    from energy_model.validate.replay import replay
    from energy_model.validate.replay.report import chosen

    world, write = _with_observations(world, observed), page_to_write(write)
    if out is not None:
        check_writable(out)
    case = reference_case(world)
    eras = _eras(world, first, last, demand)
    eras = chosen(eras, mechanisms, without, planner)
    report = replay(world, eras=[era.given_month_before() if month_before else era for era in eras])
    for line in case.honest_lines(report):
        typer.echo(line)
    print_table(report.aims.round(3))
    print_table(report.table.head(10).round(3))
    if out is not None:
        typer.echo(f"tables and pages: {case.write_tables(report, out)}")
    if write is not None:
        typer.echo(case.write_page(report, world, write))


@validate_app.command("view")
@on_data
def validate_view(
    world: GasData,
    write: Annotated[Path | None, typer.Option(help="Page of Markdown to write, for example docs/view.md.")] = None,
    observed: Observed = None,
) -> None:
    """What the model says from the data of the package's day alone, as ranges, against what was observed since."""
    from energy_model.validate.reference import reference_case

    write = page_to_write(write)
    case = reference_case(world)
    with Bar("runs") as step:
        seen = case.view(world, progress=step)
    comparison = case.compare_view(seen, _with_observations(world, observed))
    print_table(comparison.verdicts)
    print_table(comparison.scores.round(3))
    if write is not None:
        typer.echo(case.write_view_page(seen, comparison, write))


def _with_observations(data: GasData, folder: Path | None) -> GasData:
    from energy_model.validate.observed import with_observations

    return data if folder is None else with_observations(data, folder)


def _eras(data: GasData, first: str | None, last: str | None, demand: str) -> tuple[Era, ...]:
    """The eras of the package, or the one that was asked for."""
    from energy_model.validate.replay.era import era_between, eras_of

    one_of(demand, ("observed", "response"), "demand of a replay")
    if first is None and last is None:
        return eras_of(data.storyline)
    if first is None or last is None:
        raise typer.BadParameter("give --from and --to, the first and the last month of the era")
    return (era_between(data, first, last, "response" if demand == "response" else "observed"),)


def _tell_errors(data: GasData) -> None:
    """The errors of the data that were accepted, before anything that is made of them."""
    from energy_model.scenario.notes import ACCEPTED

    tell_notes(f"{ACCEPTED}{error}" for error in data.errors)
