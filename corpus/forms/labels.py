"""The one map between the labels that forms print and the keys of a report."""

from __future__ import annotations

import re
from typing import Final

FIELDS: Final = {
    "项目名称": "项目名称",
    "预算单位": "预算单位",
    "实施单位": "预算单位",
    "项目单位": "预算单位",
    "主管部门": "主管部门",
    "具体实施处": "具体实施处室",
    "具体实施处室": "具体实施处室",
    "具体实施处（科室）": "具体实施处室",
    "是否为经常性项目": "经常性项目",
    "经常性项目": "经常性项目",
    "当年预算数": "当年预算数",
    "上年预算金额": "上年预算金额",
    "预算执行数": "预算执行数",
    "预算执行率": "预算执行率",
    "项目年度总目标": "项目年度总目标",
    "项目总目标": "项目总目标",
    "年度目标": "年度目标",
    "项目年度目标": "年度目标",
    "预期目标": "项目年度总目标",
    "实际完成情况": "实际完成情况",
    "自评时间": "自评时间",
    "绩效等级": "绩效等级",
    "主要绩效": "主要绩效",
    "主要问题": "主要问题",
    "改进措施": "改进措施",
    "密级": "密级",
    "领域": "领域",
}
"""Printed label (without unit and colon) → key; some keys only prepare others (项目年度总目标)."""

COLUMNS: Final = {
    "一级指标": "一级指标",
    "二级指标": "二级指标",
    "三级指标": "指标名称",
    "指标名称": "指标名称",
    "指标解释": "指标解释",
    "年度指标值": "年度指标值",
    "指标值": "年度指标值",
    "实际完成值": "实际完成值",
    "全年实际完成值": "实际完成值",
    "权重": "权重",
    "分值": "权重",
    "自评分": "自评分",
    "得分": "自评分",
    "备注": "备注",
    "偏差原因": "偏差原因",
    "偏差原因分析及改进措施": "偏差原因",
    "未完成原因分析": "偏差原因",
}
"""Printed column heading → key of a row of 指标."""

METRIC_COLUMNS: Final = ("名称", "数值", "单位", "目标", "上年值", "来源", "其中", "别名", "待确认")
"""Headings of the appendix 数据附表, each the key of a row of 数据."""

MONEY: Final = {"年初预算数": "年初预算数", "全年预算数": "当年预算数", "全年执行数": "预算执行数"}
"""Headings of the national form's money table → key."""

APPENDIX: Final = "数据附表"
TITLE: Final = "项目绩效自评价"

_UNIT = re.compile(r"[（(](?:元|万元|%|％|A|B|B/A)[）)]")


def plain_label(cell: str) -> str:
    """A label as the maps hold it: without spaces, unit and colon."""
    return _UNIT.sub("", "".join(cell.split())).strip("：:")
