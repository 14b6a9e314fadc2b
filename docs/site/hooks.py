"""What the site adds to the pages: links between them, equations without a script, and the public names."""

from __future__ import annotations

import html
import re
from typing import Any

from latex2mathml.converter import convert

import energy_model

PAGE = re.compile(r"(?<!\]\()(?<![\w/\[`])docs/([\w/]+)\.md(?![\w`])")
PUBLIC = "<!-- public names -->"
INLINE = re.compile(r'<span class="arithmatex">\\\((.*?)\\\)</span>', re.DOTALL)
BLOCK = re.compile(r'<div class="arithmatex">\\\[(.*?)\\\]</div>', re.DOTALL)
FENCES = re.compile(r"(^```.*?^```[^\S\n]*$)", re.DOTALL | re.MULTILINE)


def on_page_markdown(markdown: str, page: Any, config: Any, files: Any) -> str:
    """Pages that are named become links; the public names are listed where a page asks for them."""
    up = "../" * page.file.src_uri.count("/")
    known = {file.src_uri: file for file in files}

    def link(match: re.Match[str]) -> str:
        target = f"{match[1]}.md"
        return f"[{_title(known[target])}]({up}{target})" if target in known else match[0]

    parts = FENCES.split(markdown)
    text = "".join(part if part.startswith("```") else PAGE.sub(link, part) for part in parts)
    public = (getattr(energy_model, name) for name in energy_model.__all__)
    return text.replace(PUBLIC, "\n\n".join(f"::: {one.__module__}.{one.__qualname__}" for one in public))


def _title(file: Any) -> str:
    """First heading of a page."""
    return str(file.content_string.partition("\n")[0].removeprefix("# "))


def on_page_content(content: str, page: Any, config: Any, files: Any) -> str:
    """Equations as MathML, which a browser shows without a script or a connection."""
    content = INLINE.sub(lambda match: convert(html.unescape(match[1])), content)
    return BLOCK.sub(lambda match: convert(html.unescape(match[1]), display="block"), content)
