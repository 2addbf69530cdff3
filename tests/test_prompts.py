"""Every prompt has a version and messages, and is filled whole or not at all."""

from __future__ import annotations

from pathlib import Path
from string import Template

import pytest

import prompts

FOLDER = Path(prompts.__file__).parent
TASKS = ("narrative", "repair", "revise", "opinion")


@pytest.mark.parametrize("name", [path.stem for path in sorted(FOLDER.glob("*.yaml"))])
def test_every_file_has_a_version(name: str) -> None:
    assert isinstance(prompts.data(name)["version"], str)


@pytest.mark.parametrize("name", TASKS)
def test_a_prompt_is_filled_whole_or_not_at_all(name: str) -> None:
    prompt = prompts.load(name)
    wanted = set(Template(prompt.system + prompt.human).get_identifiers())
    filled = prompt.fill(**dict.fromkeys(wanted, "〔值〕"))
    assert [role for role, _ in filled] == ["system", "human"]
    assert "$" not in filled[0][1] + filled[1][1]
    with pytest.raises(KeyError):
        prompt.fill(**dict.fromkeys(sorted(wanted)[1:], ""))
    with pytest.raises(KeyError):
        prompt.fill(**dict.fromkeys(wanted | {"more"}, ""))


def test_a_value_that_looks_like_a_place_is_left_as_it_is() -> None:
    assert "$fault" in prompts.load("repair").fill(names="$fault", sentence="", fault="甲")[0][1]
