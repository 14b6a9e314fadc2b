"""The libraries that write pages, each loaded when it is needed, with words where it is not installed."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any

import matplotlib as mpl

from energy_model.errors import OutputError

FONTS = {"page": "DejaVuSans.ttf", "page-bold": "DejaVuSans-Bold.ttf"}
"""Fonts by the name under which pages use them: those of every figure, which matplotlib brings."""


NEEDED: Mapping[str, Mapping[str, str]] = {
    "pdf": {"reportlab": "reportlab"},
    "docx": {"docx": "python-docx"},
    "pptx": {"pptx": "python-pptx", "reportlab": "reportlab"},
}
"""Modules that a format needs, and the packages that bring them."""


def check_format(form: str) -> None:
    """Make sure, before anything is solved, that a page can be written in a format.

    Raises
    ------
    OutputError
        If a library that it needs is not installed.
    """
    for module, package in NEEDED.get(form, {}).items():
        library(module, package)


def library(module: str, package: str) -> Any:
    """A library by its module.

    Raises
    ------
    OutputError
        If it is not installed, with the command that installs it.
    """
    try:
        return import_module(module)
    except ImportError as error:
        raise OutputError(
            f"this format needs {package}, which is not installed: pip install 'energy-model[onepager]', or from a "
            "checkout pip install -e '.[onepager]'; --format html needs nothing"
        ) from error


@cache
def reportlab_fonts() -> None:
    """Make the fonts of a page known to reportlab; once for a process.

    Raises
    ------
    OutputError
        If reportlab is not installed.
    """
    metrics, fonts = (
        library("reportlab.pdfbase.pdfmetrics", "reportlab"),
        library("reportlab.pdfbase.ttfonts", "reportlab"),
    )
    folder = Path(mpl.get_data_path()) / "fonts" / "ttf"
    for name, file in FONTS.items():
        metrics.registerFont(fonts.TTFont(name, str(folder / file)))
