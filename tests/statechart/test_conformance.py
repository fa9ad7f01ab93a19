from dataclasses import replace

import pytest
from tests.recorded import extract, shared

from orderway.recordings import differences, recordings
from orderway.statechart import ChartError
from orderway.statechart.conformance import Answer, Recording, Rest, Sent, Trace, difference

FLAT = {
    "initial": "a",
    "states": {
        "a": {"on": {"GO": [{"target": "b", "guard": "x1"}, {"target": "c", "guard": "under5"}]}},
        "b": {"entry": ["add2_1", "say_1"], "on": {"GO": "a", "ROUND": "c"}},
        "c": {"entry": ["sig_BACK"], "on": {"BACK": {"target": "c", "guard": "mod2_0", "reenter": True}}},
    },
}
BORN = Rest("a", Trace(), done=False, actions=())
IN_B = Rest("b", Trace(2, ("add2_1",)), done=False, actions=("say_1",))


def said(*steps: Rest, error: str | None = None, events: tuple[Sent, ...] = (Sent("GO", 1),)) -> str:
    return difference(Recording(FLAT, events, Answer(steps, error)))


def test_the_extract_agrees_and_holds_what_the_shared_answers_lack():
    (file,) = extract()
    told = list(differences(file))
    assert [line for line, different in told if different] == []
    assert len(told) == 18
    assert sum('"history"' in line for line in file.read_text().splitlines()) == 11
    assert sum(recording.answer.error is not None for _, recording in recordings(file)) == 5


def test_all_recorded_answers_agree():
    if not shared():
        pytest.skip("The shared data is not here: set ORDERWAY_DATA to its folder, which holds xstate/corpus.jsonl.gz.")
    (file,) = shared()
    told = list(differences(file))
    assert [line for line, different in told if different] == []
    assert len(told) == 350


def test_an_answer_that_agrees_has_no_difference():
    assert said(BORN, IN_B) == ""


DIFFERENT = [
    (replace(IN_B, value={"b": "c"}), "the state is 'b', and XState says {'b': 'c'}"),
    (
        replace(IN_B, context=Trace(3)),
        "the context is Trace(n=2, trace=('add2_1',)), and XState says Trace(n=3, trace=())",
    ),
    (replace(IN_B, done=True), "being done is False, and XState says True"),
    (replace(IN_B, actions=()), "the order of effects is ('say_1',), and XState says ()"),
]


@pytest.mark.parametrize(("rest", "told"), DIFFERENT, ids=["state", "context", "done", "effects"])
def test_a_difference_is_told_with_its_place(rest: Rest, told: str):
    assert said(BORN, rest) == f"After event 1 (GO) {told}."


def test_a_difference_at_birth():
    assert said(replace(BORN, value="b"), IN_B) == "At birth the state is 'a', and XState says 'b'."


def test_who_comes_to_rest_and_who_does_not():
    round_and_round = (Sent("GO", 1), Sent("ROUND"))
    assert said(BORN, IN_B, error="Infinite loop", events=round_and_round) == ""
    assert said(BORN, error="Infinite loop") == "After event 1 (GO) the engine comes to rest, and XState never does."
    assert said(BORN, IN_B, IN_B, events=round_and_round) == (
        "After event 2 (ROUND) the engine never comes to rest, and XState does."
    )


def test_a_recording_without_an_answer_for_each_event_is_told():
    assert said(BORN) == "1 events have 1 answers; there is one for each, and the birth's."


@pytest.mark.parametrize(
    ("row", "sentence"),
    [
        ({"actions": ["jump"]}, "'jump' is no action of the recorded answers: add<k>_<i>, say_<i> or sig_<X>."),
        ({"guard": "odd"}, "'odd' is no guard of the recorded answers: mod<k>_<m>, under<j> or x<p>."),
    ],
)
def test_a_word_that_the_recordings_do_not_have(row: dict[str, object], sentence: str):
    config = {"initial": "a", "states": {"a": {"on": {"GO": row}}}}
    with pytest.raises(ChartError) as no:
        difference(Recording(config, (), Answer((BORN,))))
    assert str(no.value) == sentence
