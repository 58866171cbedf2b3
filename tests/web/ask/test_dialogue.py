import re

import pytest

from answers import answer, quote
from qa.errors import IndexDamagedError
from qa.types import Correction, Turn
from qa.web.ask.dialogue import LONGEST_DIALOGUE, asked, asked_again, messages, turns_of

FERRY = "When does the ferry leave?"


class Assistant:
    """Answers everything with one quote, takes over what it is told to, and remembers how it was asked."""

    def __init__(self):
        self.calls = []
        self.carries = ()
        self.corrections = ()
        self.error = None
        self.index = self

    def titles(self):
        return [("port/fees.md", "Fees")]

    def ask(self, question, history, as_typed, dropped):
        if self.error:
            raise self.error
        self.calls.append((question, [turn.content for turn in history], as_typed, tuple(dropped)))
        carried = [word for word in self.carries if word not in dropped] if history else ()
        corrections = () if as_typed else self.corrections
        made = answer(quote(f"About {len(self.calls)}."), carried=carried, corrections=corrections)
        return type(made)(**{name: getattr(made, name) for name in made.__slots__} | {"question": question})

    @property
    def last(self):
        return self.calls[-1]


@pytest.fixture
def assistant():
    return Assistant()


@pytest.fixture
def dialogue(assistant):
    """Two questions, of which the second took over two words from the first."""
    assistant.carries = ("ferry", "Skarholm")
    return asked(assistant, "And back?", asked(assistant, FERRY, []))


def test_a_question_is_asked_after_those_before_it_and_their_answers(assistant, dialogue):
    asked(assistant, "How long?", dialogue)

    assert assistant.last == ("How long?", [FERRY, "About 1.", "And back?", "About 2."], False, ())


def test_the_chat_shows_questions_and_answers_in_turn(dialogue):
    shown = messages(dialogue)

    assert [message["role"] for message in shown] == ["user", "assistant"] * 2
    assert shown[0]["content"] == "When does the ferry leave&#63;"
    assert "About 1&#46;" in shown[1]["content"]


@pytest.mark.parametrize("outcome", ["related", "nothing"])
def test_what_is_no_answer_leaves_the_question_alone_to_the_dialogue(outcome):
    question = "What does a berth cost?"

    assert turns_of(answer(quote(), outcome=outcome)) == (Turn("user", question),)
    assert turns_of(answer(quote())) == (Turn("user", question), Turn("assistant", "A berth costs 9 crowns."))


def test_what_cannot_be_asked_is_said_and_leaves_nothing_to_the_dialogue(assistant, dialogue):
    assistant.error = IndexDamagedError("The index <x> is damaged.")
    failed = asked(assistant, "How long?", dialogue)
    assistant.error = None
    asked(assistant, "How far?", failed)

    assert messages(failed)[-1] == {"role": "assistant", "content": "The index &#60;x&#62; is damaged&#46;"}
    assert assistant.last[1] == [FERRY, "About 1.", "And back?", "About 2."]


def test_a_question_that_takes_nothing_over_opens_a_subject_before_which_nothing_counts(assistant, dialogue):
    assistant.carries = ()
    other = asked(assistant, "What does a berth cost?", dialogue)
    assistant.carries = ("berth",)
    asked(assistant, "And in winter?", other)

    assert assistant.last[:2] == ("And in winter?", ["What does a berth cost?", "About 3."])


def test_a_question_is_asked_by_itself_with_one_button(assistant, dialogue):
    again = asked_again(assistant, "answer=1&alone=1", dialogue)

    assert assistant.last == ("And back?", [FERRY, "About 1."], False, ("ferry", "Skarholm"))
    assert again[1].alone


def test_a_word_is_removed_in_the_place_of_the_answer(assistant, dialogue):
    again = asked_again(assistant, "answer=1&drop=ferry", dialogue)

    assert assistant.last == ("And back?", [FERRY, "About 1."], False, ("ferry",))
    assert len(again) == 2
    assert again[0] == dialogue[0]
    assert "About 3&#46;" in again[1].shown
    assert list(again[1].carried) == ["Skarholm"]


