"""Why believe it: published results held against ours."""
