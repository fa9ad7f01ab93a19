"""From one version of a chart to the next: what becomes of an instance, and what a migration is proved to hold."""

from dataclasses import dataclass
from typing import Any

import pytest

from orderway.statechart import (
    Chart,
    Migration,
    Snapshot,
    Unmapped,
    chart,
    event,
    final,
    history,
    migration,
    on,
    replace,
    split,
    state,
    stays,
)
from orderway.statechart.difference import Lead, leads, unread
from orderway.statechart.migration import migration_holds


@dataclass(frozen=True)
class Box:
    """The context of the first version."""

    weight: int = 0


@dataclass(frozen=True)
class Crate(Box):
    """That of the second."""

    heavy: bool = False


@event(label="Go on", log="went on", permission="box.go")
class Go:
    """Leads on."""


@event(label="Put aside", log="put it aside", permission="box.go")
class Aside:
    """Leads out."""


def box(
    version: int, *inner: Any, back: str, context: type = Box, former: Chart | None = None, more: Any = ()
) -> Chart:
    return chart(
        "box", version=version, context=context, facts=object, former=former,
        states=[state("OPEN", on(Aside, "ASIDE"), *inner), state("ASIDE", on(Go, back), row=8), *more,
                final("DONE", row=9)],
    )  # fmt: skip


ONE = box(1, state("PACKED", on(Go, "SENT")), state("SENT", on(Go, "DONE"), row=1), history("BACK"), back="BACK")
TWO = box(
    2, state("LIGHT", on(Go, "GONE")), state("HEAVY", on(Go, "GONE"), row=1), state("GONE", on(Go, "DONE"), row=2),
    history("RETURN"), back="RETURN", context=Crate, former=ONE,
    more=[state("LOST", on(Go, "RETURN"), row=7)],
)  # fmt: skip


def weighed(old: Box) -> Crate:
    return Crate(old.weight, old.weight > 10)


def size(old: Box) -> str:
    return {0: "NOWHERE"}.get(old.weight, "HEAVY" if old.weight > 10 else "LIGHT")


WAY = migration(
    ONE, TWO, states={"PACKED": split("LIGHT", "HEAVY", by=size), "SENT": "GONE"}, context=weighed,
    history={"BACK": "RETURN"},
)  # fmt: skip


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (Snapshot("PACKED", Box(3)), Snapshot("LIGHT", Crate(3), {})),
        (Snapshot("PACKED", Box(12)), Snapshot("HEAVY", Crate(12, heavy=True), {})),
        (Snapshot("SENT", Box(3)), Snapshot("GONE", Crate(3), {})),
        (Snapshot("ASIDE", Box(3), {"BACK": "SENT"}), Snapshot("ASIDE", Crate(3), {"RETURN": "GONE"})),
        (Snapshot("ASIDE", Box(12), {"BACK": "PACKED"}), Snapshot("ASIDE", Crate(12, heavy=True), {"RETURN": "HEAVY"})),
    ],
)
def test_an_instance_comes_to_its_place(before: Snapshot, after: Snapshot):
    assert WAY.move(before) == after


@pytest.mark.parametrize(
    ("way", "before", "why"),
    [
        (WAY, Snapshot("PACKED", Box(0)), "It would become NOWHERE, which is none of LIGHT, HEAVY."),
        (replace(WAY, states={}), Snapshot("SENT", Box(3)), "Version 2 has no place for SENT."),
        (replace(WAY, states={"SENT": stays("It is on its way.")}), Snapshot("SENT", Box(3)), "It is on its way."),
        (replace(WAY, context=lambda old: old), Snapshot("SENT", Box(3)), "What became of its context is no Crate."),
    ],
)
def test_what_has_no_place_is_refused(way: Migration, before: Snapshot, why: str):
    with pytest.raises(Unmapped) as no:
        way.move(before)
    assert str(no.value) == why


def test_a_history_can_be_forgotten():
    forgetful = replace(WAY, history={"BACK": None})
    assert forgetful.move(Snapshot("ASIDE", Box(3), {"BACK": "SENT"})) == Snapshot("ASIDE", Crate(3), {})
    assert migration_holds(forgetful) == ()


