"""The page to try the API with: there while developing, out of this server alone, and nowhere else."""

from __future__ import annotations

import re

from tests.graphql.office import Office

from orderway.deployment import Deployment
from orderway.graphql.gathering import faults
from orderway.graphql.tryout import FILES, KINDS

BROWSER = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}


async def test_while_developing_a_browser_finds_a_page_whose_every_part_is_here(office: Office):
    async with office.open(Deployment(environment="development")) as client:
        page = await client.get("/graphql", headers=BROWSER)
        assert (page.status_code, page.headers["content-type"]) == (200, "text/html; charset=utf-8")
        assert "script-src 'self';" in page.headers["content-security-policy"]
        parts = set(re.findall(r'(?:src|href)="([^"]+)"', page.text)) - {"data:,"}  # no icon is asked for
        assert sorted(parts) == sorted(f"/graphql/try/{name}" for name in KINDS)
        for part in parts:
            found = await client.get(part)
            assert found.status_code == 200
            assert found.headers["content-type"].partition(";")[0] in {"text/javascript", "text/css"}
            assert len(found.content) > 50
        assert (await client.get("/graphql/try/LICENSES")).status_code == 404
        assert (await client.get("/graphql")).status_code == 405
        assert (await client.post("/graphql", json={"query": "{ viewer { name } }"}, headers=BROWSER)).json() == {
            "data": {"viewer": None}
        }


def test_what_it_begins_with_is_an_operation_of_the_api():
    script = (FILES / "start.js").read_text()
    [document] = re.findall(r"`([^`]+)`", script)
    assert "signIn" in document
    assert faults(document) == []


async def test_anywhere_else_there_is_none(office: Office):
    async with office.open() as client:
        assert (await client.get("/graphql", headers=BROWSER)).status_code == 405
        assert (await client.get("/graphql/try/graphiql.js")).status_code == 404
