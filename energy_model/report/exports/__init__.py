"""A run for other tools: each format is a function marked ``@export_format`` in a module named as its key."""
