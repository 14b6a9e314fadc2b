"""The command line. It talks; the library does not. Heavy imports wait until a command needs them."""

from __future__ import annotations

import sys
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from energy_model.errors import EnergyModelError

EXIT_FAILED, EXIT_INTERRUPTED = 1, 130


class _InWords(TyperGroup):
    """Every command of the program: problems in words on stderr, exit code not 0."""

    def invoke(self, ctx: Any) -> Any:
        try:
            return super().invoke(ctx)
        except EnergyModelError as error:
            typer.echo(f"error: {error}", err=True)
            raise typer.Exit(EXIT_FAILED) from error
        except KeyboardInterrupt as error:
            typer.echo("interrupted; earlier outputs are untouched", err=True)
            raise typer.Exit(EXIT_INTERRUPTED) from error


app = typer.Typer(
    name="energy-model",
    cls=_InWords,
    help="Gas flows to Germany and Europe under sanctions and cut-offs.",
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    add_completion=False,
)
scenarios_app = typer.Typer(help="The scenario library.", no_args_is_help=True, rich_markup_mode=None)
data_app = typer.Typer(help="The data package.", no_args_is_help=True, rich_markup_mode=None)
export_app = typer.Typer(help="The network for other tools.", no_args_is_help=True, rich_markup_mode=None)
validate_app = typer.Typer(help="The model against what others published.", no_args_is_help=True, rich_markup_mode=None)
app.add_typer(scenarios_app, name="scenarios")
app.add_typer(data_app, name="data")
app.add_typer(export_app, name="export")
app.add_typer(validate_app, name="validate")

ScenarioName = Annotated[str, typer.Argument(help="Name in the library, or a path to a .toml or .xlsx file.")]
DataFolder = Annotated[Path | None, typer.Option("--data", help="Folder of the data package; default: its own.")]
OutFolder = Annotated[Path, typer.Option("--out", help="Folder for the outputs.")]
Resolution = Annotated[str | None, typer.Option(help="day, week or month in place of the scenario's.")]
Unit = Annotated[str, typer.Option("--unit", help="Unit of volumes: TWh or bcm (10.55 kWh per m3).")]


def main() -> None:
    """Entry point of ``energy-model``."""
    app()


@app.command()
def run(
    scenario: ScenarioName,
    out: OutFolder = Path("reports"),
    data: DataFolder = None,
    resolution: Resolution = None,
    foresight: Annotated[str | None, typer.Option(help="perfect or surprise in place of the scenario's.")] = None,
    unit: Unit = "TWh",
    data_spread: Annotated[
        bool, typer.Option("--data-spread", help="Each headline with its range over the ranges of the data; monthly.")
    ] = False,
) -> None:
    """Solve one scenario, print its headline numbers, store its tables."""
    from energy_model import headlines, load_data, load_scenario, save_results
    from energy_model import run as solve
    from energy_model.results.store import check_writable
    from energy_model.scenario.load import with_changes

    shown = _energy_unit(unit)
    world = load_data(data)
    chosen = with_changes(load_scenario(scenario, world.root, world), resolution=resolution, foresight=foresight)
    check_writable(out / "results")
    results = solve(chosen, world)
    folder = save_results(results, out / "results")
    typer.echo(f"{results.scenario.title} ({results.scenario.id}): {results.status}")
    _print_numbers(headlines(results, shown))
    if data_spread:
        from energy_model.results.spread import run_data_spread

        with _progress("data spread") as step:
            told = lambda done, total, what: step(what, done, total)  # noqa: E731 - the two count in another order
            found = run_data_spread(chosen, world, unit=shown, progress=told)
        typer.echo("\nrange over the ranges of the data, monthly periods")
        _print_table(found.ranges.round(3).reset_index())
    typer.echo(f"tables: {folder}")


@validate_app.command("anchors")
def validate_anchors(
    data: DataFolder = None,
    write: Annotated[Path | None, typer.Option(help="Page of Markdown to write, for example docs/anchors.md.")] = None,
) -> None:
    """Published results beside ours: what must come out, what has a sign, what is only compared."""
    from energy_model import load_data
    from energy_model.results.store import replacing_file
    from energy_model.validate.anchors import anchor_page, anchors

    report = anchors(load_data(data))
    page = anchor_page(report)
    if write is None:
        typer.echo(page)
    else:
        with replacing_file(write) as part:
            part.write_text(page, encoding="utf-8")
        typer.echo(write)
    if len(report.failures):
        typer.echo(f"{len(report.failures)} published results do not come out", err=True)
        raise typer.Exit(EXIT_FAILED)


