"""Many scenarios at once: a plan of what varies, an engine that solves neighbours warm, one row for each case."""
