"""How the rows of a million orders are made: one statement for each table, with chance from a seed."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import UUID

from benchmarks.million_people import BILLERS, CONSUMERS, RESELLERS, RIDERS, STORES, VARIANTS

from orderway.fulfillment.context import FulfillmentContext
from orderway.quotation.context import QuotationContext
from orderway.sale.context import Override, Review, SaleContext
from orderway.sale.overrides.machine import OverrideRequestContext
from orderway.sale.payments.context import PaymentContext
from orderway.workflow.kinds import encode

SUM, PAID, WHEN = 7_000_001, 7_000_002, datetime(2001, 1, 1, tzinfo=UTC)
SOMEONE = UUID("00000000-0000-7000-8000-000000000000")
BILLER = f"person:{SOMEONE}"


def context(of: object, **put: str) -> str:
    """A context as an expression of SQL: each word of `put` in it replaced by what an expression gives."""
    text = f"'{encode(of)}'"
    for word, expression in put.items():
        text = f"replace({text}, '{WORDS[word]}', {expression})"
    return f"{text}::json"


WORDS = {
    "sum": str(SUM),
    "paid": str(PAID),
    "method": '"MIXED"',
    "when": "2001-01-01T00:00:00Z",
    "someone": str(SOMEONE),
    "type": '"SERVICE"',
    "rider": '"rider":null',
    "kind": '"RESELLER"',
    "reference": "the reference",
}
STAMP = "to_char(at AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS\"Z\"')"
MONEY = {"sum": "total::text", "someone": "coalesce(biller_id, customer_id)::text", "when": STAMP}
REVIEW = SaleContext(
    SUM,
    "NGN",
    admin=Override("requested", SOMEONE, SUM),
    review=Review("AWAITING_PAYMENT_METHOD", BILLER, "Pays late."),
)

CONTEXTS = """
SELECT setseed(0.5);
CREATE FUNCTION pg_temp.made_id(at timestamptz, kind integer, n integer) RETURNS uuid LANGUAGE sql IMMUTABLE RETURN (
    lpad(to_hex((extract(epoch FROM at) * 1000)::bigint), 12, '0') || '7' || lpad(to_hex(kind), 3, '0') || '8'
    || lpad(to_hex(n), 15, '0'))::uuid;
