"""What if, without a file: a few choices become a checked scenario, which a page on this machine solves and shows.

:mod:`.choices` says what a data package lets one choose and turns choices into a scenario, :mod:`.desk` solves one
scenario after the other and keeps the answers, :mod:`.app` is the page with its addresses, and :mod:`.widgets` the same
choices in a notebook.
"""

from __future__ import annotations

from energy_model.whatif.choices import Choice, Options, options_of, scenario_of

__all__ = ["Choice", "Options", "options_of", "scenario_of"]
