"""Laws of the source: its size, its names, its parameters, and who may import what where imports are not enough."""

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SOURCE = ROOT / "src" / "orderway"
MODULES = sorted(SOURCE.rglob("*.py"))
# A revision is a record: written once, read never, so its length harms nobody.
WRITTEN = [path for path in MODULES if path.parent.name != "versions"]
NAMES_OF_NOTHING = {"base", "common", "core", "helper", "helpers", "manager", "managers", "misc", "service", "services"}
NAMES_OF_NOTHING |= {"shared", "util", "utils"}

# What a machine may take from the standard library: nothing there reads a clock, a file or a socket by being called
# for values, and chance and time come in as facts.
PURE = {"__future__", "collections", "dataclasses", "datetime", "decimal", "enum", "functools", "itertools", "math"}
PURE |= {"operator", "types", "typing", "uuid"}

Function = ast.FunctionDef | ast.AsyncFunctionDef


def shown(path: Path) -> str:
    return str(path.relative_to(ROOT))


def functions(path: Path) -> Iterator[Function]:
    return (node for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, Function))


def parameters(function: Function) -> list[ast.arg]:
    return [*function.args.posonlyargs, *function.args.args, *function.args.kwonlyargs]


def module_name(path: Path) -> str:
    parts = path.relative_to(SOURCE.parent).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def imports(path: Path) -> set[str]:
    """Return the modules that a file imports, each by its whole name."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            found.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{shown(path)} imports by dots"
            assert node.module
            deeper = {f"{node.module}.{alias.name}" for alias in node.names}
            found.update({name for name in deeper if name in PLACES} or {node.module})
    return found


PLACES = {module_name(path): path for path in MODULES}


@pytest.mark.parametrize("path", WRITTEN, ids=shown)
def test_a_file_stays_under_300_lines(path: Path):
    assert len(path.read_text().splitlines()) < 300


@pytest.mark.parametrize("path", WRITTEN, ids=shown)
def test_a_function_stays_under_40_lines(path: Path):
    lengths = {f"{one.name}:{one.lineno}": (one.end_lineno or 0) - one.lineno + 1 for one in functions(path)}
    assert {name: length for name, length in lengths.items() if length >= 40} == {}


def test_a_name_says_what_is_inside():
    places = [path for path in SOURCE.rglob("*") if path.suffix == ".py" or path.is_dir()]
    assert [shown(path) for path in places if path.stem in NAMES_OF_NOTHING] == []


@pytest.mark.parametrize("path", WRITTEN, ids=shown)
def test_a_function_takes_at_most_three_things_by_place(path: Path):
    """More than that are told apart by their names only. The engine's own four come in the order of its papers:
    chart, snapshot, event, facts; and a file's inner steps are free.
    """
    if path.is_relative_to(SOURCE / "statechart"):
        return
    long = []
    for one in functions(path):
        if one.name.startswith("_"):
            continue
        by_place = [arg.arg for arg in (*one.args.posonlyargs, *one.args.args) if arg.arg not in {"self", "cls"}]
        if len(by_place) > 3:
            long.append(f"{one.name}:{one.lineno}")
    assert long == []


@pytest.mark.parametrize("path", WRITTEN, ids=shown)
def test_no_parameter_is_a_boolean(path: Path):
    """`approve(True)` says nothing; two functions, or a word, do."""
    if path.name.endswith("cli.py") or path.name == "words.py":
        return  # a flag of the command line has its name, and `reenter` is a word of statecharts
    flags = [
        f"{one.name}:{one.lineno}:{arg.arg}"
        for one in functions(path)
        for arg in parameters(one)
        if arg.annotation is not None and ast.unparse(arg.annotation) in {"bool", "bool | None"}
    ]
    assert flags == []


@pytest.mark.parametrize("path", WRITTEN, ids=shown)
def test_no_nameless_record_crosses_a_function_border(path: Path):
    borders = [
        f"{one.name}:{one.lineno}"
        for one in functions(path)
        for hint in (one.returns, *(arg.annotation for arg in parameters(one)))
        if hint is not None and "[str, Any]" in ast.unparse(hint)
    ]
    assert borders == []


@pytest.mark.parametrize("path", sorted((SOURCE / "statechart").rglob("*.py")), ids=shown)
def test_the_engine_needs_the_standard_library_alone(path: Path):
    allowed = sys.stdlib_module_names | {"orderway"}
    assert {name for name in imports(path) if name.partition(".")[0] not in allowed} == set()
    ours = {name for name in imports(path) if name.partition(".")[0] == "orderway"}
    assert {name for name in ours if not name.startswith("orderway.statechart")} == set()


@pytest.mark.parametrize("path", sorted(SOURCE.rglob("machine.py")), ids=shown)
def test_a_machine_reaches_nothing_that_can_act(path: Path):
    """Neither itself nor through what it imports: only the engine and what is pure."""
    reached, ahead, acting = set[str](), [module_name(path)], set[str]()
    while ahead:
        name = ahead.pop()
        if name in reached or name.startswith("orderway.statechart"):
            continue
        reached.add(name)
        for used in imports(PLACES[name]):
            if used in PLACES:
                ahead.append(used)
            elif used.partition(".")[0] not in PURE:
                acting.add(f"{name} imports {used}")
    assert acting == set()


WRITES = ("insert into", "update", "delete from")


def test_the_log_and_the_outbox_are_written_by_the_door_alone():
    writers = set()
    for path in WRITTEN:
        text = " ".join(path.read_text().lower().split())
        if any(f"{verb} {table}" in text for verb in WRITES for table in ("transition_log", "outbox")):
            writers.add(path.relative_to(SOURCE).parts[0])
    assert writers <= {"workflow"}


NETWORK = {"aiohttp", "boto3", "ftplib", "http", "httpx", "nats", "obstore", "requests", "smtplib", "urllib3"}
# The doctor asks the own machine's port who is there.
MAY_CALL_OUT = {"oidc", "providers", "outbound", "storage", "doctor"}


def test_the_network_is_touched_at_the_border_only():
    callers = {
        path.relative_to(SOURCE).parts[0]
        for path in WRITTEN
        if any(name.partition(".")[0] in NETWORK or name.startswith("urllib.request") for name in imports(path))
    }
    assert callers <= MAY_CALL_OUT
