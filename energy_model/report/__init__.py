"""Figures, maps, workbook and exports: what a reader is handed."""
