"""The commands as a user calls them: what they print, what they write, how they end."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest
import yaml

from ui import cli

SAMPLE = Path(__file__).parent.parent / "corpus" / "sample_project.yaml"
FORM = Path(__file__).parent / "forms" / "minhang.txt"


class Done(NamedTuple):
    status: int
    out: str
    err: str

    def lines(self) -> list[dict]:
        return [json.loads(line) for line in self.out.splitlines()]


Run = Callable[..., Done]


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Run:
    def call(*words: object) -> Done:
        monkeypatch.setattr(sys, "argv", ["ziping", *map(str, words)])
        status = 0
        try:
            cli.main()
        except SystemExit as stop:
            status = int(stop.code or 0)
        captured = capsys.readouterr()
        return Done(status, captured.out, captured.err)

    return call


@pytest.fixture
def sample(tmp_path: Path) -> Path:
    path = tmp_path / "r.yaml"
    path.write_text(SAMPLE.read_text(encoding="utf-8"), encoding="utf-8")
    return path


def edited(path: Path, old: str, new: str) -> Path:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")
    return path


def test_score_recomputes_and_shows_where_the_form_differs(run: Run, sample: Path) -> None:
    done = run("score", sample, "--json")
    (card,) = done.lines()
    assert done.status == 0
    assert (card["execution_rate"], card["total"], card["grade"]) == ("0.9780", "100", "优秀")
    assert [(s["weight"], s["declared"]) for s in card["sections"]] == [
        ("36", "36"),
        ("34", "34"),
        ("15", "15"),
        ("15", "15"),
    ]
    differences = {d["field"]: (d["entered"], d["computed"]) for d in card["differences"]}
    assert differences["绩效等级"] == ("优", "优秀")
    assert differences["指标[4].自评分"] == ("8", "7.82")


def test_score_speaks_to_people_without_json(run: Run, sample: Path) -> None:
    done = run("score", sample)
    assert done.status == 0
    assert "预算执行率：97.80%" in done.out
    assert "绩效等级：优秀" in done.out


def test_check_names_the_metric_and_the_expected_value_of_a_wrong_number(run: Run, sample: Path) -> None:
    done = run("check", edited(sample, "1225家次，", "1252家次，"), "--json")
    (checked,) = done.lines()
    (finding,) = [f for f in checked["findings"] if f["code"] == "N01"]
    assert done.status == 1
    assert finding["severity"] == "error"
    assert (finding["text"], finding["expected"]) == ("1252家次", "1225家次")
    text = yaml.safe_load(sample.read_text(encoding="utf-8"))[finding["field"]]
    assert text[finding["start"] : finding["end"]] == "1252家次"
    (number,) = [n for n in checked["numbers"] if n["text"] == "1252家次"]
    assert number["status"] == "contradicts"
    assert number["metric"] == finding["metric"]


def test_check_of_the_sample_project_proves_every_number(run: Run, sample: Path) -> None:
    (checked,) = run("check", sample, "--json").lines()
    assert not [f for f in checked["findings"] if f["code"].startswith("N")]
    statuses = {n["status"] for n in checked["numbers"]}
    assert statuses <= {"bound", "derived", "exempt"}


def test_check_of_many_files_goes_on_past_an_unreadable_one(run: Run, sample: Path, tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_bytes(b"\x00\x01\x02")
    done = run("check", tmp_path, "--json")
    first, second = done.lines()
    assert done.status == 2
    assert set(first) == {"file", "error"}
    assert second["numbers"]


def test_check_prints_a_summary_line_a_file(run: Run, sample: Path) -> None:
    sample.with_name("s.yaml").write_text(sample.read_text(encoding="utf-8"), encoding="utf-8")
    done = run("check", sample.parent)
    heads = [line for line in done.out.splitlines() if not line.startswith(" ")]
    assert len(heads) == 2
    assert all("填报「优」" in head and "计算「优秀」" in head for head in heads)


def test_import_draft_and_check_go_through(run: Run, tmp_path: Path) -> None:
    report, draft = tmp_path / "r.yaml", tmp_path / "d.yaml"
    imported = run("import", FORM, "-o", report)
    assert imported.status == 0
    assert "执法检查" in imported.err
    loaded = yaml.safe_load(report.read_text(encoding="utf-8"))
    assert len(loaded["指标"]) == 55
    assert all(metric["待确认"] for metric in loaded["数据"])
    assert run("draft", report, "-o", draft, "--writer", "offline").status == 0
    (checked,) = run("check", draft, "--json").lines()
    assert not [f for f in checked["findings"] if f["code"] in ("N01", "N02", "N03", "N04")]
    bound = [n for n in checked["numbers"] if n["field"] == "主要绩效" and n["status"] == "bound"]
    assert len(bound) >= 15
    assert all(
        n.get("confirmed") is False for n in bound if n["kind"] != "money" and n["metric"] not in FORM_LABELS
    )


FORM_LABELS = ("预算执行率", "年度目标", "合计", "当年预算数", "上年预算金额", "预算执行数")


def test_draft_without_out_prints_the_report_file(run: Run, sample: Path) -> None:
    before = sample.read_text(encoding="utf-8")
    done = run("draft", sample, "--section", "主要问题", "--writer", "offline")
    assert done.status == 0
    assert yaml.safe_load(done.out)["草稿记录"]
    assert sample.read_text(encoding="utf-8") == before


def test_export_writes_a_form_that_reads_back(run: Run, sample: Path, tmp_path: Path) -> None:
    out = tmp_path / "form.docx"
    assert run("export", sample, "-o", out).status == 0
    (before,) = run("score", sample, "--json").lines()
    (after,) = run("score", out, "--json").lines()
    assert after == before


def test_the_library_starts_with_the_samples_and_finds_phrasing(run: Run) -> None:
    listed = run("corpus", "list").out.splitlines()
    assert len(listed) >= 36
    assert all("样例" in line for line in listed)
    hits = run("corpus", "search", "隐患整改", "--section", "主要绩效", "--json").lines()
    assert [hit["rank"] for hit in hits] == list(range(1, len(hits) + 1))
    assert all({"text", "section", "report", "unit", "year", "rank"} <= set(hit) for hit in hits)
    assert {hit["section"] for hit in hits} == {"主要绩效"}


def test_the_library_takes_and_drops_a_report(run: Run, sample: Path) -> None:
    assert "新加入1份" in run("corpus", "add", sample).out
    assert "已有1份" in run("corpus", "add", sample).out
    own = [r for r in run("corpus", "list", "--json").lines() if not r["sample"]]
    assert run("corpus", "remove", own[0]["id"]).status == 0
    assert run("corpus", "remove", own[0]["id"]).status == 2


def test_rules_are_listed_with_their_explanation(run: Run) -> None:
    rules = run("rules", "--json").lines()
    assert [rule["code"] for rule in rules] == sorted({rule["code"] for rule in rules})
    assert all("反例" in rule["doc"] and "正例" in rule["doc"] for rule in rules)


@pytest.mark.parametrize(
    ("old", "new", "named"),
    [
        ("项目名称:", "项目名:", "项目名称"),
        ("权重: 5,", "权重: 五,", "权重"),
        ("年度: 2020", "年度: 二〇二〇", "年度"),
        ("数据:", "数据: [[[", "第"),
    ],
)
def test_a_file_that_cannot_be_read_gives_one_line_with_the_place(
    run: Run, sample: Path, old: str, new: str, named: str
) -> None:
    text = sample.read_text(encoding="utf-8")
    sample.write_text(text.replace(old, new, 1), encoding="utf-8")
    done = run("score", sample)
    assert done.status == 2
    assert done.out == ""
    assert len(done.err.strip().splitlines()) == 1
    assert named in done.err
    assert "r.yaml" in done.err


def test_a_misspelt_key_is_kept_and_pointed_out(run: Run, sample: Path) -> None:
    edited(sample, "具体实施处室:", "具体实施处市:")
    (checked,) = run("check", sample, "--json").lines()
    (finding,) = [f for f in checked["findings"] if "具体实施处市" in f["message"]]
    assert "具体实施处室" in finding["message"]


@pytest.mark.parametrize(
    "words", [["score"], ["score", "没有.yaml"], ["nosuch"], ["draft", "没有.yaml", "-o", "x.yaml"]]
)
def test_a_call_that_cannot_be_used_ends_with_one_line_and_2(run: Run, words: list[str]) -> None:
    done = run(*words)
    assert done.status == 2
    assert len(done.err.strip().splitlines()) == 1


def test_a_model_that_is_not_set_up_writes_nothing_and_offers_the_embedded_writer(
    run: Run, sample: Path, tmp_path: Path
) -> None:
    out = tmp_path / "d.yaml"
    done = run("draft", sample, "-o", out, "--writer", "model")
    assert done.status == 2
    assert "--writer offline" in done.err
    assert not out.exists()


def test_an_unexpected_failure_is_one_line_and_a_log(
    run: Run, sample: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError("boom")

    monkeypatch.setattr("scoring.score.score", broken)
    done = run("score", sample)
    assert done.status == 70
    log = Path(done.err.strip().rpartition(" ")[2])
    assert "boom" in log.read_text(encoding="utf-8")
    log.unlink()


def test_the_page_refuses_another_address_without_users(run: Run) -> None:
    done = run("ui", "--host", "0.0.0.0", "--no-browser")
    assert done.status == 2
    assert len(done.err.strip().splitlines()) == 1


def test_the_installed_command_runs(sample: Path) -> None:
    ziping = Path(sys.executable).with_name("ziping")
    done = subprocess.run([ziping, "score", sample, "--json"], capture_output=True, text=True, check=False)
    assert done.returncode == 0
    assert json.loads(done.stdout)["grade"] == "优秀"
