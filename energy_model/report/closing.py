"""Write the file of a workbook; a failure becomes an error in words."""

from __future__ import annotations

import xlsxwriter
from xlsxwriter.exceptions import FileCreateError

from energy_model.errors import OutputError


def close_in_words(workbook: xlsxwriter.Workbook) -> None:
    """Write a workbook's file.

    Raises
    ------
    OutputError
        If it cannot be written.
    """
    try:
        workbook.close()
    except FileCreateError as error:
        raise OutputError(f"the workbook cannot be written ({error}); make room for it") from error
