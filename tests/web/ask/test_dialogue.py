from dataclasses import replace

import pytest
from pydantic import ValidationError

from answers import Titles, answer, quote
from qa.errors import IndexDamagedError
from qa.types import CatalogueEntry, Correction
from qa.web.ask.dialogue import LONGEST_DIALOGUE, Again, Dialogue, Link, Wish, messages
from qa.web.ask.exchange import LONGEST_QUESTION, Suggestions
from qa.web.asked import AskedScope
from qa.web.texts import texts

FERRY = "When does the ferry leave?"


class Index(Titles):
    """Holds one document, the timetable of the collection Ferries."""

    def catalogue(self):
        return [CatalogueEntry("ferry.md", "ferry.md", "Ferries", "Ferries", "2024", "", 0, 1, 1, (), None)]


class Assistant:
    """Answers everything with one quote, takes over what it is told to, and remembers how it was asked."""

    def __init__(self):
        self.calls = []
        self.documents = []
        self.carries = ()
        self.corrections = ()
        self.error = None
        self.index = Index()

    def ask(self, question, history, documents, as_typed, dropped):
        if self.error:
            raise self.error
        self.calls.append((question, [turn.content for turn in history], as_typed, tuple(dropped)))
        self.documents.append(documents)
        carried = [word for word in self.carries if word not in dropped] if history else ()
        corrections = () if as_typed else self.corrections
        made = answer(quote(f"About {len(self.calls)}."), carried=carried, corrections=corrections)
        return replace(made, question=question)

    @property
    def last(self):
        return self.calls[-1]


@pytest.fixture
def assistant():
    return Assistant()


@pytest.fixture
def talk(assistant):
    return Dialogue(assistant)


@pytest.fixture
def dialogue(assistant, talk):
    """Two questions, of which the second took over two words from the first."""
    assistant.carries = ("ferry", "Skarholm")
    return talk.ask("And back?", talk.ask(FERRY, []))


def quoted(exchange):
    return exchange.answer.passages[0].words.text


def test_a_question_is_asked_after_those_before_it_and_their_answers(assistant, talk, dialogue):
    talk.ask("How long?", dialogue)

    assert assistant.last == ("How long?", [FERRY, "About 1.", "And back?", "About 2."], False, ())


def test_exchanges_are_numbered_in_turn_and_know_when_they_were_asked(talk, dialogue):
    longer = talk.ask("How long?", dialogue)

    assert [exchange.number for exchange in longer] == [0, 1, 2]
    assert all(exchange.asked_at.endswith("+00:00") for exchange in longer)


def test_the_chat_shows_questions_and_answers_in_turn(dialogue):
    shown = messages(dialogue, texts("en"))

    assert [message["role"] for message in shown] == ["user", "assistant"] * 2
    assert shown[0]["content"] == "When does the ferry leave&#63;"
    assert "About 1&#46;" in shown[1]["content"]


def test_a_question_of_blanks_is_still_shown_as_something(assistant, talk):
    assistant.error = IndexDamagedError("Damaged.")

    assert messages(talk.ask("  \n", []), texts("en"))[0]["content"] == "…"


def test_what_cannot_be_asked_is_said_and_leaves_nothing_to_the_dialogue(assistant, talk, dialogue):
    assistant.error = IndexDamagedError("The index <x> is damaged.")
    failed = talk.ask("How long?", dialogue)
    assistant.error = None
    talk.ask("How far?", failed)

    assert (failed[-1].answer, failed[-1].refusal) == (None, "The index <x> is damaged.")
    assert "The index &#60;x&#62; is damaged&#46;" in messages(failed, texts("en"))[-1]["content"]
    assert assistant.last[1] == [FERRY, "About 1.", "And back?", "About 2."]


def test_a_question_that_is_too_long_is_not_asked_and_what_to_do_is_said(assistant, talk):
    (refused,) = talk.ask("x" * (LONGEST_QUESTION + 1), [])

    assert refused.refusal == "The question is longer than 4,000 characters: shorten it."
    assert len(refused.question) == LONGEST_QUESTION
    assert assistant.calls == []
    assert talk.ask("x" * LONGEST_QUESTION, [])[0].refusal == ""


def test_a_question_that_takes_nothing_over_opens_a_subject_before_which_nothing_counts(assistant, talk, dialogue):
    assistant.carries = ()
    other = talk.ask("What does a berth cost?", dialogue)
    assistant.carries = ("berth",)
    talk.ask("And in winter?", other)

    assert assistant.last[:2] == ("And in winter?", ["What does a berth cost?", "About 3."])


def test_a_question_is_asked_by_itself_with_one_button(assistant, talk, dialogue):
    again = talk.ask_again(Again(number=1, alone=True), dialogue)

    assert assistant.last == ("And back?", [FERRY, "About 1."], False, ("ferry", "Skarholm"))
    assert again[1].alone


