"""The embedded writer and the drafting round it: good enough to hand in, proven, and nothing lost."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from assistant.drafting import Notice, SectionWritten, SentenceWritten, choose_writer, draft, drafted
from assistant.embedded import EmbeddedWriter
from assistant.plan import Brief, Plan, Point, make_plan
from assistant.settings import Settings
from assistant.writer import Basis, Sentence
from corpus.forms import read_form
from corpus.patterns import to_pattern
from corpus.slots import Pattern
from scoring.check import check
from scoring.errors import InputError
from scoring.ledger import coverage
from scoring.numbers.binder import bind
from scoring.report import NARRATIVES, Report
from scoring.report_file import parse_report, render_report
from scoring.scheme import load
from scoring.texts import points

FOLDER = Path(__file__).parent.parent / "corpus"
SAMPLES = sorted((FOLDER / "samples").glob("*-2022.yaml"))[::3]


def bare(path: Path) -> Report:
    empty = {"achievements": "", "problems": "", "measures": "", "draft_record": None}
    return read_form(path).model_copy(update=empty)


SAMPLE = bare(FOLDER / "sample_project.yaml")


@pytest.fixture(scope="module")
def written() -> Report:
    return drafted(SAMPLE, draft(SAMPLE))


def test_the_sample_is_drafted_proven_and_whole(written: Report) -> None:
    checked = check(written, load(written.scheme))
    assert not [finding for finding in checked.findings if finding.code.startswith("N")]
    facts = [one for one in checked.verdicts if one.field == "主要绩效" and one.mention.is_fact]
    assert sum(one.status == "bound" for one in facts) >= 15
    for line in coverage(written, bind(written)):
        if line.field.startswith("年度目标") and line.target.is_quantitative:
            assert line.places or line.target.text in written.achievements, line.target.text
    assert "（未提供完成值，请补充）" in written.achievements
    for metric in SAMPLE.metrics:
        assert f"{metric.value}{metric.unit}" in written.achievements, metric.name


def test_problems_and_measures_are_numbered_alike(written: Report) -> None:
    problems, measures = points(written.problems), points(written.measures)
    assert len(problems) == len(measures) > 0
    assert not [
        f for f in check(written, load(written.scheme)).findings if f.code in ("M01", "M02", "M03", "M04")
    ]
    for blank in ("（责任处室）", "（完成时限）"):
        assert written.measures.count(blank) == len(measures)


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.stem)
def test_other_reports_are_drafted_without_a_wrong_number(path: Path) -> None:
    report = bare(path)
    done = drafted(report, draft(report))
    found = check(done, load(done.scheme)).findings
    wrong = [f for f in found if f.code.startswith("N") or f.code in ("T13", "T14", "T15", "M01", "M04")]
    assert not wrong, [finding.message for finding in wrong]
    for metric in report.metrics:
        assert metric.name in done.achievements


def test_the_tone_decides_how_much_is_told() -> None:
    report = bare(FOLDER / "samples" / "market_supervision-2023.yaml")
    texts = {}
    for tone in ("概括", "朴实", "详细"):
        writer = choose_writer(Settings.model_validate({"ZIPING_TONE": tone}))
        texts[tone] = drafted(report, draft(report, ("主要绩效",), writer)).achievements
    assert len(texts["概括"]) < len(texts["朴实"]) < len(texts["详细"])
    assert "较上年" not in texts["概括"].split("2.")[1]
    assert "食品抽检3812批次，上年为3540批次，较上年增长7.7%，完成3700批次目标的103.0%" in texts["详细"]
    assert not [
        one for one in bind(report.with_narrative("主要绩效", texts["详细"])) if one.status == "unsupported"
    ]


def test_the_length_that_a_scheme_allows_is_kept_and_what_is_left_out_is_told() -> None:
    report = SAMPLE.model_copy(update={"scheme": "四川-2023"})
    events = list(draft(report))
    done = drafted(report, events)
    for label in NARRATIVES:
        assert 0 < len("".join(done.narrative(label).split())) <= 200
    told = "".join(event.text for event in events if isinstance(event, Notice))
    assert "不超过200字" in told
    for metric in SAMPLE.metrics:
        assert metric.name in done.achievements or metric.name in told


@dataclass(frozen=True)
class Hit:
    """A past sentence, as the library gives one."""

    pattern: Pattern
    unit: str = "某局"
    year: int = 2019
    section: str = "主要绩效"
    place: str = "第1点第1句"


@dataclass(frozen=True)
class Past:
    """A library of one past sentence."""

    sentence: str

    def search(self, query: str, section: str | None = None, *, limit: int = 10) -> list[Hit]:
        return [Hit(to_pattern(self.sentence, read_form(FOLDER / "samples" / "transport-2021.yaml")))]


def test_a_past_sentence_says_only_what_this_report_proves() -> None:
    report = bare(FOLDER / "samples" / "transport-2022.yaml")
    last = {m.name: m for m in read_form(FOLDER / "samples" / "transport-2021.yaml").metrics}
    told = "、".join(
        f"{m.name}{m.value}{m.unit}" for m in last.values() if m.name in ("危桥改造", "新增安全护栏")
    )
    assert told.count("、") == 1
    plan = Plan({"主要绩效": (Point("桥", "数据", ("危桥改造", "新增安全护栏")),)})
    claim = drafted(
        report, draft(report, ("主要绩效",), library=Past(f"{told}，均达到年度目标。"), plan=plan)
    )
    assert "均达到" not in claim.achievements
    other = drafted(
        report,
        draft(report, ("主要绩效",), library=Past(f"组织专家会商，{told}，群众出行更安全。"), plan=plan),
    )
    assert "会商" not in other.achievements
    assert "更安全" not in other.achievements
    assert other.draft_record["主要绩效"]["句子"][1]["往年段落"]


def test_the_record_tells_what_each_sentence_rests_on(written: Report) -> None:
    again = parse_report(render_report(written), "again")
    record = again.draft_record["主要绩效"]
    assert record["写作"] == "内置"
    resting = {name for entry in record["句子"] for name in entry.get("数据", ())}
    assert {metric.name for metric in SAMPLE.metrics} <= resting
    assert "".join(entry["句"] for entry in record["句子"]) == again.achievements.replace("\n", "")


def test_nothing_is_made_up_where_nothing_is_known() -> None:
    empty = SAMPLE.model_copy(
        update={"metrics": (), "targets": (), "indicators": (), "budget": None, "executed": None}
    )
    done = drafted(empty, draft(empty))
    for label in NARRATIVES:
        assert "请补充" in done.narrative(label)
    assert not [one for one in bind(done) if one.mention.is_fact]


def test_one_section_leaves_the_others_as_they_are() -> None:
    report = SAMPLE.with_narrative("主要问题", "自己写的问题。")
    done = drafted(report, draft(report, ("主要绩效",)))
    assert done.problems == "自己写的问题。"
    assert done.achievements


def test_a_plan_can_be_changed_and_kept() -> None:
    plan = make_plan(SAMPLE)
    assert Plan.from_mapping(plan.to_mapping()) == plan
    chosen = Plan({"主要绩效": (Point("办案", "数据", ("立案调查",)), Point("检查", "数据", ("检查企业",)))})
    done = drafted(SAMPLE, draft(SAMPLE, ("主要绩效",), plan=chosen))
    assert done.achievements.index("1.办案。全年立案调查24起") < done.achievements.index(
        "2.检查。检查企业1225家次"
    )
    assert "信访" not in done.achievements


def test_what_is_written_when_it_is_stopped_stays() -> None:
    seen: list[object] = []
    for event in draft(SAMPLE, cancelled=lambda: len(seen) > 2):
        seen.append(event)
    done = drafted(SAMPLE, seen)
    assert sum(isinstance(event, SentenceWritten) for event in seen) == 3
    assert isinstance(seen[-1], SectionWritten)
    assert done.achievements
    assert not done.problems


class Liar:
    """Writes what the report does not hold."""

    name, model, prompt_version = "谎", "", "0"

    def write(self, brief: Brief) -> Iterator[Sentence | Notice]:
        yield Sentence("检查企业9999家次。", Basis(("检查企业",)), "检查企业1225家次。")
        yield Sentence("立案调查77起。", Basis(("立案调查",)))


def test_a_sentence_that_fails_is_said_plainly_or_left_open() -> None:
    events = list(draft(SAMPLE, ("主要绩效",), Liar()))
    done = drafted(SAMPLE, events)
    assert "检查企业1225家次。" in done.achievements
    assert "9999" not in done.achievements
    assert "77" not in done.achievements
    assert "请补充" in done.achievements
    assert [event for event in events if isinstance(event, Notice)]


def test_the_writer_is_chosen_by_name_or_by_what_is_set_up() -> None:
    none, some = Settings.model_validate({}), Settings.model_validate({"ZIPING_MODEL": "m"})
    assert isinstance(choose_writer(none), EmbeddedWriter)
    assert choose_writer(some).model == "m"
    assert isinstance(choose_writer(some, "offline"), EmbeddedWriter)
    for settings, name in ((none, "model"), (some, "别的")):
        with pytest.raises(InputError, match="offline"):
            choose_writer(settings, name)


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("OPENAI_BASE_URL", "https://api.example.com/v1/chat/completions", "chat/completions"),
        ("ZIPING_MODEL_MODE", "xml", "ZIPING_MODEL_MODE"),
        ("ZIPING_DEADLINE", "soon", "ZIPING_DEADLINE"),
        ("ZIPING_TONE", "夸张", "ZIPING_TONE"),
    ],
)
def test_a_setting_that_cannot_be_used_is_named(
    name: str, value: str, said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(InputError, match=said) as raised:
        Settings.load()
    assert "\n" not in str(raised.value)
    assert "should" not in str(raised.value)


def test_a_key_is_never_printed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-secret")
    assert "sk-secret" not in repr(Settings.load())
