"""What comes out: tables of a run, statistics on them, comparisons, and how runs are stored."""
