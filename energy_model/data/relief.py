"""What helps in a shortage, as the storyline of a data package names it."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field


class Help(BaseModel):
    """What helps in a shortage, to be laid over any scenario: the relieving measures of scenarios of the library.

    Without any in the storyline, each scenario of the library that holds a relieving measure is one.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)

    title: str
    """What a reader calls it."""
    title_de: str = ""
    """The same for pages in ``de``; default is the title."""
    scenarios: Annotated[tuple[str, ...], Field(min_length=1)]
    """Scenarios of the library whose measures that relieve a shortage are taken together."""
