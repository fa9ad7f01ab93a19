"""Customers through the API, for the tests: the questions and the mutations, and what each answers."""

from __future__ import annotations

from typing import Any

from tests.graphql.office import LAGOS, PASSWORD, Api, jsonable

DETAILS = """
    id kind name phone email currency step hasAccount store { name } biller { name }
    changes { step what was became reason who }
"""
APPLICATION = "id email name company phone currency store { name } state decision { outcome reason who customer }"
NOES = """
    ... on Problem { sentence } ... on Refused { reasons { sentence permission whoCanHelp } }
    ... on Conflict { who what step } ... on Invalid { field }
"""
ANSWERS = {
    "createCustomer": f"... on CustomerChanged {{ customer {{ {DETAILS} }} }}",
    "changeCustomer": f"... on CustomerChanged {{ customer {{ {DETAILS} }} }}",
    "signUp": "... on Arrived { sentence }",
    "applyAsReseller": "... on Arrived { sentence }",
    "approveResellerApplication": (
        f"... on ResellerApplicationDecided {{ application {{ {APPLICATION} }} customer {{ {DETAILS} }} }}"
    ),
    "declineResellerApplication": (
        f"... on ResellerApplicationDecided {{ application {{ {APPLICATION} }} customer {{ {DETAILS} }} }}"
    ),
}
LIST = f"""
    query($search: String! = "", $first: Int! = 20, $after: String, $kind: BuyerKind, $store: UUID) {{
        customers(search: $search, first: $first, after: $after, kind: $kind, store: $store) {{
            totalCount pageInfo {{ hasNextPage endCursor }} nodes {{ {DETAILS} }} }} }}
"""
APPLICATIONS = f"""
    query($state: ResellerApplicationState) {{ resellerApplications(state: $state) {{
        totalCount nodes {{ {APPLICATION} }} }} }}
"""
SIGN_IN = """
    mutation($e: String!, $p: String!) { signIn(input: {email: $e, password: $p}) {
        __typename ... on SignInRefused { sentence } ... on SignedIn { accessToken } } }
"""
NEWCOMER = {"email": "new@example.com", "name": "Newcomer", "currency": "NGN", "password": PASSWORD}


async def change(api: Api, who: str, mutation: str, **given: Any) -> Any:
    """Send one mutation and give its answer, whatever it is."""
    query = (
        f"mutation($input: {mutation[0].upper()}{mutation[1:]}Input!) {{ {mutation}(input: $input)"
        f" {{ __typename {ANSWERS[mutation]} {NOES} }} }}"
    )
    return (await api.ask(who, query, input=jsonable(given)))[mutation]


async def added(api: Api, who: str = "biller", **given: Any) -> Any:
    """A customer that somebody adds."""
    wanted = {"name": "Musa Bello", "currency": "NGN", "store": LAGOS, **given}
    answer = await change(api, who, "createCustomer", **wanted)
    assert answer["__typename"] == "CustomerChanged", answer
    return answer["customer"]


async def applied(api: Api, **given: Any) -> str:
    """The id of an application that somebody made who is not signed in."""
    wanted = {**NEWCOMER, "company": "Newcomer Trading", "store": LAGOS, **given}
    answer = await change(api, "", "applyAsReseller", **wanted)
    assert answer["__typename"] == "Arrived", answer
    return str(await api.office.pool.fetchval("SELECT max(id::text) FROM reseller_application"))


async def signed_in(api: Api, email: str, password: str = PASSWORD) -> Any:
    """What signing in answers."""
    return (await api.ask("", SIGN_IN, e=email, p=password))["signIn"]


async def let_in(api: Api, who: str, email: str) -> None:
    """Let `who` stand for the person of an address in what follows."""
    answer = await signed_in(api, email)
    api.office.tokens[who] = answer["accessToken"], api.office.now.replace(year=2030)


def listed(response: Any) -> list[str]:
    return [each["name"] for each in response["customers"]["nodes"]]
