"""House style of every figure: colours, type, sizes, number formats, and figures that carry their words and numbers.

Colours are told apart by readers with any of the common colour deficiencies and survive a grey printer: families differ
in lightness as well as in hue, and nothing is said by colour alone. Figures are plain :class:`matplotlib.figure.Figure`
objects; no state of ``pyplot`` is touched, so they can be drawn anywhere.

The same figure gives the same bytes on any day, and every file says in words what it shows: a PNG carries title and
words as text chunks, an SVG as ``<title>`` and ``<desc>``, a PDF as title and subject. The numbers that are drawn are a
CSV beside it.
"""

from __future__ import annotations

import re
import textwrap
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from io import BytesIO
from pathlib import Path
from typing import Any, NamedTuple
from xml.sax.saxutils import escape

import matplotlib as mpl
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.rcsetup import cycler

from energy_model.errors import OutputError
from energy_model.files import replacing_file, write_text
from energy_model.results.csv_text import csv_text
from energy_model.units import GWH_PER_TWH

INK = "#1F2A33"
"""Text and lines that must be read."""
MUTED = "#66727C"
"""Text that may be skipped: axis labels, sources."""
RULE = "#C9D0D6"
"""Hairlines and grids."""
PAPER = "#FFFFFF"
SEA = "#E9F0F5"
LAND = "#F4F1EA"
"""Countries the model does not cover."""
LAND_IN_MODEL = "#E3DED2"
"""Countries the model covers and that go short of nothing."""
IDLE = "#8A949C"
"""Pipelines that exist and carry nothing."""


class Family(NamedTuple):
    """A group of supplies that readers know by one name."""

    label: str
    colour: str


SUPPLIER_COLOURS: tuple[str, ...] = ("#A3123A", "#1F66B8", "#22935C", "#4A1D6E", "#C9AE71", "#E0A3B0")
"""Families of pipeline suppliers, in the order of the data package; a seventh begins anew."""

FAMILIES: dict[str, Family] = {
    "lng": Family("LNG", "#18A0C4"),
    "production": Family("Own production", "#A9B24A"),
    "storage": Family("Storage", "#8C6A1E"),
    "between_countries": Family("Between countries", "#707B84"),
}
"""Where gas comes from besides pipeline suppliers."""

UNSERVED = "#B3541E"
"""Demand that is not met, in every figure."""
SHORTFALL_COLOURS: tuple[str, ...] = ("#FBE3BC", "#F6C47F", "#EDA04A", "#D9781F", "#B3541E", "#7F3610")
"""One hue from light to dark for the classes that :data:`SHORTFALL_BOUNDS` separates."""
SHORTFALL_BOUNDS: tuple[float, ...] = (0.0, 0.02, 0.05, 0.10, 0.20, 0.40, 1.0)
"""Class limits of the share of demand not met; a class excludes its lower limit."""
SHORTFALL_SEEN = 0.0005
"""A smaller share is rounding of the solver's answer and is drawn as none."""

SCENARIO_COLOURS: tuple[str, ...] = ("#1F2A33", "#A3123A", "#1F66B8", "#8C6A1E", "#22935C", "#4A1D6E", "#707B84")
"""Lines of a comparison, the base case first."""

A4_LANDSCAPE = (11.69, 8.27)
A4_PORTRAIT = (8.27, 11.69)
HALF_PAGE = (7.6, 4.4)
"""Figure sizes, width and height in inches."""
PRINT_DPI, SCREEN_DPI = 150, 96

SAY: ContextVar[Callable[[str], str]] = ContextVar("SAY", default=str)
"""What makes the words of figures those of a language; in English they stay as they are."""

_HASH_SALT = "energy-model"
_RC: dict[Any, Any] = {
    "font.family": "DejaVu Sans",
    "font.size": 8.5,
    "text.color": INK,
    "axes.edgecolor": RULE,
    "axes.labelcolor": MUTED,
    "axes.titlesize": 9.5,
    "axes.titleweight": "bold",
    "axes.titlelocation": "left",
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.axisbelow": True,
    "axes.grid": True,
    "axes.grid.axis": "y",
    "axes.prop_cycle": cycler(color=SCENARIO_COLOURS),
    "grid.color": RULE,
    "grid.linewidth": 0.5,
    "xtick.color": MUTED,
    "ytick.color": MUTED,
    "legend.frameon": False,
    "legend.fontsize": 8.0,
    "lines.linewidth": 1.6,
    "figure.facecolor": PAPER,
    "axes.facecolor": PAPER,
    "savefig.facecolor": PAPER,
    "text.parse_math": False,  # a title with two dollar signs is no formula
    "pdf.fonttype": 42,
    "svg.fonttype": "path",
    "svg.hashsalt": _HASH_SALT,
}
PNG, SVG, PDF = ".png", ".svg", ".pdf"
DIGITS = 4
"""After the comma, in the numbers beside a figure."""
_NO_CLOCK: dict[str, dict[str, str | None]] = {
    PNG: {"Software": None},
    SVG: {"Date": None, "Creator": None, "Format": None, "Type": None},
    PDF: {"CreationDate": None, "ModDate": None, "Producer": None, "Creator": None},
}
_WORDS = {PNG: ("Title", "Description"), PDF: ("Title", "Subject")}
"""Where title and words stand in the metadata of a file."""


