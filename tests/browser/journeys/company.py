"""What is behind the pages of a journey: which orders there are, what the log says, and the company's worker."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from playwright.async_api import expect
from tests.browser.journeys.people import Person
from tests.pins import OF_ORDER

from orderway.demo.company import PLACES
from orderway.fulfillment.backorders import serve_all
from orderway.workflow.kinds import Ref
from orderway.workflow.runner import Runner
from orderway.workflow.timers import Swept, fire

ENTERED = """
SELECT DISTINCT ON (l.instance_id) l.machine, l.to_state AS state,
    CASE WHEN (SELECT count(*) FROM fulfillment p WHERE p.order_id = o.id) > 1 AND l.machine = 'fulfillment'
        THEN 'Part ' || (f.context ->> 'part') ELSE initcap(l.machine) END AS name
FROM transition_log l JOIN sale_order o ON o.id = l.order_id LEFT JOIN fulfillment f ON f.id = l.instance_id
WHERE o.number = $1 AND l.machine = ANY($2) ORDER BY l.instance_id, l.step DESC
"""
"""What the log says last of each machine of an order, with what the tab of its chart is called."""

MACHINES = ("quotation", "sale", "fulfillment")

TOWNS = {place.code: place.mail for place in PLACES}


def town(number: str) -> str:
    """The town of the store of an order, as it stands in the addresses of its people."""
    return TOWNS[number.partition("-")[0]]


@dataclass(frozen=True)
class Company:
    """The company of the journeys, and its worker."""

    runner: Runner

    async def order(self, machine: str, state: str, *, store: str = "LOS", where: str = "true") -> str:
        """The number of an order whose machine rests in a state, with one part, that no journey has been on."""
        found = await self.runner.pool.fetchval(
            f"SELECT o.number FROM {machine} m JOIN sale_order o ON o.id = m.order_id"
            f" WHERE m.state = $1 AND o.number LIKE $2 || '%' AND {where}"
            " AND (SELECT count(*) FROM fulfillment f WHERE f.order_id = o.id) < 2"
            " ORDER BY o.number LIMIT 1",
            state, store,
        )  # fmt: skip
        assert found, f"no {machine} of {store} rests in {state}"
        return str(found)

    async def pin(self, number: str) -> str:
        """The PIN that was made last for who receives the order."""
        return str(await self.runner.pool.fetchval(
            OF_ORDER, await self.runner.pool.fetchval("SELECT id FROM sale_order WHERE number = $1", number)
        ))  # fmt: skip

    async def held(self, number: str) -> bool:
        """Whether goods are held for an order."""
        return bool(await self.runner.pool.fetchval(
            "SELECT count(*) FROM reservation r JOIN sale_order o ON o.id = r.order_id"
            " WHERE o.number = $1 AND r.status = 'HELD'",
            number,
        ))  # fmt: skip

    async def time_runs_out(self, number: str, machine: str) -> None:
        """The worker does what is due of an order's machine, at the moment at which it is."""
        row = await self.runner.pool.fetchrow(
            f"SELECT m.store_id, m.id, m.due_at FROM {machine} m JOIN sale_order o ON o.id = m.order_id"
            " WHERE o.number = $1 AND m.due_at IS NOT NULL ORDER BY m.due_at LIMIT 1",
            number,
        )
        assert row, f"no {machine} of {number} waits for its time"
        then, swept = row["due_at"] + timedelta(seconds=1), Swept()
        later = Runner(self.runner.pool, self.runner.workflow, announce=self.runner.announce, clock=lambda: then)
        await fire(later, Ref(machine, row["store_id"], row["id"]), swept)
        assert swept == Swept(sent=1)

    async def goods_are_served(self) -> None:
        """The worker gives what came to those who wait for it."""
        await serve_all(self.runner)


async def ended(person: Person, company: Company, number: str, *lines: str) -> None:
    """What the page of an order says in the end is what happened.

    Its timeline tells these lines one after the other, though more may stand between them; and of each machine the
    chart's current state is what the log says.
    """
    await person.finds(number)
    told = person.page.locator("#line li")
    await expect(told.filter(has_text=lines[-1]).first).to_be_visible()
    entries = iter([" ".join(each.split()) for each in reversed(await told.all_inner_texts())])
    for line in lines:
        assert any(line in entry for entry in entries), f"the timeline does not tell in its place: {line}"
    for row in await company.runner.pool.fetch(ENTERED, number, [*MACHINES]):
        await is_drawn(
            person, row["name"], company.runner.workflow.kind(row["machine"]).newest.nodes[row["state"]].label
        )


async def is_drawn(person: Person, machine: str, state: str) -> None:
    """The chart of a machine has its order in that state."""
    tab = person.page.get_by_role("navigation", name="Workflow of").get_by_role("link", name=machine, exact=True)
    if await tab.count():
        await tab.click()
        await expect(tab).to_have_attribute("aria-current", "page")
    drawn = person.page.locator("svg.statechart .is-current text:not(.count)")
    assert " ".join(await drawn.all_text_contents()) == state
