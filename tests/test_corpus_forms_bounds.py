"""Hostile and broken files: refused with the reason, within bounded memory and processor time, nothing written."""

from __future__ import annotations

import io
import json
import struct
import subprocess
import sys
import zipfile
import zlib
from collections.abc import Iterator

import pytest
from docx import Document
from openpyxl import Workbook

pytest.importorskip("resource", reason="processes have no such limits on Windows")

READ = """
import json, os, resource, sys
from corpus.forms import read_form_bytes
from corpus.forms.prose import read_prose
import corpus.forms.word, corpus.forms.excel, corpus.forms.pdf, corpus.forms.text
from scoring.errors import InputError

def said(read, path):
    data = open(path, "rb").read()
    try:
        read(os.path.basename(path), data)
    except InputError as error:
        return str(error)
    return "read"

for path in sys.argv[1:]:
    for read in (read_form_bytes, read_prose):
        if not (told := os.fork()):
            resource.setrlimit(resource.RLIMIT_AS, (1536 << 20, 1536 << 20))
            resource.setrlimit(resource.RLIMIT_CPU, (25, 30))
            resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))  # a reader writes no file at all
            os.write(1, (json.dumps([path, read.__name__, said(read, path)]) + chr(10)).encode())
            os._exit(0)
        if status := os.waitpid(told, 0)[1]:
            print(json.dumps([path, read.__name__, f"died of {status}"]), flush=True)
"""


def zipped(parts: dict[str, bytes]) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
    return stream.getvalue()


def with_part(data: bytes, name: str, content: bytes) -> bytes:
    """The office file with one part in place of its own."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        parts = {part: archive.read(part) for part in archive.namelist()}
    return zipped({**parts, name: content})


def word() -> bytes:
    stream = io.BytesIO()
    Document().save(stream)
    return stream.getvalue()


def excel(*merged: str) -> bytes:
    book = Workbook()
    book.worksheets[0].append(["一级指标"])
    stream = io.BytesIO()
    book.save(stream)
    if not merged:
        return stream.getvalue()
    cells = "".join(f'<mergeCell ref="{ref}"/>' for ref in merged)
    with zipfile.ZipFile(stream) as archive:
        sheet = archive.read("xl/worksheets/sheet1.xml").decode()
    sheet = sheet.replace("</sheetData>", f"</sheetData><mergeCells>{cells}</mergeCells>")
    return with_part(stream.getvalue(), "xl/worksheets/sheet1.xml", sheet.encode())


def laughs(root: str, encoding: str = "utf-8") -> bytes:
    lines = [f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 12)]
    text = f'<?xml version="1.0" encoding="{encoding}"?>' + "<!--" + " " * 5000 + "-->"
    return f'{text}<!DOCTYPE x [<!ENTITY l0 "lol">{"".join(lines)}]>{root}'.encode(encoding)


BODY = '<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body>%s</w:body></w:document>'


def lying(data: bytes, name: str) -> bytes:
    """The archive with one part said to be small in its directory, whatever it inflates to."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        size = archive.getinfo(name).file_size
    return data.replace(struct.pack("<L", size), struct.pack("<L", 100))


def pdf(content: bytes, pages: int = 1, filters: str = "", extra: str = "") -> bytes:
    """A PDF whose pages all have ``content``; ``filters`` go to its stream, ``extra`` to the trailer."""
    kids = " ".join(f"{3 + n} 0 R" for n in range(pages))
    stream = 3 + pages
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        f"<< /Type /Pages /Kids [{kids}] /Count {pages} >>".encode(),
    ]
    objects += [
        (
            f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents {stream} 0 R "
            "/Resources << /Font << /F1 << /Type /Font /Subtype /Type1 /BaseFont /Helvetica >> >> >> >>"
        ).encode()
    ] * pages
    objects.append(f"<< /Length {len(content)} {filters} >>\nstream\n".encode() + content + b"\nendstream")
    out, offsets = b"%PDF-1.4\n", []
    for number, body in enumerate(objects, 1):
        offsets.append(len(out))
        out += f"{number} 0 obj\n".encode() + body + b"\nendobj\n"
    start = len(out)
    table = "".join(f"{offset:010d} 00000 n \n" for offset in offsets)
    trailer = f"trailer << /Size {len(objects) + 1} /Root 1 0 R {extra} >>\nstartxref\n{start}\n%%EOF"
    return out + f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n{table}{trailer}".encode()


HELLO = b"BT /F1 12 Tf 72 720 Td (hello) Tj ET "
FLATE = "/Filter /FlateDecode"
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 600
LOCKED = (
    "/Encrypt << /Filter /Standard /V 1 /R 2 /P -1 /O <"
    + "00" * 32
    + "> /U <"
    + "11" * 32
    + "> >> /ID [<00><00>]"
)
ROWS = "<w:tbl>" + "<w:tr><w:tc><w:tcPr><w:vMerge/></w:tcPr><w:p/></w:tc></w:tr>" * 50_000 + "</w:tbl>"


