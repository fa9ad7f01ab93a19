"""No migration holds a table for long while people work: each new one is read as SQL by who knows what locks."""

import io
import json
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

import pytest
from alembic.config import Config
from alembic.runtime.environment import EnvironmentContext
from alembic.runtime.migration import MigrationContext, RevisionStep
from alembic.script import Script, ScriptDirectory

FIRST = "0041"
"""Those before it made the tables of the first release, which nobody had anything in yet."""

SMALL = {"outbound_sink", "permission", "role", "role_permission", "store", "system_setting", "worker"}
"""Tables of as many rows as a company has places, people's roles or settings: they are read through in a moment."""

OF_EACH_TRANSACTION = ("require-lock-timeout", "require-statement-timeout")
"""Set by `orderway migrate` around all of them."""

OF_TASTE = ("prefer-bigint-over-int", "prefer-bigint-over-smallint", "prefer-text-field", "prefer-identity")
EXCEPT = [f"--exclude={rule}" for rule in (*OF_EACH_TRANSACTION, *OF_TASTE)]

ACCEPTED = {
    ("0047", "ban-drop-constraint"): "it holds the tables for a moment, and all that was written before is taken",
    ("0062", "ban-drop-constraint"): "no version that was released keeps orders of the predecessor yet",
    ("0062", "ban-drop-not-null"): "no version that was released keeps orders of the predecessor yet",
    ("0062", "constraint-missing-not-valid"): "no version that was released keeps orders of the predecessor yet",
    ("0042", "ban-drop-not-null"): "no version that was released reads notices yet",
    ("0042", "constraint-missing-not-valid"): "no version that was released has notices yet",
}
"""A revision and a rule that it breaks, and why that does no harm."""

READ_THROUGH = re.compile(
    r"^\s*(?:(?:UPDATE|DELETE\s+FROM|LOCK(?:\s+TABLE)?|CLUSTER|REINDEX\s+TABLE|TRUNCATE(?:\s+TABLE)?)\s+(?:ONLY\s+)?"
    r"|VACUUM\s+FULL\s+|ALTER\s+TABLE\s+(?=\S+\s+ATTACH\s))(\w+)",
    re.IGNORECASE,
)
"""What reads or writes a whole table and is no rule of the linter's; the group is the table."""

