"""What the page may ask of a desk, by name; plain values in, messages out, no gradio."""

from ui.page.calls import entries, library, loose, opining, planning, revising, versions, writer, writing
from ui.page.calls.registry import CALLS, OTHER_PAGE, answer

__all__ = [
    "CALLS",
    "OTHER_PAGE",
    "answer",
    "entries",
    "library",
    "loose",
    "opining",
    "planning",
    "revising",
    "versions",
    "writer",
    "writing",
]
