"""A chat as Markdown: whatever a document says, its words survive."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from mdit_py_plugins.deflist import deflist_plugin
from mdit_py_plugins.dollarmath import dollarmath_plugin
from mdit_py_plugins.footnote import footnote_plugin

from qa.web.export.markdown import chat_as_markdown
from qa.web.export.printable import one_line, printable
from qa.web.export.told import Chat, told
from qa.web.texts import texts
from shown_answers import differing, passage, put_right, shown, words

BASE = "https://intranet.example/ask/"
HOSTILE = [
    "# no heading",
    "1. no list",
    "- none either\n+ nor this\n3) nor that",
    "    no code\n\tnor here  \n",
    "> nobody quotes *this* _word_ **twice** `or` ~~once~~",
    "| a | b |\n|---|---|\n| 1 | 2 |",
    "title\n=====\n\nunder\n---\n",
    "[^1]: no footnote [link](javascript:alert(1)) ![picture](http://foreign.example/x.png) <img src=x>",
    "&amp; &#10; &copy; \\ \\* a\\",
    "```\nfence\n```",
    "word\n: definition",
    "costs $5 and $6, H~2~O, x^2^, ==marked==, :smile: {.class} {{ 7 * 7 }}",
    "https://foreign.example/a_b www.foreign.example a@b.example",
    "---\ntitle: no front matter\n---",
    "\n\nlines\n\n\naround\n\n",
    "\u00a0\u2003wide\u3000\n\u2028 \u2029",
    "nul \x00 bell \x07 escape \x1b end \r\n line \r \x85",
    "اردو — “nine metres” – ½ 漢字 🜁",
]


def markdown(*answers, title="Questions and answers", language="en"):
    exchanges = [(answer.question, answer) for answer in answers]
    chosen = texts(language)
    return chat_as_markdown(Chat(title, "Harbour office", "2026-01-31", told(exchanges, chosen, BASE), chosen))


def parsed(text):
    reader = MarkdownIt("commonmark").enable(["table", "strikethrough"]).use(footnote_plugin)
    return reader.use(deflist_plugin).use(dollarmath_plugin).parse(text)


def text_of(inline):
    """Return the text that a paragraph shows; only text, line breaks and references to footnotes may be in it."""
    shown = {"text": lambda token: token.content, "hardbreak": lambda _: "\n", "softbreak": lambda _: "\n"}
    tokens = [token for token in inline.children if token.type != "footnote_ref"]
    assert {token.type for token in tokens} <= set(shown)
    return "".join(shown[token.type](token) for token in tokens)


def quotes_of(text):
    """Return the text of every block quote, each of which has to be one paragraph."""
    tokens, found = parsed(text), []
    for place, token in enumerate(tokens):
        if token.type == "blockquote_open":
            kinds = [following.type for following in tokens[place : place + 5]]
            assert kinds == ["blockquote_open", "paragraph_open", "inline", "paragraph_close", "blockquote_close"]
            found.append(text_of(tokens[place + 2]))
    return found


@pytest.mark.parametrize("text", HOSTILE)
def test_words_survive_that_would_mean_something_in_markdown(text):
    assert quotes_of(markdown(shown(passage(text)))) == [printable(text)]


@given(st.text(min_size=1))
@example("a\n\n")
def test_any_words_survive(text):
    assert quotes_of(markdown(shown(passage(text)))) == [printable(text)]


@given(st.text(alphabet="ab19 \t\n#*_-+=.)[]()<>&;:|~$^`!\\{}/w", min_size=1))
def test_any_marks_survive(text):
    assert quotes_of(markdown(shown(passage(text)))) == [printable(text)]


@given(st.text(alphabet="ab19 \t\n#*_-+=.)[]()<>&;:|~$^`!\\{}/w\x00é", min_size=1))
def test_a_question_is_a_heading_whatever_it_holds(question):
    tokens = parsed(markdown(shown(passage(), question=question)))

    headings = [tokens[i + 1] for i, token in enumerate(tokens) if token.type == "heading_open" and token.tag == "h2"]
    assert [text_of(heading) for heading in headings] == [one_line(question)]


def test_a_chat_reads_as_it_was_shown():
    answer = shown(
        passage(more=[words("It opens again below eight.", "1b", citation="notices/gate.md, ¶ 1")]),
        passage("Above ten metres, the gate is closed.", "2", title="Old [notice]", replaced_by="notices/gate.md"),
        differences=[differing("nine metres", "ten metres")],
        corrections=[put_right("flod", "flood")],
        carried=["gate"],
    )

    assert markdown(answer, shown(outcome="nothing", question="Who sells tea?")) == (
        "# Questions and answers\n\nHarbour office\n\nDate: 2026-01-31\n\n"
        "## When is the flood gate closed?\n\n"
        "Taken over from the dialogue: gate\n\nSearched for: flood\n\n"
        "> The flood gate is closed above nine metres.[^1]\n\n> It opens again below eight.[^2]\n\n"
        "### Further passages\n\n> Above ten metres, the gate is closed.[^3]\n\n"
        "Sources differ:\n\n- nine metres[^1] (2024-03-01)\n- ten metres[^3] (2024-03-01)\n\n"
        "## Who sells tea?\n\nThe documents do not answer this.\n\n"
        "[^1]: Flood gate — notices/gate.md, ¶ 1, 2024-03-01, "
        "<https://intranet.example/ask/source/notices/gate.md?exact=The+flood+gate&p=1#hit>\n\n"
        "[^2]: Flood gate — notices/gate.md, ¶ 1, 2024-03-01, "
        "<https://intranet.example/ask/source/notices/gate.md?exact=The+flood+gate&p=1#hit>\n\n"
        "[^3]: Old \\[notice\\] — notices/gate.md, ¶ 1, 2024-03-01, replaced by: notices/gate.md, "
        "<https://intranet.example/ask/source/notices/gate.md?exact=The+flood+gate&p=1#hit>\n"
    )


def test_every_quote_leads_to_its_footnote():
    tokens = parsed(markdown(shown(passage(), passage("Two.", "2")), shown(passage("Three."))))

    anchors = [token for token in tokens if token.type == "footnote_open"]
    references = [c for token in tokens for c in token.children or () if c.type == "footnote_ref"]
    assert [token.meta["label"] for token in anchors] == ["1", "2", "3"]
    assert [token.meta["label"] for token in references] == ["1", "2", "3"]


@pytest.mark.parametrize(
    ("outcome", "passages", "sentence"),
    [
        ("related", [passage()], "The documents do not clearly answer this. The nearest passages:"),
        ("nothing", [passage()], "The documents do not answer this. The nearest passages, which may be"),
        ("nothing", [], "The documents do not answer this.\n"),
    ],
)
def test_an_answer_that_is_none_says_so(outcome, passages, sentence):
    text = markdown(shown(*passages, outcome=outcome))

    assert sentence in text
    assert "Further passages" not in text


@pytest.mark.parametrize(
    "source", ["javascript:alert(1)", "//foreign.example/", "https://foreign.example/", "../x", ""]
)
def test_only_addresses_of_sources_become_links(source):
    text = markdown(shown(passage(source=source)))

    assert "[^1]: Flood gate — notices/gate.md, ¶ 1, 2024-03-01\n" in text
    assert "foreign" not in text


def test_a_link_cannot_break_out_of_its_brackets():
    source = "source/a>b (c)\n.md?exact=%3E <x>#hit"
    address = "https://intranet.example/ask/source/a%3Eb%20%28c%29%0A.md?exact=%3E%20%3Cx%3E#hit"

    assert f"<{address}>\n" in markdown(shown(passage(source=source)))
