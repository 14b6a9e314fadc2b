"""Many cases at once: how likely a shortage is, what drives it, and what to decide before it is known."""
