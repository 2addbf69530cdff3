"""Who writes, and what would be sent: the line over the narratives, and the preview in a dialog."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

from assistant.masking import is_secret
from assistant.request import Request
from assistant.settings import Settings
from scoring.errors import InputError
from scoring.report import Report
from ui.page.chosen import TONES, Chosen, host, may_ask
from ui.page.show.node import Node, ask, button, node


def writer_panel(report: Report, chosen: Chosen) -> Node:
    """The writers to choose from; where no model can be used, one line tells why."""
    try:
        settings = chosen.settings()
        settings.check_host()
    except InputError as error:
        return [_tone(chosen, "朴实"), node("p", "z-error-text", f"大模型不能用：{error}；请用内置写作。")]
    tone = _tone(chosen, settings.tone)
    if not settings.has_model:
        said = "没有设置大模型，用内置写作即可；设置方法见说明（ZIPING_MODEL）。"
        return node("div", "z-writer", tone, node("span", "z-hint", said))
    if is_secret(report):
        said = f"这份报告的密级是“{report.secrecy.strip()}”，不会发送给任何大模型，只用内置写作。"
        return node("div", "z-writer", tone, node("span", "z-secret", said))
    return node(
        "div",
        "",
        node("div", "z-writer", _writers(settings, chosen), tone),
        _about_model(chosen) if chosen.with_model else None,
        _models(settings, chosen) if chosen.with_model and chosen.is_choosing else None,
    )


def reviser_panel(report: Report, chosen: Chosen) -> Node:
    """Who answers wishes, where there is a choice."""
    if not may_ask(report):
        return None
    said = node("span", "z-hint", "由谁修改：")
    return node("div", "z-writer", said, _writers(chosen.settings(), chosen, "reviser"))


def _writers(settings: Settings, chosen: Chosen, place: str = "writer") -> Node:
    names = {"offline": "内置写作（不联网）", "model": f"模型 {settings.model} @ {host(settings)}"}
    return node(
        "div",
        "z-segments",
        *(
            _segment(f"z-{place}-{name}", text, name, chosen.with_model == (name == "model"))
            for name, text in names.items()
        ),
        role="radiogroup",
        aria_label="由谁写",
    )


def _segment(own_id: str, text: str, name: str, is_on: bool) -> Node:
    part = button(text, ask("use_writer", name=name), "z-segment", id_=own_id)
    part[1].update({"role": "radio", "aria-checked": "true" if is_on else "false"})
    return part


def _tone(chosen: Chosen, tone: str) -> Node:
    own = chosen.tone or tone
    options = [node("option", "", one, value=one, selected=one == own) for one in TONES]
    choice = node("select", "", *options, name="tone", id="z-tone", do=ask("use_tone"))
    return node("label", "z-form z-tone", "文风 ", choice)


def _about_model(chosen: Chosen) -> Node:
    said = "数值留在本机，单位、企业和人名换成代称再发送。"
    return node(
        "div",
        "z-actions z-about-model",
        node("span", "z-hint", said),
        button("看看会发出什么", ask("preview_sending"), id_="z-preview-sending"),
        None if chosen.is_choosing else button("换一个模型…", ask("list_models"), id_="z-list-models"),
    )


def _models(settings: Settings, chosen: Chosen) -> Node:
    """The endpoint's models to choose from; where it lists none, a name is typed."""
    if chosen.offered:
        names = tuple(dict.fromkeys((settings.model, *chosen.offered)))
        options = [node("option", "", name, value=name, selected=name == settings.model) for name in names]
        picked = node("select", "", *options, name="model", id="z-model", do=ask("use_model"))
        return node("div", "z-form", node("label", "", f"{host(settings)} 上的模型", for_="z-model"), picked)
    typed = node(
        "input",
        "",
        id="z-model",
        name="model",
        type="text",
        value=settings.model,
        do=ask("use_model"),
        aria_label="模型名称",
    )
    said = node("span", "z-warning-text", f"列不出模型：{chosen.problem}。可以直接填写模型名称：")
    return node("div", "z-form", said, typed, button("用这个模型", ask("use_model")))


def preview_dialog(requests: Sequence[Request], settings: Settings) -> Node:
    """Exactly what a draft would send, request by request, and the names that stay here."""
    names = dict(pair for request in requests for pair in request.names)
    place = f"{host(settings)} 上的模型 {settings.model}"
    count = f"起草三部分会向 {place} 请求 {len(requests)} 次，下面就是发出的全部文字。"
    return node(
        "dialog",
        "z-dialog",
        node(
            "div",
            "z-dialog-head",
            node("h3", "", "会发出什么"),
            button("关闭", {"close": True}, id_="z-dialog-close"),
        ),
        node("p", "", count),
        _stays(bool(names)),
        _rules(requests),
        *(
            _section(section, list(group), settings)
            for section, group in groupby(requests, lambda one: one.section)
        ),
        node("p", "z-hint", "某一句不合要求时，会把那一句连同原因再发一次请它改写，名称同样换成代称。"),
        aria_label="会发出什么",
    )


def _stays(has_names: bool) -> Node:
    said = "数据里的数值一个也不发出：数的位置是“{{名称}}”，回答里再由本机填上。"
    return node("p", "z-hint", said + ("单位、企业和人名换成代称，每次请求下面列出。" if has_names else ""))


def _rules(requests: Sequence[Request]) -> Node:
    """What every request begins with, once."""
    said = dict.fromkeys(text for request in requests for role, text in request.messages if role == "system")
    parts = [node("pre", "z-sent", text) for text in said]
    return node("details", "z-details", node("summary", "", "每次请求都带的写作规则"), *parts, id="z-rules")


def _section(section: str, requests: Sequence[Request], settings: Settings) -> Node:
    return node(
        "div",
        "",
        node("h4", "", f"{section}　{len(requests)} 次请求"),
        *(_request(f"z-sent-{section}-{number}", one, number) for number, one in enumerate(requests, 1)),
    )


def _request(own_id: str, request: Request, number: int) -> Node:
    sent = [node("pre", "z-sent", text) for role, text in request.messages if role != "system"]
    hidden = "　".join(f"{placeholder}＝{name}" for placeholder, name in request.names)
    return node(
        "details",
        "z-place",
        node("summary", "", f"{number}. {request.title}"),
        *sent,
        node("p", "z-hidden-names", f"留在本机的名称：{hidden}") if hidden else None,
        id=own_id,
        open=number == 1,
    )
