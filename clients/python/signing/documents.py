"""The documents that this client sends, one in a file: what a server that takes trusted documents alone has to know."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path

from . import operations
from .tokens import REFRESH, SIGN_IN, TOKENS


def documents() -> dict[str, str]:
    """The text of each, to the letter as it is sent, by its name."""
    sent = {name.removesuffix("_GQL").lower(): getattr(operations, name) for name in operations.__all__}
    return {**sent, "sign_in": SIGN_IN + TOKENS, "refresh_token": REFRESH + TOKENS}


def write(folder: Path) -> None:
    """Write them into a folder, which is made where it is missing."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in documents().items():
        (folder / f"{name}.graphql").write_text(text, encoding="utf-8", newline="\n")


if __name__ == "__main__":
    parser = ArgumentParser(prog="python -m orderway_client.documents", description=__doc__)
    parser.add_argument("folder", type=Path, help="where to write them, as *.graphql")
    write(parser.parse_args().folder)
