"""From the cells of a form to a report: labels and values, the indicator table, and what was noticed."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from corpus.forms.labels import METRIC_COLUMNS, MONEY, plain_label
from corpus.forms.pairs import Pairs
from corpus.forms.rows import Note, Table, headings, indicators, tidy
from corpus.forms.targets import numbered
from scoring.errors import InputError
from scoring.numbers.propose import propose_metrics
from scoring.report import NARRATIVES, Report, parse_decimal

_TAG = re.compile(r"</?[a-zA-Z][^<>]{0,60}>|&nbsp;")
_GOALS = re.compile(r"(?:项目)?总目标[：:](?P<overall>.*?)(?:项目)?年度目标[：:](?P<targets>.*)", re.S)
_MOST_GOALS = 20_000
_YEAR = re.compile(r"(?<!\d)(20\d{2})\s*年")
_TITLE_YEAR = re.compile(r"(20\d{2})\s*年?度")
_QUOTED = re.compile(r"[“\"].*[”\"]", re.S)
_TOTALS = ("合计", "总分")


class Form:
    """A form while it is read: rows of cells go in, a report comes out.

    Args:
        origin: the file's name, for messages.
        scheme: the id that a file written here names; empty for any other form. What was written here is
            taken as it stands; other forms have spaces, tags and line breaks left over in their texts.
    """

    def __init__(self, origin: str, scheme: str = "") -> None:
        self.origin = origin
        self.scheme = scheme
        self._pairs = Pairs(is_own=bool(scheme))
        self._notes: list[Note] = []
        self._table: Table | None = None
        self._in_table = False
        self._total = ""
        self._metric_columns: tuple[str, ...] = ()
        self._metrics: list[dict[str, str]] = []
        self._money_columns: tuple[str, ...] = ()
        self._money_scale = Decimal(1)
        self._year = ""
        self._execution_row: list[str] = []

    def page_break(self) -> None:
        """A page ended after the last row."""
        if self._table is not None and self._in_table:
            self._table.page_break()

    def text(self, line: str) -> None:
        """A line outside the tables: the title, or a remark under them."""
        if match := _TITLE_YEAR.search(line):
            self._year = self._year or match.group(1)
        self._pairs.line(line)
        if "绩效等级说明" in line or ("分为" in line and "合格" in line):
            self._notes.append(_note("等级说明", "表末说明", line.strip()))
        elif line.strip().startswith(("说明", "1、", "2、", "3、", "注")):
            self._notes.append(_note("表末说明", "表末", line.strip()))

    def row(self, cells: Sequence[str]) -> None:
        """One row of a table."""
        cells = list(cells)
        if keys := headings(cells):
            self._table, self._in_table = self._table or Table(keys, is_own=bool(self.scheme)), True
            return
        if tuple(plain_label(cell) for cell in cells if cell)[:3] == METRIC_COLUMNS[:3]:
            self._metric_columns, self._in_table = tuple(plain_label(cell) for cell in cells), False
            return
        if self._metric_columns:
            self._metrics.append(dict(zip(self._metric_columns, cells, strict=False)))
        elif self._in_table and self._table is not None:
            self._table_row(cells)
        elif not self._money_row(cells):
            for cell in self._pairs.row(cells):
                self._loose(cell)

    def _table_row(self, cells: list[str]) -> None:
        assert self._table is not None
        if any(plain_label(cell) in _TOTALS for cell in cells[: 1 if self.scheme else 2]):
            self._total = self._total_of(cells, self._table.columns)
            self._in_table = False
        elif any(cell.strip() for cell in cells):
            self._table.add(cells)

    def _total_of(self, cells: list[str], columns: tuple[str, ...]) -> str:
        if self.scheme and len(cells) == len(columns) and "自评分" in columns:
            return cells[columns.index("自评分")]
        numbers = [cell for cell in cells if cell.strip() and plain_label(cell) not in _TOTALS]
        return numbers[-1] if numbers else ""

    def _money_row(self, cells: list[str]) -> bool:
        """The national form's money table: its heading, and the row of the whole sum."""
        keys = tuple(MONEY.get(plain_label(cell), plain_label(cell)) for cell in cells)
        if "当年预算数" in keys and "预算执行数" in keys and "年初预算数" in keys:
            self._money_columns = keys
            self._money_scale = Decimal(10000) if "万元" in "".join(cells) else Decimal(1)
            return True
        if not self._money_columns:
            return False
        if "万元" in "".join(cells):
            self._money_scale = Decimal(10000)
        for index, cell in enumerate(cells):
            if plain_label(cell) in ("年度资金总额", "资金总额"):
                self._take_money(cells[index:], cells)
                return True
        return any(key in "".join(cells) for key in ("财政拨款", "上年结转", "其他资金"))

    def _take_money(self, values: list[str], cells: list[str]) -> None:
        amounts = dict(zip(self._money_columns[-len(cells) :], cells, strict=False))
        for key in MONEY.values():
            if text := amounts.get(key, "").strip():
                try:
                    amount = parse_decimal(text, ("元", "万元")) * self._money_scale
                except ValueError as error:
                    raise InputError(f"{self.origin} {key}", str(error)) from error
                self._pairs.found[key] = f"{amount:f}"
        self._execution_row = [amounts.get(key, "").strip() for key in ("分值", "得分", "执行率")]

    def _loose(self, cell: str) -> None:
        if match := _TITLE_YEAR.search(cell):
            self._year = self._year or match.group(1)
        known = ("自评", "年度总体目标", "项目资金", "绩效指标", "说明")
        if not any(word in "".join(cell.split()) for word in known):
            self._notes.append(_note("未放置", "表头", tidy(cell)[:80]))

    def report(self) -> Report:
        """The report, with 导入提示 and the proposed 数据.

        Raises:
            InputError: no form was recognised, or a field cannot be read.
        """
        if self._table is None and not any(
            self._pairs.found.get(label) for label in (*NARRATIVES, "项目名称")
        ):
            raise InputError(self.origin, "没有找到自评表的内容（项目名称、指标表、主要绩效等），请确认文件")
        if self._table is None:
            raise InputError(self.origin, "没有找到指标表的表头（一级指标、指标名称、权重、自评分）")
        mapping: dict[str, Any] = {**self._fields()}
        try:
            rows, printed, notes = indicators(self._table)
        except InputError as error:
            raise InputError(f"{self.origin} {error.place}", error.problem) from error
        is_national = "年度指标值" in self._table.columns
        mapping |= {"指标": rows, "一级指标分值": printed, "合计": self._total or None}
        self._notes += notes
        self._guess(mapping, is_national)
        if is_national and self._execution_row and self._execution_row[0] not in ("", "—"):
            weight, score, rate = self._execution_row
            first = {"一级指标": "预算执行率", "指标名称": "预算执行率", "权重": weight, "自评分": score}
            mapping["指标"] = [first, *rows]
            mapping.setdefault("预算执行率", rate)
        if self._metrics:
            mapping["数据"] = [_metric(metric) for metric in self._metrics if metric.get("名称")]
        report = Report.from_mapping({**mapping, "导入提示": self._notes or None}, self.origin)
        if report.metrics:
            return report
        return report.model_copy(update={"metrics": propose_metrics(report)})

    def _fields(self) -> dict[str, Any]:
        found = {key: self._clean(key, value) for key, value in self._pairs.found.items()}
        goals = found.pop("项目年度总目标", "")
        if match := _GOALS.search(goals[:_MOST_GOALS]):
            self._notes.append(
                _note("字段混填", "项目年度总目标", "同一栏内填了“项目总目标”和“项目年度目标”两组")
            )
            found["项目总目标"], found["年度目标"] = match["overall"].strip(), match["targets"].strip()
        elif goals:
            found.setdefault("项目总目标", goals)
        mapping: dict[str, Any] = {key: value or None for key, value in found.items()}
        mapping["年度目标"] = numbered(found.get("年度目标", ""))
        return mapping

    def _clean(self, key: str, value: str) -> str:
        """A long text without HTML left-overs; what was noticed goes to the notes."""
        tags = _TAG.findall(value)
        if tags and not self.scheme:
            self._notes.append(_note("HTML残留", key, f"{len(tags)}个标签：{'、'.join(dict.fromkeys(tags))}"))
            value = _TAG.sub("", value).strip()
        if not self.scheme and key in NARRATIVES and len(value) > 60 and _QUOTED.fullmatch(value):
            self._notes.append(_note("引号包裹", key, "整段文字被一对引号包住"))
        return value

    def _guess(self, mapping: dict[str, Any], is_national: bool) -> None:
        mapping["方案"] = self.scheme or ("财预-2020-10" if is_national else "闵行-2020")
        if not self.scheme:
            self._notes.append(_note("推断", "方案", f"按表格样式推断为{mapping['方案']}"))
        if not self._year:
            texts = "".join(str(mapping.get(label) or "") for label in (*NARRATIVES, "项目总目标"))
            texts += "".join(str(row.get("指标解释", "")) for row in mapping["指标"])
            years = Counter(_YEAR.findall(texts) + re.findall(r"(20\d{2})年度", texts))
            self._year = years.most_common(1)[0][0] if years else ""
            if self._year:
                self._notes.append(_note("推断", "年度", f"表中没有年度，按正文推断为{self._year}年"))
        if not self._year:
            raise InputError(
                f"{self.origin} 年度", "表中和正文都没有年度，请在表头注明（如“2020年度”）后再导入"
            )
        mapping["年度"] = self._year


def _metric(cells: dict[str, str]) -> dict[str, Any]:
    row: dict[str, Any] = {key: value for key, value in cells.items() if value}
    for key in ("其中", "别名"):
        if key in row:
            row[key] = row[key].split("、")
    return row


def _note(kind: str, place: str, content: str) -> Note:
    return {"类别": kind, "位置": place, "内容": content}
