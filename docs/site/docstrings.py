"""Docstrings in Markdown: the roles and equations of reStructuredText that they hold are brought over."""

from __future__ import annotations

import re
from typing import Any

from griffe import Extension, Object

ROLE = re.compile(r":\w+:`~?([\w.]+)`")
LITERAL = re.compile(r"``(.+?)``")
EQUATION = re.compile(r"^([^\S\n]*)\.\. math::[^\S\n]*\n?(.*?)(?=\n[^\S\n]*\n|\Z)", re.DOTALL | re.MULTILINE)


class Markdown(Extension):
    """Brings each docstring over when it has been read."""

    def on_object(self, *, obj: Object, **kwargs: Any) -> None:
        """One object with its docstring."""
        if obj.docstring is None:
            return
        text = ROLE.sub(lambda match: f"`{match[1].rpartition('.')[2]}`", obj.docstring.value)
        text = LITERAL.sub(r"`\1`", text)
        obj.docstring.value = EQUATION.sub(lambda match: f"\n$$ {' '.join(match[2].split())} $$\n", text)
