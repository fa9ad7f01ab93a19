"""A form of each address that takes one, with something sensible in it: as somebody finds it on their page."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import httpx
from tests.changeover.listed import put_on_the_list
from tests.company import NOW, PASSWORD, QUICK
from tests.places import PLACES, RIDER, address
from tests.ui.conftest import Shop
from tests.ui.posting import Forms

from orderway.ids import new_id
from orderway.notifications.telling import Letter, tell
from orderway.sale.reconciliation.parking import Parked, park

LAGOS = "(SELECT id FROM store WHERE code = 'LOS')"


def brought(state: str) -> str:
    """An order of the Lagos store whose fulfillment rests in a state."""
    return f"SELECT order_id FROM fulfillment WHERE state = '{state}' AND store_id = {LAGOS} ORDER BY id LIMIT 1"


def paid(state: str) -> str:
    """A payment of an order of the Lagos store."""
    return f"SELECT id FROM payment WHERE state = '{state}' AND store_id = {LAGOS} ORDER BY id LIMIT 1"


THINGS = {
    **PLACES,
    "{product}": "SELECT id FROM product ORDER BY id LIMIT 1",
    "{ware}": "SELECT id FROM variant WHERE product_id = (SELECT min(id::text)::uuid FROM product) ORDER BY id LIMIT 1",
    "{application}": "SELECT id FROM reseller_application ORDER BY email LIMIT 1",
    "{draft}": f"SELECT order_id FROM quotation WHERE state = 'DRAFT' AND store_id = {LAGOS} ORDER BY id LIMIT 1",
    "{packed}": brought("PICK_PACK"),
    "{delivered}": brought("DELIVERED"),
    "{part}": brought("PICK_PACK").replace("order_id", "id", 1),
    "{step}": brought("PICK_PACK").replace("order_id", "step", 1),
    "{unpaid}": f"SELECT order_id FROM sale WHERE state = 'PAYMENT_INITIATED' AND store_id = {LAGOS}",
    "{wanting}": "SELECT id FROM fulfillment WHERE state = 'RETURN_REQUESTED' ORDER BY id LIMIT 1",
    "{pending}": paid("PENDING"),
    "{confirmed}": paid("CONFIRMED"),
    "{request}": f"SELECT id FROM override_request WHERE state = 'PENDING' AND store_id = {LAGOS} ORDER BY id LIMIT 1",
    "{lagos}": f"SELECT {LAGOS}",
    "{abuja}": "SELECT id FROM store WHERE code = 'ABV'",
    "{another}": "SELECT id FROM reseller_application ORDER BY email DESC LIMIT 1",
    "{item}": "SELECT id FROM parked_money LIMIT 1",
    "{order}": "SELECT order_id FROM import_review",
    "{kind}": "SELECT kind FROM import_review",
    "{keeper}": "SELECT customer_id FROM account_credit LIMIT 1",
    "{transfer}": "SELECT id FROM stock_transfer LIMIT 1",
    "{view}": "SELECT id FROM saved_view LIMIT 1",
    "{open}": f"SELECT id FROM fulfillment f WHERE state = 'AWAITING_RIDER_SELECTION' AND store_id = {LAGOS} AND NOT"
    " EXISTS (SELECT FROM rider_interest i WHERE i.fulfillment_id = f.id AND i.rider_id = "
    f"(SELECT id {RIDER})) ORDER BY id LIMIT 1",
    "{offered}": f"SELECT fulfillment_id FROM rider_interest WHERE rider_id = (SELECT id {RIDER})"
    " AND state = 'ACTIVE' ORDER BY id LIMIT 1",
    "{shipped}": f"SELECT id FROM fulfillment WHERE state = 'SHIPPED' AND store_id = {LAGOS} AND rider_id IS NOT NULL",
    "{earned}": f"SELECT fulfillment_id FROM rider_ledger WHERE store_id = {LAGOS} LIMIT 1",
    "{colleague}": "SELECT id FROM person WHERE email = 'biller.abuja@demo.example'",
    "{key}": "SELECT id FROM api_key WHERE revoked_at IS NULL LIMIT 1",
    "{role}": "SELECT name FROM role WHERE name = 'STOCK_TAKER'",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Form:
    """What does something: the mutation of the API that does the same, the page where it stands, where it goes to.

    `fill` is what is typed into it and the button that is pressed, `who` may send it; `at` is where it goes to by
    itself, where its button has another address.
    """

    does: str
    page: str
    url: str
    fill: Mapping[str, str] = field(default_factory=dict)
    who: str = "admin"
    at: str = ""


@dataclass(frozen=True, slots=True)
class Filled:
    """A form that somebody has filled in: where it goes to, and what it holds."""

    url: str
    values: Mapping[str, str]


async def fill_in(form: Form, shop: Shop, client: httpx.AsyncClient) -> Filled:
    """Find the form on its page, and fill it in."""
    page, url, at = [await address(each, shop.pool, THINGS) for each in (form.page, form.url, form.at or form.url)]
    assert page, f"{form.does} has no page"
    assert url, f"{form.does} has nothing to be sent for"
    typed = {await named(name, shop): await named(text, shop) for name, text in form.fill.items()}
    reader = Forms()
    reader.feed((await client.get(page, follow_redirects=True)).text)
    fields = {name for name in typed if name not in BUTTONS and not name.startswith(PICKED)}
    held = [values for goes, values in reader.found if (goes or page) == at and fields <= values.keys()]
    assert held, f"no form on {page} goes to {at} with {fields}"
    return Filled(url, {**held[0], **typed})


async def named(text: str, shop: Shop) -> str:
    return await address(text, shop.pool, THINGS) or ""


async def furnish(shop: Shop, admin: httpx.AsyncClient) -> None:
    """Bring what the demo's company has none of: to be let in, settled, paid out, moved, deleted, and read."""
    for number in (1, 2):
        await shop.pool.execute(APPLICATION, new_id(), f"{number}@shop.example", NOW, QUICK.hash(PASSWORD))
    found = await shop.pool.fetchrow(KEEPER)
    assert found
    await shop.pool.execute("INSERT INTO account_credit (store_id, customer_id, currency) VALUES ($1, $2, 'NGN')",
                            *found[:2])  # fmt: skip
    await shop.pool.execute(KEPT, *found)
    await shop.pool.execute(ROLE, new_id())
    await shop.pool.execute(FAILED)
    await shop.pool.execute(GIVEN_UP, new_id())
    person = await shop.pool.fetchval("SELECT id FROM person WHERE email = 'admin@demo.example'")
    row = await shop.pool.fetchrow("SELECT store_id, order_id, number, type FROM outbox ORDER BY id LIMIT 1")
    assert row
    async with shop.pool.acquire() as connection:
        await park(connection, Parked(kind="orphan", provider="paystack", amount=500, why="Nobody knows it.", at=NOW,
                                      currency="NGN", transaction="T-1"))  # fmt: skip
        await put_on_the_list(shop.pool, row["order_id"], "ADDRESS")
        await tell(connection, [Letter(
            person=person, store_id=row["store_id"], order_id=row["order_id"], event_number=row["number"],
            type=row["type"], machine="sale", instance_id=new_id(), title="An order has left", text="",
            tells_money=True, at=NOW,
        )])  # fmt: skip
    key = await fill_in(Form("createApiKey", "/profile/keys", "/profile/keys", {"name": "Import"}), shop, admin)
    assert (await admin.post(key.url, data={**key.values})).status_code == 200
    for form in FORMS:
        if form.does in {"requestStockTransfer", "saveView"}:
            filled = await fill_in(form, shop, admin)
            assert (await admin.post(filled.url, data={**filled.values})).status_code == 303


