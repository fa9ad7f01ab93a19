"""Riders for who gives deliveries to them: the list, one rider and their profile, and where they deliver."""

import re
from uuid import UUID

import httpx
import pytest
from tests.ui.conftest import Shop, SignIn, token, words
from tests.ui.posting import form, forms


async def rider(shop: Shop, who: str = "rider2.lagos") -> str:
    """The address of a rider."""
    id = await shop.pool.fetchval("SELECT id FROM person WHERE email = $1", f"{who}@demo.example")
    return f"/riders/{id}"


async def store(shop: Shop, code: str = "LOS") -> UUID:
    found = await shop.pool.fetchval("SELECT id FROM store WHERE code = $1", code)
    assert isinstance(found, UUID)
    return found


async def covered(shop: Shop, url: str) -> dict[str, float | None]:
    """The radius around each store that a rider delivers for, by the store's code."""
    rows = await shop.pool.fetch(
        "SELECT s.code, c.radius_km FROM rider_coverage c JOIN store s ON s.id = c.store_id WHERE c.rider_id = $1",
        UUID(url.split("/")[2]),
    )
    return {row["code"]: row["radius_km"] for row in rows}


@pytest.mark.parametrize(
    ("who", "names"),
    [
        ("admin", ["Rider 1, Abuja", "Rider 1, Lagos", "Rider 1, Port Harcourt", "Rider 2, Abuja", "Rider 2, Lagos",
                   "Rider 2, Port Harcourt"]),
        ("manager.lagos", ["Rider 1, Lagos", "Rider 2, Lagos"]),
        ("biller.abuja", ["Rider 1, Abuja", "Rider 2, Abuja"]),
    ],
)  # fmt: skip
async def test_each_finds_the_riders_of_their_stores(who: str, names: list[str], sign_in: SignIn):
    page = await (await sign_in(who)).get("/riders")
    assert re.findall(r'<a href="/riders/[0-9a-f-]{36}">([^<]+)</a>', page.text) == names


@pytest.mark.parametrize("who", ["accountant", "rider1.lagos", "reseller.lagos.ikeja", "customer.lagos"])
async def test_the_list_and_the_coverage_are_not_there_for_others(who: str, sign_in: SignIn, shop: Shop):
    client, url = await sign_in(who), await rider(shop, "rider1.lagos")
    assert [(await client.get(path)).status_code for path in ("/riders", f"{url}/coverage")] == [404, 404]


async def test_a_row_says_what_they_ride_where_and_how_much_they_have_in_hand(sign_in: SignIn):
    page = words((await (await sign_in("manager.lagos")).get("/riders")).text)
    assert re.search(
        r"Rider 2, Lagos Motorcycle · \+234 [\d ]+ Lagos store \(within 12 km\) 2 in hand \d+ % of offers chosen", page
    )


async def test_a_rider_of_another_town_is_not_there(sign_in: SignIn, shop: Shop):
    client, url = await sign_in("manager.lagos"), await rider(shop, "rider1.abuja")
    assert {(await client.get(f"{url}{more}")).status_code for more in ("", "/coverage")} == {404}
    assert (await client.get("/riders/nobody")).status_code == 404


async def test_riders_see_themselves_and_nobody_else(sign_in: SignIn, shop: Shop):
    client, url = await sign_in("rider1.lagos"), await rider(shop, "rider1.lagos")
    own = await client.get("/riders/me")
    assert "Deliveries / You" in words(own.text)
    assert "Changed by Demo import" in words(own.text)
    assert f"{url}/coverage" not in own.text
    assert (await client.get(url)).status_code == 200
    assert (await client.get(await rider(shop))).status_code == 404


