"""The commands for other systems, as endpoints of the page's server and as MCP tools: score, check, draft, corpus_search."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import wraps
from typing import Any, Final, Literal, ParamSpec, TypeVar

import gradio as gr
from gradio.events import api
from starlette.requests import Request

from corpus.library import Library
from scoring.check import check as checked
from scoring.errors import InputError
from scoring.report import NARRATIVES
from scoring.report_file import parse_report, render_report
from scoring.scheme import load
from scoring.score import score as scored
from ui.page.desks import Desks
from ui.page.trouble import told
from ui.text import hit_json

_P = ParamSpec("_P")
_T = TypeVar("_T")
_MOST_HITS: Final = 50
WHO: Final = "ziping.who"
"""Where a request that came past Gradio's own login keeps its user."""


def offer(desks: Desks) -> None:
    """Offer the endpoints; to be called inside the page's Blocks.

    Gradio names an MCP tool after its function and describes it by its docstring.
    """

    def draft(
        report: str,
        request: gr.Request,
        sections: str = "、".join(NARRATIVES),
        writer: Literal["offline", "model"] = "offline",
    ) -> str:
        """起草主要绩效、主要问题、改进措施，每个数都出自报告的数据；返回写好的报告文件（YAML）全文。

        Args:
            report: 报告文件（YAML）的全文，与 ziping draft 读取的文件相同。
            request: 由服务填入。
            sections: 起草哪几部分，用顿号隔开，如 主要绩效、主要问题；不填为三部分。
            writer: offline 为内置写作，不联网；model 为已设置的大模型。
        """
        return _drafted(report, sections, writer, desks.library(who(request)))

    def corpus_search(
        query: str,
        request: gr.Request,
        section: Literal["", "主要绩效", "主要问题", "改进措施"] = "",
        limit: int = 10,
    ) -> list[dict[str, Any]]:
        """在往年报告库里找相近的写法；返回句子、去掉数的句式、出处和相近程度。

        Args:
            query: 想说的一句话或几个词，如 检查企业比上年增长。
            request: 由服务填入。
            section: 只在这一部分里找；不填为全部。
            limit: 最多几条，不超过 50。
        """
        if not isinstance(limit, int | float) or limit != limit // 1:
            raise InputError("limit", "应为整数")
        most = min(int(limit), _MOST_HITS)
        hits = desks.library(who(request)).search(_text("query", query), section or None, limit=most)
        return [hit_json(hit) for hit in hits]

    for function in (score, check, draft, corpus_search):
        # Past the queue: an MCP call would otherwise come back over HTTP as a stranger without a login.
        api(_plainly(function), api_name=function.__name__, queue=False)


def score(report: str, request: gr.Request) -> dict[str, Any]:
    """按评分方案重新计算预算执行率、各一级指标得分、合计和绩效等级，并指出与填报不同之处。

    Args:
        report: 报告文件（YAML）的全文，与 ziping score 读取的文件相同。
        request: 由服务填入。
    """
    loaded = parse_report(_text("report", report), "report")
    return scored(loaded, load(loaded.scheme)).to_json()


def check(report: str, request: gr.Request) -> dict[str, Any]:
    """核对报告里的每个数、每项分数和每个年度目标；返回问题点、每个数的结论和依据。

    Args:
        report: 报告文件（YAML）的全文，与 ziping check 读取的文件相同。
        request: 由服务填入。
    """
    loaded = parse_report(_text("report", report), "report")
    return checked(loaded, load(loaded.scheme)).to_json("report")


def _drafted(report: str, sections: str, writer: str, library: Library) -> str:
    from assistant.drafting import choose_writer, draft, drafted
    from assistant.settings import Settings

    loaded = parse_report(_text("report", report), "report")
    chosen = tuple(part for part in _text("sections", sections or "").split("、") if part) or NARRATIVES
    if unknown := [part for part in chosen if part not in NARRATIVES]:
        raise InputError("sections", f"应为{'、'.join(NARRATIVES)}，读到「{unknown[0][:20]}」")
    by = choose_writer(Settings.load(), _text("writer", "offline" if writer is None else writer))
    events = list(draft(loaded, chosen, by, library))
    return render_report(drafted(loaded, events))


def _text(place: str, given: object) -> str:
    """What a caller gave where a text belongs; Gradio lets anything through."""
    if not isinstance(given, str):
        raise InputError(place, "应为文字")
    return given


def who(request: gr.Request | Request) -> str:
    """Who asks; an MCP call brings the web request itself, which knows no user of Gradio's."""
    return str(request.scope.get(WHO, "") if isinstance(request, Request) else request.username or "")


def _plainly(function: Callable[_P, _T]) -> Callable[_P, _T | str]:
    """The function as an endpoint: what goes wrong reaches the caller as one sentence.

    An MCP caller is given JSON, which Gradio would write as Python does.
    """

    @wraps(function)
    def answer(*args: _P.args, **kwargs: _P.kwargs) -> _T | str:
        is_tool = any(isinstance(one, Request) for one in (*args, *kwargs.values()))
        try:
            found = function(*args, **kwargs)
        except Exception as error:  # a door
            text = told(error)["toast"]["text"]
            raise (ValueError(text) if is_tool else gr.Error(text, print_exception=False)) from None
        return json.dumps(found, ensure_ascii=False) if is_tool and not isinstance(found, str) else found

    return answer
