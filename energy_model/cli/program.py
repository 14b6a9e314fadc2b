"""Every command of the program. Heavy imports wait until a command needs them."""

from __future__ import annotations

from energy_model.cli import risks, runs, sweeps
from energy_model.cli.common import InWords, group
from energy_model.cli.data import data_app
from energy_model.cli.scenarios import scenarios_app
from energy_model.cli.validate import validate_app

app = group(
    "Gas flows to Germany and Europe under sanctions and cut-offs.",
    name="energy-model",
    cls=InWords,
    pretty_exceptions_enable=False,
    add_completion=False,
)
export_app = group("The network for other tools.")
app.command()(runs.run)
app.command()(runs.brief)
app.command()(runs.impact)
app.command()(runs.compare)
app.command()(runs.doctor)
app.command()(sweeps.sweep)
app.command()(risks.risk)
app.command()(risks.decide)
export_app.command("pypsa")(runs.export_pypsa)
app.add_typer(scenarios_app, name="scenarios")
app.add_typer(data_app, name="data")
app.add_typer(export_app, name="export")
app.add_typer(validate_app, name="validate")