@export_app.command("pypsa")
def export_pypsa(
    scenario: ScenarioName,
    path: Annotated[Path, typer.Argument(help="A .nc file, or a folder for CSV files.")],
    data: DataFolder = None,
    resolution: Resolution = None,
) -> None:
    """Write a scenario as a PyPSA network; needs the extra pypsa."""
    from energy_model import load_data, load_scenario
    from energy_model.report.pypsa_export import write_pypsa
    from energy_model.scenario import apply
    from energy_model.scenario.load import with_changes

    world = load_data(data)
    chosen = with_changes(load_scenario(scenario, world.root, world), resolution=resolution)
    typer.echo(write_pypsa(apply(chosen, world.at(chosen.as_of)), path, chosen.id))


@app.command()
def brief(
    out: OutFolder = Path("reports"),
    data: DataFolder = None,
    only: Annotated[list[str] | None, typer.Option(help="Scenario to include; repeat for several.")] = None,
    workers: Annotated[
        int | None, typer.Option(min=1, help="Processes that solve scenarios side by side; default: two at most.")
    ] = None,
) -> None:
    """Run the scenario library; write the workbook, the figures and all tables; print the answer."""
    from energy_model import brief as make
    from energy_model import load_data

    world = load_data(data)
    with _progress("scenarios") as step:
        made = make(world, out, scenarios=only or None, workers=workers, progress=step)
    typer.echo(made.answer)
    typer.echo("")
    typer.echo(f"workbook: {made.workbook}")
    typer.echo(f"figures:  {made.workbook.parent / 'figures'} ({len(made.figures)})")
    typer.echo(f"tables:   {made.workbook.parent / 'results'} ({len(made.result_folders)} scenarios)")


@app.command()
def compare(
    base: ScenarioName,
    other: ScenarioName,
    data: DataFolder = None,
    resolution: Resolution = None,
    unit: Unit = "TWh",
) -> None:
    """What goes in differently between two scenarios, and what comes out differently."""
    from energy_model import compare as difference
    from energy_model import load_data, load_scenario
    from energy_model import run as solve
    from energy_model.scenario.load import with_changes

    shown = _energy_unit(unit)
    world = load_data(data)
    chosen = [with_changes(load_scenario(name, world.root, world), resolution=resolution) for name in (base, other)]
    found = difference(*(solve(scenario, world) for scenario in chosen), unit=shown)
    typer.echo(f"{found.other} against {found.base}\n\nkeys and measures")
    _print_table(found.keys)
    typer.echo("\ninputs, means over the horizon")
    _print_table(found.inputs.round(3))
    typer.echo("\nheadlines")
    _print_table(found.headlines.round(3).reset_index())


@app.command()
def doctor() -> None:
    """Solve a toy network and print versions: does the installation work?"""
    from energy_model.results.run import versions
    from energy_model.solve.toy import solve_toy

    for name, number in versions().items():
        typer.echo(f"{name:14} {number}")
    expected, actual = solve_toy()
    if abs(expected - actual) > 1e-6 * expected:
        typer.echo(f"error: the toy network costs {actual:g} EUR, it should cost {expected:g} EUR", err=True)
        raise typer.Exit(EXIT_FAILED)
    typer.echo(f"toy network: {actual:g} EUR, as solved by hand")


@scenarios_app.command("list")
def list_scenarios(data: DataFolder = None) -> None:
    """Names and titles of the library."""
    from energy_model import library, load_scenario

    for name in library(data):
        typer.echo(f"{name:28} {load_scenario(name, data).title}")


@scenarios_app.command("show")
def show_scenario(
    scenario: ScenarioName,
    data: DataFolder = None,
    effective: Annotated[bool, typer.Option("--effective", help="With the base scenario filled in.")] = False,
) -> None:
    """A scenario as written, or as it takes effect."""
    from energy_model import library, load_scenario

    found = load_scenario(scenario, data)
    if effective:
        typer.echo(found.model_dump_json(indent=1, exclude_none=True))
        return
    path = library(data).get(scenario, Path(scenario))
    if path.suffix == ".toml":
        typer.echo(path.read_text(encoding="utf-8"), nl=False)
    else:
        typer.echo(found.model_dump_json(indent=1, exclude_none=True))