CREATE FUNCTION pg_temp.one_of(words text[], chance double precision) RETURNS text LANGUAGE sql IMMUTABLE
RETURN words[1 + floor(chance * cardinality(words))::integer];
"""

# `way` is how far it came: a quotation, a sale, a fulfillment. Of the newest 4 % most are open, of older ones few.
MADE = f"""
CREATE UNLOGGED TABLE made AS
WITH chance AS (
    SELECT n, '2023-11-26'::timestamptz + interval '3 years' * power(n / {{orders}}.0, 0.7) AS at,
        floor({STORES} * power(random(), 2.5))::integer AS store, random() AS who, random() AS whose,
        random() AS billed, random() AS open, random() AS way, random() AS stands, random() AS brings,
        random() AS rides, random() AS pays,
        1 + floor(random() * 3)::integer AS quantity, 1 + floor(random() * 200)::integer * 25000 AS price
    FROM generate_series(1, {{orders}}) n
), judged AS (
    SELECT *, open < CASE WHEN n > 0.96 * {{orders}} THEN 0.7 ELSE 0.002 END AS is_open,
        CASE WHEN who < 0.02 THEN -1 WHEN who < 0.05 THEN -2 - floor({RESELLERS - 1} * power(whose, 2))::integer
            ELSE floor({CONSUMERS} * power(whose, 1.3))::integer END AS buyer
    FROM chance
), standing AS (
    SELECT *, CASE WHEN is_open THEN CASE WHEN way < 0.4 THEN 1 WHEN way < 0.7 THEN 2 ELSE 3 END
        ELSE CASE WHEN way < 0.05 THEN 1 WHEN way < 0.09 THEN 2 ELSE 3 END END AS phase,
        CASE WHEN brings < 0.45 THEN 'DELIVERY' WHEN brings < 0.97 THEN 'PICKUP' ELSE 'SERVICE' END AS type
    FROM judged
)
SELECT standing.n, at, pg_temp.made_id(at, 1, standing.n) AS order_id, s.id AS store_id,
    'S' || lpad(store::text, 2, '0') AS code,
    coalesce(c.id, r.id) AS customer_id, CASE WHEN c.id IS NULL THEN 'RESELLER' ELSE 'CONSUMER' END AS kind,
    b.id AS biller_id, is_open, phase, type, quantity, price, quantity * price + 100000 AS total,
    CASE WHEN phase > 1 THEN 'MUTUALLY_APPROVED' WHEN is_open THEN pg_temp.one_of(
        '{{{{DRAFT,DRAFT,IN_REVIEW,IN_REVIEW,REVISED,APPROVED_BY_BUYER,APPROVED_BY_SELLER}}}}', stands)
        ELSE pg_temp.one_of('{{{{EXPIRED,EXPIRED,REJECTED,CANCELLED}}}}', stands) END AS quotation,
    CASE WHEN phase = 2 THEN CASE WHEN is_open THEN pg_temp.one_of('{{{{AWAITING_PAYMENT_METHOD,AWAITING_PAYMENT_METHOD,
            PAYMENT_INITIATED,PAYMENT_PENDING_CONFIRMATION,OVERRIDE_REVIEW,PAYMENT_FAILED}}}}', stands)
        ELSE pg_temp.one_of('{{{{CANCELLED,EXPIRED}}}}', stands) END
        WHEN phase = 3 THEN CASE WHEN is_open THEN 'CLEARED_FOR_FULFILLMENT' WHEN stands < 0.01 THEN 'REFUNDED'
            WHEN stands < 0.02 THEN 'CANCELLED' ELSE 'COMPLETED' END END AS sale,
    CASE WHEN phase = 3 THEN CASE WHEN is_open THEN CASE type
            WHEN 'DELIVERY' THEN pg_temp.one_of('{{{{BACKORDERED,PICK_PACK,AWAITING_RIDER_SELECTION,RIDER_ASSIGNED,
                SHIPPED,DELIVERED,DELIVERED,RETURN_REQUESTED,ON_HOLD}}}}', stands)
            WHEN 'PICKUP' THEN pg_temp.one_of(
                '{{{{BACKORDERED,PICK_PACK,READY_FOR_SHIPMENT,READY_FOR_SHIPMENT,DELIVERED}}}}', stands)
            ELSE pg_temp.one_of('{{{{SCHEDULING,IN_PROGRESS}}}}', stands) END
        WHEN stands < 0.01 THEN 'REFUNDED' WHEN stands < 0.015 THEN 'CANCELLED' WHEN stands < 0.02 THEN 'FAILED'
        ELSE 'COMPLETED' END END AS fulfillment,
    CASE WHEN type = 'DELIVERY' THEN d.id END AS rider_id,
    pg_temp.one_of('{{{{CASH,CARD,TRANSFER,BANK,WALLET}}}}', pays) AS method
