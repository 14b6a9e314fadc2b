"""Commands on the data package."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from energy_model.cli.commands import command
from energy_model.cli.common import EXIT_FAILED, DataFolder, Vintage, group, package_folder, print_table

data_app = command("data", place=100)(group("The data package."))


@data_app.command("check")
def check(
    data: DataFolder = None,
    vintage: Vintage = None,
    release: Annotated[
        bool, typer.Option("--release", help="Fail as well if a source does not let its rows be passed on.")
    ] = False,
) -> None:
    """Every violation at once: types, units, links, sources, vintage, impossible numbers."""
    folder = package_folder(data, vintage)
    _tell_problems(folder)
    if release:
        from energy_model.data.check import release_problems

        held_back = release_problems(folder)
        for problem in held_back:
            typer.echo(f"not to be released: {problem}", err=True)
        if held_back:
            raise typer.Exit(EXIT_FAILED)


def _tell_problems(data: Path | None) -> None:
    """Print what is wrong with a package; errors end the program with a code of its own."""
    from energy_model.data.check import check_data
    from energy_model.scenario.package_check import library_problems

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
    vintage: Vintage = None,
    write: Annotated[Path | None, typer.Option(help="Page of Markdown to write, for example docs/audit.md.")] = None,
) -> None:
    """What the figures rest on, what the model takes from one source against what others say, the known pitfalls."""
    from energy_model import load_data
    from energy_model.report.audit_page import audit_page, write_audit_page

    world = load_data(package_folder(data, vintage), accept_errors=True)
    typer.echo(audit_page(world) if write is None else write_audit_page(world, write))


@data_app.command("show")
def show_data(
    table: Annotated[str | None, typer.Argument(help="Table to print; none lists the tables.")] = None,
    data: DataFolder = None,
    vintage: Vintage = None,
    as_of: Annotated[
        datetime | None,
        typer.Option(formats=["%Y-%m-%d"], help="Rows that became public later are left out."),
    ] = None,
    rows: Annotated[int, typer.Option(min=1, help="Rows to print.")] = 40,
) -> None:
    """The tables of the data package, or the first rows of one."""
    from energy_model import load_data
    from energy_model.data.package import Package

    if table is None:
        for resource in Package.open(package_folder(data, vintage)).resources.values():
            typer.echo(f"{resource.name:32} {resource.title}")
        return
    world = load_data(package_folder(data, vintage), accept_errors=True)
    print_table((world.at(as_of.date()) if as_of else world)[table].head(rows))


@data_app.command("seal")
def seal_data(data: DataFolder = None, vintage: Vintage = None) -> None:
    """Record the current hashes of all tables after a deliberate edit, and say what 'data check' says of them."""
    from energy_model.data import seal

    folder = package_folder(data, vintage)
    changed = seal(folder)
    typer.echo(f"sealed; changed: {', '.join(changed) if changed else 'nothing'}")
    _tell_problems(folder)


@data_app.command("list")
def list_vintages(
    as_json: Annotated[bool, typer.Option("--json", help="As JSON, for other programs.")] = False,
) -> None:
    """The data packages that are installed, by vintage: what --vintage takes."""
    from energy_model.data.listing import vintage_list

    table = vintage_list()
    if as_json:
        typer.echo(table.to_json(orient="records", indent=1))
        return
    for row in table.itertuples():
        state = "sealed" if row.is_sealed else "not sealed"
        default = ", the default" if row.is_default else ""
        typer.echo(f"{row.name}  {row.title}")
        typer.echo(f"    stands on {row.as_of}; focus: {row.focus}; {row.tables} tables; {state}{default}")


@data_app.command("new-vintage")
def make_vintage(
    name: Annotated[str, typer.Argument(help="Its name, best the day on which it stands, such as 2031-01-31.")],
    like: Annotated[
        str | None, typer.Option("--from", help="Vintage, or folder of a package, whose form it takes.")
    ] = None,
    out: Annotated[Path, typer.Option("--out", help="Folder in which the folder NAME is made.")] = Path("."),
) -> None:
    """Write the frame of a new data package, and say what must be filled in."""
    from energy_model.data.frame import CHECKLIST, new_vintage
    from energy_model.data.package import Package

    folder, _ = new_vintage(name, like, out)
    typer.echo(f"frame: {folder}")
    for resource in Package.open(folder).resources.values():
        if resource.is_table and not resource.is_common:
            typer.echo(f"  {resource.path:36} {resource.title}")
    typer.echo(f"what each table needs, with units, limits and an example: {folder / CHECKLIST}")
    typer.echo(f"then: energy-model data seal --data {folder}")
