"""The model as tools for assistants: closed requests, answers whose numbers carry unit, range, source and caveats."""
