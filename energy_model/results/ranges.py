"""Ranges of headlines, kept: computed once for a data package, a scenario and a version, and read back from then on.

A range is what :func:`energy_model.results.spread.run_data_spread` finds, on periods of a month. It is stored as JSON
in a folder of the outputs under a name that is a digest of all that decides it: the data package, what the scenario
does, and the versions of the model and its solver.
"""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from pathlib import Path

import pandas as pd

from energy_model.data.load import GasData
from energy_model.errors import EnergyModelError
from energy_model.files import replacing_file
from energy_model.results.band import Band
from energy_model.results.run import versions
from energy_model.results.spread import ALL, CENTRAL, RESOLUTION, DataSpread
from energy_model.scenario import Scenario
from energy_model.scenario.schema import NAMES

FOLDER = "ranges"
FORMAT = 3
_WORDS_ONLY = NAMES | {"based_on", "without", "files", "resolution", "peak_days", "days_alone"}
"""Keys of a scenario that decide no range: words, and the length of periods, which is a month for every range."""

Bands = Mapping[str, Band]
"""Ranges of the headlines of one scenario by key."""


@dataclass(frozen=True)
class RangeStore:
    """Ranges of headlines in a folder of the outputs.

    Attributes
    ----------
    out : Path
        Folder of the outputs; ranges lie in ``ranges/`` below it.
    """

    out: Path

    def read(self, scenario: Scenario, data: GasData) -> Bands | None:
        """Ranges of a scenario, or none if they are not known; a damaged file counts as not known."""
        try:
            content = json.loads(self.file(scenario, data).read_text(encoding="utf-8"))
            bands = {str(key): Band(**row) for key, row in content["ranges"].items()}
        except (OSError, ValueError, KeyError, TypeError, AttributeError):
            return None
        return bands if content.get("seal") == _seal(bands) and all(map(_is_sound, bands.values())) else None

    def write(self, scenario: Scenario, data: GasData, bands: Bands) -> Path | None:
        """Keep the ranges of a scenario; without a place to write they are only not kept."""
        target = self.file(scenario, data)
        content = {
            "scenario": scenario.id,
            "resolution": RESOLUTION,
            "ranges": {key: asdict(band) for key, band in bands.items()},
            "seal": _seal(bands),
        }
        try:
            with replacing_file(target) as part:
                part.write_text(json.dumps(content, indent=1) + "\n", encoding="utf-8")
        except EnergyModelError:
            return None
        return target

    def file(self, scenario: Scenario, data: GasData) -> Path:
        """Where the ranges of a scenario are kept."""
        return self.out / FOLDER / f"{range_key(scenario, data)}.json"


def range_key(scenario: Scenario, data: GasData) -> str:
    """Digest of all that decides the ranges of a scenario."""
    told = {
        "format": FORMAT,
        "data": data.digest,
        "scenario": scenario.model_dump(mode="json", exclude=set(_WORDS_ONLY)),
        "versions": versions(),
        "focus": data.storyline.focus.model_dump(),
    }
    return hashlib.sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()[:32]


def bands_of(spread: DataSpread) -> dict[str, Band]:
    """Ranges of the headlines of a spread by key."""
    found = {}
    apart = spread.runs[~spread.runs["input"].isin([ALL, CENTRAL])]
    for row in spread.ranges.rename_axis("headline").reset_index().to_dict("records"):
        low, central, high = (float(row[name]) for name in ("low", "central", "high"))
        if math.isfinite(central):
            alone, least, most = _alone(apart[apart["headline"] == row["headline"]])
            found[str(row["key"])] = Band(
                low, central, high, str(row["unit"]), str(row["low_from"]), str(row["high_from"]), alone, least, most
            )
    return found


def _alone(runs: pd.DataFrame) -> tuple[str, float, float]:
    """The input whose two ends are furthest apart in one headline, and what the headline is at them."""
    ends = runs.dropna(subset="value").groupby("input", sort=False)["value"].agg(["min", "max"])
    width = ends["max"] - ends["min"]
    if width.empty or not width.max() > 0.0:
        return "", 0.0, 0.0
    widest = width.idxmax()
    return str(widest), float(ends.loc[widest, "min"]), float(ends.loc[widest, "max"])


def _seal(bands: Bands) -> str:
    """Digest of the numbers of a file, so that an edited one is not taken for ours."""
    told = [[key, *(getattr(band, one.name) for one in fields(band))] for key, band in sorted(bands.items())]
    return hashlib.sha256(json.dumps(told).encode()).hexdigest()


def _is_sound(band: Band) -> bool:
    return band.low <= band.central <= band.high