FROM standing
LEFT JOIN known_store s ON s.n = store
LEFT JOIN known_biller b ON b.n = store * {BILLERS} + floor({BILLERS} * power(billed, 2))::integer AND billed < 0.995
LEFT JOIN known_customer c ON c.n = buyer
LEFT JOIN known_reseller r ON r.n = -1 - buyer
LEFT JOIN known_rider d ON d.n = floor({RIDERS} * power(rides, 2))::integer
ORDER BY 1
"""  # noqa: S608  (texts and numbers of these modules, as everywhere here)

TOLD = "1 + (quotation <> 'DRAFT')::integer + (sale IS NOT NULL)::integer + (fulfillment IS NOT NULL)::integer"
IS_PAID = "(sale IN ('COMPLETED', 'CLEARED_FOR_FULFILLMENT', 'REFUNDED', 'PAYMENT_PENDING_CONFIRMATION'))"
ADDRESS = "CASE WHEN type = 'DELIVERY' THEN pg_temp.made_id(at, 9, n) END"
ORDERS = (
    f"""
    INSERT INTO sale_order (store_id, id, number, customer_id, biller_id, currency, fulfillment_type, placed_at,
        address_id, outbox_number)
    SELECT store_id, order_id, code || '-' || lpad(n::text, 7, '0'), customer_id, biller_id, 'NGN', type, at, {ADDRESS},
        {TOLD} + coalesce({IS_PAID} OR sale = 'OVERRIDE_REVIEW', false)::integer
    FROM made ORDER BY n
    """,  # noqa: S608
    f"""
    INSERT INTO order_line (store_id, id, order_id, position, variant_id, description, quantity, unit_price, discount,
        tax, freight, list_price)
    SELECT store_id, pg_temp.made_id(at, position + 1, m.n), order_id, position, v.id, 'Goods ' || v.n,
        CASE position WHEN 1 THEN quantity ELSE 1 END, CASE position WHEN 1 THEN price ELSE 100000 END, 0, 0, 0, 250000
    FROM made m CROSS JOIN generate_series(1, 2) position JOIN known_variant v ON v.n = (m.n * position) % {VARIANTS}
    """,  # noqa: S608
    # What is under way is promised for long after, whenever this is read, and one in 200 is late.
    f"""
    INSERT INTO delivery_address (store_id, id, order_id, receiver, phone, address, city, region, postcode, country,
        notes, promised_at, at, actor)
    SELECT store_id, {ADDRESS}, order_id, 'A receiver', '+2348030000000', 'Street ' || n, 'Lagos', '', '', 'NG', '',
        at + CASE WHEN is_open AND n % 200 <> 0 THEN interval '70 years' ELSE interval '2 days' END, at,
        'person:' || coalesce(biller_id, customer_id)
    FROM made WHERE type = 'DELIVERY' ORDER BY n
    """,  # noqa: S608
)  # fmt: skip


def logged(machine: str, *, kind: int, state: str, first: str, number: str, second: str) -> str:
    """What a machine's instances are born from; `first` is where they begin, `second` what moved them on if it did."""
    entry = "store_id, {id}, {step}, order_id, '{machine}', 1::smallint, {before}, {after}, {event}, '{{}}'::json,"
    born = entry.format(id="id", step="0", machine=machine, before="NULL", after="first", event="'BORN'")
    then = entry.format(id="id", step="1", machine=machine, before="first", after="state", event=f"'{second}'")
    rest = "'{}'::json, actor, NULL, NULL, NULL"
    return f"""
    CREATE UNLOGGED TABLE life AS
    SELECT *, CASE WHEN state <> first
        THEN orderway_log_hash(birth, {then} {rest}, at + interval '1 hour') ELSE birth END AS hash
    FROM (SELECT *, orderway_log_hash(NULL, {born} {rest}, at) AS birth
        FROM (SELECT *, pg_temp.made_id(at, {kind}, n) AS id, {state} AS state, {first} AS first, {number} AS number,
            '{second}' AS second, 'person:' || coalesce(biller_id, customer_id) AS actor
            FROM made WHERE {state} IS NOT NULL) m) b
    """  # noqa: S608


