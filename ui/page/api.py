"""The commands as endpoints of the page's server, for other systems: score, check, draft and corpus_search."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, ParamSpec, TypeVar

import gradio as gr
from gradio.events import api

from scoring.check import check
from scoring.errors import InputError
from scoring.report import NARRATIVES
from scoring.report_file import parse_report, render_report
from scoring.scheme import load
from scoring.score import score
from ui.page.desks import Desks
from ui.text import hit_json

_P = ParamSpec("_P")
_T = TypeVar("_T")


def offer(desks: Desks) -> None:
    """Offer the endpoints; to be called inside the page's Blocks."""

    @_plainly
    def search(query: str, request: gr.Request, section: str = "", limit: int = 10) -> list[dict[str, Any]]:
        """在往年报告里找相近的写法；section 为主要绩效、主要问题或改进措施，空为全部。"""
        hits = desks.library(request.username or "").search(query, section or None, limit=int(limit))
        return [hit_json(hit) for hit in hits]

    @_plainly
    def draft(
        report: str, request: gr.Request, sections: str = "、".join(NARRATIVES), writer: str = "offline"
    ) -> str:
        """起草叙述部分，返回报告文件（YAML）的全文；sections 用顿号隔开，writer 为 offline 或 model。"""
        return _drafted(report, sections, writer, desks.library(request.username or ""))

    api(_plainly(score_report), api_name="score")
    api(_plainly(check_report), api_name="check")
    api(draft, api_name="draft")
    api(search, api_name="corpus_search")


def score_report(report: str) -> dict[str, Any]:
    """按方案重新计算执行率、各一级指标得分、合计和等级；report 为报告文件（YAML）的全文。"""
    loaded = parse_report(report, "report")
    return score(loaded, load(loaded.scheme)).to_json()


def check_report(report: str) -> dict[str, Any]:
    """核对每个数、每项分数和每个目标；report 为报告文件（YAML）的全文。"""
    loaded = parse_report(report, "report")
    return check(loaded, load(loaded.scheme)).to_json("report")


def _drafted(report: str, sections: str, writer: str, library: Any) -> str:
    from assistant.drafting import draft, drafted
    from assistant.settings import Settings
    from assistant.writer import choose_writer

    loaded = parse_report(report, "report")
    chosen = tuple(part for part in sections.split("、") if part)
    if unknown := [part for part in chosen if part not in NARRATIVES]:
        raise InputError("sections", f"应为{'、'.join(NARRATIVES)}，读到「{unknown[0][:20]}」")
    events = list(draft(loaded, chosen, choose_writer(Settings.load(), writer or None), library))
    return render_report(drafted(loaded, events))


def _plainly(function: Callable[_P, _T]) -> Callable[_P, _T]:
    """Input that cannot be used becomes Gradio's own error, whose text reaches the caller."""

    @wraps(function)
    def answer(*args: _P.args, **kwargs: _P.kwargs) -> _T:
        try:
            return function(*args, **kwargs)
        except InputError as error:
            raise gr.Error(str(error)) from error

    return answer
