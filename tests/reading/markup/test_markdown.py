from documents import kinds, outline, read, texts


def test_a_line_break_inside_a_paragraph_becomes_a_space() -> None:
    assert texts(read("a.md", "The office opens\nat nine.\n\nIt closes at five.\n")) == [
        "The office opens at nine.",
        "It closes at five.",
    ]


def test_marks_and_the_addresses_behind_links_are_not_text() -> None:
    source = (
        "The **whole** form, see [the _list_](https://intranet.example/x) and `form 7`, ~~not~~ ![the stamp](s.png)."
    )
    assert texts(read("a.md", source)) == ["The whole form, see the list and form 7, not the stamp."]


def test_front_matter_gives_the_title_and_is_no_text() -> None:
    document = read("a.md", '---\ntitle: "Leave: the rules"\nauthor: Somebody\n---\n\n# Leave\n\nTake it.\n')
    assert document.title == "Leave: the rules"
    assert texts(document) == ["Take it."]


def test_a_title_in_front_matter_stays_as_it_is_written() -> None:
    assert read("a.md", "---\ntitle: Yes\n---\n\nText.").title == "Yes"
    assert read("a.md", "---\ntitle: 010\n---\n\nText.").title == "010"


def test_front_matter_that_is_no_yaml_leaves_the_text_readable() -> None:
    for broken in ("title: [", "date: 2024-02-30", "tags: " + "[" * 5_000, "- a list"):
        document = read("leave-rules.md", f"---\n{broken}\n---\n\nTake it.")
        assert (document.title, texts(document)) == ("Leave rules", ["Take it."])


def test_headings_of_both_forms_carry_their_level() -> None:
    document = read("a.md", "Handbook\n========\n\n## Leave\n\nText.\n\nSick days\n---------\n\nMore.")
    assert outline(document) == [(1, "Handbook"), (2, "Leave"), (2, "Sick days")]


def test_numbered_items_keep_their_numbers() -> None:
    assert texts(read("a.md", "Steps:\n\n3. Fill in.\n4. Sign.\n5. Send.\n")) == [
        "Steps:",
        "3. Fill in.",
        "4. Sign.",
        "5. Send.",
    ]


def test_a_list_that_counts_from_nought_does_so() -> None:
    assert texts(read("a.md", "0. Switch on.\n1. Wait.\n")) == ["0. Switch on.", "1. Wait."]


def test_items_of_nested_lists_are_paragraphs_in_reading_order() -> None:
    source = "1. Forms\n   - blue for travel\n   - red for leave\n2. Stamps\n"
    assert texts(read("a.md", source)) == ["1. Forms", "blue for travel", "red for leave", "2. Stamps"]


def test_only_the_first_paragraph_of_an_item_carries_its_number() -> None:
    assert texts(read("a.md", "1. Sign.\n\n   In ink.\n\n2. Send.\n")) == ["1. Sign.", "In ink.", "2. Send."]


def test_a_list_thirty_levels_deep_loses_nothing() -> None:
    source = "\n".join("  " * level + f"- level {level}" for level in range(30))
    assert texts(read("a.md", source)) == [f"level {level}" for level in range(30)]


def test_a_table_row_carries_its_headers() -> None:
    source = "| Office | Opens |\n|---|---|\n| Harbour | 9 a.m. |\n| Airport | |\n"
    assert texts(read("a.md", source)) == ["Office: Harbour; Opens: 9 a.m.", "Office: Airport"]


def test_a_row_of_a_column_headed_source_is_searched() -> None:
    document = read("a.md", "| Source | Told |\n|---|---|\n| the clerk | in May |\n")
    assert kinds(document) == [("text", "Source: the clerk; Told: in May")]


def test_a_code_block_keeps_its_lines() -> None:
    assert texts(read("a.md", "Run:\n\n```sh\nqa index\nqa ask\n```\n\n    indented\n    too\n")) == [
        "Run:",
        "qa index\nqa ask",
        "indented\ntoo",
    ]


def test_a_block_quote_is_text() -> None:
    assert texts(read("a.md", "> The director said so.\n>\n> Twice.\n")) == ["The director said so.", "Twice."]


def test_html_between_the_lines_is_read_as_html() -> None:
    inside = "<div>\n<p>Inside &amp; out.</p>\n<script>hide()</script>\n</div>"
    source = f"Before<br>after.\n\n{inside}\n\n<!-- a note -->\n\nEnd."
    assert texts(read("a.md", source)) == ["Before after.", "Inside & out.", "End."]


def test_hidden_html_is_furniture() -> None:
    document = read("a.md", "Shown.\n\n<div hidden><p>Not shown.</p></div>\n")
    assert kinds(document) == [("text", "Shown."), ("furniture", "Not shown.")]


def test_a_line_of_instructions_to_a_site_generator_is_furniture_and_its_comments_are_left_out() -> None:
    source = "{% include menu.html %}\n\n{% comment %}\nAsk Ann first.\n{% endcomment %}\n\nLeave is granted.\n"
    assert kinds(read("a.md", source)) == [("furniture", "{% include menu.html %}"), ("text", "Leave is granted.")]


def test_instructions_within_words_stay_as_they_are_for_no_one_knows_what_becomes_of_them() -> None:
    source = "The tax is {% if x %}5{% else %}7{% endif %} percent."
    assert texts(read("a.md", source)) == [source]


def test_a_link_to_an_instruction_is_a_link() -> None:
    assert texts(read("a.md", 'See the [form]({% page "/forms/" %}) first.')) == ["See the form first."]


def test_a_byte_order_mark_does_not_hide_the_first_heading() -> None:
    assert outline(read("a.md", b"\xef\xbb\xbf# Leave\n\nText.")) == [(1, "Leave")]
