"""Coming by oneself through the API: signing up and applying, with one answer whether the address was known or not."""

from __future__ import annotations

from typing import Annotated, Any

import strawberry
from strawberry.types.field import StrawberryField

from orderway.graphql.answers import NOES, Conflict, Invalid, NotFound, Refused, denied
from orderway.graphql.asking import Asking, Info
from orderway.graphql.expose import INPUTS
from orderway.graphql.forms import payload_of
from orderway.people.customers.arriving import ApplyAsReseller, SignUp, apply_as_reseller, sign_up
from orderway.setting import Setting
from orderway.signing_settings import CUSTOMER_SIGN_UP, RESELLER_APPLICATIONS
from orderway.statechart import Reason, Refusal
from orderway.workflow import errors


@strawberry.type(name="Arrived", description="It was taken in; whether the address was known before is not told.")
class Arrived:
    sentence: str


ArrivalAnswer = Annotated[Arrived | Refused | Conflict | NotFound | Invalid, strawberry.union("ArrivalAnswer")]

SIGNED_UP = (
    "Thank you. If this address is new here, sign in with it and your password. If you had an account already, it is"
    " as it was: sign in as before."
)
APPLIED = (
    "Thank you. If this address is new here, your application is looked at, and you can sign in once it is approved."
    " If you had an account already, or applied before, nothing has changed."
)


async def signed_up(asking: Asking, wanted: SignUp) -> Arrived:
    await require(asking, CUSTOMER_SIGN_UP, "Customers do not sign up here by themselves.")
    runner = asking.desk.runner
    await sign_up(runner.pool, asking.desk.sessions.passwords, wanted, at=runner.clock())
    return Arrived(sentence=SIGNED_UP)


async def applied(asking: Asking, wanted: ApplyAsReseller) -> Arrived:
    await require(asking, RESELLER_APPLICATIONS, "Resellers do not apply here by themselves.")
    runner = asking.desk.runner
    await apply_as_reseller(runner.pool, asking.desk.sessions.passwords, wanted, at=runner.clock())
    return Arrived(sentence=APPLIED)


async def require(asking: Asking, setting: Setting[bool], sentence: str) -> None:
    """Raise Refused where the setting is off or too many came, and Invalid where one request does this twice.

    A hash costs much, and what is written stays.
    """
    asking.signings += 1
    if asking.signings > 1:
        raise errors.Invalid("One request signs up once.", "Send each by itself.")
    if not asking.desk.runner.workflow.settings[setting]:
        remedy = "Ask the store that you want to buy from."
        reason = Reason(guard=setting.name, sentence=sentence, remedy=remedy)
        raise errors.Refused(Refusal("", "", "", (reason,), ()), f"{sentence} {remedy}")
    await asking.desk.sessions.throttle.welcome(asking.caller.place)


def arriving(name: str, wanted: type, do: Any, *, description: str) -> StrawberryField:
    """A mutation for people who have not signed in. It takes no idempotency key: a repeat changes nothing."""
    form = INPUTS.of(wanted, machine=name, name=f"{name[0].upper()}{name[1:]}Input")

    async def resolve(info: Info, input: Any) -> ArrivalAnswer:  # noqa: A002  (the API's word for it)
        try:
            answer: Arrived = await do(info.context, payload_of(wanted, input))
        except NOES as no:
            return denied(info.context.desk.runner.workflow, no)
        return answer

    resolve.__name__ = name
    resolve.__annotations__ = {"info": Info, "input": form, "return": ArrivalAnswer}
    field: StrawberryField = strawberry.mutation(resolver=resolve, name=name, description=description)
    return field


def arrivals() -> list[StrawberryField]:
    """Signing up and applying."""
    return [
        arriving("signUp", SignUp, signed_up, description="Sign up as a customer. Nobody has to be signed in."),
        arriving(
            "applyAsReseller",
            ApplyAsReseller,
            applied,
            description="Apply as a reseller. Nobody has to be signed in; there is no access before somebody approves.",
        ),
    ]
