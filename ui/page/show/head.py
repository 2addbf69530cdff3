"""The line on top of the page: which report this is, whether it is saved, and what stands in the way."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from corpus.merging import Merge
from corpus.store import Version
from scoring.report import Report
from ui.page.show.merging import merging_panel
from ui.page.show.node import Node, ask, button, node


def head(
    report: Report,
    saved_at: datetime,
    n: int,
    refused: Version | None,
    wrong: int,
    notices: Sequence[str] = (),
    may_write: bool = True,
    unsaved: str = "",
    merging: Merge | None = None,
) -> Node:
    """Unit, project and year; when it was saved; a conflict with another window, and what the library has to say."""
    state = f"已自动保存　{saved_at.astimezone():%H:%M:%S}　第 {n} 版"
    if not may_write:
        state = f"只供查看　第 {n} 版"
    elif refused is not None:
        state = "未保存：另一窗口已改动这份报告"
    elif unsaved:
        state = f"未保存：上次保存是 {saved_at.astimezone():%H:%M:%S} 的第 {n} 版"
    elif wrong:
        state += f"（{wrong} 处未读懂的录入没有保存）"
    return [
        node(
            "div",
            "z-head",
            node(
                "div",
                "z-title",
                node("strong", "", report.project),
                node("span", "", f"{report.budget_unit}　{report.year} 年度　{report.scheme}"),
            ),
            node(
                "span",
                "",
                node(
                    "span", "z-state z-error-text" if refused or unsaved else "z-state", state, role="status"
                ),
                "　",
                button("我的报告…", {"goto": {"tab": "versions"}}, title="打开另一份报告，或新建一份"),
            ),
        ),
        _conflict(refused),
        merging_panel(merging),
        _failed(unsaved),
        _notices(notices),
    ]


def _notices(notices: Sequence[str]) -> Node:
    if not notices:
        return None
    said = [node("div", "", f"报告库：{notice}") for notice in notices]
    return node("div", "z-banner", node("div", "", *said), button("知道了", ask("read_notices")))


def _failed(unsaved: str) -> Node:
    if not unsaved:
        return None
    said = f"刚才的改动还在这个窗口里，但没有保存。{unsaved}。处理好之前请不要关闭窗口。"
    return node(
        "div", "z-banner", node("span", "", said), button("再保存一次", ask("save_again"), "z-primary")
    )


def _conflict(refused: Version | None) -> Node:
    if refused is None:
        return None
    when = f"{refused.saved_at.astimezone():%m月%d日 %H:%M}"
    return node(
        "div",
        "z-banner",
        node(
            "span",
            "",
            f"这份报告已由{refused.who or '另一窗口'}于 {when} 另存为第 {refused.n} 版，"
            "本窗口的改动还没有保存。",
        ),
        button("合并两边的改动", ask("merge"), "z-primary"),
        button("另存为新报告（保留本窗口的改动）", ask("split_off")),
        button("改用对方的版本", ask("take_theirs", confirm="本窗口未保存的改动将丢失，确定吗？")),
    )
