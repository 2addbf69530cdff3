"""Writes the form as one self-contained page."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape

from corpus.forms.labels import APPENDIX
from corpus.forms.layout import printed
from corpus.forms.provenance import COLUMNS, REMARK, provenance
from corpus.forms.provenance import TITLE as PROVENANCE
from scoring.report import Report

_STYLE = """
body{max-width:60rem;margin:2rem auto;padding:0 1rem;font-family:"仿宋_GB2312",FangSong,"Noto Serif CJK SC",serif;
color:#111;background:#fff;line-height:1.75}
h1{font-family:"方正小标宋简体",SimSun,serif;text-align:center;font-size:22pt;font-weight:normal;margin:0}
h2,p.year{text-align:center;font-weight:normal}
table{border-collapse:collapse;width:100%;margin:1rem 0;font-size:10.5pt}
th,td{border:1px solid #333;padding:.3rem .5rem;vertical-align:top;text-align:left}
th{font-family:SimHei,sans-serif;font-weight:normal;white-space:nowrap}
td.text,.basis td{white-space:pre-wrap}
@media print{tr{break-inside:avoid}thead{display:table-header-group}}
"""


def html_bytes(report: Report, with_provenance: bool = False) -> bytes:
    """The form as UTF-8 HTML without outside references; every text escaped.

    ``with_provenance`` adds a section that tells what each sentence rests on.
    """
    form = printed(report)
    parts = [
        "<!doctype html><html lang=zh-CN><meta charset=utf-8>",
        f"<title>{escape(form.title)}</title><style>{_STYLE}</style>",
        f"<h1>{escape(form.title)}</h1><p class=year>{escape(form.year)}</p><table>",
        *(_basic(cells) for cells in form.basics),
        *(f"<tr><th>{escape(label)}<td class=text colspan=3>{escape(text)}" for label, text in form.texts),
        "</table><table><thead>",
        _line(form.columns, "th"),
        "</thead><tbody>",
    ]
    starts = {start: end - start for start, end in form.groups}
    for number, cells in enumerate(form.rows):
        first = f"<td rowspan={starts[number]}>{escape(cells[0])}" if number in starts else ""
        parts.append("<tr>" + first + "".join(f"<td>{escape(cell)}" for cell in cells[1:]))
    parts += [_line(form.total, "td"), "</table>", *(f"<p>{escape(line)}</p>" for line in form.legend)]
    if form.metrics:
        head, *rows = form.metrics
        parts += [f"<h2>{APPENDIX}</h2><table><thead>{_line(head, 'th')}</thead>"]
        parts += [_line(cells, "td") for cells in rows] + ["</table>"]
    if with_provenance:
        parts += [
            f"<h2>{PROVENANCE}</h2><p>{REMARK}</p><table class=basis><thead>{_line(COLUMNS, 'th')}</thead>"
        ]
        parts += [_line(cells, "td") for cells in provenance(report)] + ["</table>"]
    return "\n".join(parts).encode("utf-8", errors="replace")


def _basic(cells: Sequence[str]) -> str:
    return "<tr>" + "".join(
        f"<{tag}>{escape(cell)}" for tag, cell in zip(("th", "td") * 2, cells, strict=True)
    )


def _line(cells: Iterable[str], tag: str) -> str:
    return "<tr>" + "".join(f"<{tag}>{escape(cell)}" for cell in cells)
