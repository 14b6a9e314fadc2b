"""Inverse questions: the outcome is given, the input is sought."""