LOGGED = tuple(
    f"""
    INSERT INTO transition_log (store_id, instance_id, step, order_id, machine, version, from_state, to_state, event,
        payload, facts, actor, at, prev_hash, hash)
    SELECT store_id, id, {step}, order_id, '{{machine}}', 1, {before}, {after}, {event}, '{{{{}}}}', '{{{{}}}}', actor,
        at + interval '{step} hours', {link} FROM life WHERE {which} ORDER BY n
    """  # noqa: S608  (texts of this module)
    for step, before, after, event, link, which in (
        (0, "NULL", "first", "'BORN'", "NULL, birth", "true"),
        (1, "first", "state", "second", "birth, hash", "state <> first"),
    )
)
TELLING = tuple(
    f"""
    INSERT INTO outbox (store_id, order_id, number, id, type, data, instance_id, step, at)
    SELECT store_id, order_id, number + {step}, pg_temp.made_id(at, 20 + number + {step}, n),
        'order.{{machine}}.' || lower({event}), '{{{{}}}}', id, {step}, at + interval '{step} hours'
    FROM life WHERE {which} ORDER BY n
    """  # noqa: S608  (as above)
    for step, event, which in ((0, "'born'", "true"), (1, "second", "state <> first"))
)
BORN = """
    INSERT INTO {machine} (store_id, id, order_id, version, state, context, history, step, hash, created_at, moved_at)
    SELECT store_id, id, order_id, 1, state, {context}, '{{}}', (state <> first)::integer, hash, at,
        CASE WHEN state <> first THEN at + interval '1 hour' ELSE at END FROM life ORDER BY n
"""


def lives(machine: str, context: str, *, kind: int, state: str, first: str, number: str, second: str) -> list[str]:
    """The statements that write every instance of a machine, with its log and what was told of it."""
    making = logged(machine, kind=kind, state=state, first=first, number=number, second=second)
    rest = [each.format(machine=machine, context=context) for each in (*LOGGED, *TELLING, BORN)]
    return [making, *rest, "DROP TABLE life"]


AFTER_SALE = f"{TOLD} + 1"
LIVES = (
    *lives(
        "quotation",
        context(QuotationContext("NGN", version=2, total=SUM, line_count=2), sum="total::text"),
        kind=4, state="quotation", first="'DRAFT'", number="1", second="SHARE",
    ),
    *lives(
        "sale",
        "CASE WHEN state = 'OVERRIDE_REVIEW' THEN "
        + context(REVIEW, **MONEY | {"someone": "pg_temp.made_id(at, 8, n)::text"})
        + " ELSE "
        + context(
            SaleContext(SUM, "NGN", captured_total=PAID, payment_method="MIXED", cleared_by="payment", cleared_at=WHEN),
            **MONEY, paid=f"CASE WHEN {IS_PAID} THEN total ELSE 0 END::text", method="""'"' || method || '"'""",
        )
        + " END",
        kind=5, state="sale", first="sale", number="3", second="",
    ),
    *lives(
        "fulfillment",
        context(
            FulfillmentContext("SERVICE", "NGN", delivered_at=WHEN), type="""'"' || type || '"'""", when=STAMP,
            rider="""CASE WHEN rider_id IS NOT NULL AND state NOT IN ('BACKORDERED', 'PICK_PACK',
            'AWAITING_RIDER_SELECTION') THEN '"rider":"' || rider_id || '"' ELSE '"rider":null' END""",
        ),
        kind=6, state="fulfillment", first="fulfillment", number="4", second="",
    ),
    *lives(
        "payment",
        context(
            PaymentContext(SUM, "NGN", "MIXED", "till", "the reference", "RESELLER", confirmed_at=WHEN),
            sum="total::text", method="""'"' || method || '"'""", kind="""'"' || kind || '"'""", when=STAMP,
            reference="'R-' || n",
        ),
        kind=7,
        state=f"(CASE WHEN {IS_PAID} THEN CASE sale WHEN 'PAYMENT_PENDING_CONFIRMATION' THEN 'PENDING'"
        " ELSE 'CONFIRMED' END END)",
        first="'PENDING'", number=AFTER_SALE, second="CONFIRM",
    ),
    *lives(
        "override_request",
        context(OverrideRequestContext("ADMIN", "Pays late.", SUM, "NGN", BILLER), **MONEY),
        kind=8, state="(CASE WHEN sale = 'OVERRIDE_REVIEW' THEN 'PENDING' END)", first="'PENDING'", number=AFTER_SALE,
        second="",
    ),
)  # fmt: skip
REST = (
    """
    INSERT INTO payment_reference (provider, reference, store_id, payment_id)
    SELECT provider, reference, store_id, id FROM payment
    """,
)
