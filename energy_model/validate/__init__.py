"""Validation: history replayed, and published results held against ours."""