def hostile() -> Iterator[tuple[str, str, bytes, str]]:
    """What it is, the file's name, its content, what both readers must say of it."""
    big = zlib.compress(b"0" * (110 << 20), 9)
    yield "a bomb in Word", "a.docx", with_part(word(), "word/media/x.png", b"0" * (101 << 20)), "过大"
    yield "much XML in Word", "a.docx", with_part(word(), "word/document.xml", b" " * (13 << 20)), "过大"
    yield (
        "a lying bomb",
        "a.docx",
        lying(with_part(word(), "word/document.xml", b" " * (60 << 20)), "word/document.xml"),
        "损坏",
    )
    yield (
        "entities in Word",
        "a.docx",
        with_part(word(), "word/document.xml", laughs("<x>&l11;</x>")),
        "DOCTYPE",
    )
    yield (
        "entities in UTF-16",
        "a.docx",
        with_part(word(), "word/document.xml", laughs("<x>&l11;</x>", "utf-16")),
        "DOCTYPE",
    )
    yield "a Word binary", "a.docx", OLE, "旧格式"
    yield "a locked Word file", "a.docx", OLE + "EncryptedPackage".encode("utf-16-le"), "密码"
    yield (
        "deep XML",
        "a.docx",
        with_part(word(), "word/document.xml", (BODY % ("<w:p>" * 5000 + "</w:p>" * 5000)).encode()),
        "损坏",
    )
    yield "a PDF of 500 pages", "a.pdf", pdf(HELLO, 500), "500页"
    yield "a bomb in a PDF", "a.pdf", pdf(big, filters=FLATE), "过大"
    yield (
        "a bomb in a bomb",
        "a.pdf",
        pdf(zlib.compress(big, 9), filters="/Filter [/FlateDecode /FlateDecode]"),
        "过大",
    )
    yield "a page drawn full", "a.pdf", pdf(zlib.compress(HELLO * 200_000), filters=FLATE), "过大"
    yield (
        "a page of lines",
        "a.pdf",
        pdf(zlib.compress(HELLO + b"0 0 m 0 9 l S " * 20_000), filters=FLATE),
        "线条",
    )
    yield "a locked PDF", "a.pdf", pdf(HELLO, extra=LOCKED), "密码"
    yield "a scan", "a.pdf", pdf(b"0 0 595 842 re f"), "扫描件"
    yield "a text that is none", "a.txt", b"\x89PNG\x00\x00", "二进制"


def hostile_forms() -> Iterator[tuple[str, str, bytes, str]]:
    """The same for what only forms are read from, or what prose may well be read from."""
    yield "merged over the whole sheet", "a.xlsx", excel("A1:XFD1048576"), "合并单元格"
    yield "merged in many places", "a.xlsx", excel(*["A1:J1000"] * 30), "合并单元格"
    yield (
        "entities in Excel",
        "a.xlsx",
        with_part(excel(), "xl/workbook.xml", laughs("<x>&l11;</x>")),
        "DOCTYPE",
    )
    yield "an Excel binary", "a.xlsx", OLE, "旧格式"
    yield "a locked Excel file", "a.xlsx", OLE + "EncryptedPackage".encode("utf-16-le"), "密码"
    yield (
        "a sheet that grows",
        "a.xlsx",
        with_part(excel(), "xl/worksheets/sheet1.xml", b" " * (13 << 20)),
        "过大",
    )
    yield (
        "a merged column of 50,000 rows",
        "a.docx",
        with_part(word(), "word/document.xml", (BODY % ROWS).encode()),
        "没有找到",
    )
    yield "parts that climb", "a.docx", with_part(word(), "../../climbed.xml", b"<x/>"), "没有找到"
    yield (
        "a goal that begins again and again",
        "a.txt",
        f"项目年度总目标\t{'总目标：' * 500_000}\t\n".encode(),
        "没有找到",
    )
    labels = "".join(f"第{n}级 (9分)\t指标{n}\t1\t1\n" for n in range(40))
    yield (
        "40 labels that do not add up",
        "a.txt",
        f"项目名称\t甲\n2020年度\n一级指标\t指标名称\t权重\t自评分\n{labels}".encode(),
        "预算单位",
    )


CASES = [*((*case, True) for case in hostile()), *((*case, False) for case in hostile_forms())]


@pytest.fixture(scope="module")
def said(tmp_path_factory: pytest.TempPathFactory) -> dict[tuple[str, str], str]:
    """What each reader said of each case, by the case and the reader's name."""
    folders = {what: tmp_path_factory.mktemp("hostile") for what, *_ in CASES}
    for what, name, data, *_ in CASES:
        (folders[what] / name).write_bytes(data)
    paths = {str(folders[what] / name): what for what, name, *_ in CASES}
    child = subprocess.run(
        [sys.executable, "-c", READ, *paths], capture_output=True, text=True, timeout=600, check=True
    )
    for what, name, *_ in CASES:
        assert [path.name for path in folders[what].iterdir()] == [name]
    lines = [json.loads(line) for line in child.stdout.splitlines()]
    return {(paths[path], reader): answer for path, reader, answer in lines}


@pytest.mark.parametrize(
    ("what", "name", "reason", "is_prose"),
    [(what, name, reason, is_prose) for what, name, _, reason, is_prose in CASES],
    ids=[case[0] for case in CASES],
)
def test_a_hostile_file_is_refused_within_bounds(
    what: str, name: str, reason: str, is_prose: bool, said: dict[tuple[str, str], str]
) -> None:
    for reader in ("read_form_bytes", *(("read_prose",) if is_prose else ())):
        assert said[what, reader].startswith(name)
        assert reason in said[what, reader]
