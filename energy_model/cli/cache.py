"""The command for what is kept between calls."""

from __future__ import annotations

import shutil
from pathlib import Path

import typer

from energy_model.cli.commands import command
from energy_model.cli.common import group
from energy_model.units import BYTES_PER_MB

cache_app = command("cache", place=130)(group("What is kept between calls, in the cache folder of the user."))


def _kept() -> dict[str, list[Path]]:
    """Files and folders that are kept, by what they are."""
    from energy_model.data import cache
    from energy_model.report.finished import seals
    from energy_model.report.run_cache import runs

    return {
        "tables of data packages": cache.files(),
        "seals of finished briefings": seals(),
        "solved scenarios, their figures, ranges and answers": runs(),
    }


def _where() -> str:
    from energy_model.data import cache

    place = cache.folder()
    return str(place) if place is not None else f"none: {cache.VARIABLE} is off, or the system knows of no place"


@cache_app.command("show")
def show() -> None:
    """List what is kept, and how large it is."""
    from energy_model.report.run_cache import size_of

    typer.echo(f"folder: {_where()}")
    for what, files in _kept().items():
        size = sum(map(size_of, files)) / BYTES_PER_MB
        typer.echo(f"{what}: {len(files)}, {size:.1f} MB")


@cache_app.command("clear")
def clear() -> None:
    """Delete what is kept, and nothing else that lies in the folder; the next call reads and makes everything anew."""
    count = 0
    for files in _kept().values():
        for path in files:
            if path.is_dir():
                shutil.rmtree(path, ignore_errors=True)
            path.unlink(missing_ok=True)  # another process may have been faster
            count += 1
    typer.echo(f"deleted: {count} files and folders in {_where()}")
