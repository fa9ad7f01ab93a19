"""Nothing is in the style sheets for nobody: each class that they dress is written somewhere."""

import re
from pathlib import Path

OURS = Path(__file__).resolve().parents[2] / "src" / "orderway"
SHEETS = (OURS / "ui" / "static" / "orderway.css", OURS / "statechart" / "draw" / "statechart.css")
WITHOUT = re.compile(r"/\*.*?\*/|\"[^\"]*\"", re.DOTALL)
"""What of a sheet names no class: comments and strings."""

WRITTEN = {
    "*.html": re.compile(r'class="([^"]*)"|parts\.chip\(([^)]*)\)'),
    "*.js": re.compile(r'className: "([^"]*)"|"([\w .-]+)"'),
    "*.py": re.compile(r"\"([^\"\n]*)\"|'([^'\n]*)'"),
}
"""Where classes are written: in templates, by scripts, and by what draws or says how something stands."""

WORD = re.compile(r"[a-zA-Z][\w-]*")


def written() -> set[str]:
    """Every word that may be a class."""
    found = set[str]()
    for kind, places in WRITTEN.items():
        for path in [*(OURS / "ui").rglob(kind), *(OURS / "statechart").rglob(kind)]:
            if path.name != "htmx.js":
                found.update(WORD.findall(" ".join(" ".join(each) for each in places.findall(path.read_text()))))
    return found


def test_every_class_of_the_sheets_is_written_somewhere():
    dressed = {
        name for sheet in SHEETS for name in re.findall(r"\.([a-zA-Z][\w-]*)", WITHOUT.sub("", sheet.read_text()))
    }
    assert len(dressed) > 100
    assert dressed - written() == set()
