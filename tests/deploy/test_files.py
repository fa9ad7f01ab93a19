"""What deploy/ describes is read by who knows its rules, and names what is there. `tests.deploy.build` builds it."""

import os
import re
import shlex
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import kubernetes_validate
import pytest
import yaml
from tests.deploy.build import CONTAINER, ROOT, allowed, stages

DEPLOY = ROOT / "deploy"
NEEDED = {
    "POSTGRES_PASSWORD": "p", "STORAGE_KEY": "k", "STORAGE_SECRET": "s",
    "STORAGE_URL": "https://receipts.shop.example", "ORDERWAY_SITE": "https://shop.example",
}  # fmt: skip
OURS = ("migrate", "server", "worker")
"""The services of compose that run Orderway."""


def beside(program: str) -> str:
    return str(Path(sys.executable).with_name(program))


def run(*line: str, **environment: str) -> subprocess.CompletedProcess[str]:
    known = {"PATH": os.environ["PATH"], "HOME": os.environ["HOME"], **environment}
    return subprocess.run(line, check=False, capture_output=True, text=True, env=known)


def variables() -> set[str]:
    """Every variable that the code reads."""
    text = "".join(path.read_text() for path in (ROOT / "src").rglob("*.py"))
    return set(re.findall(r"\b(?:ORDERWAY_[A-Z0-9_]+|DATABASE_URL)\b", text))


def test_the_container_file_is_in_order():
    checked = run(beside("hadolint"), str(CONTAINER))
    assert (checked.returncode, checked.stdout) == (0, "")


def test_the_container_file_takes_what_is_there_and_ends_as_nobody_special():
    build, final = stages()
    taken = [part for step in build for part in step.taken]
    assert {"requirements/runtime.txt", "requirements/build.txt", "pyproject.toml", "src"} <= set(taken)
    assert [part for part in taken if not (ROOT / part).exists() or not allowed(ROOT / part)] == []
    last = {step.word: step.rest for step in final}
    assert last["USER"] == "10001:10001"
    assert "/healthz" in last["HEALTHCHECK"]
    assert re.fullmatch(r"python:3\.\d+-slim-\w+", last["FROM"]), "of one version of Python and of Debian"


@pytest.mark.skipif(sys.platform != "linux", reason="Compose comes as a wheel for Linux alone.")
def test_compose_reads_its_file_and_asks_for_what_is_secret():
    compose = find_spec("compose")  # the program itself: the one beside Python tells nobody how it ended
    assert compose
    assert compose.origin
    line = [
        str(Path(compose.origin).with_name("docker-compose")),
        "--file",
        str(DEPLOY / "container" / "compose.yaml"),
        "config",
    ]
    read = run(*line, **NEEDED)
    assert read.returncode == 0, read.stderr
    services = yaml.safe_load(read.stdout)["services"]
    assert set(services) == {"database", "broker", "storage", "migrate", "server", "worker"}
    assert services["server"]["ports"][0]["host_ip"] == "127.0.0.1"
    assert [name for name, each in services.items() if "ports" in each] == ["server"]
    for name in OURS:
        told = {each for each in services[name]["environment"] if not each.startswith("AWS_")}
        assert told - variables() == set()
    for name in NEEDED:
        without = run(*line, **{each: value for each, value in NEEDED.items() if each != name})
        assert without.returncode != 0, f"{name} has a default"
    example = (DEPLOY / "container" / "example.env").read_text()
    assert set(NEEDED) <= set(re.findall(r"^(\w+)=", example, re.MULTILINE))


def test_the_broker_takes_its_settings(tmp_path: Path):
    told = (DEPLOY / "container" / "nats.conf").read_text().replace("/data", str(tmp_path))
    (tmp_path / "nats.conf").write_text(told)
    read = run(beside("nats-server"), "-t", "-c", str(tmp_path / "nats.conf"))
    assert (read.returncode, "sync_interval: always" in told) == (0, True), read.stderr


def objects() -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = yaml.safe_load((DEPLOY / "kubernetes" / "orderway.yaml").read_text())["items"]
    return found


@pytest.mark.parametrize("object_", objects(), ids=lambda each: f"{each['kind']}-{each['metadata']['name']}")
def test_kubernetes_knows_each_object(object_: dict[str, Any]):
    for version in ("1.30", "1.37"):
        kubernetes_validate.validate(object_, version, strict=True)


def test_every_pod_is_closed_and_asked_whether_it_can_answer():
    pods = {
        each["metadata"]["name"]: each["spec"]["template"]["spec"]
        for each in objects()
        if "template" in each.get("spec", {})
    }
    assert set(pods) == {"orderway-migrate", "orderway-server", "orderway-worker"}
    for pod in pods.values():
        [container] = pod["containers"]
        assert pod["securityContext"]["runAsNonRoot"]
        assert container["securityContext"]["readOnlyRootFilesystem"]
        assert container["securityContext"]["capabilities"] == {"drop": ["ALL"]}
    [server] = pods["orderway-server"]["containers"]
    paths = {name: server[name]["httpGet"]["path"] for name in ("livenessProbe", "readinessProbe")}
    assert paths == {"livenessProbe": "/healthz", "readinessProbe": "/readyz"}
    [told] = [each["data"] for each in objects() if each["kind"] == "ConfigMap"]
    assert set(told) - variables() == set()


UNITS = sorted((DEPLOY / "systemd").iterdir())
SYSTEMD = run("sh", "-c", "command -v systemd-analyze").returncode == 0


@pytest.mark.skipif(not SYSTEMD, reason="This machine has no systemd-analyze.")
def test_systemd_takes_the_units_and_finds_those_that_stay_closed(tmp_path: Path):
    for unit in UNITS:
        text = re.sub(r"^(ExecStart=)\S+", r"\1/bin/true", unit.read_text(), flags=re.MULTILINE)
        (tmp_path / unit.name).write_text(text)
    names = [str(tmp_path / unit.name) for unit in UNITS]
    verified = run("systemd-analyze", "verify", *names)
    assert (verified.returncode, verified.stderr) == (0, "")
    for name in ("orderway-server.service", "orderway-worker@.service"):
        weighed = run("systemd-analyze", "security", "--offline=true", "--threshold=15", str(tmp_path / name))
        assert weighed.returncode == 0, weighed.stdout.splitlines()[-1]  # exposed by 1.5 of 10 at most


def started() -> set[str]:
    """The command lines that start a process, with %i as the first of several."""
    units = "\n".join(unit.read_text() for unit in UNITS)
    lines = set(re.findall(r"^ExecStart=(.+)$", units, re.MULTILINE))
    services = yaml.safe_load((DEPLOY / "container" / "compose.yaml").read_text())["services"]
    lines |= {f"orderway {shlex.join(services[name].get('command', ['serve']))}" for name in OURS}
    pods = [each["spec"]["template"]["spec"] for each in objects() if "template" in each.get("spec", {})]
    lines |= {f"orderway {shlex.join(pod['containers'][0]['args'])}" for pod in pods}
    return {line.replace("%i", "1") for line in lines}


@pytest.mark.parametrize("line", sorted(started()))
def test_what_is_started_is_there_and_takes_what_it_is_given(line: str):
    program, *words = line.split()
    backup = [sys.executable, str(DEPLOY / "backup" / "backup.py")]
    command = backup if program.endswith("backup.py") else [beside("orderway")]
    helped = run(*command, *words, "--help")
    assert (helped.returncode, helped.stderr) == (0, "")
