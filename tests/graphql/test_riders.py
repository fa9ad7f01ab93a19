"""Riders through the API: their profiles, where they deliver, what they may bring, and who offered to."""

import re
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from tests.graphql.office import KANO, LAGOS, Api
from tests.graphql.orders import Made, released, written

from orderway.ids import new_id
from orderway.people.accounts import NewPerson, add_person
from orderway.workflow.actor import THE_SYSTEM

NOES = "... on Refused { sentence } ... on NotFound { sentence } ... on Invalid { field sentence }"
RIDER = """
    id name isBound load acceptanceRate profile { vehicle phone plate note changedAt changedBy }
    areas { store { code hasCoordinates } radiusKm }
"""
AREAS = """
    query($rider: UUID, $store: UUID, $first: Int! = 20, $after: String) {
        riderCoverageAreas(rider: $rider, store: $store, first: $first, after: $after) {
            nodes { rider { name } store { code } radiusKm } pageInfo { hasNextPage endCursor } } }
"""
CHANGES = """
    query($rider: UUID, $first: Int! = 20, $after: String) {
        riderCoverageChanges(rider: $rider, first: $first, after: $after) {
            nodes { rider store kind radiusBefore radiusAfter at who } pageInfo { hasNextPage endCursor } } }
"""
SOUGHT = """
    query($first: Int! = 20, $after: String) {
        deliverableFulfillments(first: $first, after: $after) {
            nodes { fulfillment order number part currency store { code } city region distanceKm
                goods { description quantity } since offer { id state context { proposedCost } } }
            pageInfo { hasNextPage endCursor } } }
"""
MINE = """
    query($states: [RiderInterestState!], $first: Int! = 20, $after: String) {
        myFulfillmentInterests(states: $states, first: $first, after: $after) {
            nodes { interest { id state context { proposedCost reason } } errand { number city distanceKm } }
            pageInfo { hasNextPage endCursor } } }
"""
CANDIDATES = """
    query($fulfillment: UUID!, $first: Int! = 20, $after: String) {
        candidates: %s(fulfillment: $fulfillment, first: $first, after: $after) {
            nodes { rider { name } profile { vehicle phone } covers distanceKm load acceptanceRate
                offer { id state context { proposedCost etaMinutes } } }
            pageInfo { hasNextPage endCursor } } }
"""
OFFERS, RIDERS = CANDIDATES % "fulfillmentRiderInterests", CANDIDATES % "fulfillmentRiders"


async def ask(api: Api, who: str, query: str, **variables: Any) -> list[Any]:
    """The nodes of the only list that is asked for."""
    (found,) = (await api.ask(who, query, **variables)).values()
    nodes: list[Any] = found["nodes"]
    return nodes


async def change(api: Api, who: str, mutation: str, **given: Any) -> Any:
    query = (
        f"mutation($input: {mutation[0].upper()}{mutation[1:]}Input!) {{ {mutation}(input: $input) {{ __typename"
        f" ... on RiderChanged {{ rider {{ {RIDER} }} }} {NOES} }} }}"
    )
    wanted = {name: str(value) if isinstance(value, UUID) else value for name, value in given.items()}
    return (await api.ask(who, query, input=wanted))[mutation]


async def cover(api: Api, who: str = "manager", *, rider: str = "rider", store: UUID = LAGOS, **given: Any) -> Any:
    return await change(api, who, "upsertRiderCoverage", rider=api.office.ids[rider], store=store, **given)


async def uncover(api: Api, who: str = "manager", *, rider: str = "rider", store: UUID = LAGOS) -> Any:
    return await change(api, who, "removeRiderCoverage", rider=api.office.ids[rider], store=store)


async def refused(api: Api, who: str, mutation: str, **given: Any) -> tuple[str, str]:
    """What kind of no it was and what it said; nothing was written."""
    await api.token(who)
    before = await written(api)
    answer = await change(api, who, mutation, **given)
    assert await written(api) == before
    return answer["__typename"], answer["sentence"]


async def put(api: Api, *, store: tuple[float, float] | None, address: tuple[float, float] | None) -> None:
    """Set where the store of Lagos and all its addresses are."""
    for table, key, place in (("store", "id", store), ("sale_order", "store_id", address)):
        await api.office.pool.execute(
            f"UPDATE {table} SET latitude = $2, longitude = $3 WHERE {key} = $1", LAGOS, *(place or (None, None))
        )