@pytest.mark.parametrize("who", ["manager.lagos", "rider2.lagos"])
async def test_a_profile_is_kept_by_the_rider_and_by_who_edits_their_coverage(who: str, sign_in: SignIn, shop: Shop):
    client, url = await sign_in(who), await rider(shop)
    sent = form(await client.get(url), f"{url}/profile")
    answer = await client.post(f"{url}/profile", data={**sent, "vehicle": "VAN", "plate": " LAG-77 ", "note": "Tall."})
    assert (answer.status_code, answer.headers["location"]) == (303, url)
    page = words((await client.get(url)).text)
    assert "Saved the profile." in page
    kept = await shop.pool.fetchrow("SELECT vehicle, plate, note FROM rider_profile WHERE rider_id = $1", UUID(url[8:]))
    assert kept
    assert tuple(kept) == ("VAN", "LAG-77", "Tall.")


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"phone": ""}, "This is missing."),
        ({"phone": "call me"}, "call me"),
        ({"plate": "A" * 21}, "A plate has at most 20 characters."),
        ({"vehicle": "ROCKET"}, "“ROCKET” is no vehicle."),
    ],
)
async def test_a_profile_that_can_not_be_comes_again(typed: dict[str, str], said: str, sign_in: SignIn, shop: Shop):
    client, url = await sign_in("rider2.lagos"), await rider(shop)
    sent = form(await client.get(url), f"{url}/profile")
    answer = await client.post(f"{url}/profile", data={**sent, **typed, "note": "Kept."})
    assert answer.status_code == 422
    assert said in answer.text
    assert form(answer, f"{url}/profile")["note"] == "Kept."


async def test_nobody_keeps_the_profile_of_a_rider_they_do_not_know(sign_in: SignIn, shop: Shop):
    for who, home in (("rider1.lagos", "/deliveries"), ("manager.abuja", "/riders"), ("customer.lagos", "/orders")):
        client, url = await sign_in(who), await rider(shop)
        sent = {"csrf": token((await client.get(home)).text), "vehicle": "VAN", "phone": "+234 800 000 0000"}
        assert (await client.post(f"{url}/profile", data=sent)).status_code in {404, 422}
    assert await shop.pool.fetchval("SELECT vehicle FROM rider_profile WHERE rider_id = $1", UUID(url[8:])) != "VAN"


async def test_the_coverage_is_a_picture_and_the_list_that_it_is_made_of(sign_in: SignIn, shop: Shop):
    page = await (await sign_in("admin")).get(f"{await rider(shop)}/coverage")
    said = words(page.text)
    assert "They see the deliveries of the store that is ticked, as far around it as its radius says." in said
    assert "Around Lagos store" in said
    assert re.search(r"1\. Lagos store 0 km .* 2\. Port Harcourt store .*4\d\d km .* 3\. Abuja store .*5\d\d km", said)
    drawing = re.search(r'<svg role="img" aria-label="The stores around Lagos store.*?</svg>', page.text)
    assert drawing
    # 12 km of the outermost ring of 640 km, by the root: 100 · √(12 / 640).
    assert 'circle r="13.7"' in drawing[0]
    assert re.findall(r"<title>([^<]+)</title>", drawing[0]) == ["Lagos store", "Port Harcourt store", "Abuja store"]


async def test_a_manager_is_shown_their_own_stores(sign_in: SignIn, shop: Shop):
    page = words((await (await sign_in("manager.lagos")).get(f"{await rider(shop)}/coverage")).text)
    assert "1. Lagos store" in page
    assert "Abuja store" not in page


def filled(page: httpx.Response, url: str, **more: str) -> dict[str, str]:
    """The form of the coverage: only what is ticked is sent along."""
    ticked = re.findall(r'name="(t\.[0-9a-f-]{36})" value="yes" checked', page.text)
    sent = {name: value for name, value in form(page, url).items() if not name.startswith("t.")}
    return {**sent, **dict.fromkeys(ticked, "yes"), **more}


async def test_what_is_ticked_is_covered_and_the_rest_no_longer(sign_in: SignIn, shop: Shop):
    client, url = await sign_in("admin"), f"{await rider(shop)}/coverage"
    abuja, lagos = await store(shop, "ABV"), await store(shop)
    sent = filled(await client.get(url), url, **{f"t.{abuja}": "yes", f"r.{abuja}": "1,000", f"r.{lagos}": ""})
    answer = await client.post(url, data=sent)
    assert (answer.status_code, answer.headers["location"]) == (303, url)
    assert await covered(shop, url) == {"LOS": None, "ABV": 1000.0}
    page = await client.get(url)
    assert "Saved where Rider 2, Lagos delivers." in words(page.text)
    sent = filled(page, url)
    del sent[f"t.{lagos}"]
    assert (await client.post(url, data=sent)).status_code == 303
    assert await covered(shop, url) == {"ABV": 1000.0}
    told = words((await client.get(url.removesuffix("/coverage"))).text)
    assert "Removed: Lagos store" in told
    assert "Changed: Lagos store, within 12 km → all of it" in told