OF_A_TABLE = re.compile(r"\b(?:ON|TABLE)\s+(?:IF\s+EXISTS\s+|ONLY\s+)*\"?(\w+)", re.IGNORECASE)
MADE = re.compile(r"^CREATE\s+TABLE\s+(?:IF\s+NOT\s+EXISTS\s+)?\"?(\w+)", re.IGNORECASE | re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Lock:
    """A statement that would hold a table."""

    revision: str
    rule: str
    table: str


def roads(location: str) -> ScriptDirectory:
    config = Config()
    config.set_main_option("script_location", location)
    config.set_main_option("path_separator", "os")
    return ScriptDirectory.from_config(config)


def in_sql(directory: ScriptDirectory, script: Script) -> str:
    """The statements of one revision, as they are sent; one that stands apart has no transaction around it."""
    text, apart = io.StringIO(), getattr(script.module, "APART", False)

    def steps(current: str, _context: MigrationContext) -> list[RevisionStep]:
        return list(directory._upgrade_revs(script.revision, current))

    before = str(script.down_revision or "base")
    with EnvironmentContext(
        Config(), directory, fn=steps, as_sql=True, starting_rev=before, destination_rev=script.revision
    ) as environment:
        environment.configure(
            dialect_name="postgresql", output_buffer=text, literal_binds=True, transactional_ddl=not apart
        )
        with environment.begin_transaction():
            environment.run_migrations()
    return text.getvalue()


def locks(directory: ScriptDirectory, folder: Path, *, since: str) -> Iterator[Lock]:
    """Each statement of the revisions from `since` on that holds a table which is not small, nor made by itself."""
    written = {s.revision: in_sql(directory, s) for s in directory.walk_revisions() if s.revision >= since}
    for revision, sql in written.items():
        (folder / f"{revision}.sql").write_text(sql)
    linter = [str(Path(sys.executable).with_name("squawk")), "--reporter=json", "--pg-version=15.0", *EXCEPT]
    files = [str(folder / f"{revision}.sql") for revision in written]
    said = subprocess.run([*linter, *files], check=False, capture_output=True, text=True)
    assert said.returncode in (0, 1), said.stderr
    for each in json.loads(said.stdout):
        revision = Path(each["file"]).stem
        statement = "\n".join(written[revision].splitlines()[each["line"] :]).partition(";")[0]
        if "VALIDATE CONSTRAINT" not in statement or each["rule_name"] != "prefer-robust-stmts":  # it may be done twice
            yield from held(revision, each["rule_name"], statement, written[revision])
    for revision, sql in written.items():
        for statement in re.sub(r"--[^\n]*|(\$\w*\$).*?\1", "", sql, flags=re.DOTALL).split(";"):
            if found := READ_THROUGH.match(statement):
                yield from held(revision, "read-through", f"TABLE {found[1]}", sql)


def held(revision: str, rule: str, statement: str, sql: str) -> Iterator[Lock]:
    found = OF_A_TABLE.search(statement)
    table = found[1] if found else "?"
    if table not in SMALL | {"alembic_version"} | set(MADE.findall(sql)):
        yield Lock(revision, rule, table)


def test_no_migration_holds_a_table_for_long(tmp_path: Path):
    found = set(locks(roads("orderway:migrations"), tmp_path, since=FIRST))
    unaccepted = {lock for lock in found if (lock.revision, lock.rule) not in ACCEPTED}
    assert unaccepted == set(), "build it in a revision with APART = True, or NOT VALID and checked in one: 0051"


PLANTED = """
ALTER TABLE sale ADD COLUMN note text
ALTER TABLE sale ADD CONSTRAINT sale_note_check CHECK (note <> '')
ALTER TABLE sale ALTER COLUMN number TYPE bigint
ALTER TABLE outbound_sink ADD CONSTRAINT outbound_sink_away_check CHECK (sink <> '')
CREATE INDEX sale_note_idx ON sale (note)
CREATE TABLE fresh (id bigint)
CREATE INDEX fresh_id_idx ON fresh (id)
UPDATE sale SET note = 'x'
CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN NULL; UPDATE sale SET note = 'x'; RETURN NEW; END $$
LOCK TABLE outbox
""".strip().splitlines()

BESIDE = """
DROP INDEX CONCURRENTLY IF EXISTS sale_note_idx
CREATE INDEX CONCURRENTLY IF NOT EXISTS sale_note_idx ON sale (note)
ALTER TABLE sale VALIDATE CONSTRAINT sale_note_check
""".strip().splitlines()


@pytest.mark.parametrize("apart", [False, True])
def test_what_holds_a_table_is_found(tmp_path: Path, apart: bool):  # noqa: FBT001 - pytest hands it over
    made = tmp_path / "road"
    (made / "versions").mkdir(parents=True)
    shutil.copy(str(files("orderway.migrations") / "env.py"), made)
    statements = BESIDE if apart else PLANTED
    lines = "".join(f"    op.execute({statement!r})\n" for statement in statements)
    head = f"from alembic import op\nrevision = '9001'\ndown_revision = None\nAPART = {apart}\n\ndef upgrade():\n"
    (made / "versions" / "9001.py").write_text(head + lines)
    found = {(lock.rule, lock.table) for lock in locks(roads(str(made)), tmp_path, since="9001")}
    assert found == (set() if apart else {
        ("constraint-missing-not-valid", "sale"),
        ("changing-column-type", "sale"),
        ("require-concurrent-index-creation", "sale"),
        ("read-through", "sale"),
        ("read-through", "outbox"),
    })  # fmt: skip
