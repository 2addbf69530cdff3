"""The report file: UTF-8 YAML text to a report and back, numbers from their literal text."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any

import yaml

from scoring.errors import InputError
from scoring.report import Report

_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_NULLS = {"", "~", "null", "Null", "NULL"}
_MAX_DEPTH = 20
# What libyaml writes otherwise than PyYAML: escapes, signs beyond the 65536th, an end with empty lines.
_UNLIKE = re.compile("[\\\\\x7f-\x9f\u2028\u2029\ufeff]|\n\\.\\.\\.\n\\Z")


def parse_mapping(text: str, origin: str) -> dict[str, Any]:
    """The mapping in YAML ``text``; each scalar is its literal text, an empty or null one is None.

    Args:
        text: the whole file.
        origin: the file's name for messages.

    Raises:
        InputError: the text is not YAML, not a mapping, repeats a key, uses aliases or nests too deeply.
    """
    if not text.strip():
        raise InputError(origin, "文件是空的，应为一份报告文件")
    for number, line in enumerate(text.splitlines(), 1):
        # A run of brackets this deep is no report and exhausts the parser's stack.
        if line.count("[") > 200 or line.count("{") > 200:
            raise InputError(f"{origin} 第{number}行", "括号过多，不是报告文件")
    try:
        node = yaml.compose(text, Loader=_Loader)
    except yaml.YAMLError as error:
        raise InputError(_at(origin, error), "不是有效的 YAML，请检查缩进、冒号和引号") from error
    except (RecursionError, ValueError) as error:
        raise InputError(origin, "不是有效的 YAML，请检查文件内容") from error
    if not isinstance(node, yaml.MappingNode):
        raise InputError(origin, "应为“标签: 内容”形式的报告文件")
    loaded: dict[str, Any] = _value(node, origin, set(), 0)
    return loaded


def parse_report(text: str, origin: str = "报告文件") -> Report:
    """The report in the text of a report file.

    Raises:
        InputError: the text cannot be read as a report; names the file, the place and what was expected.
    """
    return Report.from_mapping(parse_mapping(text, origin), origin)


def render_report(report: Report) -> str:
    """The text of the report file of ``report``; :func:`parse_report` gives the same report back."""
    mapping = report.to_mapping()
    text = _dumped(mapping, _FastDumper)
    return _dumped(mapping, _Dumper) if _UNLIKE.search(text) else text


def _dumped(mapping: dict[str, Any], dumper: Any) -> str:
    text: str = yaml.dump(mapping, Dumper=dumper, allow_unicode=True, sort_keys=False, width=1_000_000)
    return text


def _at(origin: str, error: yaml.YAMLError) -> str:
    mark = getattr(error, "problem_mark", None)
    return f"{origin} 第{mark.line + 1}行" if mark else origin


def _value(node: yaml.Node, origin: str, seen: set[int], depth: int) -> Any:
    place = f"{origin} 第{node.start_mark.line + 1}行"
    if depth > _MAX_DEPTH:
        raise InputError(place, "嵌套过深，不是报告文件")
    if id(node) in seen:
        raise InputError(place, "不支持 YAML 的引用（&、*），请直接写出内容")
    seen.add(id(node))
    if isinstance(node, yaml.ScalarNode):
        is_plain = not node.style
        return None if is_plain and node.value in _NULLS else node.value
    if isinstance(node, yaml.SequenceNode):
        return [_value(item, origin, seen, depth + 1) for item in node.value]
    loaded: dict[str, Any] = {}
    for key_node, value_node in node.value:
        if not isinstance(key_node, yaml.ScalarNode):
            raise InputError(place, "标签应为文字")
        if key_node.value in loaded:
            raise InputError(
                f"{origin} 第{key_node.start_mark.line + 1}行", f"「{key_node.value}」出现了两次"
            )
        loaded[key_node.value] = _value(value_node, origin, seen, depth + 1)
    return loaded


class _Dumper(yaml.SafeDumper):
    """Long texts as blocks, table rows on one line, Decimals as their digits."""

    def ignore_aliases(self, data: Any) -> bool:
        return True


def _represent_text(dumper: yaml.SafeDumper, text: str) -> yaml.Node:
    style = "|" if "\n" in text else None
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style=style)


def _represent_decimal(dumper: yaml.SafeDumper, value: Decimal) -> yaml.Node:
    tag = "float" if "." in f"{value:f}" else "int"
    return dumper.represent_scalar(f"tag:yaml.org,2002:{tag}", f"{value:f}")


def _represent_rows(dumper: yaml.SafeDumper, rows: list[Any]) -> yaml.Node:
    node = dumper.represent_sequence("tag:yaml.org,2002:seq", rows)
    for item, row in zip(node.value, rows, strict=True):
        if isinstance(row, dict) and not any(isinstance(v, dict) or "\n" in str(v) for v in row.values()):
            item.flow_style = True
    if not any(isinstance(row, dict) for row in rows):
        node.flow_style = all(len(str(row)) < 20 for row in rows) and rows != []
    return node


class _FastDumper(getattr(yaml, "CSafeDumper", yaml.SafeDumper)):  # type: ignore[misc]
    """The same by libyaml, several times as fast: every save writes the whole report."""

    def ignore_aliases(self, data: Any) -> bool:
        return True


for _dumper in (_Dumper, _FastDumper):
    _dumper.add_representer(str, _represent_text)
    _dumper.add_representer(Decimal, _represent_decimal)
    _dumper.add_representer(list, _represent_rows)