def test_words_are_removed_one_after_the_other(assistant, dialogue):
    again = asked_again(assistant, "answer=1&drop=ferry", dialogue)
    again = asked_again(assistant, "answer=1&drop=Skarholm", again)

    assert assistant.last[3] == ("ferry", "Skarholm")
    assert again[1].carried == {}


def test_an_earlier_answer_is_replaced_and_those_after_it_stay(assistant, dialogue):
    longer = asked(assistant, "How long?", dialogue)

    again = asked_again(assistant, "answer=1&drop=ferry", longer)

    assert assistant.last[:2] == ("And back?", [FERRY, "About 1."])
    assert again[2] == longer[2]


def test_what_is_long_ago_is_forgotten_and_what_is_left_can_still_be_asked_again(assistant, dialogue):
    for _ in range(LONGEST_DIALOGUE):
        dialogue = asked(assistant, "And back?", dialogue)

    assert len(dialogue) == LONGEST_DIALOGUE
    again = asked_again(assistant, f"answer={LONGEST_DIALOGUE}&drop=ferry", dialogue)
    assert [place for place in range(LONGEST_DIALOGUE) if again[place] != dialogue[place]] == [LONGEST_DIALOGUE - 2]
    assert asked_again(assistant, "answer=1&drop=ferry", again) == again


def test_a_removed_word_stays_away_until_a_question_names_it(assistant, dialogue):
    again = asked_again(assistant, "answer=1&drop=ferry", dialogue)

    following = asked(assistant, "How long?", again)
    assert assistant.last[3] == ("ferry",)
    asked(assistant, "Which ferries are new?", following)
    assert assistant.last[3] == ()


def test_after_all_words_were_removed_nothing_before_the_question_counts_any_more(assistant, dialogue):
    again = asked_again(assistant, "answer=1&drop=ferry", dialogue)
    again = asked_again(assistant, "answer=1&drop=Skarholm", again)

    asked(assistant, "How long?", again)

    assert assistant.last == ("How long?", ["And back?", "About 4."], False, ())


def test_a_word_that_was_put_right_is_removed_as_it_was_typed_too(assistant):
    assistant.carries, assistant.corrections = ("prisoner",), (Correction("prisonre", "prisoner"),)
    dialogue = asked(assistant, "Where?", asked(assistant, "Which prisonre?", []))

    asked_again(assistant, "answer=1&drop=prisoner", dialogue)

    assert assistant.last[3] == ("prisoner", "prisonre")


def test_a_question_is_asked_as_typed_and_back_and_the_next_one_is_not(assistant, dialogue):
    typed = asked_again(assistant, "answer=1&as_typed=1", dialogue)
    assert assistant.last[2] is True
    asked_again(assistant, "answer=1&drop=ferry", typed)
    assert assistant.last[2:] == (True, ("ferry",))
    asked_again(assistant, "answer=1&as_typed=0", typed)
    assert assistant.last[2] is False
    asked(assistant, "How long?", typed)
    assert assistant.last[2] is False


@pytest.mark.parametrize(
    "request_",
    [
        "",
        "answer=1",
        "answer=2&as_typed=1",
        "answer=-1&as_typed=1",
        "answer=01&as_typed=1",
        "answer=1&as_typed=2",
        "answer=1&drop=boat",
        "answer=0&drop=ferry",
        "drop=ferry",
        f"answer={'9' * 5000}&as_typed=1",
        "\x00&&==%zz",
    ],
)
def test_a_request_for_nothing_there_is_changes_nothing(assistant, dialogue, request_):
    assert asked_again(assistant, request_, dialogue) == dialogue
    assert len(assistant.calls) == 2


def test_every_button_of_an_answer_is_understood(assistant):
    assistant.carries = ("a&b=c;d", "ü%20", 'x"><b>')
    dialogue = asked(assistant, "And back?", asked(assistant, FERRY, []))

    values = re.findall(r'value="([^"]*)"', dialogue[1].shown)
    for value in values:
        asked_again(assistant, value.replace("&amp;", "&"), dialogue)

    wanted = [*((word,) for word in assistant.carries), tuple(assistant.carries)]
    assert [dropped for *_, dropped in assistant.calls[2:]] == wanted
