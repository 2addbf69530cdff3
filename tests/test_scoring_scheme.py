from decimal import Decimal
from pathlib import Path

import pytest
import yaml

from scoring.errors import InputError
from scoring.scheme import Scheme, ids, load, parse_scheme

_GOOD = """方案: 本单位
名称: 本单位办法
计分: 指标值
满分: 100
一级指标:
  - {名称: 预算执行率, 类别: 执行, 分值: 10}
  - {名称: 产出指标, 类别: 产出, 分值: 60}
  - {名称: 效益指标, 类别: 效益, 分值: 30}
预算执行: {分值: 10, 规则: 线性}
定量: {正向未完成: 按比例, 反向未完成: 按反比}
定性:
  - {名称: 达成, 下限: 80%, 上限: 100%}
  - {名称: 未达成, 下限: 0, 上限: 80%}
等级:
  - {名称: 优秀, 下限: 90, 上限: 100, 又称: 优}
  - {名称: 合格, 下限: 60, 上限: 90}
  - {名称: 不合格, 下限: 0, 上限: 60}
"""


@pytest.mark.parametrize("scheme_id", ids())
def test_every_packaged_scheme_loads_and_says_where_it_comes_from(scheme_id: str) -> None:
    scheme = load(scheme_id)
    assert scheme.id == scheme_id
    assert scheme.source
    assert scheme.articles
    assert scheme.is_verified or scheme.unverified
    assert scheme.evidence == "原" or not scheme.is_verified


def test_the_ids_of_the_contract_are_there() -> None:
    assert {"闵行-2020", "财预-2020-10", "财预-2021-101", "四川-2023", "湖北-2020", "安徽", "广西"} <= set(
        ids()
    )
    assert {"海南-2023", "湖南-部门整体", "重庆-奉节", "中央转移支付"} <= set(ids())


def test_an_unknown_id_is_refused_with_the_known_ones() -> None:
    with pytest.raises(InputError, match=r"没有「闵行2020」.*是不是「闵行-2020」.*财预-2020-10"):
        load("闵行2020")
    with pytest.raises(InputError, match="可用的有"):
        load("../../etc/passwd")


@pytest.mark.parametrize(
    ("scheme_id", "total", "grade"),
    [("闵行-2020", "100", "优秀"), ("闵行-2020", "90", "优秀"), ("闵行-2020", "89.99", "良好"),
     ("闵行-2020", "75", "良好"), ("闵行-2020", "60", "合格"), ("闵行-2020", "59.99", "不合格"),
     ("闵行-2020", "0", "不合格"), ("财预-2020-10", "89.5", "良"), ("财预-2020-10", "79.5", "中"),
     ("财预-2020-10", "100.01", None), ("财预-2020-10", "-0.01", None), ("湖北-2020", "95", None)],
)  # fmt: skip
def test_grades(scheme_id: str, total: str, grade: str | None) -> None:
    assert load(scheme_id).grade_of(Decimal(total)) == grade


def test_words_for_a_grade_lead_to_the_legend() -> None:
    scheme = load("闵行-2020")
    assert [scheme.canonical_grade(word) for word in ("优", " 良 ", "优秀", "中")] == [
        "优秀",
        "良好",
        "优秀",
        "中",
    ]


def test_a_units_own_scheme_is_read() -> None:
    scheme = parse_scheme(_GOOD, "本单位.yaml")
    assert isinstance(scheme, Scheme)
    assert scheme.qualitative[0].low == Decimal("0.8")
    assert scheme.section_named("产出指标") == scheme.sections[1]


@pytest.mark.parametrize(
    ("old", "new", "line", "reason"),
    [
        ("下限: 60, 上限: 90", "下限: 60, 上限: 89", 15, "89 与 90 之间有空档"),
        ("下限: 60, 上限: 90", "下限: 60, 上限: 92", 15, "90 与 92 之间重叠"),
        ("下限: 0, 上限: 60}", "下限: 10, 上限: 60}", 17, "0 与 10 之间有空档"),
        ("上限: 100, 又称", "上限: 99, 又称", 15, "最高一档的上限应为 100"),
        ("下限: 0, 上限: 80%", "下限: 0, 上限: 70%", 12, "0.7 与 0.8 之间有空档"),
        ("下限: 0, 上限: 60}", "下限: 60, 上限: 60}", 17, "下限 60 应小于上限 60"),
        ("分值: 60", "分值: 50", 5, "一级指标分值之和 90 不等于满分 100"),
        ("规则: 线性", "规则: 直线", 9, "线性、分段、达标满分 之一，读到「直线」，是不是「线性」"),
        ("按反比", "按比例", 10, "按反比、两倍归零、不得分 之一"),
        ("类别: 产出", "类别: 产生", 7, "是不是「产出」"),
        ("定量:", "定 量:", 10, "没有这个标签，是不是「定量」"),
        ("又称: 优", "別名: 优", 15, "没有这个标签"),
        ("满分: 100", "满分: 一百", 4, "应为一个数，读到「一百」"),
        ("名称: 本单位办法\n", "", 1, "缺少此项"),
        ("规则: 线性", "规则: 分段", 9, "最高一档的上限|分段"),
        ("等级:", "等级: 优秀\n其他:", 14, "应为一个列表"),
    ],
)
def test_a_bad_scheme_is_refused_with_line_and_reason(old: str, new: str, line: int, reason: str) -> None:
    assert old in _GOOD
    with pytest.raises(InputError, match=reason) as refused:
        parse_scheme(_GOOD.replace(old, new, 1), "本单位.yaml")
    assert str(refused.value).startswith(f"本单位.yaml 第{line}行")


@pytest.mark.parametrize(
    ("rule", "reason"),
    [
        ("{名称: 甲, 权重: 5, 规则: 扣分, 满分上限: 0}", "每百分点扣、每例扣中的一项"),
        ("{名称: 甲, 权重: 5, 规则: 分段}", "应给出分段"),
        ("{名称: 甲, 权重: 5, 规则: 选项, 选项: {有: 6}}", "得分应在 0 与权重 5 之间"),
        (
            "{名称: 甲, 权重: 5, 规则: 分段, 分段: [{下限: 0, 上限: 1, 得: 1}, {下限: 2, 上限: 3, 得: 2}]}",
            "空档",
        ),
        ("{名称: 甲, 权重: -5, 规则: 选项, 选项: {有: 1}}", "应大于 0"),
    ],
)
def test_a_bad_indicator_rule_is_refused(rule: str, reason: str) -> None:
    with pytest.raises(InputError, match=reason) as refused:
        parse_scheme(f"{_GOOD}指标规则:\n  - {rule}\n", "本单位.yaml")
    assert "第19行 指标规则[1]" in str(refused.value)


def test_severities_can_be_overridden_by_code() -> None:
    scheme = parse_scheme(f"{_GOOD}规则级别: {{S01: 'off', F02: error}}\n", "本单位.yaml")
    assert scheme.severities == {"S01": "off", "F02": "error"}
    with pytest.raises(InputError, match="error、warning、info、off"):
        parse_scheme(f"{_GOOD}规则级别: {{S01: 严重}}\n", "本单位.yaml")


def test_every_key_of_the_files_is_used_by_some_scheme() -> None:
    """The format holds nothing that only its definition knows."""
    used = {key for name in ids() for key in yaml.safe_load(_text(name))}
    assert {field.alias for field in Scheme.model_fields.values()} - used <= {"规则级别", "舍入"}


def _text(name: str) -> str:
    return (Path(__file__).parent.parent / "scoring" / "schemes" / f"{name}.yaml").read_text("utf-8")
