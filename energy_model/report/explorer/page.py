"""One HTML file with everything in it: data, scripts, styles and the charting library."""

from __future__ import annotations

import base64
import gzip
import html
import json
import os
from collections.abc import Callable, Mapping, Sequence
from importlib import resources
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path
from typing import Any

from energy_model.data.load import GasData
from energy_model.errors import OutputError
from energy_model.files import check_writable, write_text
from energy_model.report.explorer.gather import gathered
from energy_model.report.explorer.map_data import map_of
from energy_model.report.explorer.words import Language, named, page_texts
from energy_model.report.geography import basemap_of
from energy_model.report.run_cache import Kept
from energy_model.report.selection import checked_scenarios
from energy_model.report.whose import as_told, title_and_question
from energy_model.results.ranges import Bands, RangeStore
from energy_model.results.run import Results, run
from energy_model.scenario import Scenario

LIBRARY, LIBRARY_FILE = "plotly", "plotly/package_data/plotly.min.js"
SCRIPTS = ("explorer.js", "explorer_map.js", "explorer_charts.js")
POLICY = (
    "default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; img-src data: blob:; "
    "connect-src 'none'; form-action 'none'; base-uri 'none'"
)
"""What a browser lets the file do: run what stands in it, and nothing else; no request leaves it."""
Progress = Callable[[str, int, int], None]


def explore(
    data: GasData,
    path: str | os.PathLike[str],
    scenarios: Sequence[str | Scenario] | None = None,
    *,
    base: str | None = None,
    lang: Language = "en",
    progress: Progress | None = None,
    fresh: bool = False,
) -> tuple[Path, list[str]]:
    """Solve scenarios and write the explorer, one HTML file that needs no server and no network.

    What was solved before with the same data, code and libraries is taken over, and what is solved is kept
    (:mod:`energy_model.report.run_cache`). Ranges of headlines are shown where ``ranges`` beside the file holds them.

    Parameters
    ----------
    scenarios : sequence, optional
        Scenarios, names of the library or files; default are those that the data package's briefing shows in detail.
    base : str, optional
        Scenario against which others are measured; default is the reference of the data package.
    lang : {"en", "de"}
        Language in which the page opens; it can be switched there.
    progress : callable, optional
        Called with a title, how many scenarios are done, and how many there are.
    fresh : bool
        Solve everything anew.

    Returns
    -------
    tuple
        The file, and what a reader must know about inputs.

    Raises
    ------
    ScenarioError
        With every problem of every scenario, before anything is solved.
    OutputError
        If the file cannot be written, or the charting library is not installed.
    """
    target = Path(path)
    chart_script()
    wanted = data.storyline.briefing.main or None if scenarios is None else scenarios
    chosen, base = checked_scenarios(wanted, data, base)
    check_writable(target.parent)
    kept = Kept(target.parent, data, chosen)
    kept.begin(chosen, fresh=fresh)
    results = []
    for number, one in enumerate(chosen, 1):
        found = kept.get(one)
        if found is None:
            found = run(one, data, beside=chosen)
            kept.put(found)
        results.append(found)
        if progress is not None:
            progress(one.title, number, len(chosen))
    kept.remove([])  # what other data or another version has left there
    ranges = {one.id: RangeStore(target.parent).read(one, data) or {} for one in chosen}
    notes = [f"{one.scenario.id}: {note}" for one in results for note in one.notes]
    return write_explorer(results, data, target, base, ranges, lang), notes


def write_explorer(
    results: Sequence[Results],
    data: GasData,
    path: str | os.PathLike[str],
    base: str,
    bands: Mapping[str, Bands] | None = None,
    lang: Language = "en",
) -> Path:
    """Write the explorer of runs over the same days; the same runs give the same bytes."""
    content = payload(results, data, base, bands or {})
    return write_text(path, page(content, lang))


def payload(results: Sequence[Results], data: GasData, base: str, bands: Mapping[str, Bands]) -> dict[str, Any]:
    """All that the page shows, as it stands in the file."""
    against = next(run.scenario for run in results if run.scenario.id == base)
    title, question = title_and_question(results, against, data)
    told, ranges = as_told(results, base, data, bands)
    return {
        **gathered(told, data, base, ranges, title, question),
        "map": map_of(told, data, basemap_of(data)),
        "words": named(told, data, (title, question)),
        "texts": page_texts(),
        "library": f"plotly.js ({LIBRARY} {distribution(LIBRARY).version}), MIT",
    }


def page(content: Mapping[str, Any], lang: Language = "en") -> str:
    """The file as text."""
    folder = resources.files(__package__)
    packed = json.dumps(_turned(content), separators=(",", ":"), ensure_ascii=False, allow_nan=False).encode()
    parts = {
        "LANG": lang,
        "POLICY": POLICY,
        "TITLE": html.escape(str(content["title"])),
        "STYLE": folder.joinpath("explorer.css").read_text(encoding="utf-8"),
        "DATA": base64.b64encode(gzip.compress(packed, mtime=0)).decode(),
        "LIBRARY": chart_script(),
        "SCRIPTS": "\n".join(folder.joinpath(name).read_text(encoding="utf-8") for name in SCRIPTS),
    }
    text = folder.joinpath("explorer.html").read_text(encoding="utf-8")
    pieces = text.split("@@")
    return "".join(parts[piece] if number % 2 else piece for number, piece in enumerate(pieces))


def _turned(content: Mapping[str, Any]) -> dict[str, Any]:
    """The same with what changes from run to run side by side, so that what is alike is packed once.

    ``pages`` holds every place's page by run, ``moving`` the parts of the map by run; the page turns them back.
    """
    runs, drawn = content["runs"], dict(content["map"])
    pages = {place["code"]: {one["id"]: one["places"][place["code"]] for one in runs} for place in content["places"]}
    moving = drawn.pop("runs", {})
    turned: dict[str, Any] = {"flows": list(zip(*(one["flows"] for one in moving.values()), strict=True))}
    for part in ("lng", "land", "node"):
        codes = dict.fromkeys(code for one in moving.values() for code in one[part])
        turned[part] = {code: [one[part].get(code) for one in moving.values()] for code in codes}
    plain = [{key: value for key, value in one.items() if key != "places"} for one in runs]
    return {**content, "runs": plain, "pages": pages, "map": drawn, "moving": turned if moving else {}}


def chart_script() -> str:
    """The charting library as the Python package ships it.

    Raises
    ------
    OutputError
        If it is not installed.
    """
    try:
        return Path(str(distribution(LIBRARY).locate_file(LIBRARY_FILE))).read_text(encoding="utf-8")
    except (PackageNotFoundError, OSError) as error:
        raise OutputError(
            f"the explorer cannot be written: the package {LIBRARY} with {LIBRARY_FILE} is not there; "
            f"install it: python -m pip install {LIBRARY}"
        ) from error