APPLICATION = """
    INSERT INTO reseller_application
        (id, email, name, company, phone, currency, store_id, password_hash, applied_at)
    SELECT $1, $2, 'Applicant', 'Corner shop', '+2348031234567', 'NGN', id, $4, $3 FROM store WHERE code = 'LOS'
"""
GIVEN_UP = """
    INSERT INTO mail (store_id, order_id, event_number, recipient, id, topic, instance_id, title, text, at, tries, why,
        dead_at)
    SELECT store_id, id, 1, customer_id, $1, 'PIN', id, 'The PIN', '', now(), 20, 'Refused.', now()
    FROM sale_order LIMIT 1
"""
KEEPER = """
    SELECT o.store_id, o.customer_id, p.order_id, p.id FROM payment p JOIN sale_order o ON o.id = p.order_id
    WHERE o.number LIKE 'LOS-%' AND p.state = 'CONFIRMED'
        AND NOT EXISTS (SELECT FROM account_credit WHERE customer_id = o.customer_id) LIMIT 1
"""
KEPT = """
    INSERT INTO account_credit_entry (store_id, customer_id, currency, order_id, payment_id, kind, amount, at, actor)
    VALUES ($1, $2, 'NGN', $3, $4, 'REFUNDED', 50000, now(), 'system')
"""
FAILED = """
    INSERT INTO outbound_progress (store_id, order_id, sink, known, done, tries, why, dead_at)
    SELECT store_id, id, 'notifications', outbox_number, 0, 20, 'Nobody is there.', now() FROM sale_order
    ORDER BY id LIMIT 2
"""
ROLE = """
    INSERT INTO role (id, name, label, permissions) VALUES ($1, 'STOCK_TAKER', 'stock taker', '{stock.manage}')
"""

