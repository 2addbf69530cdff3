"""F15–F24: the rows of 指标: complete, distinct, each with its own explanation."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from itertools import combinations

from scoring.finding import Finding
from scoring.numbers.affinity import grams
from scoring.reading import Reading
from scoring.report import Indicator
from scoring.rules.base import rule

_SATISFACTION = "满意"
_COST = re.compile("成本|节约|单价|造价|费用率|人均费|均[^，。]{0,4}费")
_PLAIN = re.compile(r"[\s，。；：、,.;:“”\"'（）()]")
_MOST_NAMED = 6
_LIKE = 600
_OWN = 500
"""An explanation that holds this share of the indicator's own name is its own."""
_LONG_NAME = 6

Row = tuple[int, Indicator]


def _rows(reading: Reading) -> list[Row]:
    return [(number, row) for number, row in enumerate(reading.report.indicators, 1) if row.name.strip()]


def _bare(text: str) -> str:
    return _PLAIN.sub("", text)


def _listed(names: Sequence[str]) -> str:
    shown = "、".join(names[:_MOST_NAMED])
    return f"{shown}等" if len(names) > _MOST_NAMED else shown


def _numbers(rows: Sequence[Row]) -> str:
    return "、".join(str(number) for number, _ in rows)


@rule("F15", "warning")
def row_incomplete(reading: Reading) -> Iterator[Finding]:
    """指标行缺指标名称或一级指标。

    反例：一行没有指标名称
    正例：每行都有名称和一级指标
    依据：没有名称的指标不能复核，没有一级指标的分值不能归类。
    处理：补填，或删去这一行。
    """
    for number, row in enumerate(reading.report.indicators, 1):
        for label, text in (("指标名称", row.name), ("一级指标", row.first_level)):
            if not text.strip():
                yield Finding(
                    f"指标[{number}].{label}",
                    f"第{number}行没有填{label}。",
                    advice=f"补填{label}，或删去这一行",
                )


@rule("F16", "warning")
def row_without_weight(reading: Reading) -> Iterator[Finding]:
    """有的指标行权重是空的或为零，列在表上不起作用。

    反例：集中执法检查一行没有权重
    正例：每行都有权重
    依据：权重为零的指标不参与评价，应当删去或赋予权重。
    处理：给这些行分配权重并写明解释，或删去这些行。
    """
    if not reading.scheme.is_scored:
        return
    empty = [(number, row) for number, row in _rows(reading) if not row.weight]
    if empty:
        names = list(dict.fromkeys(f"「{row.name}」" for _, row in empty))
        unexplained = sum(not row.explanation.strip() for _, row in empty)
        also = f"，其中{unexplained}行也没有指标解释" if unexplained else ""
        message = f"有{len(empty)}行没有权重或权重为0{also}：{_listed(names)}（第{_numbers(empty)}行）。"
        yield Finding("指标", message, advice="给这些行分配权重并写明解释，或删去这些行")


@rule("F17", "error")
def name_twice_in_section(reading: Reading) -> Iterator[Finding]:
    """同一个一级指标下，同一个指标写了两次，重复计分。

    反例：信访举报案件查处在效果目标下两次
    正例：两个指标分属不同的二级指标
    依据：同一事项不得重复计分。
    处理：合并为一行，或改为不同的指标。
    """
    first: dict[tuple[str, str, str], Row] = {}
    for number, row in _rows(reading):
        key = (row.first_level.strip(), row.second_level.strip(), _bare(row.name))
        if key in first:
            earlier, before = first[key]
            points = "、".join(f"{score:f}分" for score in (before.weight, row.weight) if score is not None)
            yield Finding(
                f"指标[{number}].指标名称",
                f"「{row.name}」在「{row.first_level or '同一级指标'}」下与第{earlier}行重复"
                f"{f'，分别计{points}' if points else ''}。",
                0,
                len(row.name),
                row.name,
                advice="合并为一行，或改为不同的指标",
            )
        else:
            first[key] = (number, row)


