"""A seller's program that begins quotations over HTTP, at whichever of two hosts answers.

python -m tests.beyond.asking SECONDS BASE BASE TOKEN: says "begun", and at its end one line of JSON: the key and the
order of each answer, and how often nobody answered in time.
"""

from __future__ import annotations

import asyncio
import json
import sys
import time
from dataclasses import dataclass, field
from itertools import cycle
from typing import Any
from uuid import uuid4

import httpx
from tests.graphql.office import BUYER, LAGOS, SHIRT

AT_ONCE = 4
PATIENCE = 3.0
"""Seconds after which the other host is asked the same."""

BEGIN = """
    mutation($input: CreateQuotationInput!) {
        createQuotation(input: $input) { __typename ... on Moved { order { id } } ... on Refused { sentence } }
    }
"""


@dataclass(slots=True)
class Asked:
    """What was answered: keys with the orders that they began, and when; how often a host was given up."""

    orders: list[tuple[str, str, float]] = field(default_factory=list)
    given_up: int = 0


async def ask(bases: list[str], token: str, *, seconds: float) -> Asked:
    asked, until = Asked(), time.monotonic() + seconds
    async with httpx.AsyncClient(headers={"Authorization": f"Bearer {token}"}, timeout=PATIENCE) as client:
        print("begun", flush=True)

        async def one(first: int) -> None:
            hosts = cycle(bases[first:] + bases[:first])
            host = next(hosts)
            while time.monotonic() < until:
                key = str(uuid4())
                while True:
                    try:
                        order = await begin(client, host, key)
                    except httpx.TransportError:
                        asked.given_up += 1
                        host = next(hosts)
                    else:
                        asked.orders.append((key, order, time.time()))
                        break

        async with asyncio.TaskGroup() as group:
            for number in range(AT_ONCE):
                group.create_task(one(number % len(bases)))
    return asked


async def begin(client: httpx.AsyncClient, base: str, key: str) -> str:
    """Begin a quotation; the id of its order. Raises what httpx raises where nobody answers."""
    line = {"variant": str(SHIRT), "quantity": 1}
    given: dict[str, Any] = {
        "store": str(LAGOS), "customer": str(BUYER), "fulfillmentType": "PICKUP", "lines": [line],
        "idempotencyKey": key,
    }  # fmt: skip
    answer = await client.post(f"{base}/graphql", json={"query": BEGIN, "variables": {"input": given}})
    body = answer.raise_for_status().json()
    return str(body["data"]["createQuotation"]["order"]["id"])


def main() -> None:
    seconds, first, second, token = sys.argv[1:]
    found = asyncio.run(ask([first, second], token, seconds=float(seconds)))
    print(json.dumps({"orders": found.orders, "given_up": found.given_up}))


if __name__ == "__main__":
    main()
