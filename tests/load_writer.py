"""A clerk under load: types into a narrative of their own, saves it, reads it back, and looks for others' words."""

from __future__ import annotations

import json
import random
import re
import time
from collections import defaultdict
from typing import Any

import httpx
from visitor import Visitor

FIELD = "主要绩效"
PASSWORD = "correct horse 甲"
_MARKER = re.compile("mark[a-p]{8}")
_SAVED = re.compile("已自动保存.*?第 ([0-9]+) 版")
_ROUNDS_A_WINDOW = 5


class Writer:
    """One person with a name, a unit and a session of their own; ``mark`` is in everything that is theirs."""

    def __init__(self, number: int) -> None:
        self.mark = "mark" + "".join(
            chr(97 + int(digit, 16)) for digit in f"{number * 2654435761 % 2**32:08x}"
        )
        self.name, self.unit = f"{self.mark}人", f"{self.mark}局"
        self.seconds: dict[str, list[float]] = defaultdict(list)
        self.kept: dict[int, str] = {}  # what was acknowledged, by version
        self.report = 0
        self.text = ""
        self._address = f"198.51.{100 + number // 250}.{number % 250 + 1}"
        self._draw = random.Random(number)
        self._visitor: Visitor
        self._alive: httpx.Response

    def enter(self, url: str) -> None:
        """Log in and open the page."""
        self._visitor = Visitor(url, self._address)
        assert self._visitor.log_in(self.name, PASSWORD).status_code == 303
        self._open("")
        self.report = self._visitor.report

    def work(self, until: float, pause: float) -> None:
        """Write until the monotonic clock shows ``until``, each act followed by ``pause`` seconds on average."""
        while time.monotonic() < until:
            for _ in range(_ROUNDS_A_WINDOW):
                self._round(pause)
                if time.monotonic() >= until:
                    break
            self._read_back()
            self._rest(pause)

    def _round(self, pause: float) -> None:
        for part in (2, 1):
            typed = f"{self.mark}走访企业{self._draw.randint(2, 999)}家。"
            self._ask("check_text", typed[: len(typed) // part])
            self._rest(pause)
        told = self._ask("text", typed)
        found = _SAVED.search(json.dumps(told["view:head"], ensure_ascii=False))
        assert found, told["view:head"]
        self.kept[int(found[1])] = self.text
        self._rest(pause)

    def _ask(self, call: str, typed: str) -> dict[str, Any]:
        self.text = f"{self._first}{typed}"
        begun = time.perf_counter()
        told = self._visitor.call(call, field=FIELD, text=self.text)
        self.seconds[call].append(time.perf_counter() - begun)
        self._see(told)
        assert told[f"text:{FIELD}"]["text"] == self.text
        return told

    def _read_back(self) -> None:
        """Load the page again, as another window on the report."""
        self._alive.close()
        self._visitor.http.close()
        cookies = self._visitor.http.cookies
        self._visitor = Visitor(str(self._visitor.http.base_url), self._address)
        self._visitor.http.cookies = cookies
        self._open(f"?report={self.report}")
        assert self._visitor.report == self.report
        assert self._visitor.told[f"text:{FIELD}"]["text"] == self.kept[max(self.kept)]

    def _open(self, query: str) -> None:
        begun = time.perf_counter()
        self._visitor.open(query)
        self.seconds["open"].append(time.perf_counter() - begun)
        self._see(self._visitor.told)
        if not query:
            self._first = self._visitor.told[f"text:{FIELD}"]["text"]
        http = self._visitor.http  # held open, as a browser does while the window is
        beat = http.build_request("GET", f"/gradio_api/heartbeat/{self._visitor.window}")
        self._alive = http.send(beat, stream=True).raise_for_status()

    def _see(self, told: dict[str, Any]) -> None:
        """Nothing went wrong, and nothing that is told is another's."""
        assert "toast" not in told, told["toast"]
        assert set(_MARKER.findall(json.dumps(told, ensure_ascii=False))) <= {self.mark}

    def _rest(self, pause: float) -> None:
        time.sleep(self._draw.uniform(pause / 2, pause * 3 / 2))
