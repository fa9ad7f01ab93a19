"""Whether everything runs under a version that this release knows, and whether each migration came to its end."""

from orderway.doctor.finding import Finding
from orderway.workflow.kinds import Connection, Kind, Workflow
from orderway.workflow.migration_runs import list_open


async def versions(connection: Connection, workflow: Workflow) -> list[Finding]:
    """Name each machine with something of a version that is not known here, and each run that did not end."""
    found = [each for kind in workflow.kinds.values() for each in await _unknown(connection, kind)]
    for run in await list_open(connection):
        more = "--undo …" if run.undoes else f"--to {run.to_version}"
        found.append(Finding(
            f"{run.told} began on {run.started_at:%Y-%m-%d at %H:%M} UTC and did not end; it moved {run.moved:,}.",
            f"Where nobody is about it, go on: orderway machine migrate {run.machine} {more} --reason …",
        ))  # fmt: skip
    return found or [Finding("Everything runs under a version of its workflow that this release knows.")]


async def _unknown(connection: Connection, kind: Kind) -> list[Finding]:
    rows = await connection.fetch(
        f"SELECT version, count(*) FROM {kind.table.name} WHERE version <> ALL ($1::int[]) GROUP BY 1 ORDER BY 1",  # noqa: S608  (a table of the workflow's own)
        list(kind.charts),
    )
    return [
        Finding(
            f"Of {kind.name} {count:,} run under version {version}, which this release does not know: here they are"
            " neither shown nor moved, and no timer of theirs goes off.",
            "Bring this machine to the release that the others run.",
        )
        for version, count in rows
    ]