async def settle(api: Api, made: Made) -> None:
    """Let the rider's offer be chosen."""
    await api.move(
        "biller", "fulfillmentRiderSelected", id=made.ids["fulfillment"], interest=made.ids["rider_interest"]
    )


# Where riders deliver


async def test_a_coverage_is_entered_changed_and_removed_and_each_is_remembered(api: Api):
    entered = (await cover(api, radiusKm=12.5))["rider"]
    assert (entered["name"], entered["isBound"]) == ("Rider", True)
    assert entered["areas"] == [{"store": {"code": "LAG", "hasCoordinates": False}, "radiusKm": 12.5}]
    api.office.later(hours=1)
    assert (await cover(api, "biller"))["rider"]["areas"][0]["radiusKm"] is None
    api.office.later(hours=1)
    removed = (await uncover(api, "admin"))["rider"]
    assert (removed["isBound"], removed["areas"]) == (False, [])
    assert await ask(api, "manager", CHANGES) == [
        {"rider": "Rider", "store": "Lagos", "kind": "REMOVED", "radiusBefore": None, "radiusAfter": None,
         "at": "2026-03-02T14:00:00Z", "who": "Admin"},
        {"rider": "Rider", "store": "Lagos", "kind": "CHANGED", "radiusBefore": 12.5, "radiusAfter": None,
         "at": "2026-03-02T13:00:00Z", "who": "Biller"},
        {"rider": "Rider", "store": "Lagos", "kind": "ENTERED", "radiusBefore": None, "radiusAfter": 12.5,
         "at": "2026-03-02T12:00:00Z", "who": "Manager"},
    ]  # fmt: skip


async def test_a_coverage_that_stands_so_already_changes_nothing(api: Api):
    await cover(api, radiusKm=12.5)
    before = await written(api)
    assert (await cover(api, radiusKm=12.5))["__typename"] == "RiderChanged"
    assert await written(api) == before


@pytest.mark.parametrize("radius", [0, -0.1, 20_015.1, 1e308])
async def test_a_radius_that_can_not_be_is_named(api: Api, radius: float):
    answer = await refused(
        api, "manager", "upsertRiderCoverage", rider=api.office.ids["rider"], store=LAGOS, radiusKm=radius
    )
    assert answer == (
        "Invalid",
        "A radius is more than 0 and at most 20,015 km. Correct it, or leave it out for all of the store.",
    )


async def test_who_edits_no_coverage_is_told_so(api: Api):
    for who in ("rider", "customer", "accountant"):
        for mutation in ("upsertRiderCoverage", "removeRiderCoverage"):
            answer = await refused(api, who, mutation, rider=api.office.ids["rider"], store=LAGOS)
            assert answer == ("Refused", "You may not edit where riders deliver."), (who, mutation)


async def test_another_store_its_coverage_and_who_is_no_rider_are_not_found(api: Api):
    await cover(api, "admin", store=KANO)
    rider, nowhere = api.office.ids["rider"], "There is no such store. Choose one of those that you work in."
    for store in (KANO, new_id()):
        for mutation in ("upsertRiderCoverage", "removeRiderCoverage"):
            assert await refused(api, "manager", mutation, rider=rider, store=store) == ("NotFound", nowhere)
    nobody = "There is no such rider. Choose one from the list of riders."
    for person in (api.office.ids["biller"], new_id()):
        answer = await refused(api, "manager", "upsertRiderCoverage", rider=person, store=LAGOS)
        assert answer == ("NotFound", nobody)
    answer = await refused(api, "manager", "removeRiderCoverage", rider=rider, store=LAGOS)
    assert answer == ("NotFound", "There is no such coverage. Choose one from the list of where riders deliver.")


async def test_each_reads_the_coverage_of_their_stores_and_a_rider_their_own(api: Api):
    await cover(api, "admin", radiusKm=5)
    await cover(api, "admin", store=KANO)
    await cover(api, "admin", rider="second rider", store=KANO, radiusKm=7)
    seen = {}
    for who in ("admin", "manager", "manager of kano", "rider", "second rider", "customer", "accountant"):
        nodes = await ask(api, who, AREAS)
        seen[who] = {(each["rider"]["name"], each["store"]["code"], each["radiusKm"]) for each in nodes}
        stores = {each["store"] for each in await ask(api, who, CHANGES)}
        assert stores == {{"LAG": "Lagos", "KAN": "Kano"}[code] for _, code, _ in seen[who]}, who
    mine, other = {("Rider", "LAG", 5.0), ("Rider", "KAN", None)}, ("Second rider", "KAN", 7.0)
    assert seen == {
        "admin": {*mine, other},
        "manager": {("Rider", "LAG", 5.0)},
        "manager of kano": {("Rider", "KAN", None), other},
        "rider": mine,
        "second rider": {other},
        "customer": set(),
        "accountant": set(),
    }
    assert await ask(api, "manager", AREAS, store=str(KANO)) == []
    assert len(await ask(api, "admin", AREAS, store=str(KANO))) == 2
    assert len(await ask(api, "admin", AREAS, rider=str(api.office.ids["second rider"]))) == 1


