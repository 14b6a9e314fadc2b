"""What if, without a file: a few choices become a checked scenario, which a page on this machine solves and shows.

:mod:`.choices` says what a data package lets one choose and turns choices into a scenario, :mod:`.desk` solves one
scenario after the other and keeps the answers, :mod:`.app` is the page with its addresses, and :mod:`.widgets` the same
choices in a notebook.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from energy_model.errors import OutputError
from energy_model.whatif.choices import Choice, Options, options_of, scenario_of

if TYPE_CHECKING:
    from energy_model.data.load import GasData
    from energy_model.whatif.widgets import WhatIf

__all__ = ["Choice", "Options", "options_of", "scenario_of", "what_if"]


def what_if(data: GasData | None = None, resolution: str = "month") -> WhatIf:
    """Pickers and sliders in a notebook: whose gas is cut, from when, what is saved, LNG, weather, and what helps.

    Parameters
    ----------
    data : GasData, optional
        Default is the package's own.
    resolution : str
        ``month`` answers in a second or two, ``week`` in some more.

    Raises
    ------
    OutputError
        If ipywidgets is not installed.
    """
    try:
        from energy_model.whatif.widgets import WhatIf
    except ModuleNotFoundError as error:
        raise OutputError(
            f"the controls need the package {error.name}; install it: python -m pip install 'energy-model[notebooks]'"
        ) from error
    return WhatIf(data, resolution)
