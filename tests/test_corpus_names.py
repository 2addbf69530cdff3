"""Names are found where they are and not where a class of bodies is meant."""

from __future__ import annotations

import pytest

from corpus.names import find_names, take_apart

UNIT = "云州市临江区市场监督管理局"


@pytest.mark.parametrize(
    ("name", "places", "kind", "level"),
    [
        ("上海市闵行区安全生产监察大队", ("上海市", "闵行区"), "大队", "区"),
        ("海南省农垦实验中学", ("海南省",), "中学", "省"),
        ("梧陵县文化和旅游局", ("梧陵县",), "局", "县"),
        ("教育局", (), "局", ""),
        ("云州市", (), "", ""),
    ],
)
def test_a_units_name_is_taken_apart(name: str, places: tuple[str, ...], kind: str, level: str) -> None:
    unit = take_apart(name)
    assert (unit.places, unit.kind, unit.level) == (places, kind, level)


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("我局会同区公安分局开展检查。", ["局", "区公安分局"]),
        ("临江区市场监管局、区市监局", ["临江区市场监管局", "区市监局"]),
        ("市卫健委与国家税务总局临江区税务局", ["市卫健委", "国家税务总局临江区税务局"]),
        ("对云州市永盛食品有限公司立案", ["云州市永盛食品有限公司"]),
        ("委托第三方检测公司和华信检测公司检验", ["华信检测公司"]),
        ("吴泾镇、滨湖街道和金山乡", ["吴泾镇", "滨湖街道", "金山乡"]),
        ("云州市第一中学、偏远学校", ["云州市第一中学"]),
        ("覆盖全区，临江的企业", ["区", "临江"]),
        ("14个乡镇、各街道、城镇居民、物业公司、职能部门", []),
        ("优化工业布局，打破格局，社区卫生服务中心", []),
        ("严格控制市安监局下达的目标", ["市安监局"]),
    ],
)
def test_names_in_a_sentence(text: str, names: list[str]) -> None:
    assert [text[name.start : name.end] for name in find_names(text, take_apart(UNIT))] == names