@rule("F18", "warning")
def name_in_many_sections(reading: Reading) -> Iterator[Finding]:
    """同一个指标列在几个一级指标下，同一活动重复计分。

    反例：同一活动既算产出又算效果
    正例：各指标名称都不同
    依据：产出、效果、影响力应各用各的指标，不能用同一活动重复计分。
    处理：每个活动只在产出下计一次，效果和影响力改用结果类指标。
    """
    rows = _rows(reading)
    by_name: dict[str, list[Row]] = defaultdict(list)
    for entry in rows:
        by_name[_bare(entry[1].name)].append(entry)
    repeated = [found for found in by_name.values() if len({row.first_level.strip() for _, row in found}) > 1]
    if repeated:
        many = [found for found in by_name.values() if len(found) > 1]
        names = [f"「{found[0][1].name}」（第{_numbers(found)}行）" for found in repeated]
        message = (
            f"{len(rows)}行指标只有{len(by_name)}个不同的名称，{len(many)}个名称重复、共占"
            f"{sum(map(len, many))}行，同一活动在几个一级指标下重复计分：{_listed(names)}。"
        )
        yield Finding("指标", message, advice="每个活动只计一次，效果和影响力改用结果类指标")


@rule("F19", "warning")
def name_nearly_the_same(reading: Reading) -> Iterator[Finding]:
    """两个指标的解释相同，名称只差几个字，像是同一个指标。

    反例：突发事件应急处置与突发案件应急处置
    正例：危险品生产企业检查与危险品使用企业检查
    依据：同一事项不得换个名称重复计分。
    处理：统一名称并合并；确是两件事的，写明各自的解释。
    """
    by_explanation: dict[str, dict[str, Row]] = defaultdict(dict)
    for number, row in _rows(reading):
        if row.explanation.strip():
            by_explanation[_bare(row.explanation)].setdefault(_bare(row.name), (number, row))
    for names in by_explanation.values():
        for (bare, (earlier, before)), (other, (number, row)) in combinations(names.items(), 2):
            if _likeness(bare, other) >= _LIKE:
                yield Finding(
                    f"指标[{number}].指标名称",
                    f"「{row.name}」与第{earlier}行「{before.name}」解释相同，名称只差几个字。",
                    0,
                    len(row.name),
                    row.name,
                    advice="统一名称并合并为一行；确是两件事的，分别写明解释",
                )


def _likeness(one: str, other: str) -> int:
    """The share of the pairs of characters that two names have in common, of the shorter, in thousandths."""
    first, second = set(grams(one)), set(grams(other))
    return len(first & second) * 1000 // max(1, min(len(first), len(second)))


@rule("F20", "error")
def explanation_of_another(reading: Reading) -> Iterator[Finding]:
    """指标解释写的是另一个指标的内容。

    反例：与市场局开展经营市场安全联合执法检查
    正例：为检验应急处置能力，开展安全生产应急救援演练
    依据：指标解释应说明本指标的内涵和计算口径。
    处理：改为本指标的解释。
    """
    rows = _rows(reading)
    names = {_bare(row.name): number for number, row in reversed(rows)}
    explained = Counter(_bare(row.explanation) for _, row in rows)
    for number, row in rows:
        bare, own = _bare(row.explanation), _bare(row.name)
        if not bare or own in bare or _likeness_within(own, bare) >= _OWN:
            continue
        inside = [name for name in names if len(name) >= _LONG_NAME and name in bare and name not in own]
        if inside and (explained[bare] > 1 or 2 * len(max(inside, key=len)) >= len(bare)):
            other = max(inside, key=len)
            yield Finding(
                f"指标[{number}].指标解释",
                f"「{row.name}」的解释写的是「{reading.report.indicators[names[other] - 1].name}」"
                f"（第{names[other]}行）：{row.explanation}",
                0,
                len(row.explanation),
                row.explanation,
                advice=f"改为「{row.name}」自己的解释",
            )


def _likeness_within(name: str, text: str) -> int:
    """The share of a name's pairs of characters that stand in ``text``, in thousandths."""
    own = set(grams(name))
    return sum(gram in text for gram in own) * 1000 // max(1, len(own))


