"""Nothing is in the style sheets for nobody: each class that they dress is written somewhere."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

OURS = Path(__file__).resolve().parents[2] / "src" / "orderway"
SHEETS = (OURS / "ui" / "static" / "orderway.css", OURS / "statechart" / "draw" / "statechart.css")
WITHOUT = re.compile(r"/\*.*?\*/|\"[^\"]*\"", re.DOTALL)
"""What of a sheet names no class: comments and strings."""

GIVEN = re.compile(r'class="([^"]*)"|className: "([^"]*)"|parts\.chip\([^,)]*, "([^"]*)"')
"""Where templates, scripts and drawings write classes."""

CLASSES = re.compile(r"[ a-z0-9-]+")
"""A text of the code that may be nothing but classes: a tone, or how something stands."""

WORD = re.compile(r"[a-zA-Z][\w-]*")


def texts(path: Path) -> Iterator[str]:
    """Where in a file classes may be written."""
    if path.suffix != ".py":
        yield from (" ".join(each) for each in GIVEN.findall(path.read_text()))
        return
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            given = " ".join(" ".join(each) for each in GIVEN.findall(node.value))
            yield given or (node.value if CLASSES.fullmatch(node.value) else "")
            yield " ".join(re.findall(r'class="([\w -]+)', node.value))


def written() -> set[str]:
    """Every word that may be a class."""
    places = [OURS / "ui", OURS / "statechart"]
    files = [path for place in places for kind in ("*.html", "*.js", "*.py") for path in place.rglob(kind)]
    return {word for path in files if path.name != "htmx.js" for text in texts(path) for word in WORD.findall(text)}


def test_every_class_of_the_sheets_is_written_somewhere():
    sheets = [WITHOUT.sub("", sheet.read_text()) for sheet in SHEETS]
    dressed = {name for sheet in sheets for name in re.findall(r"\.([a-zA-Z][\w-]*)", sheet)}
    assert len(dressed) > 100
    assert dressed - written() == set()
