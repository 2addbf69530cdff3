"""The lock on numbers: a model writes slots, the core fills them, and whatever else is a quantity is refused."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass

from assistant.figures import change_text, last_year_text, money_text, percent_text, rate_in_force, value_text
from assistant.plan import Brief
from scoring.ledger import Coverage
from scoring.numbers.reader import read

SLOT = re.compile(r"\{\{([^{}]{1,60})\}\}")
_STATUS = {
    "met": "完成",
    "exceeded": "超额完成",
    "missed": "未达到目标",
    "unreported": "未提供完成值",
    "stated": "未提供完成值",
    "other-measure": "口径不同",
}
_CLAIMS = (("超额完成", "exceeded"), ("未完成", "missed"), ("未达到", "missed"))


@dataclass(frozen=True, slots=True)
class Fact:
    """What a slot may say: texts by slot name, and what the model is told of it."""

    texts: dict[str, str]
    told: dict[str, str]
    status: str = ""


def facts_of(brief: Brief) -> dict[str, Fact]:
    """The facts of a brief by name; the texts are the core's, the model is told names and status only."""
    lines = {line.metric: line for line in brief.coverage if line.metric and line.is_answered}
    facts: dict[str, Fact] = {}
    for metric in brief.report.metrics:
        if metric.value is None:
            continue
        texts = {metric.name: value_text(metric)}
        told = {"名称": metric.name, "单位": metric.unit}
        if metric.last_year_value is not None:
            change = change_text(metric.value, metric.last_year_value, metric.unit)
            texts |= {f"{metric.name}.上年": last_year_text(metric), f"{metric.name}.增长": change}
            told["较上年"] = re.sub(r"[\d.]+(?:%|个百分点)", "", change)
        line = lines.get(metric.name)
        if line is not None:
            texts |= _target_texts(metric.name, line)
            told["状态"] = _STATUS[line.status]
        facts[metric.name] = Fact(texts, told, line.status if line else "")
    return facts | dict(_form_facts(brief))


def _target_texts(name: str, line: Coverage) -> dict[str, str]:
    value = line.target.value
    texts = {} if value is None else {f"{name}.目标": f"{value:f}{line.target.unit}"}
    if line.completion is not None:
        texts[f"{name}.完成率"] = percent_text(line.completion)
    return texts


def _form_facts(brief: Brief) -> Iterator[tuple[str, Fact]]:
    for label, amount in brief.report.money_fields():
        yield label, Fact({label: money_text(amount)}, {"名称": label, "单位": "元"})
    if rate := rate_in_force(brief.report):
        yield "预算执行率", Fact({"预算执行率": rate}, {"名称": "预算执行率", "单位": "%"})


def facts_json(facts: dict[str, Fact]) -> str:
    """What the model is told, without any value."""
    return json.dumps([fact.told for fact in facts.values()], ensure_ascii=False)


def render(sentence: str, facts: dict[str, Fact]) -> tuple[str, tuple[str, ...], str]:
    """Fill the slots of a sentence.

    Returns:
        The text, the names of the facts used, and what is wrong with the sentence (empty where nothing is).
    """
    texts = {slot: text for fact in facts.values() for slot, text in fact.texts.items()}
    used: list[str] = []
    for name in SLOT.findall(sentence):
        if name.strip() not in texts:
            return "", (), f"没有名为「{name}」的数据"
        used.append(name.strip().partition(".")[0])
    bare = SLOT.sub("□", sentence)
    if "{" in bare or "}" in bare:
        return "", (), "槽位的写法有误"
    stray = [mention.text for mention in read(bare) if mention.kind != "ordinal"]
    if stray or re.search(r"\d", re.sub(r"^\s*\d{1,2}[.．、]", "", bare)):
        return "", (), f"出现了槽位以外的数：{'、'.join(stray) or '数字'}"
    for word, status in _CLAIMS:
        if (
            word in bare
            and used
            and all(facts[name].status not in ("", status) for name in used if name in facts)
        ):
            return "", (), f"“{word}”与完成情况不符"
    return SLOT.sub(lambda match: texts[match[1].strip()], sentence), tuple(dict.fromkeys(used)), ""
