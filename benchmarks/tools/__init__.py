"""The same linear programme in other tools, each in the way its own manual shows."""
