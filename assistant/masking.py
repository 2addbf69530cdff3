"""Names leave the machine as placeholders and come back as names."""

from __future__ import annotations

import re

from corpus.names import take_apart
from scoring.report import Report

# 上海某某有限公司 · 某某大队
_ENTERPRISE = re.compile(r"[\u4e00-\u9fff]{2,16}(?:有限责任公司|股份有限公司|有限公司|集团公司|公司)")
_PERSON = re.compile(r"(?<=[由经请])[\u4e00-\u9fff]{2,3}(?=同志|局长|主任|科长)")


class Masked:
    """Hides the unit's, enterprises' and persons' names of one report, and shows them again."""

    def __init__(self, report: Report) -> None:
        names = [report.budget_unit, take_apart(report.budget_unit).full, report.office]
        texts = "\n".join(
            (report.project, report.overall_goal, *report.targets, *(m.name for m in report.metrics))
        )
        names += _ENTERPRISE.findall(texts) + _PERSON.findall(texts)
        kept = sorted({name for name in names if len(name) >= 2}, key=len, reverse=True)
        self._names = {name: f"〈名称{chr(0x7532 + number)}〉" for number, name in enumerate(kept[:10])}

    def hide(self, text: str) -> str:
        """``text`` as it may leave the machine."""
        for name, placeholder in self._names.items():
            text = text.replace(name, placeholder)
        return text

    def show(self, text: str) -> str:
        """``text`` with the names in place of their placeholders."""
        for name, placeholder in self._names.items():
            text = text.replace(placeholder, name)
        return text