BUTTONS = {"act", "do", "language", "up_to"}
PICKED = ("v.", "role.", "may.", "variant.", "quantity.")
REASON = {"reason": "So it was agreed."}
PRODUCT = "/catalogue/products/{product}"
FORMS = (
    Form("createProduct", "/catalogue", "/catalogue", {"name": "Lamp", "category": "Lights"}),
    Form("createPriceList", "/catalogue/lists", "/catalogue/lists", {"tier": "GOLD", "currency": "UGX"}),
    Form("setListPrice", "/catalogue/lists/{list}", "/catalogue/lists/{list}", {"sku": "DEMO-001", "price": "1"}),
    Form("removeListPrice", "/catalogue/lists/{list}", "/catalogue/lists/{list}", {"sku": "DEMO-001", "act": "remove"}),
    Form("renameProduct", PRODUCT, PRODUCT, {"name": "Desk", "act": "rename"}),
    Form("createVariant", PRODUCT, f"{PRODUCT}/variants",
         {"sku": "NEW-1", "name": "Large", "price": "10", "currency": "NGN", "tax": "0"}),
    Form("setVariantPrice", PRODUCT, f"{PRODUCT}/variants/{{ware}}", {"price": "1.00", "act": "save"}),
    Form("setCreditTier", "/credit/tiers", "/credit/tiers",
         {"name": "PEARL", "minimum": "3000000", "maximum": "9000000", "do": "set", **REASON}),
    Form("changeCreditTerms", "/credit/{customer}", "/credit/{customer}?currency=NGN", {"limit": "1000", **REASON}),
    Form("payOutAccountCredit", "/credit/{keeper}", "/credit/{keeper}/payout", {"amount": "1", "note": "By transfer."}),
    Form("createCustomer", "/customers/new", "/customers/new",
         {"name": "Shop", "kind": "CONSUMER", "email": "shop@shop.example", **REASON}),
    Form("changeCustomer", "/customers/{customer}/edit", "/customers/{customer}/edit", {"name": "Other", **REASON}),
    Form("approveResellerApplication", "/applications", "/applications/{application}/approve",
         {"tier": "GOLD", "limit": "10", **REASON}),
    Form("declineResellerApplication", "/applications", "/applications/{another}/decline", REASON),
    Form("registerFulfillmentInterest", "/deliveries", "/deliveries/{open}/offer",
         {"proposed_cost": "900", "eta_minutes": "20"}, "rider1.lagos"),
    Form("riderInterestWithdraw", "/deliveries/offers", "/deliveries/{offered}/withdraw", {}, "rider1.lagos"),
    Form("fulfillmentDeliveryFailed", "/deliveries/{shipped}", "/deliveries/{shipped}/delivery_failed", REASON,
         "rider2.lagos"),
    Form("copyQuotation", "/orders/{packed}", "/orders/{packed}/copy"),
    Form("addComment", "/orders/{packed}", "/orders/{packed}/comments", {"text": "Hello"}),
    Form("registerPayment", "/orders/{unpaid}", "/orders/{unpaid}/begin/payment", {"amount": "1"}),
    Form("fulfillmentHold", "/orders/{packed}", "/orders/{packed}/fulfillment/{part}/hold", REASON),
    Form("fulfillmentStarted", "/orders", "/orders/together/fulfillment.fulfillment_started",
         {"v.{packed}/{part}/{step}": ""}, at="/orders/together"),
    Form("", "/orders", "/orders/together"),
    Form("", "/orders", "/orders/together/csv", at="/orders/together"),
    Form("overrideRequestApprove", "/overrides", "/overrides/{request}/approve", REASON),
    Form("overrideRequestDeny", "/overrides", "/overrides/{request}/deny", REASON, at="/overrides/{request}/approve"),
    Form("setOverrideCap", "/overrides/caps", "/overrides/caps",
         {"do": "set", "currency": "NGN", "amount": "5", **REASON}),
    Form("setEventAside", "/outbox/notifications", "/outbox/notifications/aside", REASON),
    Form("retryDeliveries", "/outbox/notifications", "/outbox/notifications/retry", {"do": "all", **REASON}),
    Form("registerPayment", "/payments/new?order={unpaid}", "/payments/new", {"amount": "1", "provider": "Bank"}),
    Form("paymentConfirm", "/payments/{pending}", "/payments/{pending}/confirm"),
    Form("paymentReverse", "/payments/{confirmed}", "/payments/{confirmed}/reverse", {"amount": "1", **REASON}),
    Form("returnParkedMoney", "/reconciliation", "/reconciliation/{item}/return", REASON),
    Form("decideImportReview", "/reviews", "/reviews/{order}/{kind}", {"decision": "STANDS", **REASON}),
    Form("payFulfillmentRider", "/payouts/{earned}", "/payouts/{earned}/pay", {"reference": "T-1"}),
    Form("correctRiderEarning", "/payouts/{earned}", "/payouts/{earned}/correct", {"amount": "5", **REASON}),
    Form("createUser", "/people/new", "/people/new",
         {"name": "New", "email": "new@demo.example", "password": "a password of theirs", "role.BILLER": "yes",
          **REASON}),
    Form("setUserRoles", "/people/{colleague}", "/people/{colleague}/roles", {"role.ADMIN": "yes", **REASON}),
    Form("setUserPassword", "/people/{colleague}", "/people/{colleague}/password",
         {"password": "another password of theirs", **REASON}),
    Form("disableUser", "/people/{colleague}", "/people/{colleague}/disable", REASON),
    Form("createRole", "/roles", "/roles", {"label": "packer", "name": "PACKER", "may.money.see": "yes", **REASON}),
    Form("deleteRole", "/roles", "/roles/{role}", {"act": "delete", **REASON}),
    Form("createStore", "/stores/new", "/stores/new", {"name": "Kano", "code": "KAN", "currency": "NGN", **REASON}),
    Form("changeStore", "/stores/{store}", "/stores/{store}", {"name": "Other", **REASON}),
    Form("createWebhook", "/webhooks/new", "/webhooks/new", {"name": "Accounts", "url": "https://hooks.example/"}),
    Form("changeWebhook", "/webhooks/{webhook}", "/webhooks/{webhook}", {"name": "Other", **REASON}),
    Form("deleteWebhook", "/webhooks/{webhook}", "/webhooks/{webhook}/act", {"act": "delete", **REASON}),
    Form("sendWebhookTest", "/webhooks/{webhook}", "/webhooks/{webhook}/send", {"act": "test"}),
    Form("createApiKey", "/profile/keys", "/profile/keys", {"name": "Till"}),
    Form("revokeApiKey", "/profile/keys", "/profile/keys/{key}"),
    Form("createQuotation", "/quotations/new?customer={customer}", "/quotations/new?customer={customer}",
         {"act": "save", "variant.0": "{variant}", "quantity.0": "1"}),
    Form("quotationEdit", "/quotations/{draft}/edit", "/quotations/{draft}/edit", {"act": "save"}),
    Form("fulfillmentReturnRejected", "/returns", "/returns/{wanting}/return_rejected?status=requested", REASON),
    Form("upsertRiderCoverage", "/riders/{rider}/coverage", "/riders/{rider}/coverage"),
    Form("setRiderProfile", "/riders/{rider}", "/riders/{rider}/profile", {"vehicle": "VAN"}),
    Form("changeSetting", "/settings", "/settings/RETURN_WINDOW_DAYS", {"value": "20", "act": "set", **REASON}),
    Form("receiveStock", "/stock/receive", "/stock/receive", {"store": "{lagos}", "goods": "DEMO-001 5"}),
    Form("requestStockTransfer", "/stock/transfers", "/stock/transfers",
         {"from_store": "{abuja}", "to_store": "{lagos}", "goods": "DEMO-001 1"}),
    Form("confirmStockTransfer", "/stock/transfers", "/stock/transfers/{transfer}", {"do": "confirm"}, "superadmin"),
    Form("adjustStock", "/stock/{store}/{variant}", "/stock/{store}/{variant}/adjust", {"counted": "500", **REASON}),
    Form("saveView", "/orders?search=LOS", "/orders/views", {"name": "Mine"}),
    Form("removeView", "/orders?search=LOS", "/orders/views/{view}/remove"),
    Form("markAllNotificationsRead", "/notifications", "/notifications", {"up_to": "1"}),
    Form("retryMails", "/mails", "/mails", {"do": "all", **REASON}),
    Form("changeMyName", "/profile", "/profile/name", {"name": "Another"}),
    Form("chooseMyNotifications", "/profile/notifications", "/profile/notifications", {"mails": "yes"}),
    Form("endMyOtherSessions", "/profile", "/profile/sessions"),
    Form("changeMyPassword", "/profile", "/profile/password",
         {"old_password": PASSWORD, "new_password": "a longer new one", "again": "a longer new one"}),
    Form("", "/orders", "/appearance"),
    Form("changeMyLanguage", "/orders", "/language", {"language": "fr"}),
    Form("signOut", "/orders", "/sign-out"),
)  # fmt: skip
