"""The shipped sample reports; run as a module it makes their vectors, so that a first start does not wait."""

from __future__ import annotations

import sys
import zipfile
from collections.abc import Mapping
from pathlib import Path

import numpy as np

from corpus.embedding import TextEmbedding, Vectors, embedding_for
from corpus.intake import SAMPLES, read_file
from corpus.passages import cut_report
from corpus.records import NewReport
from corpus.store import checksum
from corpus.vectors import text_key
from scoring.errors import InputError
from scoring.report import Report
from scoring.report_file import parse_report


def paths(folder: Path = SAMPLES) -> tuple[Path, ...]:
    """The sample files of a folder."""
    return tuple(sorted(folder.glob("*.yaml")))


def digest(folder: Path = SAMPLES) -> str:
    """A checksum of all samples, to notice that a new version of the program brings others."""
    return checksum("".join(checksum(path.read_bytes()) for path in paths(folder)))


def reports(folder: Path = SAMPLES) -> tuple[NewReport, ...]:
    """The samples as the library keeps them."""
    return tuple(read_file(path, is_sample=True) for path in paths(folder))


def sample_reports() -> list[tuple[str, Report]]:
    """The shipped samples, each with its file's name."""
    return [(path.name, parse_report(path.read_text("utf-8"), path.name)) for path in paths()]


def texts() -> dict[str, str]:
    """The sentences of all samples by their text key."""
    passages = (passage for _, report in sample_reports() for passage in cut_report(report))
    return {text_key(passage.text): passage.text for passage in passages}


def cached_vectors(model: str, folder: Path = SAMPLES) -> dict[str, Vectors]:
    """The vectors made beforehand by ``model``, by text key; empty where there are none by it."""
    try:
        with np.load(folder / "vectors.npz") as kept:
            if str(kept["model"]) != model:
                return {}
            return dict(zip(kept["keys"].tolist(), kept["vectors"], strict=True))
    except (OSError, KeyError, ValueError, zipfile.BadZipFile):
        return {}


def make_vectors(wanted: Mapping[str, str], embedding: TextEmbedding, folder: Path = SAMPLES) -> int:
    """Make the vectors that ``wanted`` (text key → text) lacks and keep just these; returns how many."""
    known = cached_vectors(embedding.name, folder)
    missing = [key for key in wanted if key not in known]
    if not missing and known.keys() == wanted.keys():
        return 0
    made = embedding.passages([wanted[key] for key in missing])
    known.update(zip(missing, made, strict=True))
    rows = np.stack([known[key] for key in wanted]) if wanted else np.zeros((0, 0), np.float32)
    temporary = folder / "vectors.tmp.npz"
    np.savez(temporary, model=embedding.name, keys=np.array(list(wanted)), vectors=rows)
    temporary.replace(folder / "vectors.npz")
    return len(missing)


def main() -> int:
    """Make the vectors of the shipped samples, or nothing where they are up to date."""
    try:
        make_vectors(texts(), embedding_for({}))
    except (InputError, OSError) as error:
        print(f"样例的检索向量没有做成，首次检索会稍慢：{error}", file=sys.stderr)
        return 0 if isinstance(error, OSError) else 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
