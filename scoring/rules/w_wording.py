"""W01–W08: words of the form: names, slips of the pen, phrases, signs."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

from scoring.finding import Finding
from scoring.reading import Reading
from scoring.report import NARRATIVES
from scoring.rules.base import rule
from scoring.texts import Placed, sentences
from scoring.words import pattern, words

_DOCUMENT = re.compile(
    r"(?<=[\u4e00-\u9fff])\s*(?:[\[【（(［]\s*((?:19|20)\d{2})\s*[\]】）)］]\s*第?\s*0*(\d{1,4})\s*号"
    r"|〔\s*((?:19|20)\d{2})\s*〕\s*(?:第\s*0*(\d{1,4})|0+(\d{1,4}))\s*号)"
)
_NUMBER = r"(?<![\d.,])\d(?:[.,]?\d)*+"
_GROUPED = re.compile(_NUMBER)
_SEPARATED = re.compile(r"\d,\d|[万亿](?:[，。；、）)]|$)", re.MULTILINE)
_WELL_GROUPED = re.compile(r"\d{1,3}(?:,\d{3})+(?:\.\d+)?")
_STACKED = re.compile(
    rf"(?:约|近|大约|将近|超过?|逾)\s?{_NUMBER}\s?(?:余|多|[万亿]?[\u4e00-\u9fff]{{0,2}}(?:左右|以上))"
    rf"|{_NUMBER}\s?(?:余|多)[\u4e00-\u9fff]{{1,3}}(?:左右|以上)"
)
_NO_UNIT = re.compile(rf"{_NUMBER}[万亿](?=[，。；、）)]|$)")
_UNITS = re.compile(r"(?<=\d)[元人家户件起次个]|(?<=\d)[%％]|[万亿千百]")


def _at(
    placed: Placed, match: re.Match[str], message: str, advice: str, expected: str | None = None
) -> Finding:
    return Finding(
        placed.field, message, match.start(), match.end(), match.group(), expected=expected, advice=advice
    )


@dataclass(frozen=True, slots=True)
class _Entry:
    """An entry of words.yaml: its pattern, the plain words that must occur for it to match, and the rest."""

    pattern: re.Pattern[str]
    hints: tuple[str, ...]
    told: dict[str, Any]


@cache
def _entries(kind: str, key: str) -> tuple[_Entry, ...]:
    return tuple(
        _Entry(re.compile(entry[key]), tuple(entry.get("hints", [entry[key]])), entry)
        for entry in words()[kind]
    )


def _found(kind: str, key: str, reading: Reading) -> Iterator[tuple[Placed, re.Match[str], dict[str, Any]]]:
    """Where the entries of one kind stand in the form."""
    for entry in _entries(kind, key):
        if not any(hint in reading.all_text for hint in entry.hints):
            continue
        for placed in reading.texts:
            for match in entry.pattern.finditer(placed.text):
                yield placed, match, entry.told


def _texts_with(words_of: re.Pattern[str], reading: Reading) -> Iterator[Placed]:
    """The texts that hold one of the words; mostly none does, which one search over all tells."""
    if words_of.search(reading.all_text):
        yield from (placed for placed in reading.texts if words_of.search(placed.text))


@rule("W01", "warning")
def abolished_body(reading: Reading) -> Iterator[Finding]:
    """用了机构改革后已经撤并的机构名称，或没有这个机构。

    反例：严格控制市安监局下达的安全生产考核目标。
    正例：严格控制原市安监局下达的安全生产考核目标。
    依据：2018年机构改革方案；公文应使用机构的现行规范名称。
    处理：改为现行名称；说的是改革以前的事，写“原某某局”。
    """
    year = reading.report.year
    taken: set[tuple[str, int]] = set()
    for placed, match, told in _found("abolished", "name", reading):
        was = placed.text[max(0, match.start() - 3) : match.start()]
        inside = any((placed.field, place) in taken for place in range(*match.span()))
        if year < int(told["since"]) or "原" in was or inside or match.group() in reading.report.budget_unit:
            continue
        taken |= {(placed.field, place) for place in range(*match.span())}
        message = f"「{match.group()}」在{year}年已经不是现行机构名称，现为{told['now']}。"
        yield _at(placed, match, message, f"改为{told['now']}的现行名称", told["now"])


@rule("W02", "warning")
def typo(reading: Reading) -> Iterator[Finding]:
    """错别字、漏字、多字或标点重复。

    反例：根据局下发得开展宾旅馆安全联合执法检查
    正例：检查取得良好成效，开展情况见附表
    依据：语法、错别字每处扣分。
    处理：按提示改正。
    """
    for placed, match, told in _found("typos", "wrong", reading):
        around = placed.text[max(0, match.start() - 4) : match.end() + 4]
        message = f"“{around}”里的“{match.group()}”有误，应为“{told['right']}”。"
        yield _at(placed, match, message, f"改为“{told['right']}”", told["right"])


@rule("W03", "info")
def paired_terms_mixed(reading: Reading) -> Iterator[Finding]:
    """同一事物用了两种叫法。

    反例：危化品与危险品混用
    正例：全表都用危化品
    依据：同一份材料的用语应前后一致。
    处理：统一为一种叫法。
    """
    for pair in words()["pairs"]:
        found: dict[str, list[tuple[Placed, int]]] = {}
        for word in pair["words"]:
            for placed in reading.texts if word in reading.all_text else ():
                if (start := placed.text.find(word)) >= 0:
                    found.setdefault(word, []).append((placed, start))
        if len(found) > 1:
            # of two words as frequent the later in the data is taken for the odd one
            order = {word: number for number, word in enumerate(pair["words"])}
            ranked = sorted(found.items(), key=lambda item: (len(item[1]), -order[item[0]]))
            (rare, places), (common, others) = ranked
            placed, start = places[0]
            yield Finding(
                placed.field,
                f"{pair['what']}在{len(places)}处写作“{rare}”，在{len(others)}处写作“{common}”。",
                start,
                start + len(rare),
                rare,
                expected=common,
                advice=f"统一为“{common}”或规范的全称",
            )


@rule("W04", "info")
def empty_phrase(reading: Reading) -> Iterator[Finding]:
    """套话，整句没有数据，不能作为绩效的证据。

    反例：各项检查取得了显著成效。
    正例：检查取得了显著成效，隐患整改率达到98%。
    依据：绩效陈述应有数据支撑。
    处理：补上数据，或删去。
    """
    for label in NARRATIVES[:2]:
        text = reading.report.narrative(label)
        for first, last in sentences(text):
            if re.search(r"\d", text[first:last]):
                continue
            for match in pattern("empty").finditer(text, first, last):
                message = f"“{match.group()}”是套话，这一句里没有数据。"
                yield _at(Placed(label, text), match, message, "补上数据，或删去")


@rule("W05", "warning")
def sensitive_word(reading: Reading) -> Iterator[Finding]:
    """有公开前应当复核的敏感内容，如违纪、巡察、身份证号、手机号。

    反例：深刻吸取部分人员违纪教训。
    正例：严肃工作纪律，规范执法行为。
    依据：绩效自评结果要公开，公开前应做保密和敏感信息审查。
    处理：复核是否可以公开，必要时删改。
    """
    for placed in _texts_with(pattern("sensitive"), reading):
        found = list(pattern("sensitive").finditer(placed.text))
        if found:
            told = "、".join(dict.fromkeys(f"“{match.group()}”" for match in found))
            yield _at(placed, found[0], f"有敏感内容{told}，公开前应复核。", "复核是否可以公开，必要时删改")


@rule("W06", "warning")
def document_number_malformed(reading: Reading) -> Iterator[Finding]:
    """文号的括号或写法不规范。

    反例：依据财预[2020]10号文件开展自评。
    正例：依据财预〔2020〕10号文件开展自评。
    依据：GB/T 9704—2012：年份用六角括号〔〕，序号不编虚位、不加“第”。
    处理：改为所示的写法。
    """
    for placed in _texts_with(_DOCUMENT, reading):
        for match in _DOCUMENT.finditer(placed.text):
            year = match.group(1) or match.group(3)
            number = match.group(2) or match.group(4) or match.group(5)
            right = f"〔{year}〕{number}号"
            yield _at(placed, match, f"文号“{match.group()}”应写作“{right}”。", f"改为“{right}”", right)


@rule("W07", "warning")
def number_malformed(reading: Reading) -> Iterator[Finding]:
    """数的写法不规范：千分位分错，或“万”“亿”后没有单位。

    反例：全年支出7,00.0元。
    正例：全年支出1,225,000.50元。
    依据：GB/T 15835—2011：千分位三位一组；带计量单位的数不省略单位。
    处理：改正分隔，或补上单位。
    """
    for placed in _texts_with(_SEPARATED, reading):
        for match in _GROUPED.finditer(placed.text):
            is_counted = bool(_UNITS.match(placed.text, match.end())) or "." in match.group()
            if "," in match.group() and is_counted and not _WELL_GROUPED.fullmatch(match.group()):
                yield _at(placed, match, f"“{match.group()}”的千分位分错了。", "三位一组改正，或不用千分位")
        for match in _NO_UNIT.finditer(placed.text):
            yield _at(placed, match, f"“{match.group()}”后面没有单位。", "补上单位，如“万元”")


@rule("W08", "warning")
def approximation_stacked(reading: Reading) -> Iterator[Finding]:
    """概数词叠用。

    反例：走访群众约200余户。
    正例：走访群众200余户。
    依据：GB/T 15835—2011：“约、余、多、左右”不叠用。
    处理：只留一个概数词；有准确数的，用准确数。
    """
    for placed in _texts_with(_STACKED, reading):
        for match in _STACKED.finditer(placed.text):
            yield _at(placed, match, f"“{match.group()}”里概数词叠用。", "只留一个，或用准确数")


RULES = (
    abolished_body,
    typo,
    paired_terms_mixed,
    empty_phrase,
    sensitive_word,
    document_number_malformed,
    number_malformed,
    approximation_stacked,
)
