"""Ranges of headlines in a folder of outputs, and in the cache folder of the user, where every call finds them."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryDirectory

from energy_model.data.load import GasData
from energy_model.errors import OutputError
from energy_model.report.run_cache import Kept
from energy_model.results.ranges import Bands, RangeStore
from energy_model.scenario import Scenario


class KeptRanges(RangeStore):
    """Ranges as :class:`~energy_model.results.ranges.RangeStore` keeps them, and as briefings keep theirs."""

    def read(self, scenario: Scenario, data: GasData) -> Bands | None:
        """Ranges of a scenario: those of the folder, else, copied into it, those of another call; none if not known."""
        with suppress(OSError, OutputError):
            return Kept(self.out, data).ranges(scenario, data, self.out)
        return super().read(scenario, data)

    def write(self, scenario: Scenario, data: GasData, bands: Bands) -> Path | None:
        """Keep the ranges of a scenario in both; without a place to write they are only not kept."""
        with TemporaryDirectory(prefix="energy-model-") as place, suppress(OSError, OutputError):
            folder = Path(place) / "made"
            folder.mkdir()
            Kept(folder, data).put_ranges(scenario, data, folder, bands)
        return super().write(scenario, data, bands)
