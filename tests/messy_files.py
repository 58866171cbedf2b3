"""Files as nobody would write them on purpose, for properties that hold for every file."""

from hypothesis import strategies as st

# Every mark that a parser or the sentence splitter looks for, among plain words.
PIECES = st.sampled_from(
    "the committee meets quarterly Dr. U.S. e.g. etc. No. 1,500 3.5 (Sources: (Source: Source: Sources: References: "
    "Reuters) ) ( https://intranet.example/a www.example.org clerk@example.org 12/30/25 Page 4 of 7 3 - * + > | || "
    "# ## ### === --- ~~~ ``` ` _ ** [a](b) ![alt](b.png) 1. 2) a) • – — … ... ? ! : ; , \" ' “quoted” "
    "<b> </b> <div> </div> <p> <ul><li> <ol start=7><li> </li> <table> <tr> <td> <th> </table> <h1> </h2> <nav> </nav> "
    "<pre> </pre> <br> <script> </script> <span hidden> <!-- --> <!DOCTYPE <![CDATA[ &amp; &nbsp; &#xD800; &#0; & < "
    "{% %} {%comment%} {:.note} {{ }} پاکستان۔ کیا؟ विद्यालय। 学校。 Größe re- co- well-known title: A".split()
) | st.sampled_from(["\u00ad", "\u00a0", "\u200b", "\u200d", "\ufeff", "\u2028", "\x00", "\x0b", "\x0c", "\x1b", "\t"])
WORDS = PIECES | st.text(st.characters(exclude_categories=["Cs"]), max_size=6)
LINES = st.lists(WORDS, max_size=14).map(" ".join) | st.sampled_from(
    ["", "", "---", "===", "| a | b |", "|---|---|", "```", "    indented", "THE SECOND SECTION", "> quoted", "\ttab"]
)
LONG_PARAGRAPHS = st.builds(
    lambda words, times: " ".join(words * times), st.lists(WORDS, min_size=1, max_size=12), st.integers(20, 90)
)
TEXTS = st.builds(
    lambda lines, separator: separator.join(lines),
    st.lists(LINES | LONG_PARAGRAPHS, max_size=24),
    st.sampled_from(["\n", "\n\n", "\r\n", "\r", "\n \n"]),
)
CELLS = st.lists(WORDS, max_size=5).map(" ".join)


def _table(rows: list[list[str]], delimiter: str, quoted: bool) -> str:
    def written(cell: str) -> str:
        return '"' + cell.replace('"', '""') + '"' if quoted else cell

    return "\n".join(delimiter.join(written(cell) for cell in row) for row in rows)


TABLES = st.builds(
    _table,
    st.lists(st.lists(CELLS, min_size=1, max_size=5), min_size=1, max_size=8),
    st.sampled_from([",", ";", "\t", "|"]),
    st.booleans(),
)