async def test_coverage_and_its_changes_are_read_a_page_at_a_time(api: Api):
    for rider in ("rider", "second rider"):
        for store in (LAGOS, KANO):
            await cover(api, "admin", rider=rider, store=store)
    for query, name in ((AREAS, "riderCoverageAreas"), (CHANGES, "riderCoverageChanges")):
        everything, seen = await ask(api, "admin", query), []
        after: dict[str, str] = {}
        for left in (True, True, True, False):
            page = (await api.ask("admin", query, first=1, **after))[name]
            seen += page["nodes"]
            after = {"after": page["pageInfo"]["endCursor"]}
            assert page["pageInfo"]["hasNextPage"] is left
        assert (len(seen), seen) == (4, everything)
        for first in (0, 101):
            (error,) = await api.errors("admin", query, first=first)
            assert error["message"].startswith("A page holds 1 to 100 "), name
    (error,) = await api.errors("admin", AREAS, after="nowhere")
    assert error["message"].startswith("This is no place in the list of areas.")


# Profiles


async def test_a_rider_keeps_their_own_profile(api: Api):
    given = {"vehicle": "MOTORCYCLE", "phone": " +234 801 234 5678 ", "plate": "LAG-123", "note": "No fridge."}
    kept = (await change(api, "rider", "setRiderProfile", **given))["rider"]["profile"]
    assert kept == {
        "vehicle": "MOTORCYCLE", "phone": "+234 801 234 5678", "plate": "LAG-123", "note": "No fridge.",
        "changedAt": "2026-03-02T12:00:00Z", "changedBy": "Rider",
    }  # fmt: skip
    before = await written(api)
    api.office.later(hours=1)
    await change(api, "rider", "setRiderProfile", **given)
    assert await written(api) == before, "what stands so already has not changed"
    mine = (await api.ask("rider", f"{{ rider {{ {RIDER} }} }}"))["rider"]
    assert (mine["name"], mine["profile"]) == ("Rider", kept)


async def test_staff_keep_the_profiles_of_those_who_deliver_for_their_stores(api: Api):
    rider, profile = api.office.ids["rider"], {"vehicle": "VAN", "phone": "0801 234 5678"}
    await cover(api, "admin", store=KANO)
    kept = (await change(api, "manager of kano", "setRiderProfile", rider=rider, **profile))["rider"]["profile"]
    assert (kept["vehicle"], kept["changedBy"]) == ("VAN", "Manager of kano")
    nobody = ("NotFound", "There is no such rider. Choose one from the list of riders.")
    assert await refused(api, "manager", "setRiderProfile", rider=rider, **profile) == nobody
    assert await refused(api, "second rider", "setRiderProfile", rider=rider, **profile) == nobody
    assert await refused(api, "manager", "setRiderProfile", **profile) == nobody, "they are no rider themselves"
    for who in ("customer", "accountant"):
        answer = await refused(api, who, "setRiderProfile", rider=rider, **profile)
        assert answer == ("Refused", "You may not change the profile of a rider.")


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({"phone": "call me"}, "call me is no telephone number."),
        ({"phone": "12"}, "12 is no telephone number."),
        ({"phone": "  "}, "Phone is missing."),
        ({"plate": "P" * 21}, "A plate has at most 20 characters."),
        ({"note": "n" * 2001}, "Note has more than 2,000 characters."),
    ],
)
async def test_a_profile_that_can_not_be_is_named(api: Api, given: dict[str, str], says: str):
    kind, said = await refused(api, "rider", "setRiderProfile", **{"vehicle": "CAR", "phone": "08012345678", **given})
    assert kind == "Invalid"
    assert said.startswith(says)


