"""What the page may ask of a desk, by name; plain values in, messages out, no gradio."""

from ui.page.calls import entries, library, loose, opining, planning, revising, versions, writer, writing
from ui.page.calls.registry import CALLS, answer

__all__ = [
    "CALLS",
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
