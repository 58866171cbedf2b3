"""An answer as text to paste: the words, then where they stand."""

from qa.web.export.text import answer_as_text
from qa.web.texts import texts
from shown_answers import differing, passage, shown, words

BASE = "http://127.0.0.1:7860/"
ADDRESS = "http://127.0.0.1:7860/source/notices/gate.md?exact=The+flood+gate&p=1#hit"


def test_an_answer_is_followed_by_its_sources():
    answer = shown(
        passage(more=[words("It opens again below eight.", "1b")]),
        passage("Ten *metres*.", "2", date="", title=""),
        differences=[differing("nine metres", "Ten *metres*")],
    )

    assert answer_as_text(answer, texts("en"), BASE) == (
        "When is the flood gate closed?\n\n"
        "“The flood gate is closed above nine metres.” [1]\n\n"
        "“It opens again below eight.” [2]\n\n"
        "Further passages:\n\n"
        "“Ten *metres*.” [3]\n\n"
        "Sources differ:\n- nine metres [1] (2024-03-01)\n- Ten *metres* [3]\n\n"
        "Sources:\n"
        f"[1] Flood gate — notices/gate.md, ¶ 1, 2024-03-01\n    {ADDRESS}\n"
        f"[2] Flood gate — notices/gate.md, ¶ 1, 2024-03-01\n    {ADDRESS}\n"
        f"[3] notices/gate.md, ¶ 1\n    {ADDRESS}\n"
    )


def test_an_answer_that_is_none_says_so():
    assert answer_as_text(shown(outcome="nothing"), texts("en"), BASE) == (
        "When is the flood gate closed?\n\nThe documents do not answer this.\n"
    )


def test_words_that_look_like_a_placeholder_stay():
    assert "“{words} {title}” [1]" in answer_as_text(shown(passage("{words} {title}")), texts("en"), BASE)
