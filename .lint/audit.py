"""Asks an advisory service whether a pinned package has a known vulnerability; fails naming those that do.

Where no service answers, as in a closed network, it says so in a line and passes.
"""

from __future__ import annotations

import argparse
import json
import signal
import sys
import urllib.request
from collections.abc import Sequence
from pathlib import Path
from types import FrameType
from typing import Any

from packaging.requirements import Requirement

SERVICE = "https://api.osv.dev/v1/querybatch"
LIMIT = 20  # seconds for all of it


def main(args: Sequence[str] | None = None) -> int:
    """Audit a lock file; 1 where a vulnerability is known, else 0."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("lock", type=Path)
    parser.add_argument("--service", default=SERVICE, help="another service that speaks OSV's querybatch")
    chosen = parser.parse_args(args)
    pins = pinned(chosen.lock.read_text("utf-8"))
    try:
        found = known(pins, chosen.service)
    except (OSError, ValueError, KeyError, TypeError) as error:
        print(f"audit: skipped, no advisory service answered ({error})", file=sys.stderr)
        return 0
    for pin, advisories in found.items():
        print(f"audit: {pin}: {', '.join(advisories)}", file=sys.stderr)
    print(f"audit: {len(pins)} pinned packages, {len(found)} with known vulnerabilities")
    return 1 if found else 0


def pinned(lock: str) -> list[tuple[str, str]]:
    """The name and version of each line of a lock file."""
    lines = (line for line in lock.splitlines() if line.strip() and not line.startswith("#"))
    requirements = [Requirement(line) for line in lines]
    return [(found.name, next(iter(found.specifier)).version) for found in requirements]


def known(pins: Sequence[tuple[str, str]], service: str) -> dict[str, list[str]]:
    """The advisories by ``name==version``, where there are any, as the service knows them now.

    Raises:
        OSError, ValueError, KeyError, TypeError: nothing answered within the limit, or something else did.
    """
    queries = [{"package": {"name": name, "ecosystem": "PyPI"}, "version": version} for name, version in pins]
    request = urllib.request.Request(
        service, json.dumps({"queries": queries}).encode(), {"Content-Type": "application/json"}
    )
    signal.signal(signal.SIGALRM, _too_long)
    signal.alarm(LIMIT)
    try:
        with urllib.request.urlopen(request, timeout=LIMIT) as answer:
            results: list[dict[str, Any]] = json.load(answer)["results"]
    finally:
        signal.alarm(0)
    return {
        f"{name}=={version}": sorted(vulnerability["id"] for vulnerability in result["vulns"])
        for (name, version), result in zip(pins, results, strict=True)
        if result.get("vulns")
    }


def _too_long(number: int, frame: FrameType | None) -> None:
    raise TimeoutError(f"no answer within {LIMIT} seconds")


if __name__ == "__main__":
    sys.exit(main())
