"""Files that people download, read into rows of a data package: ``energy-model data import`` and ``data refresh``."""
