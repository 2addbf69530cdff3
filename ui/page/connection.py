"""A connection to the page's server: the head of each request arrives in time, or the connection ends."""

from __future__ import annotations

import asyncio
from typing import Any, Final

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

LONGEST_HEAD: Final = 20.0
"""How long the head of a request may take to arrive, in seconds."""


class Connection(HttpToolsProtocol):
    """Uvicorn's own, which would wait for the rest of a head forever."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._late: asyncio.TimerHandle | None = None
        self._has_head = False

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Expect a first head."""
        super().connection_made(transport)
        self._expect()

    def data_received(self, data: bytes) -> None:
        """Expect a whole head where one begins."""
        self._expect()
        super().data_received(data)

    def on_headers_complete(self) -> None:
        """Expect no more for this request: a body has its own time."""
        self._has_head = True
        self._forgive()
        super().on_headers_complete()

    def on_message_complete(self) -> None:
        """Let the next request begin."""
        super().on_message_complete()
        self._has_head = False

    def connection_lost(self, exc: Exception | None) -> None:
        """Expect nothing any more."""
        self._forgive()
        super().connection_lost(exc)

    def _expect(self) -> None:
        if self._late is None and not self._has_head:
            self._late = self.loop.call_later(LONGEST_HEAD, self.transport.close)

    def _forgive(self) -> None:
        if self._late is not None:
            self._late.cancel()
            self._late = None
