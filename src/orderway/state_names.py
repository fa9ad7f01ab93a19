"""Where the product names states: a chart that changes does not change what asks for a state by its name.

What is read as one is a text with SQL in it, or a statement of the code. A name beside a column of states has to be
that of a state. What names a state that became another one in a later version has to name that one too, unless it says
that it is of the older version alone: by `sale@1` in it, or in a comment beside it.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from orderway.machines import CHARTS, states_of
from orderway.statechart import Migration
from orderway.statechart.difference import leads

SOURCE = Path(__file__).parent
KEPT = "migrations/versions"
"""What was done to databases before, and is not done again."""

NAME = re.compile(r"[A-Z][A-Z0-9_]*")
NAMED = re.compile(rf"'({NAME.pattern})'")
LITERALS = r"'\w*'(?:::text)?(?:\s*,\s*'\w*'(?:::text)?)*"
STATE = r'\b(?:(?P<of>\w+)\.)?"?(?:\w+_)?state"?(?:::text)?\)?'
ONE_OF = r"(?:(?:NOT\s+)?IN\s*\(|(?:=|<>)\s*A(?:NY|LL)\s*\(+ARRAY\s*\[)"
BESIDE = (
    re.compile(rf"{STATE}\s*(?:=|<>|IS\s+(?:NOT\s+)?DISTINCT\s+FROM)\s*(?P<said>'\w*')", re.IGNORECASE),
    re.compile(rf"{STATE}\s*{ONE_OF}\s*(?P<said>{LITERALS})", re.IGNORECASE),
    re.compile(rf"\bCASE\s+{STATE}(?P<said>(?:\s+WHEN\s+'\w+'\s+THEN\b.*?)+)\bEND\b", re.IGNORECASE | re.DOTALL),
)  # fmt: skip
WHEN = re.compile(r"\bWHEN\s+('\w+')", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Passage:
    """What is read as one: where it begins, its text with every name in single quotes, and its lines as they stand."""

    file: str
    line: int
    text: str
    source: str

    @property
    def names(self) -> set[str]:
        return set(NAMED.findall(self.text))

    def where(self, name: str) -> str:
        """The file and the line of the first place of a name."""
        before = self.text.partition(f"'{name}'")[0]
        line = self.line + before.count("\n")
        return f"{self.file}:{line}"

    def beside(self) -> Iterator[tuple[frozenset[str], str]]:
        """Every name beside a column of states, with the machines that the column may be of."""
        for form in BESIDE:
            for found in form.finditer(self.text):
                said = WHEN.findall(found["said"]) or [found["said"]]
                yield from (
                    (self.machines(found["of"]), name) for each in said for name in re.findall(r"'(\w+)'", each)
                )

    def of_others(self, machine: str) -> set[str]:
        """The names that stand beside columns of other machines alone."""
        beside = [*self.beside()]
        return {name for _, name in beside} - {name for machines, name in beside if machine in machines}

    def machines(self, alias: str | None) -> frozenset[str]:
        """The machines whose tables an alias stands for, or all that are read where there is none; else any machine."""
        behind = rf"(?:\s+AS)?\s+{alias}\b" if alias else r"\b"
        tables = re.findall(rf"\b(?:FROM|JOIN|UPDATE)\s+(?:public\.)?(\w+){behind}", self.text)
        return frozenset(tables if tables and CHARTS.keys() >= set(tables) else CHARTS)


@dataclass(frozen=True, slots=True)
class LeftBehind:
    """A place that names a state of before, and not what became of it."""

    where: str
    state: str
    to: tuple[str, ...]

    def __str__(self) -> str:
        return f"{self.where} names {self.state}, and not {' and '.join(self.to)}"


@cache
def passages() -> Sequence[Passage]:
    """All that the product names in capitals, but for the charts themselves."""
    found = list[Passage]()
    for path in sorted([*SOURCE.rglob("*.py"), *SOURCE.rglob("*.sql")]):
        file = path.relative_to(SOURCE).as_posix()
        if not file.startswith(KEPT) and not file.endswith("machine.py"):
            text = path.read_text(encoding="utf-8")
            place = f"{SOURCE.name}/{file}"
            found += of_sql(place, text) if path.suffix == ".sql" else of_code(place, text)
    return [each for each in found if each.names]


def of_sql(file: str, text: str) -> Iterator[Passage]:
    """The statements of a file with SQL."""
    line = 1
    for statement in text.split(";\n"):
        yield Passage(file, line, statement, statement)
        line += statement.count("\n") + 1


def of_code(file: str, text: str) -> Iterator[Passage]:
    """The texts with SQL of a file, and what each of its statements names besides."""
    lines = text.splitlines()
    for statement in ast.walk(ast.parse(text)):
        if not isinstance(statement, ast.stmt):
            continue
        names = list[tuple[int, str]]()
        for node, said in texts(statement):
            if NAME.fullmatch(said):
                names.append((node.lineno, said))
            elif NAMED.search(said):
                yield Passage(file, node.lineno, said, "\n".join(lines[node.lineno - 1 : node.end_lineno]))
        if names:
            first, last = min(names)[0], max(names)[0]
            named = {line: " ".join(f"'{name}'" for at, name in names if at == line) for line, _ in names}
            text_of = "\n".join(named.get(line, "") for line in range(first, last + 1))
            yield Passage(file, first, text_of, "\n".join(lines[first - 1 : last]))


def texts(node: ast.AST) -> Iterator[tuple[ast.expr, str]]:
    """The texts that stand in a statement itself, and in none inside it; what is filled into one is left out."""
    for child in ast.iter_child_nodes(node):
        match child:
            case ast.stmt():
                continue
            case ast.Constant(value=str(said)):
                yield child, said
            case ast.JoinedStr(values=parts):
                yield child, "".join(str(each.value) if isinstance(each, ast.Constant) else "{}" for each in parts)
                yield from (each for part in parts if isinstance(part, ast.FormattedValue) for each in texts(part))
            case _:
                yield from texts(child)


def unknown(among: Iterable[Passage]) -> Iterator[str]:
    """Every name beside a column of states that no version of its machine has for a state."""
    for passage in among:
        for machines, name in passage.beside():
            if not any(name in states_of(machine) for machine in machines):
                yield f"{passage.where(name)} names {name}, which is no state of {' or '.join(sorted(machines))}"


def left_behind(way: Migration, among: Iterable[Passage]) -> Iterator[LeftBehind]:
    """Every place that names a state which has another name now, or became several, without all of those."""
    became, older = renamed(way), re.compile(rf"\b{way.old.name}@{way.old.version}\b")
    for passage in among:
        names = passage.names
        for state in sorted(names & became.keys() - passage.of_others(way.old.name)):
            missing = tuple(each for each in became[state] if each not in names)
            if missing and not older.search(passage.source):
                yield LeftBehind(passage.where(state), state, missing)


def renamed(way: Migration) -> Mapping[str, tuple[str, ...]]:
    """What became of each state in which something is under way, where that is not itself alone."""
    led = {lead.state: lead.to for lead in leads(way)}
    return {state: to for state, to in led.items() if to and to != (state,)}
