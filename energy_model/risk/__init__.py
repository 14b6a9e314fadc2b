"""Statistics over many cases: how likely a shortage is, what drives it, and what to decide under uncertainty."""
