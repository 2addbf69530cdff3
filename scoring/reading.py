"""Everything a rule may look at, each part computed once."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from scoring.ledger import Coverage, coverage
from scoring.numbers.binder import bind
from scoring.numbers.mention import Verdict
from scoring.report import Report
from scoring.scheme import Scheme
from scoring.score import score
from scoring.scorecard import Scorecard
from scoring.texts import Placed, texts


@dataclass(frozen=True)
class Reading:
    """A report with its scheme, its score card and the verdict on each number of its narratives."""

    report: Report
    scheme: Scheme

    @cached_property
    def scorecard(self) -> Scorecard:
        """The recomputed rate, subtotals, total and grade."""
        return score(self.report, self.scheme)

    @cached_property
    def verdicts(self) -> tuple[Verdict, ...]:
        """One verdict for each number in the narratives, in the order of the text."""
        return bind(self.report)

    @cached_property
    def coverage(self) -> tuple[Coverage, ...]:
        """What became of each target, in the order of the form."""
        return coverage(self.report, self.verdicts)

    @cached_property
    def texts(self) -> tuple[Placed, ...]:
        """Every text of the form with its place."""
        return texts(self.report)

    @cached_property
    def all_text(self) -> str:
        """Every text of the form in one, to see at once whether a word occurs at all."""
        return "\n".join(placed.text for placed in self.texts)
