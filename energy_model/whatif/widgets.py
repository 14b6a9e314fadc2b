"""The choices of the what-if page in a notebook."""

from __future__ import annotations

import html
from collections.abc import Mapping
from typing import Any

import ipywidgets as widgets

from energy_model.data.load import GasData, load_data
from energy_model.errors import EnergyModelError
from energy_model.results.run import Results, run
from energy_model.scenario import Scenario, load_scenario
from energy_model.scenario.load import with_changes
from energy_model.whatif.choices import MOST_SAVED, Choice, options_of, scenario_of
from energy_model.whatif.desk import numbers_of

PICKED = {
    "based_on": "Start from",
    "supplier": "Whose gas",
    "weather": "Weather",
    "lng_case": "LNG for Europe",
    "lng_elasticity": "Buyers elsewhere",
}
WIDE = {"description_width": "9rem"}


class WhatIf:
    """Pickers and sliders, and the answer beside the reference below them.

    Attributes
    ----------
    controls : mapping of str to widget
        By the keys of :class:`~energy_model.whatif.Choice`.
    scenario, results : optional
        What was asked last, and its answer; none if it was refused or nothing was asked yet.
    """

    def __init__(self, data: GasData | None = None, resolution: str = "month") -> None:
        self.data = data if data is not None else load_data()
        self.resolution = resolution
        self.scenario: Scenario | None = None
        self.results: Results | None = None
        self.controls: Mapping[str, Any] = _controls(self.data)
        self._button = widgets.Button(description="Solve", button_style="primary")
        self._answer = widgets.HTML()
        self._button.on_click(lambda _: self.solve())
        self.box = widgets.VBox([*self.controls.values(), self._button, self._answer])

    def _repr_mimebundle_(self, **asked: Any) -> Any:
        """What a notebook shows: the controls and the answer."""
        return self.box._repr_mimebundle_(**asked)

    @property
    def choice(self) -> Choice:
        """What stands on the controls."""
        return Choice(
            **{key: control.value for key, control in self.controls.items() if control.value not in ("", None)}
        )

    @property
    def answer(self) -> str:
        """The answer as HTML."""
        return str(self._answer.value)

    def solve(self) -> None:
        """Solve what stands on the controls; what is refused is told in place of an answer."""
        self.scenario = self.results = None
        self._answer.value = "<p>Is being solved.</p>"
        try:
            scenario = scenario_of(self.choice, self.data, self.resolution)
            base = load_scenario(self.data.storyline.reference, self.data.root)
            base = with_changes(base, resolution=self.resolution, horizon=scenario.horizon, as_of=scenario.as_of)
            results = run(scenario, self.data, beside=[base])
            reference = run(base, self.data, beside=[scenario])
        except (EnergyModelError, ValueError) as error:
            self._answer.value = f"<pre>{html.escape(str(error))}</pre>"
            return
        self.scenario, self.results = scenario, results
        self._answer.value = _table(results, reference)


def _controls(data: GasData) -> dict[str, Any]:
    options = options_of(data)
    made: dict[str, Any] = {
        key: widgets.Dropdown(
            options=[(words, value) for value, words in getattr(options, key).items()], description=words, style=WIDE
        )
        for key, words in PICKED.items()
        if getattr(options, key)
    }
    share = {"min": 0.0, "max": 1.0, "step": 0.05, "readout_format": ".0%", "style": WIDE, "continuous_update": False}
    made["remaining_share"] = widgets.FloatSlider(value=0.0, description="Still delivered", **share)
    made["start"] = widgets.DatePicker(value=options.start, description="First day", style=WIDE)
    made["end"] = widgets.DatePicker(description="Last day", style=WIDE)
    saving = {**share, "max": MOST_SAVED, "step": 0.01}
    made["saving"] = widgets.FloatSlider(value=0.0, description=f"Saving, {options.region}", **saving)
    if options.helps:
        made["helps"] = widgets.SelectMultiple(options=list(options.helps), description="What helps", style=WIDE)
    return made


def _table(results: Results, reference: Results) -> str:
    """Headlines beside the reference."""
    rows = "".join(
        f"<tr><th scope='row' style='text-align:left'>{html.escape(one['label'])}</th>"
        f"<td>{_shown(one['reference'], one['unit'])}</td><td>{_shown(one['value'], one['unit'])}</td></tr>"
        for one in numbers_of(results, reference)
    )
    heads = "".join(f"<th scope='col'>{html.escape(head)}</th>" for head in ("", reference.scenario.title, "What if"))
    return f"<p><b>{html.escape(results.scenario.title)}</b></p><table><tr>{heads}</tr>{rows}</table>"


def _shown(value: float | None, unit: str) -> str:
    if value is None:
        return "none"
    return f"{value:.1%}" if unit == "share" else f"{value:,.1f}"