async def test_a_radius_is_read_and_written_in_the_language_of_who_types_it(sign_in: SignIn, shop: Shop):
    client, url, lagos = await sign_in("admin"), f"{await rider(shop)}/coverage", await store(shop)
    client.headers["accept-language"] = "fr"
    sent = filled(await client.get(url), url, **{f"r.{lagos}": "1,5"})
    assert (await client.post(url, data=sent)).status_code == 303
    assert await covered(shop, url) == {"LOS": 1.5}
    page = await client.get(url)
    assert form(page, url)[f"r.{lagos}"] == "1,5"
    answer = await client.post(url, data=filled(page, url, **{f"r.{lagos}": "1.000"}))
    assert (answer.status_code, "« 1.000 » ne se lit pas comme un nombre." in words(answer.text)) == (422, True)
    assert await covered(shop, url) == {"LOS": 1.5}


async def test_what_somebody_changed_meanwhile_is_said_and_kept(sign_in: SignIn, shop: Shop):
    client, url, lagos = await sign_in("admin"), f"{await rider(shop)}/coverage", await store(shop)
    early = filled(await client.get(url), url, **{f"r.{lagos}": "3"})
    other = await sign_in("manager.lagos")
    assert (await other.post(url, data=filled(await other.get(url), url, **{f"r.{lagos}": "9"}))).status_code == 303
    answer = await client.post(url, data=early)
    assert answer.status_code == 409
    assert "Manager, Lagos store changed where they deliver while you were looking." in words(answer.text)
    assert form(answer, url)[f"r.{lagos}"] == "9"
    assert await covered(shop, url) == {"LOS": 9.0}


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("far", "“far” can not be read as a number. Write kilometres in digits, like 1200 or 2.5."),
        ("7,5", "“7,5” can not be read as a number."),
        ("nan", "“nan” can not be read as a number."),
        ("0", "A radius is more than 0"),
        ("-3", "A radius is more than 0"),
        ("99999", "at most 20,015 km"),
    ],
)
async def test_a_radius_that_is_none_comes_again_and_nothing_is_saved(
    typed: str, said: str, sign_in: SignIn, shop: Shop
):
    client, url, lagos, abuja = (
        await sign_in("admin"), f"{await rider(shop)}/coverage", await store(shop), await store(shop, "ABV")
    )  # fmt: skip
    sent = filled(await client.get(url), url, **{f"t.{abuja}": "yes", f"r.{lagos}": typed})
    answer = await client.post(url, data=sent)
    assert (answer.status_code, said in words(answer.text)) == (422, True)
    assert form(answer, url)[f"r.{lagos}"] == typed
    assert await covered(shop, url) == {"LOS": 12.0}


async def test_a_manager_changes_nothing_of_other_stores(sign_in: SignIn, shop: Shop):
    client, url, abuja = await sign_in("manager.lagos"), f"{await rider(shop)}/coverage", await store(shop, "ABV")
    sent = filled(await client.get(url), url, **{f"t.{abuja}": "yes", f"r.{abuja}": "5"})
    assert (await client.post(url, data=sent)).status_code == 303
    assert await covered(shop, url) == {"LOS": 12.0}


async def test_a_form_of_no_page_of_ours_changes_nothing(sign_in: SignIn, shop: Shop):
    client, url = await sign_in("admin"), await rider(shop)
    assert {(await client.post(f"{url}/{what}", data={})).status_code for what in ("coverage", "profile")} == {403}
    assert await covered(shop, url) == {"LOS": 12.0}
    assert forms(await client.get("/riders")).keys() & {f"{url}/profile"} == set()