@rule("F21", "warning")
def explanation_differs(reading: Reading) -> Iterator[Finding]:
    """同名指标的解释不同。

    反例：同名指标一处写下发一处写派发
    正例：同名指标解释只差标点
    依据：同一指标应只有一个解释，口径前后一致。
    处理：统一为一个解释；确是不同口径的，改用不同名称。
    """
    by_name: dict[str, list[Row]] = defaultdict(list)
    for entry in _rows(reading):
        by_name[_bare(entry[1].name)].append(entry)
    for found in by_name.values():
        kinds: dict[str, Row] = {}
        for entry in found:
            kinds.setdefault(_bare(entry[1].explanation), entry)
        if len(kinds) > 1:
            told = "；".join(
                f"第{number}行「{row.explanation.strip() or '（空）'}」" for number, row in kinds.values()
            )
            number, row = list(kinds.values())[1]
            yield Finding(
                f"指标[{number}].指标解释",
                f"同名指标「{row.name}」的解释不同：{told}。",
                0,
                len(row.explanation),
                row.explanation,
                advice="统一为一个解释；口径确实不同的，改用不同名称",
            )


@rule("F22", "info")
def full_stop_uneven(reading: Reading) -> Iterator[Finding]:
    """指标解释的句末有的有句号，有的没有。

    反例：解释有的以句号结尾有的没有
    正例：解释都不加句号
    依据：版式和标点应当一致。
    处理：统一加句号，或统一不加。
    """
    filled = [(number, row) for number, row in _rows(reading) if row.explanation.strip()]
    without = [(number, row) for number, row in filled if not row.explanation.rstrip().endswith("。")]
    if without and len(without) < len(filled):
        fewer = min((without, [entry for entry in filled if entry not in without]), key=len)
        number = fewer[0][0]
        message = (
            f"{len(filled)}行解释中{len(filled) - len(without)}行以句号结尾、{len(without)}行没有，"
            f"不一致的是第{_numbers(fewer[:12])}行。"
        )
        yield Finding(f"指标[{number}].指标解释", message, advice="统一加句号，或统一不加")


@rule("F23", "warning")
def no_target_values(reading: Reading) -> Iterator[Finding]:
    """指标表没有目标值和完成值，自评分无法复核。

    反例：各行都没有年度指标值和实际完成值
    正例：备注写明目标与实际
    依据：指标得分应由指标值与完成值得出。
    处理：在“年度指标值”“实际完成值”或备注里写明每项的目标和完成数。
    """
    rows = _rows(reading)
    told = any(
        re.search(r"\d", row.note) or row.target_value.strip() or row.actual_value.strip() for _, row in rows
    )
    if len(rows) > 1 and not told:
        message = f"指标表{len(rows)}行都没有目标值和完成值，自评分无法复核。"
        yield Finding("指标", message, advice="写明每项指标的目标值和完成值")


@rule("F24", "warning")
def no_satisfaction_indicator(reading: Reading) -> Iterator[Finding]:
    """指标表没有满意度指标，或没有成本指标。

    反例：没有满意度指标和成本指标
    正例：有满意度指标和成本指标
    依据：财预〔2021〕101号：绩效指标包括成本、产出、效益、满意度指标。
    处理：增设服务对象满意度指标；有支出标准的，增设成本指标。
    """
    rows = _rows(reading)
    texts = [
        f"{row.first_level}{row.second_level}{row.name}{row.explanation if _SATISFACTION in row.explanation else ''}"
        for _, row in rows
    ]
    lacks = []
    if not any(_SATISFACTION in text for text in texts):
        lacks.append("满意度指标")
    if lacks and not any(_COST.search(text) for text in texts):
        lacks.append("成本指标")
    if len(rows) > 1 and lacks:
        message = f"指标表{len(rows)}行中没有{'，也没有'.join(lacks)}。"
        yield Finding("指标", message, advice=f"增设{'、'.join(lacks)}")


RULES = (
    row_incomplete,
    row_without_weight,
    name_twice_in_section,
    name_in_many_sections,
    name_nearly_the_same,
    explanation_of_another,
    explanation_differs,
    full_stop_uneven,
    no_target_values,
    no_satisfaction_indicator,
)
