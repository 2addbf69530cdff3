"""All rules, in the order of their codes."""

from scoring.rules import n_numbers

RULES = n_numbers.RULES
