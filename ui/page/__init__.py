"""The page: a Gradio editor for one report, with everything that the command line can do."""

from __future__ import annotations


def serve(host: str = "127.0.0.1", port: int = 7860, browser: bool = True, tools: bool = False) -> None:
    """Serve the page until it is stopped; see :func:`ui.page.serving.serve`."""
    from ui.page import serving

    serving.serve(host, port, browser, tools)
