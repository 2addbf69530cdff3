"""Arithmetic between the facts of a report that a number in prose may be the result of."""