class HouseFigure(Figure):
    """A figure that carries what its files need besides the drawing.

    Attributes
    ----------
    finding : str
        Its title: what it shows, in a sentence.
    words : str
        The same for those who cannot see it, with the numbers that count.
    table : DataFrame or None
        The numbers that are drawn, units in the names of the columns.
    """

    finding: str = ""
    words: str = ""
    table: pd.DataFrame | None = None

    def _repr_png_(self) -> tuple[bytes, dict[str, str]]:
        """The figure in a notebook, without any preparation of it, and its words in place of the picture."""
        content = BytesIO()
        with house_style():
            self.savefig(content, format="png", dpi=SCREEN_DPI, metadata={"Software": None})
        return content.getvalue(), {"alt": self.words}


@contextmanager
def house_style() -> Iterator[None]:
    """Context in which axes and artists are created with the house style; the caller's settings come back after it.

    >>> with house_style():
    ...     figure = new_figure(HALF_PAGE)
    """
    with mpl.rc_context(_RC):
        yield


def use_house_style() -> None:
    """Draw everything that follows in this process in the house style: one call at the top of a notebook.

    Figures of this package have it anyway; this is for charts of one's own, with ``pyplot`` or ``DataFrame.plot``.
    """
    mpl.rcParams.update(_RC)


def new_figure(size: tuple[float, float] = A4_LANDSCAPE) -> HouseFigure:
    """Empty figure of the given size (inches) with an Agg canvas; works without a display."""
    figure = HouseFigure(figsize=size, dpi=PRINT_DPI, facecolor=PAPER)
    FigureCanvasAgg(figure)
    return figure


def add_header(figure: HouseFigure, title: str, subtitle: str = "") -> float:
    """Write title and subtitle at the top left; return the share of the height below which the figure is free.

    Until :func:`tell` says more, they are the figure's words too.
    """
    title, subtitle = SAY.get()(title), SAY.get()(subtitle)
    figure.finding, figure.words = title, as_sentences(title, subtitle)
    width, height = figure.get_size_inches()
    left, top = 0.35, 0.30
    lines = textwrap.wrap(title, int((width - 2 * left) / 0.125)) or [""]
    figure.text(left / width, 1 - top / height, "\n".join(lines), size=15, weight="bold", color=INK, va="top")
    top += 0.265 * len(lines) + 0.04
    sublines = textwrap.wrap(subtitle, int((width - 2 * left) / 0.083))
    if sublines:
        figure.text(left / width, 1 - top / height, "\n".join(sublines), size=9.5, color=MUTED, va="top")
    return float(1 - (top + 0.17 * len(sublines) + 0.12) / height)


def tell(figure: HouseFigure, words: str, table: pd.DataFrame) -> None:
    """Give a figure its words for those who cannot see it, after its title, and the numbers that it draws."""
    figure.words = as_sentences(figure.words, SAY.get()(words))
    figure.table = table


def as_sentences(*parts: str) -> str:
    """Parts of a text as sentences in a row; what is empty is left out.

    >>> as_sentences("A finding", "", "What else?", "An end.")
    'A finding. What else? An end.'
    """
    return " ".join(part if part[-1] in ".!?" else f"{part}." for part in map(str.strip, parts) if part)


def add_source_line(figure: Figure, text: str) -> None:
    """Write where the figures come from, small, at the bottom left."""
    width, height = figure.get_size_inches()
    lines = textwrap.wrap(SAY.get()(text), int((width - 0.7) / 0.058))
    figure.text(0.35 / width, 0.13 / height, "\n".join(lines), size=6.5, color=MUTED, va="bottom", linespacing=1.25)


def source_line(*sources: str, note: str = "") -> str:
    """Sentence for the foot of a figure.

    >>> source_line("Eurostat", "ENTSOG", note="Own calculation.")
    'Sources: Eurostat; ENTSOG. Own calculation.'
    """
    if not sources:
        return note
    lead = "Sources: " if len(sources) > 1 else "Source: "
    return f"{lead}{'; '.join(sources)}.{' ' + note if note else ''}"


