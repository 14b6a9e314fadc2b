"""Why believe it: history replayed, published results held against ours."""
