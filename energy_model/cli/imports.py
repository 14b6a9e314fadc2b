"""Commands that bring figures into a data package."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from energy_model.cli.common import DataFolder, Vintage, package_folder
from energy_model.cli.data import data_app

_Country = Annotated[str | None, typer.Option("--country", help="Country that the file is about, if it does not say.")]
_AsOf = Annotated[
    datetime | None,
    typer.Option(
        "--as-of",
        formats=["%Y-%m-%d"],
        help="Day on which the file was public: revised rows count from it on. Default: the last day of the file.",
    ),
]
_Write = Annotated[bool, typer.Option("--write", help="Write the rows and seal the package; otherwise nothing is.")]


@data_app.command("import")
def import_file(
    kind: Annotated[str, typer.Argument(metavar="FORMAT", help="Kind of the file; 'data formats' lists them.")],
    file: Annotated[Path, typer.Argument(help="The download.")],
    data: DataFolder = None,
    vintage: Vintage = None,
    country: _Country = None,
    as_of: _AsOf = None,
    write: _Write = False,
) -> None:
    """Read a downloaded file into the data package; without --write it is only said what would change."""
    _take(kind, file, package_folder(data, vintage), country, as_of, write)


def _take(kind: str, file: Path, folder: Path | None, country: str | None, as_of: datetime | None, write: bool) -> None:
    """Read a file, tell what it changes, and write it if that was asked for."""
    from energy_model.data.package import Package
    from energy_model.imports.join import options_for, read_file

    found = read_file(kind, file, options_for(Package.open(folder), country, as_of.date() if as_of else None))
    for line in found.lines():
        typer.echo(line)
    if found.is_nothing:
        typer.echo("nothing to write")
    elif not write:
        typer.echo("nothing was written; --write writes it")
    else:
        typer.echo(f"written and sealed: {', '.join(found.write())}")


@data_app.command("refresh")
def refresh(
    source: Annotated[str, typer.Option("--source", help="agsi, alsi, entsog or eurostat.")],
    first: Annotated[datetime, typer.Option("--from", formats=["%Y-%m-%d"], help="First day.")],
    last: Annotated[datetime, typer.Option("--to", formats=["%Y-%m-%d"], help="Last day.")],
    data: DataFolder = None,
    vintage: Vintage = None,
    country: _Country = None,
    as_of: _AsOf = None,
    keep: Annotated[Path | None, typer.Option("--keep", help="Folder in which the answer is kept as a file.")] = None,
    url: Annotated[str | None, typer.Option("--url", help="Another address of the service, such as a mirror.")] = None,
    write: _Write = False,
) -> None:
    """Fetch figures from a live service and read them as 'data import' does: the only command that goes on line."""
    from tempfile import TemporaryDirectory

    try:
        from energy_model.imports.services import SERVICES, Request, fetch
    except ImportError as error:
        raise typer.BadParameter("needs the library requests: pip install 'energy-model[refresh]'") from error
    if first > last:
        raise typer.BadParameter(f"--from {first.date()} lies after --to {last.date()}; swap them")
    folder = package_folder(data, vintage)
    with TemporaryDirectory() as scratch:
        if keep is not None:
            keep.mkdir(parents=True, exist_ok=True)
        file = fetch(source, Request(first.date(), last.date(), country), keep or Path(scratch), url)
        _take(SERVICES[source].reads, file, folder, None, as_of, write)


@data_app.command("formats")
def list_formats() -> None:
    """The kinds of file that 'data import' reads, with the terms of each publisher."""
    from energy_model.imports.figures import every_format

    for own in every_format().values():
        typer.echo(f"{own.name:18}{own.title}")
        typer.echo(f"{'':18}{own.source['licence']}; redistribution: {own.source['redistribution']}")
