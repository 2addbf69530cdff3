"""What a draft with a model would send, to be read before anything is sent."""

from __future__ import annotations

from collections.abc import Sequence

from assistant.masking import refuse_secret
from assistant.model import ModelWriter
from assistant.plan import Brief, Passages, Plan, Standing, make_plan
from assistant.request import Request
from assistant.settings import Settings
from scoring.report import Report


def preview(
    report: Report,
    sections: Sequence[str],
    settings: Settings,
    library: Passages | None = None,
    plan: Plan | None = None,
) -> tuple[Request, ...]:
    """Exactly what a draft of ``sections`` would send, request by request, names hidden; nothing is sent.

    Raises:
        InputError: the report may not be sent at all, or not to this host.
    """
    refuse_secret(report)
    writer, standing = ModelWriter(settings), Standing.of(report)
    plan = plan or make_plan(report, standing)
    for section in sections:
        report = report.with_narrative(section, "")
    briefs = (
        Brief(report, section, plan.points.get(section, ()), standing.coverage, library)
        for section in sections
    )
    return tuple(request for brief in briefs for request in writer.requests(brief))
