"""What can be drawn of an object in one call: each file holds plots that register themselves."""
