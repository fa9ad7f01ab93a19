"""Laws of what is written: one spelling, no machine's paths, whole changelog and decisions, a lock of hashes alone."""

import re
import subprocess
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())
DECISIONS = sorted((ROOT / "docs" / "decisions").glob("*.md"))
GLOSSARY = (ROOT / "docs" / "glossary.md").read_text()
FRAGMENTS = sorted(path for path in (ROOT / "changelog.d").glob("*.md"))

# Each with a letter in brackets, so that this file does not break its own laws. Names of the former system that end in
# the word are spelled as they are there.
BANNED = {
    "the spelling is fulfillment": r"(?i)(?<!_)(?<!clearTo)ful[f]il(?!l)",
    "a path of one machine": r"(?<![\w.])/(?:work|root|opt(?!/orderway\b)|Users|home)/\w",
    "an address of a package registry": r"(?i)\b(?:[p]ypi\.org|[f]iles\.python|[n]pmjs|[d]ebian\.org|[u]buntu\.com)",
    "a reminder instead of the thing": r"\b(?:[T]ODO|[F]IXME)\b",
}


def tracked() -> list[Path]:
    """Return the text files that git knows."""
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, check=True, capture_output=True, text=True)  # noqa: S607
    paths = [ROOT / name for name in listed.stdout.split("\0") if name]
    return [path for path in paths if path.is_file() and b"\0" not in path.read_bytes()[:8_000]]


@pytest.mark.parametrize(("why", "pattern"), BANNED.items(), ids=list(BANNED))
def test_nowhere_is(why: str, pattern: str):
    found = [
        f"{path.relative_to(ROOT)}:{number}: {line.strip()}"
        for path in tracked()
        for number, line in enumerate(path.read_text(errors="replace").splitlines(), 1)
        if re.search(pattern, line)
    ]
    assert found == [], why


@pytest.mark.parametrize("name", ["runtime.txt", "dev.txt"])
def test_the_lock_holds_versions_and_hashes_and_no_address(name: str):
    pinned = re.compile(r"[a-z0-9][a-z0-9.-]*(\[[a-z,]+\])?==[\w.]+( ; [^:]+)? \\")
    hashed = re.compile(r"    --hash=sha256:[0-9a-f]{64}( \\)?")
    remark = re.compile(r"(    )?#[^:]*(: *)?[^:]*")
    odd = [
        line
        for line in (ROOT / "requirements" / name).read_text().splitlines()
        if line and not any(form.fullmatch(line) for form in (pinned, hashed, remark))
    ]
    assert odd == []


def test_what_would_record_addresses_is_ignored():
    ignored = (ROOT / ".gitignore").read_text().splitlines()
    assert {"uv.lock", "pylock.toml"} <= set(ignored)


def test_every_dependency_has_a_reason():
    reasons = (ROOT / "docs" / "decisions" / "0006-dependencies.md").read_text()
    names = [re.split(r"[\[>=<;]", line)[0] for line in PROJECT["project"]["dependencies"]]
    names += [re.split(r"[\[>=<;]", line)[0] for line in PROJECT["dependency-groups"]["dev"]]
    assert [name for name in names if f"`{name}`" not in reasons] == []


def test_every_rule_that_is_off_says_why():
    text = (ROOT / "pyproject.toml").read_text()
    part = text[text.index("[tool.ruff.lint]") : text.index("[tool.mypy]")]
    codes = [line for line in part.splitlines() if re.match(r'\s+"[A-Z]+\d+"', line)]
    assert len(codes) > 30
    assert [line for line in codes if not re.search(r",\s+# \S+ \S+", line)] == []


def test_the_decisions_are_numbered_without_a_gap():
    assert [path.name[:5] for path in DECISIONS] == [f"{number:04}-" for number in range(1, len(DECISIONS) + 1)]


@pytest.mark.parametrize("path", DECISIONS, ids=lambda path: path.stem)
def test_a_decision_is_one_page_in_one_form(path: Path):
    lines = path.read_text().splitlines()
    assert len(lines) <= 60
    assert re.fullmatch(rf"# {path.name[:4]}\. \S.*", lines[0])
    assert [line for line in lines if line.startswith("## ")] == ["## Why", "## What follows"]


def test_a_line_of_the_changelog_is_one_sentence_for_the_user():
    odd = [path.name for path in FRAGMENTS if not re.fullmatch(r"[a-z0-9-]+\.(added|changed|fixed)\.md", path.name)]
    odd += [path.name for path in FRAGMENTS if not re.fullmatch(r"[A-Z`].*\.\n?", path.read_text())]
    assert odd == []


def test_the_readme_begins_with_the_two_commands():
    top = (ROOT / "README.md").read_text().splitlines()[:15]
    assert [line.split("#")[0].strip() for line in top if line.startswith("make ")] == ["make demo", "make test"]


def test_the_glossary_tells_each_word_once_in_the_order_of_the_alphabet():
    parts = [re.findall(r"(?m)^\*\*(.+?)\*\*", part) for part in GLOSSARY.split("\n## ")[1:]]
    assert len(parts) == 3
    assert [part for part in parts if part != sorted(part)] == []
    assert len({word for part in parts for word in part}) == sum(len(part) for part in parts)