OTHER_GO = event(label="Go on", log="went on", permission="box.go")(type("Go", (), {}))
ELSEWHERE = chart(
    "box", version=2, context=Crate, facts=object,
    states=[state("GONE", on(OTHER_GO, "DONE")), state("ASIDE", on(OTHER_GO, "DONE"), row=1), final("DONE", row=2)],
)  # fmt: skip


MENDED = "add fields with a default to the one"


def told(way: Migration) -> list[str]:
    return [f"{each.rule} {each.where}: {each.sentence}" for each in migration_holds(way)]


def with_states(**states: Any) -> Migration:
    return replace(WAY, states={**WAY.states, **states})


@pytest.mark.parametrize(
    ("way", "findings"),
    [
        (WAY, []),
        (Migration(TWO, TWO),
         ["follows box, version 2: It does not follow box 2."]),
        (with_states(GONE="GONE"), ["leaves_lead GONE: Version 1 has no such state."]),
        (with_states(DONE="DONE"), ["leaves_lead DONE: It is final: what ended is not moved."]),
        (with_states(SENT=stays("no")), ["leaves_lead SENT: Why it stays is no sentence."]),
        (with_states(ASIDE=split(by=size)), ["leaves_lead ASIDE: It is split into no state."]),
        (with_states(ASIDE="OPEN"), ["leaves_lead ASIDE: It leads to OPEN, in which nothing can rest."]),
        (with_states(ASIDE="DONE"), ["leaves_lead ASIDE: It leads to DONE, which is final: a migration ends nothing."]),
        (with_states(SENT="LOST"),
         ["histories_lead BACK: What it remembers as SENT leads to no state that RETURN could recall."]),
        (replace(WAY, states={"SENT": "GONE"}),
         ["leaves_lead PACKED: Nobody has said where it leads: version 2 has no state of that name.",
          "histories_lead BACK: What it remembers as PACKED leads to no state that RETURN could recall."]),
        (replace(WAY, history={"RETURN": "RETURN", "BACK": "RETURN"}),
         ["histories_lead RETURN: Version 1 has no such history."]),
        (replace(WAY, history={}),
         ["histories_lead BACK: Version 2 has no history BACK: name one, or None to forget it."]),
        (migration(ONE, TWO, states=WAY.states, history=WAY.history),
         ["speaks_alike Crate: Nobody has said how it is made of the context of before."]),
        (replace(WAY, new=ELSEWHERE, states={"PACKED": "GONE", "SENT": "GONE"}, history={"BACK": None}),
         [f"speaks_alike GO: Its event is of another class: {MENDED}, or name the new one anew."]),
    ],
)  # fmt: skip
def test_a_migration_is_proved(way: Migration, findings: list[str]):
    assert told(way) == findings


def test_where_each_state_leads_is_told():
    way = replace(WAY, states={"PACKED": stays("It is here."), "ASIDE": split("GONE", "LOST", by=size)})
    assert [*leads(way)] == [
        Lead("PACKED", (), "It is here."),
        Lead("SENT", (), "Version 2 has no place for it."),
        Lead("ASIDE", ("GONE", "LOST")),
    ]
    assert [*leads(WAY)][1] == Lead("SENT", ("GONE",))
    assert not unread()


def test_a_context_may_stay_as_it_is():
    assert Migration(ONE, ONE).move(Snapshot("SENT", Box(1))) == Snapshot("SENT", Box(1), {})


def test_facts_of_another_class_are_found():
    other = chart("box", version=2, context=Box, facts=int, states=[state("A", on(Go, "DONE")), final("DONE", row=1)])
    first = chart("box", version=1, context=Box, facts=str, states=[state("A", on(Go, "DONE")), final("DONE", row=1)])
    assert told(migration(first, other)) == [f"speaks_alike int: The facts are of another class: {MENDED}."]


def test_a_chart_keeps_the_words_of_those_before_it():
    assert TWO.node("PACKED") is ONE.node("PACKED")
    assert [*TWO.every_leaf] == ["LIGHT", "HEAVY", "GONE", "ASIDE", "LOST", "DONE", "PACKED", "SENT"]
    assert [*TWO.every_event] == ["ASIDE", "GO"]
    assert TWO.takes("PACKED") == ("GO", "ASIDE")
    assert TWO.is_in("SENT", "OPEN")
    assert [each.version for each in TWO.versions()] == [2, 1]
