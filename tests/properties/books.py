"""Money, credit and goods counted a second time: from the rows alone, in Python, with no word of the laws' own SQL."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from uuid import UUID

import asyncpg
from tests.properties.shelves import DROPPED, ENDED_EARLY, Place, Row, dropped_pieces, goods, pieces

TABLES = (
    "sale_order", "order_line", "sale", "fulfillment", "payment", "override_request", "rider_interest", "payable",
    "credit_entry", "credit_profile", "customer_sales_agg", "stock", "reservation", "movement", "returned_goods",
    "outbox", "transition_log", "payment_reference", "account_credit", "account_credit_entry", "rider_ledger",
)  # fmt: skip
JSON = {"context", "payload", "facts"}
LIVES = ("sale", "fulfillment", "payment", "override_request", "rider_interest")
ON_CREDIT = {"CLEARED_FOR_FULFILLMENT", "AWAITING_SETTLEMENT"}
FINAL = {
    "quotation": {"MUTUALLY_APPROVED", "REJECTED", "CANCELLED", "EXPIRED"},
    "sale": {"COMPLETED", "CANCELLED", "EXPIRED", "REFUNDED"},
    "fulfillment": {"COMPLETED", "REFUNDED", "CANCELLED", "FAILED"},
    "payment": {"REFUNDED", "REVERSED"},
    "override_request": {"DENIED", "EXPIRED", "REVOKED"},
    "rider_interest": set(),
}


@dataclass(frozen=True)
class Seen:
    """What was seen from outside: pieces that came to each shelf, what buyers got of their accounts, and by how much
    each rider's earnings rose or fell when somebody paid or corrected them.
    """

    arrived: Mapping[Place, int]
    given: Mapping[UUID, int]
    riders: Mapping[UUID, int]


@dataclass(frozen=True)
class Books:
    """All rows of the tables, and what was seen."""

    tables: Mapping[str, list[Row]]
    seen: Seen

    def of(self, table: str, order: UUID) -> list[Row]:
        return [row for row in self.tables[table] if row["order_id"] == order]

    def one(self, table: str, order: UUID) -> Row:
        """The one row that the order has, or an empty one."""
        return next(iter(self.of(table, order)), {"state": None, "context": {}})

    def complaints(self) -> list[str]:
        """Everything that does not add up, in sentences."""
        found = [
            *self.credit(),
            *goods(self.tables, self.seen.arrived),
            *self.log(),
            *self.told(),
            *self.references(),
            *self.accounts(),
            *self.earnings(),
        ]
        for order in self.tables["sale_order"]:
            found += [f"Order {order['number']}: {each}" for each in self.of_order(order)]
        return found

    def of_order(self, order: Row) -> Iterator[str]:
        yield from self.money(order["id"])
        yield from self.losses(order["id"])
        yield from self.returns(order["id"])
        yield from pieces(
            order, self.one("sale", order["id"]), self.of("fulfillment", order["id"]),
            self.of("reservation", order["id"]), self.of("order_line", order["id"]),
        )  # fmt: skip
        yield from self.riders(order["id"])

    def money(self, order: UUID) -> Iterator[str]:
        """What the company holds and does not owe back is what the sale is worth, as far as it is paid."""
        confirmed = [row["context"] for row in self.of("payment", order) if row["context"]["confirmed_at"]]
        kept = sum(left(each) for each in confirmed)
        owed = sum(row["amount"] for row in self.of("payable", order))
        sale, state = self.one("sale", order)["context"], self.one("sale", order)["state"]
        due = 0
        if sale and state not in ENDED_EARLY:
            due = min(paid(sale), worth(sale))
        recovered = self.recovered(order)
        if kept - owed != due + recovered:
            yield f"{kept} is kept and {owed} of it owed back, but {due} and then {recovered} has been earned."
        if any(min(each["refunded"], each["reversed"], left(each)) < 0 for each in confirmed):
            yield "More went back than came."
        if state == "COMPLETED" and due + sale["written_off"] != worth(sale):
            yield f"It is completed with {due} of {worth(sale)} paid and {sale['written_off']} written off."

    def recovered(self, order: UUID) -> int:
        """What its sale had written off, and came after all."""
        aside = {row["payment_id"] for row in self.of("payable", order) if row["kind"] == "UNALLOCATED"}
        back: int = sum(
            row["amount"]
            for row in self.of("payable", order)
            if row["kind"] == "LOST" and row["payment_id"] not in aside
        )
        written_off: int = self.one("sale", order)["context"].get("written_off", 0)
        return max(0, min(back, written_off))

    def losses(self, order: UUID) -> Iterator[str]:
        """What providers took back is missing in the sale or lost; nobody was paid what was not owed but by a loss."""
        taken = sum(row["context"]["reversed"] for row in self.of("payment", order))
        lost = [-row["amount"] for row in self.of("payable", order) if row["kind"] == "LOST"]
        sale = self.one("sale", order)["context"]
        counted = sale["reversed_total"] if sale else 0
        if taken != counted + sum(lost):
            yield f"{taken} was taken back; its sale counts {counted}, and {sum(lost)} is lost."
        if sum(row["amount"] for row in self.of("payable", order)) < -sum(each for each in lost if each > 0):
            yield "More was paid back than was owed."
        if sale and paid(sale) < 0:
            yield f"Its sale holds less than nothing: {sale}."

    def refunded(self, order: UUID) -> int:
        """What its sale counts as refunded, by its log: for goods, and of what came too much once money was taken back,
        but never more than it still had.
        """
        captured = taken = refunded = 0
        sale = self.one("sale", order).get("id")
        for row in (row for row in self.of("transition_log", order) if row["instance_id"] == sale):
            event, payload = row["event"], row["payload"]
            captured += payload["amount"] if event == "PAYMENT_CAPTURED" else 0
            refunded += payload["amount"] if event == "FULFILLMENT_REFUNDED" else 0
            taken -= payload["amount"] if event == "PAYMENT_RESTORED" else 0
            if event == "PAYMENT_REVERSED":
                taken += payload["amount"]
                refunded = min(refunded + row["facts"]["surplus_paid_out"], captured - taken)
        return refunded

    def returns(self, order: UUID) -> Iterator[str]:
        """What came back or never went was refunded as far as it was paid, or is no longer owed: piece by piece, its
        whole price.
        """
        log = self.of("transition_log", order)
        heard = [row["payload"] for row in log if row["event"] == "FULFILLMENT_REFUNDED"]
        refunds = [row for row in log if row["event"] == "REFUND_ISSUED"]
        refunded, waived = (sum(each[name] for each in heard) for name in ("amount", "waived"))
        sale, parts = self.one("sale", order), self.of("fulfillment", order)
        told = sale["context"].get("refunded_total"), sale["context"].get("returned_total")
        if heard and told != (self.refunded(order), refunded + waived):
            yield f"{refunded} was refunded and {waived} waived; the sale says {told}."
        if sale["state"] in ENDED_EARLY or any(part["state"] == "RETURN_RECEIVED" for part in parts):
            return
        back = dropped_pieces(sale, parts, self.of("reservation", order))
        for row in self.tables["returned_goods"]:
            back[row["line_id"]] += row["quantity"] * (row["condition"] != "MISSING")
        price = sum(
            round(Fraction(line["total"] * back[line["id"]], line["quantity"])) for line in self.of("order_line", order)
        )
        kept_back = sum(row["facts"]["refundable"] - row["payload"]["amount"] for row in refunds)
        if refunded + waived + kept_back != price:
            yield f"Goods for {price} came back or never went, and {refunded + waived + kept_back} was judged."

    def riders(self, order: UUID) -> Iterator[str]:
        """At most one rider has each delivery, and it is the one whom its fulfillment names."""
        for part in self.of("fulfillment", order):
            assigned = [
                row["context"]["rider"]
                for row in self.of("rider_interest", order)
                if row["state"] == "ASSIGNED" and row["fulfillment_id"] == part["id"]
            ]
            chosen = part["context"]["interest"] and part["context"]["rider"]
            if part["state"] in DROPPED:
                chosen = None
            if assigned != ([chosen] if chosen else []):
                yield f"Assigned are {assigned}, and chosen is {chosen}."

    def credit(self) -> Iterator[str]:
        """Who bought on credit owes what is unpaid of cleared sales, and has earned what is completed."""
        owed, earned = defaultdict[UUID, int](int), defaultdict[UUID, list[int]](list)
        for order in self.tables["sale_order"]:
            sale = self.one("sale", order["id"])
            exposed = outstanding(sale["context"]) if sale["state"] in ON_CREDIT else 0
            entered = sum(row["amount"] for row in self.of("credit_entry", order["id"]))
            if exposed != entered:
                yield f"Order {order['number']} owes {exposed} on credit, and {entered} is entered."
            owed[order["customer_id"]] += exposed
            if sale["state"] == "COMPLETED":
                earned[order["customer_id"]].append(worth(sale["context"]) - sale["context"]["written_off"])
        for row in self.tables["credit_profile"]:
            if row["exposure"] != owed.pop(row["customer_id"], 0):
                yield f"Customer {row['customer_id']} is exposed with {row['exposure']}."
        if any(owed.values()):
            yield f"{dict(owed)} is owed without an account."
        counted = {row["customer_id"]: (row["sales"], row["cumulative"]) for row in self.tables["customer_sales_agg"]}
        if counted != {customer: (len(sums), sum(sums)) for customer, sums in earned.items()}:
            yield f"{counted} is counted as earned, and {dict(earned)} was."

    def accounts(self) -> Iterator[str]:
        """On the account of a buyer is what refunds brought there, less what it paid for orders, and what they got."""
        buyer = {row["id"]: row["customer_id"] for row in self.tables["sale_order"]}
        expected, entered = defaultdict[UUID, int](int), defaultdict[UUID, int](int)
        for row in self.tables["payment"]:
            paid_by_account = row["context"]["method"] == "ACCOUNT_CREDIT" and row["context"]["confirmed_at"]
            expected[buyer[row["order_id"]]] += row["context"]["credited"]
            expected[buyer[row["order_id"]]] -= row["context"]["amount"] if paid_by_account else 0
        for customer, amount in self.seen.given.items():
            expected[customer] -= amount
        for row in self.tables["account_credit_entry"]:
            entered[row["customer_id"]] += row["amount"]
        holds = {row["customer_id"]: row["balance"] for row in self.tables["account_credit"] if row["balance"]}
        found = [{each: amount for each, amount in sums.items() if amount} for sums in (expected, entered)]
        if found != [holds, holds] or min(holds.values(), default=0) < 0:
            yield f"Accounts hold {holds}, and should {found[0]}; their entries come to {found[1]}."

    def earnings(self) -> Iterator[str]:
        """Each rider earned what was agreed for each delivery that got there, once, and never owes anything for one."""
        agreed = {
            (row["id"], row["rider_id"], row["context"]["cost"])
            for row in self.tables["fulfillment"]
            if row["rider_id"] and row["context"]["cost"] and row["context"]["delivered_at"]
        }
        due, changed = defaultdict[tuple[UUID, UUID], int](int), defaultdict[UUID, int](int)
        earned = []
        for row in self.tables["rider_ledger"]:
            due[row["fulfillment_id"], row["rider_id"]] += row["amount"]
            if row["kind"] == "EARNED":
                earned.append((row["fulfillment_id"], row["rider_id"], row["amount"]))
            else:
                changed[row["rider_id"]] += row["amount"]
        if sorted(earned) != sorted(agreed) or min(due.values(), default=0) < 0:
            yield f"Riders earned {earned}, and {agreed} was agreed; due is {dict(due)}."
        if any(changed[rider] != self.seen.riders.get(rider, 0) for rider in {*changed, *self.seen.riders}):
            yield f"Riders were paid and corrected by {dict(changed)}, and seen to be by {dict(self.seen.riders)}."

    def references(self) -> Iterator[str]:
        """Each payment stands in the register once, under its own reference."""
        of_payments = {(row["provider"], row["reference"], row["id"]) for row in self.tables["payment"]}
        kept = [(row["provider"], row["reference"], row["payment_id"]) for row in self.tables["payment_reference"]]
        if sorted(of_payments) != sorted(kept):
            yield f"The register knows {kept} of {of_payments}."

    def log(self) -> Iterator[str]:
        """The steps of each instance follow one another, none leads out of an end, and its row stands at the last."""
        last = dict[UUID, tuple[int, str]]()
        for row in self.tables["transition_log"]:
            step, state = last.get(row["instance_id"], (-1, None))
            if (row["step"], row["from_state"]) != (step + 1, state) or state in FINAL[row["machine"]]:
                yield f"{row['machine']} went from {row['from_state']} at step {row['step']}, after {state} at {step}."
            last[row["instance_id"]] = row["step"], row["to_state"]
        for table in LIVES:
            for row in self.tables[table]:
                if last.get(row["id"]) != (row["step"], row["state"]):
                    yield f"{table} stands at {row['step']}, {row['state']}; its log at {last.get(row['id'])}."

    def told(self) -> Iterator[str]:
        """The outbox of each order counts from one without a gap and tells of every row of the log."""
        for order in self.tables["sale_order"]:
            rows = self.of("outbox", order["id"])
            if [row["number"] for row in rows] != list(range(1, order["outbox_number"] + 1)):
                yield f"Order {order['number']} has told {[row['number'] for row in rows]} of {order['outbox_number']}."
            logged = {(row["instance_id"], row["step"]) for row in self.of("transition_log", order["id"])}
            if logged != {(row["instance_id"], row["step"]) for row in rows}:
                yield f"Order {order['number']} has not told of all that happened."


def worth(sale: Row) -> int:
    """What the buyer is to pay in all."""
    return max(0, int(sale["grand_total"] - sale["returned_total"] - sale["allowance"]))


def paid(sale: Row) -> int:
    """What the sale still has of what was paid for it."""
    return int(sale["captured_total"] - sale["refunded_total"] - sale["reversed_total"])


def outstanding(sale: Row) -> int:
    return max(0, worth(sale) - paid(sale))


def left(payment: Row) -> int:
    """What has gone back neither to the buyer nor to the provider."""
    return int(payment["amount"] - payment["refunded"] - payment["reversed"])


async def read_books(pool: asyncpg.Pool, seen: Seen) -> Books:
    """Read every row."""
    order = {"outbox": "order_id, number", "transition_log": "instance_id, step"}
    tables = {
        table: [opened(row) for row in await pool.fetch(f"SELECT * FROM {table} ORDER BY {order.get(table, '1, 2')}")]
        for table in TABLES
    }
    return Books(tables, seen)


def opened(row: asyncpg.Record) -> Row:
    """The row with its JSON as what it says."""
    return {name: json.loads(value) if name in JSON else value for name, value in row.items()}
