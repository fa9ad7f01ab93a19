"""Coming by oneself through the API: signing up and applying, with one answer whether the address was known or not."""

from __future__ import annotations

from typing import Annotated, Any

import strawberry
from strawberry.types.field import StrawberryField

from orderway.graphql.answers import NOES, Conflict, Invalid, NotFound, Refused, denied
from orderway.graphql.asking import Asking, Info
from orderway.graphql.expose import INPUTS
from orderway.graphql.forms import payload_of
from orderway.people.customers import door
from orderway.people.customers.arriving import ApplyAsReseller, SignUp, apply_as_reseller, sign_up
from orderway.workflow import errors


@strawberry.type(name="Arrived", description="It was taken in; whether the address was known before is not told.")
class Arrived:
    sentence: str


ArrivalAnswer = Annotated[Arrived | Refused | Conflict | NotFound | Invalid, strawberry.union("ArrivalAnswer")]


async def signed_up(asking: Asking, wanted: SignUp) -> Arrived:
    await admit(asking, door.SIGN_UP)
    runner = asking.desk.runner
    await sign_up(runner.pool, asking.desk.sessions.passwords, wanted, at=runner.clock())
    return Arrived(sentence=door.SIGN_UP.thanks)


async def applied(asking: Asking, wanted: ApplyAsReseller) -> Arrived:
    await admit(asking, door.APPLY)
    runner = asking.desk.runner
    await apply_as_reseller(runner.pool, asking.desk.sessions.passwords, wanted, at=runner.clock())
    return Arrived(sentence=door.APPLY.thanks)


async def admit(asking: Asking, way: door.Door) -> None:
    """Raise Refused where the way is closed or too many came, and Invalid where one request does this twice."""
    asking.signings += 1
    if asking.signings > 1:
        raise errors.Invalid("One request signs up once.", "Send each by itself.")
    settings, throttle = asking.desk.runner.workflow.settings, asking.desk.sessions.throttle
    await way.admit(throttle, settings, place=asking.caller.place)


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
