"""The notebooks: run as a reader runs them, and what they show held against what is stored.

``python tests/course.py`` runs all of them, or those that are named, and stores their outputs anew.
"""

from __future__ import annotations

import asyncio
import os
import re
import sys
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from plain_package import SHIPPED

from energy_model.data.home import VARIABLE

FOLDER = Path(__file__).parents[1] / "notebooks"
NOTEBOOKS = sorted(FOLDER.glob("*.ipynb"))
SECONDS = 600
RELATIVE = 0.02
"""Numbers that are shown may differ by this share, or by two units of their last digit."""
LAST_DIGITS = 2.0

NUMBER = re.compile(r"(?<![\w.])[-+]?\d[\d,]*(?:\.\d+)?(?:e[-+]?\d+)?")
SOLUTION = re.compile(
    r"<details>\n<summary>(Solution \d+)</summary>\n\n```python\n(.*?)\n```\n.*?</details>", re.DOTALL
)
DIGEST = re.compile(r"\b[0-9a-f]{12}\b")
"""First letters of the digest of a data package, which changes with every word of its tables."""
_TAG = re.compile(r"<style.*?</style>|<[^>]+>", re.DOTALL)
_WIDGET = "application/vnd.jupyter.widget-view+json"
WORDS_DIFFER = "words differ"
CONTROLS = "(controls; they are there while the notebook runs)"
"""What is stored in their place."""


def read(path: Path) -> Any:
    """A notebook; what checks its form takes seconds to load and is not there before it is needed."""
    import nbformat

    return nbformat.read(path, as_version=4)


def solutions(notebook: Any) -> list[str]:
    """Code of the solutions, in order."""
    text = "\n".join(cell["source"] for cell in notebook.cells if cell["cell_type"] == "markdown")
    return [code for _, code in SOLUTION.findall(text)]


def executed(path: Path, *, solved: bool = False) -> Any:
    """A notebook after all its cells have run, on the data as shipped.

    Parameters
    ----------
    solved : bool
        Run the solutions of its exercises after them, as cells of their own.
    """
    import nbformat
    from nbclient import NotebookClient

    if sys.platform == "win32":
        asyncio.set_event_loop_policy(asyncio.WindowsSelectorEventLoopPolicy())
    notebook = read(path)
    count = len(notebook.cells)
    if solved:
        notebook.cells += [nbformat.v4.new_code_cell(code) for code in solutions(notebook)]
    for cell in notebook.cells:
        if cell["cell_type"] == "code":
            cell["outputs"], cell["execution_count"] = [], None
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        client = NotebookClient(
            notebook,
            timeout=SECONDS,
            kernel_name="python3",
            record_timing=False,
            resources={"metadata": {"path": path.parent}},
        )
        client.execute(env={**os.environ, VARIABLE: str(SHIPPED)})
    notebook.cells = notebook.cells[:count]
    return notebook


def outputs(cell: Any) -> list[Any]:
    """Outputs of a cell; pieces of one stream are one."""
    found: list[Any] = []
    for one in cell.get("outputs", []):
        is_stream = one["output_type"] == "stream"
        if is_stream and found and found[-1]["output_type"] == "stream" and found[-1]["name"] == one["name"]:
            found[-1]["text"] += one["text"]
        else:
            found.append(type(one)(one))
    return found


def is_picture(output: Any) -> bool:
    """Whether an output is a figure."""
    return "image/png" in output.get("data", {})


def shown(output: Any) -> str:
    """What a reader reads of an output: words of a stream or a table, and the words that stand for a picture."""
    if output["output_type"] == "stream":
        return str(output["text"])
    data, about = output["data"], output.get("metadata", {})
    if is_picture(output):
        return f"picture {about.get('image/png', {}).get('alt', '')}"
    if _WIDGET in data:
        return CONTROLS
    for kind in ("text/html", "text/markdown", "text/plain"):
        if kind in data:
            return _TAG.sub(" ", data[kind]) if kind == "text/html" else str(data[kind])
    return " ".join(sorted(data))


def differences(stored: Any, fresh: Any) -> Iterator[str]:
    """What a notebook shows now in place of what is stored: words that differ, numbers beyond the tolerance."""
    for number, (old, new) in enumerate(zip(stored.cells, fresh.cells, strict=True)):
        before, now = outputs(old), outputs(new)
        if [one["output_type"] for one in before] != [one["output_type"] for one in now]:
            yield f"cell {number}: {len(before)} outputs are stored, {len(now)} come out"
            continue
        for one, other in zip(before, now, strict=True):
            told = _apart(shown(one), shown(other))
            if not (is_picture(one) and is_picture(other)):
                yield from (f"cell {number}: {words}" for words in told)
            else:  # how a figure is worded is its own affair; numbers that its words hold are not
                yield from (f"cell {number}: {words}" for words in told if not words.startswith(WORDS_DIFFER))


def _apart(old: str, new: str) -> Iterator[str]:
    old, new = (DIGEST.sub("a digest", text) for text in (old, new))
    words, others = (" ".join(NUMBER.sub("#", text).split()) for text in (old, new))
    if words != others:
        yield f"{WORDS_DIFFER}: {_first_difference(words, others)}"
        return
    for before, now in zip(NUMBER.findall(old), NUMBER.findall(new), strict=True):
        if not is_near(before, now):
            yield f"{before} is stored, {now} comes out"


def _first_difference(old: str, new: str) -> str:
    at = next((n for n, (a, b) in enumerate(zip(old, new, strict=False)) if a != b), min(len(old), len(new)))
    first = max(0, at - 30)
    return f"...{old[first : at + 50]!r} is stored, ...{new[first : at + 50]!r} comes out"


def is_near(before: str, now: str) -> bool:
    """Whether two numbers as they are shown are the same within the tolerance.

    >>> is_near("1,000.0", "1,019.0"), is_near("0.01", "0.03"), is_near("12", "15")
    (True, True, False)
    """
    old, new = (float(text.replace(",", "")) for text in (before, now))
    decimals = len(before.partition("e")[0].partition(".")[2])
    return abs(old - new) <= max(RELATIVE * abs(old), 1.000001 * LAST_DIGITS * 10.0**-decimals)


def store(path: Path) -> list[str]:
    """Run a notebook with its solutions and store its outputs; what moved."""
    import nbformat

    stored, fresh = read(path), executed(path, solved=True)
    for cell in fresh.cells:
        cell["metadata"] = {}
        if cell["cell_type"] == "code":
            cell["outputs"] = outputs(cell)
            for one in cell["outputs"]:
                if _WIDGET in one.get("data", {}):
                    one["data"] = {"text/plain": CONTROLS}
    fresh["metadata"].pop("widgets", None)
    fresh["metadata"]["language_info"] = {"name": "python"}
    nbformat.write(fresh, path)
    return list(differences(stored, fresh))


if __name__ == "__main__":
    for file in [FOLDER / f"{name}.ipynb" for name in sys.argv[1:]] or NOTEBOOKS:
        for line in [file.name, *(f"  {told}" for told in store(file))]:
            sys.stdout.write(f"{line}\n")
            sys.stdout.flush()