async def test_riders_are_known_to_those_whose_stores_they_deliver_for(api: Api):
    await cover(api, "admin", store=KANO)
    known = {}
    for who in ("admin", "manager", "manager of kano", "rider", "customer"):
        found = await ask(api, who, "{ riders { nodes { name } pageInfo { hasNextPage } } }")
        known[who] = [each["name"] for each in found]
    assert known == {
        "admin": ["Rider", "Second rider"],
        "manager": ["Second rider"],
        "manager of kano": ["Rider", "Second rider"],
        "rider": ["Rider"],
        "customer": [],
    }
    query = "query($id: UUID) { rider(id: $id) { name } }"
    for who in ("manager", "second rider", "customer"):
        (error,) = await api.errors(who, query, id=str(api.office.ids["rider"]))
        assert error["message"] == "There is no such rider. Choose one from the list of riders."
    (error,) = await api.errors("manager", query)
    assert error["message"].startswith("There is no such rider."), "the manager is none"


async def test_a_rider_who_left_is_known_no_longer(api: Api):
    await api.office.pool.execute("UPDATE person SET disabled_at = now() WHERE id = $1", api.office.ids["rider"])
    found = await ask(api, "manager", "query { riders(first: 1) { nodes { name } } }")
    assert [each["name"] for each in found] == ["Second rider"]


# What a rider may bring


