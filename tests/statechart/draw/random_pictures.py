"""Random charts to draw: states in lanes and rows, some within others, and events between them."""

from dataclasses import dataclass
from random import Random
from typing import Any

from orderway.statechart import Chart, chart, event, final, history, on, state

LANES = ("first", "second", "third")


@dataclass(frozen=True)
class Nothing:
    pass


@event(label="Go", log="went")
class Go:
    pass


@event(label="Take the long way round", log="took the long way round")
class Round:
    pass


@event(label="Note the parcel as returned to its sender", log="noted it")
class Noted:
    pass


def picture(seed: int) -> Chart:
    """A chart; the same seed gives the same one."""
    random = Random(seed)  # noqa: S311  (pictures, not keys)
    count = random.randint(3, 14)
    names = [f"STATE_{number}" for number in range(count)]
    inner = {name: random.choice(["", "", "OUTER", "OTHER"]) for name in names}
    kept = sorted({around for around in inner.values() if around})

    def arrows(targets: list[str]) -> list[Any]:
        kinds = random.sample([Go, Round, Noted], k=random.randint(0, 3))
        return [on(kind, random.choice(targets)) for kind in kinds]

    targets = [*names, *kept, *(f"BACK_TO_{around}" for around in kept)]

    def leaf(name: str) -> Any:
        lane, row = random.choice(LANES), random.randint(0, 6)
        if random.random() < 0.15:
            return final(name, lane=lane, row=row)
        return state(name, *arrows(targets), lane=lane, row=row)

    tops = [leaf(name) for name in names if not inner[name]]
    for around in kept:
        within = [leaf(name) for name in names if inner[name] == around]
        tops.append(state(around, history(f"BACK_TO_{around}"), *arrows(targets), *within))
    return chart("picture", version=1, context=Nothing, facts=Nothing, states=tops)