def format_twh(gwh: float) -> str:
    """Energy as a reader wants it: three digits at most matter.

    >>> format_twh(1234.0), format_twh(456_700.0)
    ('1.2 TWh', '457 TWh')
    """
    twh = gwh / GWH_PER_TWH
    return f"{twh:,.0f} TWh" if abs(twh) >= 100 else f"{twh:,.1f} TWh"


def format_gwh_per_day(rate: float, unit: bool = True) -> str:
    """Rate rounded to the ten above a thousand, to the unit below.

    >>> format_gwh_per_day(1537.2), format_gwh_per_day(84.4, unit=False)
    ('1,540 GWh/d', '84')
    """
    rounded = round(rate, -1) if abs(rate) >= 1000 else round(rate)
    text = f"{rounded + 0.0:,.0f}"  # adding zero turns a rounded -0 into 0
    return f"{text} GWh/d" if unit else text


def format_eur_per_mwh(price: float) -> str:
    """Price without false precision.

    >>> format_eur_per_mwh(86.44), format_eur_per_mwh(7.25)
    ('86 EUR/MWh', '7.2 EUR/MWh')
    """
    return f"{price:,.0f} EUR/MWh" if abs(price) >= 20 else f"{price:,.1f} EUR/MWh"


def format_share(share: float) -> str:
    """Share of one as per cent; what is there but rounds to nothing says so.

    >>> format_share(0.1234), format_share(0.004), format_share(0.0)
    ('12 %', '<1 %', '0 %')
    """
    if 0 < share < 0.005:
        return "<1 %"
    return f"{100 * share:.0f} %"


def shortfall_colour(share: float) -> str:
    """Fill of a country that misses this share of its demand."""
    if share <= SHORTFALL_SEEN:
        return LAND_IN_MODEL
    for upper, colour in zip(SHORTFALL_BOUNDS[1:], SHORTFALL_COLOURS, strict=True):
        if share <= upper:
            return colour
    return SHORTFALL_COLOURS[-1]


def tidy_axes(axes: Axes, ylabel: str) -> None:
    """Label a time or bar chart the house way: the unit above the axis, horizontal, and no tick marks."""
    axes.set_title(ylabel, loc="left", color=MUTED, fontsize=8.5, fontweight="normal")
    axes.tick_params(length=0)


def save_figure(figure: Figure, path: Path | str, dpi: int = PRINT_DPI) -> Path:
    """Write a figure as PNG, SVG or PDF with its title and words inside.

    Raises
    ------
    OutputError
        If the ending is none of the three, or the folder is missing.
    """
    target = Path(path)
    suffix = target.suffix.lower()
    if suffix not in _NO_CLOCK:
        raise OutputError(f"cannot write {target}: a figure ends in {', '.join(sorted(_NO_CLOCK))}, not in {suffix!r}")
    if not target.parent.is_dir():
        raise OutputError(f"cannot write {target}: there is no folder {target.parent}; create it first")
    content = BytesIO()
    with house_style():
        figure.savefig(content, format=suffix[1:], dpi=dpi, metadata={**_NO_CLOCK[suffix], **_told(figure, suffix)})
    data = _described(content.getvalue(), figure) if suffix == SVG else content.getvalue()
    with replacing_file(target) as part:
        part.write_bytes(data)
    return target


def save_with_numbers(figure: HouseFigure, path: Path | str, dpi: int = PRINT_DPI) -> list[Path]:
    """Write a figure as PNG and SVG and, if it has them, the numbers that it draws as CSV, all of one name.

    Parameters
    ----------
    path : Path or str
        Of the PNG.

    Raises
    ------
    OutputError
        As :func:`save_figure`.
    """
    picture = Path(path)
    files = [save_figure(figure, picture, dpi), save_figure(figure, picture.with_suffix(SVG))]
    if figure.table is not None:
        digits = dict.fromkeys(figure.table.select_dtypes("float"), DIGITS)
        files.append(write_text(picture.with_suffix(".csv"), csv_text(figure.table.round(digits))))
    return files


def _told(figure: Figure, suffix: str) -> dict[str, str]:
    """Title and words of a figure as metadata of a PNG or a PDF."""
    if not isinstance(figure, HouseFigure) or suffix not in _WORDS:
        return {}
    said = dict(zip(_WORDS[suffix], (figure.finding, figure.words), strict=True))
    return {name: text for name, text in said.items() if text}


def _described(content: bytes, figure: Figure) -> bytes:
    """An SVG that says what it is: an image with the title and the words of the figure."""
    if not isinstance(figure, HouseFigure) or not figure.finding:
        return content
    said = f"<title>{escape(figure.finding)}</title>\n <desc>{escape(figure.words)}</desc>"
    text = re.sub(r"<svg ([^>]*)>", lambda found: f'<svg {found[1]} role="img">\n {said}', content.decode(), count=1)
    return text.encode()
