"""Files of Word and PowerPoint that are the same on any day: no clock in their properties, nor in the archive."""

from __future__ import annotations

import io
import zipfile
from datetime import datetime, time
from pathlib import Path
from typing import Any

from energy_model.report.onepage.page import Page

FIRST_DAY = (1980, 1, 1, 0, 0, 0)
"""The day that an archive gives what has none."""


def rewrite(document: Any, page: Page, path: Path) -> None:
    """Save a document of python-docx or python-pptx with the title, the language and the day of issue of its page."""
    about = document.core_properties
    about.title, about.subject, about.author = page.title[:255], page.subtitle[:255], "energy-model"
    about.last_modified_by, about.language, about.comments = "energy-model", page.language, ""
    about.created = about.modified = datetime.combine(page.issued, time())
    content = io.BytesIO()
    document.save(content)
    with zipfile.ZipFile(content) as made, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in made.namelist():
            entry = zipfile.ZipInfo(name, FIRST_DAY)
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, made.read(name))
