"""Acceleration: the optimum of a compiled problem by way of smaller ones."""
