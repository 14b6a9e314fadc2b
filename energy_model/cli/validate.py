"""Commands that hold the model against what happened and against what others published."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from energy_model.cli.common import EXIT_FAILED, DataFolder, group

validate_app = group("The model against history and against what others published.")


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
