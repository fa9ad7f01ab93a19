"""E-mails reach a real server, each once; whatever it does to one of them, the others arrive and nothing is lost."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from tests.figures import Growth
from tests.outbound.listening import deliver_all
from tests.outbound.mail.servers import HANGS, HANGS_UP, Server, certificate, let_in, serving
from tests.stories.shop import RESELLER, Order, Shop, person, shirts

from orderway.notifications.mails.choices import Choice, NewChoices, choose
from orderway.outbound.delivery import Delivered
from orderway.outbound.mail import posting, server
from orderway.outbound.mail.office import Office, read_office
from orderway.outbound.mail.posting import Postman
from orderway.outbound.mail.rounds import claim
from orderway.outbound.notifying import Notifications
from orderway.outbound.progress import LEASE
from orderway.people.viewer import find_viewer
from orderway.quotation.events import BuyerApproves, SellerApproves, Share

BUYER, SECOND = "reseller@example.com", "biller@example.com"
FROM = {"ORDERWAY_MAIL_FROM": "Lagos shop <orders@shop.example>", "ORDERWAY_SITE": "https://orders.shop.example"}


@pytest.fixture
async def mails() -> AsyncIterator[Server]:
    async with serving(Server()) as serves:
        yield serves


def office(port: int, *, scheme: str = "smtp+plain", user: str = "", host: str = "127.0.0.1") -> Office:
    found = read_office({**FROM, "ORDERWAY_SMTP_URL": f"{scheme}://{user}{host}:{port}"})
    assert found
    return found


def postman(mails: Server) -> Postman:
    return Postman(office(mails.port))


async def write(shop: Shop) -> None:
    """Let everybody be told of what happened, also by e-mail."""
    await deliver_all(shop.runner, Notifications(shop.settings, lambda: shop.now))


async def shared(shop: Shop, count: int = 1) -> list[Order]:
    """Quotations that were shared with the buyer, who gets an e-mail of each."""
    orders = [await shop.order(shirts(1), customer=RESELLER) for _ in range(count)]
    for order in orders:
        await order.send("quotation", Share())
    await write(shop)
    return orders


async def test_who_would_not_be_told_any_more_gets_no_e_mail_and_no_amount_who_may_see_none(shop: Shop, mails: Server):
    wants = NewChoices(choices=(Choice(topic="QUOTATION", in_app=True, by_mail=True),))
    async with shop.pool.acquire() as connection:
        for viewer in [await find_viewer(connection, person(word)) for word in ("biller", "manager")]:
            assert viewer
            await choose(connection, viewer, wants, at=shop.now)
    order = await shop.order(shirts(1), customer=RESELLER)
    for event, by in ((Share(), "biller"), (SellerApproves(1), "biller"), (BuyerApproves(1), "reseller")):
        await order.send("quotation", event, by=by)
    await write(shop)
    await shop.pool.execute("DELETE FROM person_role WHERE person_id = $1", person("biller"))
    await shop.pool.execute(
        "UPDATE role SET permissions = array_remove(permissions, 'money.see') WHERE name = 'MANAGER'"
    )
    await postman(mails).deliver(shop.runner)
    opened = next(mail for mail in mails.took if mail["To"] == "manager@example.com")
    assert opened["Subject"] == "The sale of order LAG-000001 is open"
    assert b"is to pay" not in opened.as_bytes()
    assert {mail["To"] for mail in mails.took} == {"manager@example.com", BUYER}
    ended = await shop.pool.fetch("SELECT why, tries, dropped_at FROM mail WHERE person_id = $1", person("biller"))
    assert [tuple(row) for row in ended] == [("What it tells concerns who it was for no more.", 0, shop.now)] * 2


async def rows(shop: Shop) -> list[tuple[Any, ...]]:
    """What stands of each e-mail: in how many tries, why it waits, and how it stands."""
    stages = (
        "CASE WHEN sent_at IS NOT NULL THEN 'sent' WHEN dead_at IS NOT NULL THEN 'given up'"
        " WHEN dropped_at IS NOT NULL THEN 'left out' ELSE 'waits' END"
    )
    found = await shop.pool.fetch(f"SELECT tries, why, {stages} FROM mail ORDER BY id")
    return [tuple(row) for row in found]


async def test_an_e_mail_says_what_a_notification_says_and_how_to_get_no_more(shop: Shop, mails: Server):
    (order,) = await shared(shop)
    assert await postman(mails).deliver(shop.runner) == Delivered(delivered=1)
    (mail,) = mails.took
    (id, token) = await shop.row("SELECT m.id, r.token FROM mail m JOIN mail_reader r ON r.person_id = m.person_id")
    assert (mail["From"], mail["To"]) == ("Lagos shop <orders@shop.example>", BUYER)
    assert mail["Subject"] == "Your quotation LAG-000001 is ready"
    assert mail["Message-ID"] == f"<{id}@shop.example>"
    assert mail["Date"] == "Mon, 02 Mar 2026 12:00:00 +0000"
    assert mail["List-Unsubscribe"] == f"<https://orders.shop.example/unsubscribe/{token}>"
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    lines = mails.lines[0]
    assert f"List-Unsubscribe: <https://orders.shop.example/unsubscribe/{token}>".encode() in lines
    assert f"References: <order-{order.id}@shop.example>".encode() in lines
    plain, page = (mail.get_body((kind,)) for kind in ("plain", "html"))
    assert plain
    assert page
    assert plain.get_content().replace("\r\n", "\n") == (
        "Your quotation LAG-000001 is ready\n\nAccept it or decline it.\n\n"
        f"Look at the order: https://orders.shop.example/orders/{order.id}\n\n-- \n"
        "Lagos shop writes to you of: Quotations.\n"
        "Choose what you hear of: https://orders.shop.example/profile/notifications\n"
        f"No e-mails any more: https://orders.shop.example/unsubscribe/{token}\n"
    )
    assert f'<a href="https://orders.shop.example/orders/{order.id}">Look at the order</a>' in page.get_content()
    await write(shop)
    assert await postman(mails).deliver(shop.runner) == Delivered()
    assert await rows(shop) == [(0, None, "sent")]


async def test_an_e_mail_is_in_the_language_that_its_reader_chose_and_holds_no_markup_of_theirs(
    shop: Shop, mails: Server
):
    await shop.pool.execute(
        "UPDATE person SET language = 'fr' WHERE id = ANY ($1)", [person("reseller"), person("biller")]
    )
    await shop.pool.execute("UPDATE customer SET name = E'<b>Shop</b>\nBcc: all@example.com' WHERE id = $1", RESELLER)
    await shop.pool.execute("INSERT INTO notice_choice VALUES ($1, 'QUOTATION', true, true)", person("biller"))
    (order,) = await shared(shop)
    await order.send("quotation", BuyerApproves(1), by="reseller")
    await write(shop)
    await postman(mails).deliver(shop.runner)
    (mail,) = mails.to(BUYER)
    assert (mail["Subject"], mail["Content-Language"]) == ("Votre devis LAG-000001 est prêt", "fr")
    page = mail.get_body(("html",))
    assert page
    assert '<html lang="fr">' in page.get_content()
    (mail,) = mails.to(SECOND)
    assert (mail["Subject"], mail["Bcc"]) == ("<b>Shop</b> Bcc: all@example.com a accepté le devis LAG-000001", None)
    page = mail.get_body(("html",))
    assert page
    assert "<b>" not in page.get_content()
    assert "&lt;b&gt;Shop" in page.get_content()


async def test_what_the_server_does_not_take_now_waits_under_its_name_and_holds_up_no_other(shop: Shop, mails: Server):
    await shop.pool.execute("INSERT INTO notice_choice VALUES ($1, 'QUOTATION', true, true)", person("biller"))
    (order,) = await shared(shop)
    mails.to_address[BUYER] = "451 4.7.1 Greylisted, come again"
    await order.send("quotation", BuyerApproves(1), by="reseller")
    await write(shop)
    sends = postman(mails)
    assert await sends.deliver(shop.runner) == Delivered(delivered=1, failed=1)
    why = "The mail server does not take the address now: 451 4.7.1 Greylisted, come again"
    assert await rows(shop) == [(1, why, "waits"), (0, None, "sent")]
    assert await sends.deliver(shop.runner) == Delivered()
    mails.to_address.clear()
    mails.to_content[BUYER] = "452 4.3.1 The disk is full"
    shop.now += timedelta(seconds=10)
    assert await sends.deliver(shop.runner) == Delivered(failed=1)
    mails.to_content.clear()
    shop.now += timedelta(seconds=10)
    assert await sends.deliver(shop.runner) == Delivered(), "the second pause is longer than the first"
    shop.now += timedelta(seconds=10)
    assert await sends.deliver(shop.runner) == Delivered(delivered=1)
    assert [each["To"] for each in mails.took] == [SECOND, BUYER]


async def test_what_is_refused_for_good_or_too_often_is_given_up(shop: Shop, mails: Server):
    mails.to_address[BUYER] = "550 5.1.1 No such mailbox"
    await shared(shop)
    sends = postman(mails)
    assert await sends.deliver(shop.runner) == Delivered(failed=1)
    mails.to_address[BUYER] = "451 Later"
    await shared(shop)
    for _ in range(20):
        await sends.deliver(shop.runner)
        shop.now += timedelta(hours=1)
    assert await rows(shop) == [
        (1, "The mail server refuses the address: 550 5.1.1 No such mailbox", "given up"),
        (20, "The mail server does not take the address now: 451 Later", "given up"),
    ]
    mails.to_address.clear()
    assert await sends.deliver(shop.runner) == Delivered()


async def test_a_server_that_hangs_up_in_the_middle_gets_it_again_under_the_same_name(shop: Shop, mails: Server):
    await shared(shop, count=3)
    mails.to_content[BUYER] = HANGS_UP
    sends, grown = postman(mails), Growth()
    assert await sends.deliver(shop.runner) == Delivered(failed=3)
    assert {row[1] for row in await rows(shop)} == {"The mail server hung up in the middle."}
    mails.to_content.clear()
    shop.now += timedelta(seconds=10)
    assert await sends.deliver(shop.runner) == Delivered(delivered=3)
    ids = await shop.pool.fetch("SELECT id FROM mail")
    assert sorted(each["Message-ID"] for each in mails.took) == sorted(f"<{row['id']}@shop.example>" for row in ids)
    assert [grown.of("deliveries_total", kind="mail", outcome=each) for each in ("refused", "delivered")] == [3, 3]


async def test_a_server_that_hangs_holds_up_one_e_mail_for_so_long_and_no_longer(
    shop: Shop, mails: Server, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(server, "PATIENCE", 0.2)
    monkeypatch.setattr(posting, "LANES", 1)
    await shop.pool.execute("INSERT INTO notice_choice VALUES ($1, 'QUOTATION', true, true)", person("biller"))
    (order,) = await shared(shop)
    await order.send("quotation", BuyerApproves(1), by="reseller")
    await write(shop)
    mails.to_content[BUYER] = HANGS
    assert await postman(mails).deliver(shop.runner) == Delivered(delivered=1, failed=1)
    assert await rows(shop) == [(1, "The mail server did not answer within 0 seconds.", "waits"), (0, None, "sent")]


async def says_nothing(mails: Server, there: asyncio.StreamWriter) -> None:
    await mails.goes_on.wait()
    there.close()


async def away(shop: Shop, sends: Postman) -> str:
    """Why no e-mail can be sent: none of them is to blame, all of them wait."""
    assert await sends.deliver(shop.runner) == Delivered(is_away=True)
    assert await rows(shop) == [(0, None, "waits")] * 2
    shop.now += posting.PAUSE
    return sends.away


async def test_where_the_server_takes_nothing_all_wait_and_none_is_to_blame(
    shop: Shop, mails: Server, monkeypatch: pytest.MonkeyPatch
):
    await shared(shop, count=2)
    sends = postman(mails)
    mails.to_sender = "550 Not from here"
    assert await away(shop, sends) == "The mail server takes nothing from orders@shop.example: 550 Not from here"
    mails.to_sender = ""
    mails.to_address[BUYER] = "421 Closing for the night"
    assert await away(shop, sends) == "The mail server takes nothing now: 421 Closing for the night"
    closed = Postman(office(1))
    assert await away(shop, closed) == "The mail server 127.0.0.1:1 can not be used: connection refused."
    monkeypatch.setattr(server, "PATIENCE", 0.2)
    mute = await asyncio.start_server(lambda _, there: says_nothing(mails, there), "127.0.0.1", 0)
    port = mute.sockets[0].getsockname()[1]
    said = await away(shop, Postman(office(port)))
    assert said == f"The mail server 127.0.0.1:{port} can not be used: it did not answer within 0 seconds."
    mails.goes_on.set()
    mute.close()
    await mute.wait_closed()
    mails.to_address.clear()
    assert await sends.deliver(shop.runner) == Delivered(delivered=2)
    assert sends.away == ""


async def test_nothing_is_sent_where_encrypting_fails(
    shop: Shop, mails: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    await shared(shop, count=2)
    file, context = certificate(tmp_path)
    said = await away(shop, Postman(office(mails.port, scheme="smtp")))
    assert said.startswith(f"The mail server 127.0.0.1:{mails.port} can not be used: ")
    said = await away(shop, Postman(office(mails.port, scheme="smtps")))
    assert said == f"The mail server 127.0.0.1:{mails.port} can not be used: encrypting the connection failed."
    async with serving(Server(), tls_context=context) as by_starttls, serving(Server(), wrapped_in=context) as by_tls:
        for serves, scheme in ((by_starttls, "smtp"), (by_tls, "smtps")):
            there = office(serves.port, scheme=scheme, host="localhost")
            assert "its certificate does not hold (self-signed certificate)." in await away(shop, Postman(there))
        with monkeypatch.context() as patch:
            patch.setenv("SSL_CERT_FILE", str(file))
            wrong = Postman(office(by_tls.port, scheme="smtps"))
            assert "its certificate does not hold (IP address mismatch" in await away(shop, wrong)
            right = Postman(office(by_starttls.port, scheme="smtp", host="localhost"))
            assert await right.deliver(shop.runner) == Delivered(delivered=2)
    assert len(by_starttls.took) == 2
    assert mails.took == []
    assert by_tls.took == []


async def test_who_has_to_sign_in_does_so_encrypted_and_shows_no_password(
    shop: Shop, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    await shared(shop, count=2)
    file, context = certificate(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(file))
    options: dict[str, Any] = {"tls_context": context, "authenticator": let_in, "auth_required": True}
    async with serving(Server(), **options) as mails:
        wrong = Postman(office(mails.port, scheme="smtp", user="orderway:wrong@", host="localhost"))
        said = await away(shop, wrong)
        assert said.endswith("can not be used: it answered 535 5.7.8 Authentication credentials invalid.")
        right = Postman(office(mails.port, scheme="smtp", user="orderway:p%40ss%20word@", host="localhost"))
        assert await right.deliver(shop.runner) == Delivered(delivered=2)
        assert mails.connections <= 2 * posting.LANES + 4
        assert "p@ss" not in repr(right.office)


async def test_what_a_worker_that_died_had_taken_up_is_sent_when_its_lease_is_over(shop: Shop, mails: Server):
    await shared(shop)
    async with shop.pool.acquire() as connection:
        taken, _ = await claim(connection, now=shop.now, limit=5)
    assert len(taken) == 1
    shop.now += LEASE - timedelta(seconds=1)
    assert await postman(mails).deliver(shop.runner) == Delivered()
    shop.now += timedelta(seconds=1)
    assert await postman(mails).deliver(shop.runner) == Delivered(delivered=1)


async def test_who_stops_lets_arrive_what_is_on_its_way(shop: Shop, mails: Server, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(posting, "LANES", 1)
    await shared(shop, count=2)
    mails.to_content[BUYER] = HANGS
    sending = asyncio.create_task(postman(mails).deliver(shop.runner))
    await mails.asked.wait()
    sending.cancel()
    mails.goes_on.set()
    with pytest.raises(asyncio.CancelledError):
        await sending
    assert sorted(await rows(shop), key=str) == [(0, None, "sent"), (0, None, "waits")]
    mails.to_content.clear()
    assert await postman(mails).deliver(shop.runner) == Delivered(delivered=1)
    assert len(mails.took) == 2
