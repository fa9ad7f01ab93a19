"""Trusted documents: a server with a list executes what is in it, by its id or its text, and nothing else."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path

import httpx
import pytest
from tests.graphql.office import Api, Office
from typer.testing import CliRunner

from orderway.cli import app
from orderway.deployment import Deployment
from orderway.graphql.gathering import gather
from orderway.graphql.manifest import ManifestInvalid, read_manifest, write_manifest

WHO = "query Who { viewer { name } }\n"
SCHEMA = "{ __schema { queryType { name } } }"
Opened = Callable[..., AbstractAsyncContextManager[Api]]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "operations"
    (made / "account").mkdir(parents=True)
    (made / "account" / "who.graphql").write_text(WHO)
    (made / "schema.graphql").write_text(SCHEMA)
    return made


@pytest.fixture
def listed(office: Office, folder: Path, tmp_path: Path) -> Opened:
    """Opens the API of a server that has the list."""
    path = tmp_path / "operations.json"
    write_manifest(gather(folder), path)

    @asynccontextmanager
    async def opened() -> AsyncIterator[Api]:
        async with office.open(deployment=Deployment(documents=path)) as client:
            yield Api(office, client)

    return opened


async def asked(api: Api, **body: object) -> httpx.Response:
    return await api.client.post("/graphql", json=body)


async def test_what_is_in_the_list_is_asked_for_by_its_id_or_its_text(listed: Opened):
    async with listed() as api:
        for body in ({"documentId": f"sha256:{digest(WHO)}"}, {"documentId": digest(WHO)}, {"query": WHO}):
            assert (await asked(api, **body)).json() == {"data": {"viewer": None}}


async def test_nothing_else_is_executed(listed: Opened):
    sentence = (
        "This server takes the operations of its list, and this is none of them."
        ' Name one by its id, as {"documentId": "sha256:…"}.'
    )
    async with listed() as api:
        for body in ({"query": "{ viewer { id } }"}, {"query": WHO.strip()}, {"documentId": "sha256:00"}, {}):
            response = await asked(api, **body)
            assert (response.status_code, response.json()["errors"][0]["message"]) == (400, sentence)


async def test_without_a_list_there_are_no_ids(api: Api):
    response = await asked(api, documentId=f"sha256:{digest(WHO)}")
    assert response.status_code == 400
    assert response.json()["errors"][0]["message"] == (
        "This server keeps no documents. Send the text of the operation as `query`."
    )


def digest(text: str) -> str:
    """The ids of the two texts, as sha256sum gives them."""
    return {
        WHO: "7f69aed3e32aa9b361caa6283b39362f0dce01a755a2e9f43852d9a82a57ae43",
        SCHEMA: "3158fa8cd4c4b15c9b6bae16e2b19ee8ecde105ee3b48f444c48391d30c6132e",
    }[text]


def test_the_command_writes_what_a_server_reads(folder: Path, tmp_path: Path):
    into = tmp_path / "list.json"
    told = CliRunner().invoke(app, ["documents", str(folder), "--into", str(into)])
    assert (told.exit_code, told.output) == (0, f"{into} has 2 documents.\n")
    assert json.loads(into.read_text()) == {digest(WHO): WHO, digest(SCHEMA): SCHEMA}
    assert read_manifest(into) == {digest(WHO): WHO, digest(SCHEMA): SCHEMA}


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("query Who { viewer { nam } }", "Cannot query field 'nam' on type 'Viewer'."),
        ("query Who {", "Syntax Error: Expected Name, found <EOF>."),
        ("fragment F on Viewer { name }", "There is no operation in it."),
        ("{ a " * 13 + "}" * 13, "This operation has 13 levels; 12 are allowed. Ask for less at once."),
    ],
)
def test_what_the_api_would_not_execute_comes_into_no_list(text: str, sentence: str, folder: Path):
    (folder / "wrong.graphql").write_text(text)
    with pytest.raises(ManifestInvalid) as no:
        gather(folder)
    assert str(no.value) == f"{folder / 'wrong.graphql'}: {sentence} Correct it, or take it out."


def test_a_folder_without_operations_is_one_sentence(tmp_path: Path):
    with pytest.raises(ManifestInvalid) as no:
        gather(tmp_path)
    assert str(no.value) == f"There is no *.graphql in {tmp_path}. Name the folder of the client's operations."


def test_a_list_that_somebody_wrote_into_is_refused(tmp_path: Path):
    path = tmp_path / "list.json"
    path.write_text(json.dumps({digest(WHO): SCHEMA}))
    with pytest.raises(ManifestInvalid, match=f"has not the sha256 that it stands under: {digest(WHO)}"):
        read_manifest(path)
    path.write_text("[]")
    with pytest.raises(ManifestInvalid, match="can not be read: Expected `object`, got `array`"):
        read_manifest(path)
    with pytest.raises(ManifestInvalid, match=r"missing.json can not be read: No such file or directory\. Write them"):
        read_manifest(tmp_path / "missing.json")
