"""`orderway documents`: the operations of a client's folder, looked at as the API would, gathered into one list."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from graphql import GraphQLError

from orderway.graphql.documents import OPEN_RULES, prepared
from orderway.graphql.manifest import Manifest, ManifestInvalid, manifest_of
from orderway.graphql.schema import the_schema


def gather(folder: Path) -> Manifest:
    """Every *.graphql below the folder: one document each, with all its fragments. Raises ManifestInvalid."""
    found = dict(read(folder))
    if not found:
        raise ManifestInvalid(f"There is no *.graphql in {folder}.", "Name the folder of the client's operations.")
    for path, text in found.items():
        for wrong in faults(text):
            raise ManifestInvalid(f"{path}: {wrong}", "Correct it, or take it out.")
    return manifest_of(found.values())


def read(folder: Path) -> Iterator[tuple[Path, str]]:
    """Each document as it will be sent. Raises ManifestInvalid for one that can not be read."""
    for path in sorted(folder.rglob("*.graphql")):
        try:
            yield path, path.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise ManifestInvalid(f"{path} can not be read: {error}.", "Correct it, or take it out.") from None


def faults(text: str) -> list[str]:
    """Why the API would not execute it, in sentences."""
    try:
        found = prepared(the_schema()._schema, text, OPEN_RULES)  # noqa: SLF001  (what executes is graphql-core)
    except GraphQLError as error:
        return [error.message]
    if not found.operations:
        return ["There is no operation in it."]
    return [error.message for error in found.errors]