async def test_a_rider_reads_what_they_may_bring_without_who_receives_it(api: Api):
    made = await released(api)
    await put(api, store=(6.5244, 3.3792), address=(6.6018, 3.3515))
    (seen,) = await ask(api, "rider", SOUGHT)
    number = (await api.order("biller", made.order, "number"))["number"]
    assert seen == {
        "fulfillment": made.ids["fulfillment"], "order": made.order, "number": number, "part": 1, "currency": "NGN",
        "store": {"code": "LAG"}, "city": "Lagos", "region": "", "distanceKm": 9.1,
        "goods": [{"description": "Shirt", "quantity": 1}, {"description": "Shoes", "quantity": 1}],
        "since": "2026-03-02T12:00:00Z",
        "offer": {"id": made.ids["rider_interest"], "state": "ACTIVE", "context": {"proposedCost": 700}},
    }  # fmt: skip
    (other,) = await ask(api, "second rider", SOUGHT)
    assert other == {**seen, "offer": None}
    # An id may hold any digits.
    text = re.sub(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", "", (await api.post("second rider", SOUGHT)).text)
    for secret in ("Buyer of shirts", "803 123 4567", "Harbour", "6.6018", "3.3515", "6300", "1050", "700"):
        assert secret not in text, secret


@pytest.mark.parametrize(
    ("radius", "store", "address", "sees"),
    [
        (None, (6.5244, 3.3792), (6.6018, 3.3515), True),
        (9.2, (6.5244, 3.3792), (6.6018, 3.3515), True),
        (9.0, (6.5244, 3.3792), (6.6018, 3.3515), False),
        (0.1, None, (6.6018, 3.3515), True),
        (0.1, (6.5244, 3.3792), None, True),
        (0.1, None, None, True),
        (0.1, (6.5244, 3.3792), (6.5244, 3.3792), True),
    ],
)
async def test_a_radius_counts_where_both_places_are_known(
    api: Api,
    radius: float | None,
    store: tuple[float, float] | None,
    address: tuple[float, float] | None,
    sees: bool,  # noqa: FBT001  (a parameter of the case)
):
    """What the list shows is what may be offered for, and who it is that staff may assign."""
    made = await released(api)
    await put(api, store=store, address=address)
    await cover(api, rider="second rider", radiusKm=radius)
    assert bool(await ask(api, "second rider", SOUGHT)) is sees
    named = await ask(api, "biller", RIDERS, fulfillment=made.ids["fulfillment"])
    assert ("Second rider" in {each["rider"]["name"] for each in named}) is sees
    answer = await api.do(
        "second rider",
        "registerFulfillmentInterest",
        fulfillment=made.ids["fulfillment"],
        proposedCost=500,
        etaMinutes=5,
    )
    assert answer["__typename"] == ("Moved" if sees else "NotFound")


async def test_who_delivers_for_another_store_or_for_none_finds_nothing(api: Api):
    await released(api)
    for who in ("customer", "manager", "accountant", "admin"):
        assert await ask(api, who, SOUGHT) == []
    await cover(api, "admin", rider="second rider", store=KANO)
    assert await ask(api, "second rider", SOUGHT) == []
    assert len(await ask(api, "rider", SOUGHT)) == 1
    api.office.settings.take({"RIDERS_WITHOUT_COVERAGE_SEE_ALL": "no"})
    assert await ask(api, "rider", SOUGHT) == []


async def test_who_volunteers_but_reaches_no_deliveries_finds_none(api: Api):
    """A permission counts only where the role reaches."""
    await released(api)
    async with api.office.pool.acquire() as connection:
        await connection.execute(
            "INSERT INTO role (id, name, label, permissions)"
            " VALUES (gen_random_uuid(), 'HELPER', 'helper', ARRAY['rider.volunteer', 'scope.own'])"
        )
        hashed = await connection.fetchval("SELECT password_hash FROM person LIMIT 1")
        new = NewPerson(email="helper@example.com", name="Helper", roles=["HELPER"], password_hash=hashed)
        await add_person(connection, new, by=THE_SYSTEM)
    assert await ask(api, "helper", SOUGHT) == []


async def test_what_has_a_rider_is_sought_no_longer(api: Api):
    made = await released(api)
    await settle(api, made)
    for who in ("rider", "second rider"):
        assert await ask(api, who, SOUGHT) == []


async def test_the_newest_need_comes_first_a_page_at_a_time(api: Api):
    needs = []
    for _ in range(3):
        needs.append((await released(api)).ids["fulfillment"])
        api.office.later(minutes=1)
    for bound in (False, True):
        if bound:
            await cover(api, rider="rider")
        seen, after = [], ""
        for left in (True, True, False):
            page = (await api.ask("rider", SOUGHT, first=1, after=after))["deliverableFulfillments"]
            seen += [each["fulfillment"] for each in page["nodes"]]
            after = page["pageInfo"]["endCursor"]
            assert page["pageInfo"]["hasNextPage"] is left
        assert seen == needs[::-1]
    for first in (0, 101):
        (error,) = await api.errors("rider", SOUGHT, first=first)
        assert error["message"].startswith("A page holds 1 to 100 deliveries.")
    (error,) = await api.errors("rider", SOUGHT, after="nowhere")
    assert error["message"].startswith("This is no place in the list of deliveries.")


# Offers


async def test_a_rider_reads_their_own_offers_whatever_became_of_them(api: Api):
    made = await released(api)
    api.office.later(minutes=1)
    other = await api.move(
        "second rider",
        "registerFulfillmentInterest",
        fulfillment=made.ids["fulfillment"],
        proposedCost=650,
        etaMinutes=30,
    )
    api.office.later(minutes=1)
    await settle(api, made)
    (chosen,) = await ask(api, "rider", MINE)
    assert chosen["interest"]["state"] == "ASSIGNED"
    (lost,) = await ask(api, "second rider", MINE)
    number = (await api.order("biller", made.order, "number"))["number"]
    assert lost == {
        "interest": {"id": other["id"], "state": "REJECTED",
                     "context": {"proposedCost": 650, "reason": "Another rider was chosen."}},
        "errand": {"number": number, "city": "Lagos", "distanceKm": None},
    }  # fmt: skip
    assert await ask(api, "second rider", MINE, states=["ACTIVE", "WITHDRAWN"]) == []
    assert len(await ask(api, "second rider", MINE, states=["REJECTED"])) == 1
    for who in ("biller", "customer"):
        assert await ask(api, who, MINE) == []


async def test_ones_offers_are_read_a_page_at_a_time_the_last_moved_first(api: Api):
    offers = []
    for _ in range(3):
        offers.append((await released(api)).ids["rider_interest"])
        api.office.later(minutes=1)
    await api.move("rider", "riderInterestWithdraw", id=offers[0])
    seen, after = [], ""
    for left in (True, True, False):
        page = (await api.ask("rider", MINE, first=1, after=after))["myFulfillmentInterests"]
        seen += [each["interest"]["id"] for each in page["nodes"]]
        after = page["pageInfo"]["endCursor"]
        assert page["pageInfo"]["hasNextPage"] is left
    assert seen == [offers[0], offers[2], offers[1]]


async def test_staff_see_offers_with_what_they_need_to_choose(api: Api):
    made = await released(api)
    await put(api, store=(6.5244, 3.3792), address=(6.6018, 3.3515))
    await change(api, "second rider", "setRiderProfile", vehicle="VAN", phone="0801 234 5678")
    second = await api.move(
        "second rider",
        "registerFulfillmentInterest",
        fulfillment=made.ids["fulfillment"],
        proposedCost=650,
        etaMinutes=30,
    )
    await cover(api, radiusKm=2)  # and with that the first rider covers the address no longer
    assert await ask(api, "biller", OFFERS, fulfillment=made.ids["fulfillment"]) == [
        {"rider": {"name": "Second rider"}, "profile": {"vehicle": "VAN", "phone": "0801 234 5678"}, "covers": True,
         "distanceKm": 9.1, "load": 0, "acceptanceRate": None,
         "offer": {"id": second["id"], "state": "ACTIVE", "context": {"proposedCost": 650, "etaMinutes": 30}}},
        {"rider": {"name": "Rider"}, "profile": None, "covers": False, "distanceKm": 9.1, "load": 0,
         "acceptanceRate": None,
         "offer": {"id": made.ids["rider_interest"], "state": "ACTIVE",
                   "context": {"proposedCost": 700, "etaMinutes": 20}}},
    ]  # fmt: skip
    (named,) = await ask(api, "biller", RIDERS, fulfillment=made.ids["fulfillment"])
    assert (named["rider"]["name"], named["offer"]["id"]) == ("Second rider", second["id"])


async def test_offers_that_can_be_chosen_come_first_a_page_at_a_time(api: Api):
    made = await released(api)
    second = await api.move(
        "second rider",
        "registerFulfillmentInterest",
        fulfillment=made.ids["fulfillment"],
        proposedCost=650,
        etaMinutes=30,
    )
    await api.move("second rider", "riderInterestWithdraw", id=second["id"])
    seen, after = [], None
    for left in (True, False):
        query = {"fulfillment": made.ids["fulfillment"], "first": 1, "after": after}
        page = (await api.ask("biller", OFFERS, **query))["candidates"]
        seen += [(each["rider"]["name"], each["offer"]["state"]) for each in page["nodes"]]
        after = page["pageInfo"]["endCursor"]
        assert page["pageInfo"]["hasNextPage"] is left
    assert seen == [("Rider", "ACTIVE"), ("Second rider", "WITHDRAWN")]
    query = {"fulfillment": made.ids["fulfillment"], "first": 1}
    first = (await api.ask("biller", RIDERS, **query))["candidates"]
    rest = (await api.ask("biller", RIDERS, **query, after=first["pageInfo"]["endCursor"]))["candidates"]
    assert [each["rider"]["name"] for each in first["nodes"] + rest["nodes"]] == ["Rider", "Second rider"]
    assert (first["pageInfo"]["hasNextPage"], rest["pageInfo"]["hasNextPage"]) == (True, False)


async def test_what_a_rider_has_in_hand_and_how_often_they_were_chosen(api: Api):
    """Two offers of the rider were decided: one was chosen, one fell to another. Others count for nothing."""
    won, lost, withdrawn = [await released(api) for _ in range(3)]
    await settle(api, won)
    other = await api.move(
        "second rider", "registerFulfillmentInterest", fulfillment=lost.ids["fulfillment"], proposedCost=1, etaMinutes=1
    )
    await api.move("biller", "fulfillmentRiderSelected", id=lost.ids["fulfillment"], interest=other["id"])
    await api.move("rider", "riderInterestWithdraw", id=withdrawn.ids["rider_interest"])
    made = await released(api)
    query = {"fulfillment": made.ids["fulfillment"]}
    rates = {
        each["rider"]["name"]: (each["load"], each["acceptanceRate"])
        for each in await ask(api, "biller", RIDERS, **query)
    }
    assert rates == {"Rider": (1, 0.5), "Second rider": (1, 1.0)}
    await api.move("biller", "fulfillmentPackageShipped", id=won.ids["fulfillment"])
    await api.move("biller", "fulfillmentCancel", id=made.ids["fulfillment"], reason="Not wanted any more.")
    mine = (await api.ask("rider", "{ rider { load acceptanceRate } }"))["rider"]
    assert mine == {"load": 1, "acceptanceRate": 0.5}, "shipped is in hand; a delivery that fell decided nothing"
    api.office.now += timedelta(days=91)
    async with api.office.pool.acquire() as connection:
        await connection.execute("UPDATE session SET expires_at = $1", api.office.now + timedelta(days=1))
    assert (await api.ask("rider", "{ rider { load acceptanceRate } }"))["rider"] == {
        "load": 1, "acceptanceRate": None,
    }  # fmt: skip


async def test_who_may_assign_nobody_to_a_delivery_does_not_find_it(api: Api):
    made = await released(api)
    for who in ("manager of kano", "rider", "second rider", "customer", "reseller", "accountant"):
        for query in (OFFERS, RIDERS):
            for fulfillment in (made.ids["fulfillment"], str(new_id())):
                (error,) = await api.errors(who, query, fulfillment=fulfillment)
                assert error["message"].startswith("There is no such delivery."), who