def test_a_word_is_removed_in_the_place_of_the_answer(assistant, talk, dialogue):
    again = talk.ask_again(Again(number=1, drop="ferry"), dialogue)

    assert assistant.last == ("And back?", [FERRY, "About 1."], False, ("ferry",))
    assert len(again) == 2
    assert again[0] == dialogue[0]
    assert quoted(again[1]) == "About 3."
    assert again[1].answer.carried == ["Skarholm"]
    assert not again[1].alone


def test_words_are_removed_one_after_the_other(assistant, talk, dialogue):
    again = talk.ask_again(Again(number=1, drop="ferry"), dialogue)
    again = talk.ask_again(Again(number=1, drop="Skarholm"), again)

    assert assistant.last[3] == ("ferry", "Skarholm")
    assert again[1].answer.carried == []


def test_an_earlier_answer_is_replaced_and_those_after_it_stay(assistant, talk, dialogue):
    longer = talk.ask("How long?", dialogue)

    again = talk.ask_again(Again(number=1, drop="ferry"), longer)

    assert assistant.last[:2] == ("And back?", [FERRY, "About 1."])
    assert again[2] == longer[2]


def test_what_is_long_ago_is_forgotten_and_what_is_left_can_still_be_asked_again(talk, dialogue):
    for _ in range(LONGEST_DIALOGUE):
        dialogue = talk.ask("And back?", dialogue)

    assert len(dialogue) == LONGEST_DIALOGUE
    again = talk.ask_again(Again(number=LONGEST_DIALOGUE, drop="ferry"), dialogue)
    assert [place for place in range(LONGEST_DIALOGUE) if again[place] != dialogue[place]] == [LONGEST_DIALOGUE - 2]
    assert talk.ask_again(Again(number=1, drop="ferry"), again) == again


def test_a_removed_word_stays_away_until_a_question_names_it(assistant, talk, dialogue):
    again = talk.ask_again(Again(number=1, drop="ferry"), dialogue)

    following = talk.ask("How long?", again)
    assert assistant.last[3] == ("ferry",)
    talk.ask("Which ferries are new?", following)
    assert assistant.last[3] == ()


def test_after_all_words_were_removed_nothing_before_the_question_counts_any_more(assistant, talk, dialogue):
    again = talk.ask_again(Again(number=1, drop="ferry"), dialogue)
    again = talk.ask_again(Again(number=1, drop="Skarholm"), again)

    talk.ask("How long?", again)

    assert assistant.last == ("How long?", ["And back?", "About 4."], False, ())


def test_a_word_that_was_put_right_is_removed_as_it_was_typed_too(assistant, talk):
    assistant.carries, assistant.corrections = ("prisoner",), (Correction("prisonre", "prisoner"),)
    dialogue = talk.ask("Where?", talk.ask("Which prisonre?", []))

    talk.ask_again(Again(number=1, drop="prisoner"), dialogue)

    assert assistant.last[3] == ("prisoner", "prisonre")


def test_a_question_is_asked_as_typed_and_back_and_the_next_one_is_not(assistant, talk, dialogue):
    typed = talk.ask_again(Again(number=1, as_typed=True), dialogue)
    assert assistant.last[2] is True
    talk.ask_again(Again(number=1, drop="ferry"), typed)
    assert assistant.last[2:] == (True, ("ferry",))
    talk.ask_again(Again(number=1, as_typed=False), typed)
    assert assistant.last[2] is False
    talk.ask("How long?", typed)
    assert assistant.last[2] is False


@pytest.mark.parametrize(
    "again",
    [
        Again(number=1),
        Again(number=2, as_typed=True),
        Again(number=-1, as_typed=True),
        Again(number=1, drop="boat"),
        Again(number=0, drop="ferry"),
        Again(number=0, alone=True),
    ],
    ids=repr,
)
def test_a_request_for_nothing_there_is_changes_nothing(assistant, talk, dialogue, again):
    assert talk.ask_again(again, dialogue) == dialogue
    assert len(assistant.calls) == 2


def test_what_could_not_be_asked_is_not_asked_again(assistant, talk):
    assistant.error = IndexDamagedError("The index is damaged.")
    failed = talk.ask(FERRY, [])

    assert talk.ask_again(Again(number=0, as_typed=True), failed) == failed


def test_the_scope_of_a_question_is_what_is_searched_and_it_holds_when_asked_again(assistant, talk, dialogue):
    ferries = AskedScope(collections=["Ferries"], since="2024")

    limited = talk.ask("How long?", dialogue, ferries)
    talk.ask_again(Again(number=2, drop="ferry"), limited)
    talk.ask("How far?", limited)

    assert limited[2].scope == ferries
    assert assistant.documents == [None, None, ["ferry.md"], ["ferry.md"], None]


