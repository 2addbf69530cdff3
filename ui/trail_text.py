"""Entries of the trail in words: who did what when, in one line."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from corpus.trail import Act, Entry, Noted, Origin, What

_DONE: Final[dict[What, str]] = {
    "create": "新建报告",
    "edit": "修改",
    "draft": "起草",
    "revise": "采用修订",
    "discuss": "修订对话",
    "correct": "按核对更正",
    "renumber": "按数据改写文中的数",
    "set_aside": "忽略问题点",
    "take_up": "不再忽略问题点",
    "confirm": "确认数据",
    "review": "核对标记",
    "lock": "锁定或解锁句子",
    "name": "保存为命名版本",
    "finish": "定稿",
    "restore": "恢复旧版本",
    "merge": "合并",
    "load": "载入文件",
    "carry": "以上年报告为底稿新建",
    "split": "另存为新报告",
    "before": "启用修改记录之前的版本",
    "library_add": "存入报告库",
    "library_update": "更新报告库中的报告",
    "library_remove": "移出报告库",
    "library_share": "向其他单位开放",
    "library_withdraw": "收回开放",
    "export": "导出",
    "past": "取回另一处导出的资料",
    "user_add": "增加用户",
    "user_remove": "移除用户",
    "user_password": "更改用户密码",
    "hand_over": "交给单位",
}
_BY: Final[dict[Origin, str]] = {
    "person": "",
    "embedded": "内置写作",
    "model": "大模型",
    "program": "程序",
    "restored": "",
    "merged": "",
    "imported": "",
    "unknown": "",
}
_FEW: Final = 3
_RECORD: Final = "草稿记录"
"""What goes along with a changed text and says nothing to a reader."""


def done(noted: Noted) -> str:
    """What was done, in one line: 修改　数据「打捞水葫芦」.数值 1200→1225 等 3 处."""
    parts = (by(noted.act), _DONE.get(noted.act.what, noted.act.what))
    return "　".join(filter(None, ("".join(parts), _details(noted.details))))


def by(act: Act) -> str:
    """Whose words it brought, empty for a person's: 大模型（qwen，提示词 3）."""
    named = f"{act.model}，提示词 {act.prompt}" if act.model else ""
    return f"{_BY.get(act.origin, act.origin)}{f'（{named}）' if named else ''}"


def entry_line(entry: Entry) -> str:
    """An entry as the command line lists it: number, time, who, report and version, what."""
    noted = entry.noted
    version = noted.details.get("version")
    report = "" if noted.report_id is None else f"报告 {noted.report_id}"
    place = f"{report} 第 {version} 版" if version else report
    when = noted.when.astimezone().strftime("%Y-%m-%d %H:%M:%S")
    name = f"　名称 {noted.details['name']}" if noted.details.get("name") else ""
    return "\t".join((str(entry.n), when, noted.who or "本机", place or "—", done(noted) + name))


def entry_json(entry: Entry) -> dict[str, Any]:
    """An entry with everything that it holds, and its hash."""
    noted, act = entry.noted, entry.noted.act
    return {
        "n": entry.n,
        "at": noted.when.isoformat(),
        "who": noted.who,
        "report": noted.report_id,
        "what": act.what,
        "origin": act.origin,
        "model": act.model,
        "prompt": act.prompt,
        "details": noted.details,
        "hash": entry.hash,
    }


def _details(details: dict[str, Any]) -> str:
    changes = details.get("changes") or ()
    changed = [_change(*one) for one in changes if one[0] != _RECORD or len(changes) == 1]
    more = f" 等 {len(changed)} 处" if len(changed) > _FEW else ""
    told = [f"{label} {details[key]}" for key, label in _TOLD.items() if details.get(key)]
    return "　".join(filter(None, (*told, f"{'；'.join(changed[:_FEW])}{more}")))


_TOLD: Final = {
    "project": "项目",
    "source": "来源",
    "file": "文件",
    "entries": "修改记录条数",
    "last": "最后的哈希",
    "problem": "修改记录",
    "sha256": "SHA-256",
    "user": "用户",
    "role": "角色",
    "of": "版本",
}


def _change(place: str, before: str, after: str) -> str:
    old, new = (text.partition(" sha256:")[0] for text in (before, after))
    return f"{place} {old or '空'}→{new or '空'}" if before or after else place