@scenarios_app.command("diff")
def diff_scenarios(base: ScenarioName, other: ScenarioName, data: DataFolder = None) -> None:
    """Keys and measures in which two effective scenarios differ; nothing is solved."""
    from energy_model import load_scenario
    from energy_model.results.compare import scenario_difference

    one, two = (load_scenario(name, data).model_dump(mode="json") for name in (base, other))
    _print_table(scenario_difference(one, two))


@scenarios_app.command("template")
def template(
    path: Annotated[Path, typer.Argument(help="Workbook to write; ends in .xlsx.")],
    scenario: ScenarioName = "reference",
    data: DataFolder = None,
) -> None:
    """Write a scenario as an Excel workbook to fill in; run it by its path."""
    from energy_model import load_scenario
    from energy_model.scenario.excel import write_excel

    typer.echo(write_excel(load_scenario(scenario, data), path))


@data_app.command("check")
def check(data: DataFolder = None) -> None:
    """Every violation at once: types, units, links, sources, vintage, impossible numbers."""
    from energy_model.data.check import check_data
    from energy_model.scenario.load import library_problems

    problems = check_data(data, further=[library_problems])
    errors = [problem for problem in problems if problem.is_error]
    for problem in problems:
        typer.echo(str(problem), err=problem.is_error)
    typer.echo(f"{len(errors)} errors, {len(problems) - len(errors)} warnings")
    if errors:
        raise typer.Exit(EXIT_FAILED)


@data_app.command("audit")
def audit_data(
    data: DataFolder = None,
    write: Annotated[Path | None, typer.Option(help="Page of Markdown to write, for example docs/audit.md.")] = None,
) -> None:
    """What the model takes from one source against what other sources say, and the known traps."""
    from energy_model import load_data
    from energy_model.report.audit_page import audit_page, write_audit_page

    world = load_data(data)
    typer.echo(audit_page(world) if write is None else write_audit_page(world, write))


@data_app.command("show")
def show_data(
    table: Annotated[str | None, typer.Argument(help="Table to print; none lists the tables.")] = None,
    data: DataFolder = None,
    as_of: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], help="Vintage: rows published later are left out.")
    ] = None,
    rows: Annotated[int, typer.Option(min=1, help="Rows to print.")] = 40,
) -> None:
    """The tables of the data package, or the first rows of one."""
    from energy_model import load_data
    from energy_model.data.package import Package

    if table is None:
        for resource in Package.open(data).resources.values():
            typer.echo(f"{resource.name:32} {resource.title}")
        return
    world = load_data(data)
    _print_table((world.at(as_of.date()) if as_of else world)[table].head(rows))


@data_app.command("seal")
def seal_data(data: DataFolder = None) -> None:
    """Record the current hashes of all tables after a deliberate edit."""
    from energy_model.data.package import seal

    changed = seal(data)
    typer.echo(f"sealed; changed: {', '.join(changed) if changed else 'nothing'}")


def _energy_unit(unit: str) -> Any:
    known = {"twh": "TWh", "bcm": "bcm", "gwh": "GWh"}
    if unit.lower() not in known:
        raise typer.BadParameter(f"'{unit}' is not a unit of volume; use TWh, bcm or GWh")
    return known[unit.lower()]


def _print_numbers(numbers: Any) -> None:
    for name, value in numbers.items():
        shown = f"{value:.1%}" if "share" in name or "filling" in name else f"{value:,.1f}"
        typer.echo(f"  {name:44} {shown:>12}")


def _print_table(table: Any) -> None:
    typer.echo(table.to_string(index=False) if len(table) else "nothing")


class _progress:
    """A bar on stderr when somebody watches; nothing in a pipe or a log."""

    def __init__(self, label: str) -> None:
        self.label = label
        self.bar: Any = None

    def __enter__(self) -> Callable[[str, int, int], None]:
        return self.step

    def step(self, what: str, done: int, total: int) -> None:
        """Advance to ``done`` of ``total``."""
        if not sys.stderr.isatty():
            return
        if self.bar is None:
            from rich.console import Console
            from rich.progress import Progress

            self.bar = Progress(console=Console(stderr=True), transient=True)
            self.bar.start()
            self.task = self.bar.add_task(self.label, total=total)
        self.bar.update(self.task, completed=done, description=f"{self.label}: {what}")

    def __exit__(self, *_: object) -> None:
        if self.bar is not None:
            self.bar.stop()


if __name__ == "__main__":
    main()
