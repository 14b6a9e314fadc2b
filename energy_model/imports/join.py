"""Rows of a file joined with a table of the data package: what is new, what changes, and nothing that is lost."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pandas as pd

from energy_model.data.check import HISTORY, check_data
from energy_model.data.package import DESCRIPTOR, SOURCES, Package, Resource
from energy_model.data.verdict import seal
from energy_model.errors import DataError
from energy_model.files import check_writable, write_text
from energy_model.imports.figures import Figures, Options, every_format, written

REPLACED = "replaced_as_of"
"""Column of the history: the day on which the row that took this one's place became public."""
_DIGITS = {"GWh": 1, "GWh/d": 1}
_CLOSE = 0.051
"""Figures that differ by less than they are rounded to are the same."""


@dataclass(frozen=True)
class Change:
    """What one table gains from a file.

    Attributes
    ----------
    after : DataFrame
        The whole table as it will be written, every cell as text.
    new, same, revised : int
        Rows that are new, that say what the table says already, and that take another's place.
    replaced : DataFrame
        Rows whose place is taken, as they stood, with the day of what took it.
    examples : tuple of str
        The first few revisions in words.
    """

    resource: Resource
    after: pd.DataFrame
    new: int
    same: int
    revised: int
    replaced: pd.DataFrame
    examples: tuple[str, ...]
    notes: tuple[str, ...]

    def lines(self) -> Iterator[str]:
        """The change in words."""
        yield f"{self.resource.path}: {self.new} new rows, {self.revised} revised, {self.same} as they are"
        yield from (f"  revised: {example}" for example in self.examples)
        yield from (f"  {note}" for note in self.notes)


@dataclass(frozen=True)
class Import:
    """A file read for a package.

    Attributes
    ----------
    source : mapping
        The row of ``sources.csv`` that its figures name.
    """

    package: Package
    source: Mapping[str, str]
    changes: tuple[Change, ...]

    @property
    def is_nothing(self) -> bool:
        """Whether the package holds all of it already."""
        return not any(change.new or change.revised for change in self.changes)

    def lines(self) -> Iterator[str]:
        """What the file would change, and under which terms."""
        for change in self.changes:
            yield from change.lines()
        terms = self.source["redistribution"]
        yield f"source {self.source['source_id']}: {self.source['licence']}; redistribution: {terms}"
        if terms == "ask":
            yield "  a package with these rows may be used, and must not be passed on before the publisher has agreed"

    def write(self) -> list[str]:
        """Write the tables, the replaced rows and the source, and seal the package.

        All is tried in a copy first: a package that would not pass its checks stays as it is.

        Returns
        -------
        list of str
            Names of the files that were written.

        Raises
        ------
        DataError
            With every error that the package would have and does not have now.
        OutputError
            If the package cannot be written to.
        """
        root = self.package.root
        check_writable(root)
        before = {problem.text for problem in check_data(root) if problem.is_error}
        with TemporaryDirectory() as scratch:
            copy = Path(scratch) / root.name
            shutil.copytree(root, copy)
            if (root.parent / "common").is_dir():
                shutil.copytree(root.parent / "common", Path(scratch) / "common")
            texts = dict(self._texts())
            for path, text in texts.items():
                (copy / path).parent.mkdir(parents=True, exist_ok=True)
                (copy / path).write_text(text, encoding="utf-8", newline="")
            seal(copy)
            found = [problem.text for problem in check_data(copy) if problem.is_error and problem.text not in before]
            if found:
                raise DataError("import", [*found, "nothing was written"])
            texts[DESCRIPTOR] = (copy / DESCRIPTOR).read_text(encoding="utf-8")
        for path, text in texts.items():
            (root / path).parent.mkdir(parents=True, exist_ok=True)
            write_text(root / path, text)
        return list(texts)

    def _texts(self) -> Iterator[tuple[str, str]]:
        """Files to write with their content; the descriptor comes last, when all it describes is there."""
        for change in self.changes:
            yield change.resource.path, _csv(change.after)
            if len(change.replaced):
                path = f"{HISTORY}/{change.resource.path}"
                old = self.package.root / path
                kept = [pd.read_csv(old, dtype=str, keep_default_na=False)] if old.is_file() else []
                yield path, _csv(pd.concat([*kept, change.replaced], ignore_index=True))
        sources = written(self.package, SOURCES)
        if self.source["source_id"] not in set(sources["source_id"]):
            row = {column: self.source.get(column, "") for column in sources.columns}
            row["note"] = "rows imported from a file of the publisher"
            yield self.package.resources[SOURCES].path, _csv(pd.concat([sources, pd.DataFrame([row])]))


