"""N: a number in a narrative is wrong or unproven."""

from __future__ import annotations

from collections.abc import Iterator

from scoring.finding import Finding
from scoring.numbers.mention import Status, Verdict
from scoring.reading import Reading
from scoring.rules.base import rule


def _findings(reading: Reading, status: Status, advice: str, dates: bool = False) -> Iterator[Finding]:
    for verdict in reading.verdicts:
        if verdict.status == status and (verdict.mention.kind == "date") == dates:
            yield _finding(verdict, advice)


def _finding(verdict: Verdict, advice: str) -> Finding:
    mention = verdict.mention
    return Finding(
        field=verdict.field,
        start=mention.start - len(verdict.cue),
        end=mention.end,
        text=f"{verdict.cue}{mention.text}",
        metric=verdict.metrics[0] if verdict.metrics else None,
        expected=verdict.expected,
        message=f"{verdict.reason}。",
        advice=advice,
    )


@rule("N01", "error")
def number_contradicts_metric(reading: Reading) -> Iterator[Finding]:
    """文中的数与录入的数据不一致，或与由数据算出的结果不一致。

    反例：全年检查企业1252家次。（数据：检查企业 1225 家次）
    正例：全年检查企业1225家次。
    依据：自评结论应与数据一致，数据不准的退回修改。
    处理：改为所示的数；如果文中是对的，改正“数据”里的数值。
    """
    yield from _findings(reading, "contradicts", "改为应有的数；若文中正确，请改“数据”")


@rule("N02", "error")
def number_of_another_metric(reading: Reading) -> Iterator[Finding]:
    """文中的数是另一项数据的数，与旁边的名称不符。

    反例：办结信访6件、受理信访32件。（数据：受理信访 6 件、办结信访 32 件）
    正例：受理信访6件、办结信访32件。
    依据：每个数都应是它所说的那项数据，不能张冠李戴。
    处理：核对这句话说的是哪一项，改为该项的数。
    """
    yield from _findings(reading, "wrong-metric", "核对这句话说的是哪一项数据，改为该项的数")


@rule("N03", "warning")
def number_unsupported(reading: Reading) -> Iterator[Finding]:
    """文中的数既没有录入，也不能由录入的数据算出。

    反例：全年走访群众356户。（数据中没有这一项）
    正例：全年检查企业1225家次。
    依据：绩效陈述应有数据支撑。
    处理：在“数据”中补录这一项并写明来源，或删去这个数。
    """
    yield from _findings(reading, "unsupported", "在“数据”中补录这一项并写明来源，或删去这个数")


@rule("N04", "error")
def year_not_of_the_report(reading: Reading) -> Iterator[Finding]:
    """文中的年份不可能是本报告的年度，多半是旧稿遗留。

    反例：2019年，大队检查企业1225家次。（年度：2020）
    正例：2020年，大队检查企业1225家次。
    依据：自评价所述应为本年度的情况。
    处理：改为本年度；如果是与往年比较，请写明“较2019年”。
    """
    yield from _findings(reading, "contradicts", "改为本年度；如是与往年比较，请写明比较关系", dates=True)


@rule("N05", "info")
def number_rests_on_unconfirmed_metric(reading: Reading) -> Iterator[Finding]:
    """文中的数与导入时提取的数据一致，但这些数据还没有人确认，不能算作证明。

    反例：全年检查企业1225家次。（数据：检查企业 1225 家次，待确认）
    正例：全年检查企业1225家次。（数据：检查企业 1225 家次，已确认）
    依据：从文中提取的数不能证明原文。
    处理：逐项核对“数据”，确认后去掉“待确认”。
    """
    fields: dict[str, list[str]] = {}
    for verdict in reading.verdicts:
        if verdict.status in ("bound", "derived") and not verdict.confirmed:
            fields.setdefault(verdict.field, []).append(verdict.mention.text)
    for field, texts in fields.items():
        yield Finding(
            field=field,
            message=f"有{len(texts)}个数依据的数据待确认（{'、'.join(texts[:5])}{'等' if len(texts) > 5 else ''}），尚未得到证明。",
            advice="逐项核对“数据”，确认后去掉“待确认”",
        )


RULES = (
    number_contradicts_metric,
    number_of_another_metric,
    number_unsupported,
    year_not_of_the_report,
    number_rests_on_unconfirmed_metric,
)
