"""Every text that a person may read on a page, as it stands in the code: what a catalogue has words for."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from jinja2 import nodes
from jinja2.ext import extract_from_ast
from tests.words.brought import brought
from tests.words.vocabulary import vocabulary

from orderway.ui.pages import environment

SOURCE = Path(__file__).resolve().parents[2] / "src" / "orderway"
UI = SOURCE / "ui"
LETTERS = SOURCE / "outbound" / "mail" / "templates"

MUTE = (
    "cli.py", "demo", "doctor", "database.py", "deployment.py", "embedded.py", "flags", "flags_cli.py", "graphql",
    "home.py", "legacy", "machine_cli.py", "migrations", "oidc", "outbound/broker", "outbound/mail", "proof.py",
    "providers", "recordings.py", "schedule.py",
    "secret.py", "serve.py", "settings.py", "simulation.py", "statechart", "storage", "worker.py", "callers.py",
    "cors.py", "listening.py", "openapi.py", "cluster.py", "unprivileged.py", "fulfillment/waking.py", "languages.py",
    "versioning.py", "workflow/migrating.py", "workflow/migration_runs.py", "workflow/unmigrating.py",
)  # fmt: skip
"""What speaks to who installs Orderway, or to programs, and on no page."""

RAISED = ("Invalid", "NotFound", "Refused", "Paused", "WeakPassword", "Reason", "KeyReused", "Unavailable", "TooSlow",
          "NotAReceipt", "Archived", "NotAnAmount", "UnknownCurrency", "NotRecognised")  # fmt: skip
SAYING = (*RAISED, "refused", "refusal", "not_allowed", "require_presence", "_not_oneself", "no")
"""Ends of the names of what is called with sentences that a page may show."""


SQL = re.compile(r"\s*(SELECT|WITH|INSERT|UPDATE|DELETE|EXISTS|UNION)\b")

GAP = re.compile(r"\{\w+\}|%\(\w+\)s")
"""Where a text is filled in."""


@dataclass
class Texts:
    """Texts by what they are in English; of one with a number, the form for many, and where each stands."""

    many: dict[str, str] = field(default_factory=dict)
    places: dict[str, set[str]] = field(default_factory=dict)

    def add(self, text: str, place: str, many: str = "") -> None:
        if any(map(str.isalpha, GAP.sub("", text))) and "}{" not in text:
            self.places.setdefault(text, set()).add(place)
            if many:
                self.many[text] = many


def gather() -> Texts:
    """All of them."""
    texts = Texts()
    for path in sorted(UI.rglob("*.py")):
        for one, many in said_in_code(ast.parse(path.read_text())):
            texts.add(one, place_of(path), many)
    for path in sorted([*(UI / "templates").rglob("*.html"), *LETTERS.iterdir()]):
        for one, many in said_in_template(path.read_text()):
            texts.add(one, place_of(path), many)
    for place, text in vocabulary():
        texts.add(text, place)
    for path, by in sources():
        for text in raised(ast.parse(path.read_text()), by=by):
            texts.add(text, place_of(path))
    for path in brought():
        for text in written(ast.parse(path.read_text())):
            texts.add(text, place_of(path))
    return texts


def sources() -> Iterator[tuple[Path, tuple[str, ...]]]:
    """The files with sentences that come to a page, and what those are given to.

    Of a payment it is told why it is held, and of a former system why it can not be followed.
    """
    for path in sorted(SOURCE.rglob("*.py")):
        if not path.relative_to(SOURCE).as_posix().startswith(MUTE):
            yield path, SAYING
    yield SOURCE / "database.py", ("DatabaseUnavailable",)
    yield SOURCE / "legacy" / "predecessor" / "source.py", ("LegacyUnavailable",)
    for path in sorted((SOURCE / "providers").glob("*.py")):
        yield path, ("hold",)


def place_of(path: Path) -> str:
    return path.relative_to(SOURCE.parents[1]).as_posix()


def said_in_code(tree: ast.AST) -> Iterator[tuple[str, str]]:
    """What t, mark and tr are called with, and the form for many."""
    for call in calls(tree):
        if called(call) in {"t", "mark", "tr"}:
            first, *rest = [*map(literal, call.args), ""]
            if first:
                yield first, rest[0]


def said_in_template(source: str) -> Iterator[tuple[str, str]]:
    """What stands in `_`, in `trans`, and before the filter `tr`."""
    tree = environment().parse(source)
    for _line, _function, found in extract_from_ast(tree, ("_", "gettext", "ngettext"), babel_style=False):
        texts = [each for each in (found if isinstance(found, tuple) else (found,)) if each]
        if texts:
            yield texts[0], texts[1] if len(texts) > 1 else ""
    for each in tree.find_all(nodes.Filter):
        if each.name == "tr" and each.node is not None:
            yield from ((const.value, "") for const in constants(each.node))


def constants(node: nodes.Node) -> Iterator[nodes.Const]:
    """The texts of an expression: of a choice both, of a comparison none."""
    if isinstance(node, nodes.Const) and isinstance(node.value, str):
        yield node
    if isinstance(node, nodes.CondExpr):
        yield from constants(node.expr1)
        if node.expr2 is not None:
            yield from constants(node.expr2)


def raised(tree: ast.AST, *, by: tuple[str, ...]) -> Iterator[str]:
    """The sentences of errors and reasons, each by itself; what is filled in is a gap with a name."""
    for call in calls(tree):
        if called(call).endswith(by):
            for given in [*call.args, *(each.value for each in call.keywords if each.arg not in {"guard", "help"})]:
                text = sentence(given)
                if " " in text:
                    yield text


def written(tree: ast.AST) -> Iterator[str]:
    """All that stands in a file and is longer than a word, whoever it is given to; no docstring and no SQL."""
    if isinstance(tree, ast.Expr) and isinstance(tree.value, ast.Constant):
        return
    text = sentence(tree) if isinstance(tree, ast.expr) else ""
    if " " in text and not SQL.match(text):
        yield text
    for part in ast.iter_child_nodes(tree):
        if not (isinstance(tree, ast.JoinedStr) and isinstance(part, ast.Constant)):
            yield from written(part)


def calls(tree: ast.AST) -> Iterable[ast.Call]:
    return (node for node in ast.walk(tree) if isinstance(node, ast.Call))


def called(call: ast.Call) -> str:
    match call.func:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name
    return ""


def literal(node: ast.expr) -> str:
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""


def sentence(node: ast.expr) -> str:
    """A text of the code, with a gap where it is filled in: "There is no role {role}."."""
    if not isinstance(node, ast.JoinedStr):
        return literal(node)
    text, names = "", list[str]()
    for part in node.values:
        if isinstance(part, ast.Constant):
            text += literal(part)
        else:
            name = gap(part)
            names.append(name)
            text += f"{{{name}{names.count(name) if names.count(name) > 1 else ''}}}"
    return text


def gap(part: ast.expr) -> str:
    """A name for what is filled in: the last one that stands in it."""
    found = (
        each.id if isinstance(each, ast.Name) else each.attr
        for each in ast.walk(part)
        if isinstance(each, ast.Name | ast.Attribute)
    )
    return next((name.lower().strip("_") for name in found if name not in {"join", "lower", "label"}), "value")