def test_where_the_scope_holds_nothing_nothing_is_searched(assistant, talk):
    talk.ask(FERRY, [], AskedScope(until="1999"))

    assert assistant.documents == [[]]


@pytest.mark.parametrize(
    ("scope", "kind"),
    [(AskedScope(collections=["Boats"]), "collection"), (AskedScope(documents=["Boats"]), "document")],
)
def test_a_scope_that_there_is_not_is_refused_in_a_sentence(assistant, talk, scope, kind):
    (refused,) = talk.ask(FERRY, [], scope)

    assert refused.refusal == f"There is no {kind} 'Boats' in the index: leave it out, or choose another."
    assert assistant.calls == []


def test_every_answer_is_told_of_and_what_to_ask_next_is_found_for_it(assistant):
    told, seen = [], []

    def suggest(answer, asked):
        seen.append((answer.question, list(asked)))
        return Suggestions(questions=["And back?"])

    talk = Dialogue(assistant, suggest, told.append)
    dialogue = talk.ask("How long?", talk.ask(FERRY, []))
    talk.ask("x" * (LONGEST_QUESTION + 1), dialogue)

    assert [answer.question for answer in told] == [FERRY, "How long?"]
    assert seen == [(FERRY, []), ("How long?", [FERRY])]
    assert dialogue[1].suggestions.questions == ["And back?"]


def test_a_shared_answer_is_asked_anew_as_it_was_asked(assistant, talk):
    assistant.carries = ("ferry", "Skarholm")
    link = Link(questions=[FERRY, "And back?"], dropped=["ferry"], as_typed=True, index="an earlier one")

    followed = talk.follow(link, AskedScope(collections=["Ferries"]))

    assert assistant.last == ("And back?", [FERRY, "About 1."], True, ("ferry",))
    assert [exchange.question for exchange in followed] == [FERRY, "And back?"]
    assert [exchange.linked_index for exchange in followed] == ["", "an earlier one"]
    assert set(map(tuple, assistant.documents)) == {("ferry.md",)}
    assert followed[1].answer.carried == ["Skarholm"]


def test_a_plain_link_asks_each_of_its_questions_once(assistant, talk):
    talk.follow(Link(questions=[FERRY, "And back?"]), AskedScope())

    assert [question for question, *_ in assistant.calls] == [FERRY, "And back?"]


def test_a_dialogue_that_the_server_does_not_hold_is_asked_for(dialogue):
    assert Wish(question="How long?", shown=2).needs_restoring([])
    assert Wish(again=Again(number=1), shown=2).needs_restoring(dialogue[:1])
    assert not Wish(question="How long?", shown=2).needs_restoring(dialogue)
    assert not Wish(question="How long?").needs_restoring([])


@pytest.mark.parametrize("anew", [{"clear": True}, {"link": Link(questions=[FERRY])}, {"restore": []}], ids=str)
def test_what_starts_anew_needs_nothing_restored(anew):
    assert not Wish(shown=2, **anew).needs_restoring([])


def test_a_restored_dialogue_goes_on_as_if_it_had_never_been_away(assistant, talk, dialogue):
    wish = Wish(restore=dialogue, question="How long?", shown=2)

    restored = Wish.model_validate_json(wish.model_dump_json()).restore
    talk.ask("How long?", restored)

    assert restored == dialogue
    assert assistant.last == ("How long?", [FERRY, "About 1.", "And back?", "About 2."], False, ())


@pytest.mark.parametrize(
    "wished",
    [
        "",
        "[]",
        '{"question": 1}',
        '{"unknown": true}',
        '{"scope": {"since": "tomorrow"}}',
        '{"link": {"questions": []}}',
        '{"again": {}}',
        '{"restore": [{}]}',
        '{"question": "\\ud800"}',
    ],
)
def test_a_wish_that_no_page_makes_is_refused(wished):
    with pytest.raises(ValidationError):
        Wish.model_validate_json(wished)


def test_more_than_a_dialogue_holds_is_not_restored(dialogue):
    with pytest.raises(ValidationError):
        Wish(restore=[dialogue[0]] * (LONGEST_DIALOGUE + 1))
    with pytest.raises(ValidationError):
        Link(questions=[FERRY] * 13)


def test_a_real_question_is_answered_and_a_blank_one_refused(live):
    talk = Dialogue(live.current())

    answered, refused = talk.ask("   ", talk.ask("When is the flood gate closed?", []))

    assert quoted(answered).startswith("The flood gate is closed above nine metres.")
    assert answered.answer.passages[0].title == "Flood gate"
    assert (refused.answer, bool(refused.refusal)) == (None, True)
