"""The tables of the state, as the steps by which one version of them becomes the next."""

from collections.abc import Sequence

# Times are UTC, ISO 8601, so that they sort as text. A step that has been released is never edited: append another.
MIGRATIONS: Sequence[Sequence[str]] = (
    (
        """
        create table feedback (
            id text primary key, key_sha256 text not null, given text not null, visitor text not null,
            verdict text not null check (verdict in ('up', 'down')), reason text not null check (reason in
                ('', 'wrong_passage', 'wrong_words', 'should_have_said_no', 'missing_document')),
            passage text not null, comment text not null, question text not null, history text not null,
            answer text not null, index_id text not null, status text not null
        )
        """,
        "create index feedback_given on feedback (given)",
        "create index feedback_visitor on feedback (visitor)",
        """
        create table question_log (
            number integer primary key, hour text not null, question text not null, outcome text not null,
            confidence real not null, index_id text not null, language text not null
        )
        """,
        "create index question_log_hour on question_log (hour)",
    ),
)