def read_file(format_name: str, file: Path, options: Options) -> Import:
    """Read a file for a package; nothing is written.

    Raises
    ------
    DataError
        If the format is not known or the file cannot be read in it, with every problem of its form.
    """
    formats = every_format()
    if format_name not in formats:
        raise DataError(f"import {file.name}", [f"format '{format_name}': not known; known: {', '.join(formats)}"])
    if not file.is_file():
        raise DataError(f"import {file}", ["no such file; give the path of the download"])
    own = formats[format_name]
    sources = written(options.package, SOURCES).set_index("source_id", drop=False)
    key = own.source["source_id"]
    source = sources.loc[key].to_dict() if key in sources.index else dict(own.source)
    changes = tuple(_change(figures, key, options) for figures in own.read(file, options))
    return Import(options.package, source, changes)


def _change(figures: Figures, source_id: str, options: Options) -> Change:
    """Rows compared with the table by its key.

    A figure that is new is public from the end of its period on; one that takes another's place from the day of the
    file on. Where ``as_of`` is part of the key, both rows stay in the table.
    """
    resource = options.package.resources[figures.table]
    table = written(options.package, figures.table)
    ends = figures.ends.dt.strftime("%Y-%m-%d")
    fresh = _as_text(figures.rows, resource).assign(source_id=source_id, as_of=ends.to_numpy())
    fresh = fresh.reindex(columns=table.columns, fill_value="")
    key = [name for name in resource.primary_key if name != "as_of"]
    latest = table.sort_values("as_of", kind="stable").drop_duplicates(key, keep="last")
    both = fresh.reset_index().merge(latest.reset_index(), on=key, how="left", suffixes=("", "_old"), indicator=True)
    known = (both["_merge"] == "both").to_numpy()
    values = [name for name in table.columns if name not in {*key, "source_id", "as_of", "note", "available_from"}]
    differs = np.zeros(len(both), dtype=bool)
    for name in values:
        differs |= known & _differs(both[name], both[f"{name}_old"])
    day = (options.as_of or max(figures.ends).date()).isoformat()
    revised = fresh[differs].assign(as_of=day)
    replaced = table.loc[both.loc[differs, "index_old"].astype(int)] if differs.any() else table.iloc[:0]
    keeps_both = "as_of" in resource.primary_key
    stays = table if keeps_both else table.drop(index=replaced.index)
    after = pd.concat([stays, fresh[~known], revised]).sort_values(resource.primary_key, kind="stable")
    changed = [name for name in values if differs.any()]
    return Change(
        resource=resource,
        after=after,
        new=int((~known).sum()),
        same=int((known & ~differs).sum()),
        revised=int(differs.sum()),
        replaced=table.iloc[:0] if keeps_both else replaced.assign(**{REPLACED: day}),
        examples=tuple(_examples(both[differs].head(4), key, changed)),
        notes=tuple(dict.fromkeys(figures.notes)),
    )


def _examples(rows: pd.DataFrame, key: Sequence[str], values: Sequence[str]) -> Iterator[str]:
    for _, row in rows.iterrows():
        moved = [
            f"{name} {row[f'{name}_old'] or 'none'} -> {row[name] or 'none'}"
            for name in values
            if row[name] != row[f"{name}_old"]
        ]
        yield f"{' '.join(row[name] for name in key)}: {', '.join(moved)}"


def _differs(one: pd.Series, other: pd.Series) -> np.ndarray:
    """Where two columns of text say different things; numbers are compared as numbers, and a blank says nothing."""
    first, second = (pd.to_numeric(column, errors="coerce").to_numpy(float) for column in (one, other))
    said = (one != "").to_numpy()
    numeric = ~np.isnan(first) & ~np.isnan(second)
    apart = np.abs(first - second) > _CLOSE
    return np.asarray(said & np.where(numeric, apart, (one != other).to_numpy()))


def _as_text(rows: pd.DataFrame, resource: Resource) -> pd.DataFrame:
    """Cells as the tables write them: days year first, figures rounded to what their unit bears."""
    types = {item["name"]: item for item in resource.fields}
    out: dict[str, pd.Series] = {}
    for name, column in rows.items():
        kind = types[str(name)]["type"]
        if pd.api.types.is_datetime64_any_dtype(column):
            out[str(name)] = column.dt.strftime("%Y-%m-%d")
        elif kind == "number" and pd.api.types.is_numeric_dtype(column):
            digits = _DIGITS.get(types[str(name)].get("unit", ""), 4)
            out[str(name)] = column.round(digits).map(lambda value: "" if np.isnan(value) else f"{value:.15g}")
        else:
            out[str(name)] = column.astype(str)
    return pd.DataFrame(out).reset_index(drop=True)


def _csv(table: pd.DataFrame) -> str:
    return str(table.to_csv(index=False, lineterminator="\n"))


def options_for(package: Package, country: str | None = None, as_of: date | None = None) -> Options:
    """What the caller knows, with a country written as its code.

    Raises
    ------
    DataError
        If no market of the package has that name.
    """
    options = Options(package, country, as_of)
    if country is not None and options.codes([country])[country] is None:
        raise DataError(
            "import",
            [f"country '{country}': no node of the package; known: {', '.join(options.column('nodes', 'node'))}"],
        )
    return options
