"""`make words`: bring each catalogue up to date with the code; what has no words yet is left empty, and counted."""

import typer
from tests.words.catalogues import names, renew

for name in names():
    typer.echo(f"{name}: {renew(name)} texts have no words yet")
