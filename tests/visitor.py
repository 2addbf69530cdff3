"""A person's browser at a served page, as plain HTTP: logs in, opens the page, calls, clicks, uploads."""

from __future__ import annotations

import json
import secrets
from typing import Any

import httpx


class Visitor:
    """One window of one person; ``address`` is where the server believes the requests come from."""

    def __init__(self, url: str, address: str = "198.51.100.1") -> None:
        headers = {"X-Forwarded-For": address}
        self.http = httpx.Client(base_url=url, timeout=60, headers=headers)
        self.window = secrets.token_hex(6)
        self.config: dict[str, Any] = {}
        self.told: dict[str, Any] = {}

    def log_in(self, name: str, password: str) -> httpx.Response:
        return self.http.post("/login", data={"name": name, "password": password})

    def open(self, query: str = "") -> Visitor:
        """Load the page; ``told`` is what it shows."""
        self.http.headers["Referer"] = str(self.http.base_url.join(f"/{query}"))
        self.config = self.http.get("/config").raise_for_status().json()
        [load] = [one for one in self.config["dependencies"] if any(t[1] == "load" for t in one["targets"])]
        self.told = self.event(load, [], query)
        return self

    @property
    def key(self) -> str:
        return str(self.told["key"])

    @property
    def report(self) -> int:
        return int(self.told["address"].removeprefix("?report="))

    def component(self, elem_id: str) -> int:
        [found] = [one["id"] for one in self.config["components"] if one["props"].get("elem_id") == elem_id]
        return int(found)

    def call(self, call: str, key: str = "", **arg: Any) -> dict[str, Any]:
        """What the page's script asks of the desk with ``key``, its own where none is given."""
        data = {"key": key or self.key, "name": call, "arg": arg, "serial": 0}
        sent = {"data": data, "component_id": self.component("z-bus"), "fn_name": "call"}
        answer = self.http.post("/gradio_api/component_server/", json={**sent, "session_hash": self.window})
        return answer.raise_for_status().json()  # type: ignore[no-any-return]

    def of_input(self, elem_id: str) -> dict[str, Any]:
        """The event of a component that is its only input."""
        wanted = [self.component(elem_id)]
        return next(one for one in self.config["dependencies"] if one["inputs"] == wanted)

    def event(self, event: dict[str, Any], data: list[Any], query: str = "") -> Any:
        """Make an event happen; returns what it put last into the bus, or into both outputs of an export."""
        sent = {"data": data, "fn_index": event["id"], "session_hash": self.window}
        joined = self.http.post(f"/gradio_api/queue/join{query}", json=sent).raise_for_status().json()
        data = []
        with self.http.stream("GET", "/gradio_api/queue/data", params={"session_hash": self.window}) as lines:
            lines.raise_for_status()
            for line in lines.iter_lines():
                message = json.loads(line.removeprefix("data:")) if line.startswith("data:") else {}
                own = message.get("event_id") == joined["event_id"]
                if own and message.get("msg") == "process_completed":
                    assert message["success"], message["output"]
                    data = message["output"]["data"]
                    break
        return data[0] if len(data) == 1 else data

    def export(self, kind: str = ".yaml") -> str:
        """The report written as a file; returns the path under which it is fetched."""
        [make] = [one for one in self.config["dependencies"] if len(one["outputs"]) == 2]
        return str(self.event(make, [kind, False])[0]["path"])

    def upload(self, name: str, content: bytes) -> httpx.Response:
        return self.http.post("/gradio_api/upload", files={"files": (name, content)})

    def load(self, path: str) -> Any:
        """The event after a form was uploaded to ``path``."""
        file = {"path": path, "meta": {"_type": "gradio.FileData"}, "orig_name": "form.txt"}
        return self.event(self.of_input("z-load"), [file])

    def fetch(self, path: str) -> httpx.Response:
        return self.http.get(f"/gradio_api/file={path}")
