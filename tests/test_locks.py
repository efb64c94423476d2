"""Both locks are complete: what is installed stands in them, extras and what hangs on extras included."""

import re
import tomllib
from importlib.metadata import distribution, distributions
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
PRODUCTION = PROJECT["dependencies"]
DEVELOPMENT = PROJECT["optional-dependencies"]["dev"]
# They install the rest and come with the virtual environment or by hand.
INSTALLERS = {"pip", "setuptools", "wheel", "uv"}


def read_lock(name: str) -> dict[str, Requirement]:
    """Locked requirements by canonical name."""
    text = (ROOT / name).read_text().replace("\\\n", " ")
    lines = [re.sub(r"\s--hash=\S+", "", line).strip() for line in text.splitlines()]
    requirements = [Requirement(line) for line in lines if line and not line.startswith("#")]
    return {canonicalize_name(one.name): one for one in requirements}


LOCKS = {name: read_lock(name) for name in ("requirements.txt", "requirements-dev.txt")}


def wanted_by(requirements: list[str]) -> dict[str, set[str]]:
    """Every package that `requirements` need on this machine, by name, with the extras asked of it."""
    wanted: dict[str, set[str]] = {}
    waiting = [Requirement(text) for text in requirements]
    while waiting:
        one = waiting.pop()
        name = canonicalize_name(one.name)
        if name in wanted and one.extras <= wanted[name]:
            continue
        extras = wanted.setdefault(name, set())
        extras |= one.extras
        for text in distribution(name).requires or []:
            further = Requirement(text)
            environments = [{"extra": extra} for extra in extras or {""}]
            if further.marker is None or any(further.marker.evaluate(each) for each in environments):
                waiting.append(further)
    return wanted


@pytest.mark.parametrize(
    ("lock", "requirements"),
    [("requirements.txt", PRODUCTION), ("requirements-dev.txt", PRODUCTION + DEVELOPMENT)],
)
def test_a_lock_holds_all_that_its_requirements_need(lock, requirements):
    wanted = wanted_by(requirements)

    always = {name for name, one in LOCKS[lock].items() if one.marker is None}
    assert set(wanted) <= set(LOCKS[lock])
    assert always <= set(wanted), "locked and wanted by nothing: run make lock"
    for name, extras in wanted.items():
        assert extras <= LOCKS[lock][name].extras, f"{name} is locked without {extras}"
        assert distribution(name).version in LOCKS[lock][name].specifier


def test_nothing_is_installed_that_no_lock_names():
    installed = {canonicalize_name(one.metadata["Name"]) for one in distributions()}

    assert installed - INSTALLERS <= set(LOCKS["requirements-dev.txt"])


def test_production_installs_no_tool_of_the_tests():
    only_development = {canonicalize_name(Requirement(text).name) for text in DEVELOPMENT}
    shared = set(wanted_by(PRODUCTION))

    assert not (only_development - shared) & set(LOCKS["requirements.txt"])


def test_both_locks_agree():
    for name, requirement in LOCKS["requirements.txt"].items():
        assert str(requirement) == str(LOCKS["requirements-dev.txt"][name])


@pytest.mark.parametrize("lock", LOCKS)
def test_every_locked_package_has_a_hash(lock):
    text = (ROOT / lock).read_text()
    blocks = re.split(r"(?m)^(?=[a-z0-9])", text)[1:]

    assert [block.split()[0] for block in blocks if "--hash=sha256:" not in block] == []
    assert "://" not in text
