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
    (
        # `fields` is a question as sets have it, JSON: what a set can hold may grow without another step here.
        """
        create table draft (
            id text primary key, fields text not null, origin text not null check (origin in
                ('chat', 'feedback', 'asked', 'proposed')),
            status text not null check (status in ('proposed', 'draft', 'exported', 'dismissed')),
            exported_to text not null default '', made text not null, made_by text not null,
            changed text not null, changed_by text not null
        )
        """,
        "create index draft_status on draft (status, made)",
        # What the documents lack: `document` is the id of the nearest, `times` how often it was asked or complained of.
        """
        create table gap (
            id text primary key, question text not null, document text not null, owner text not null,
            note text not null, times integer not null, status text not null check (status in ('open', 'closed')),
            made text not null, made_by text not null, changed text not null, changed_by text not null
        )
        """,
        # `member` names what arrived in the inbox, and `outcome` what became of it: a draft, a gap, or nothing.
        """
        create table settled (
            member text primary key, outcome text not null check (outcome in ('draft', 'gap', 'dismissed')),
            target text not null, made text not null, made_by text not null
        )
        """,
        "create index settled_target on settled (target)",
        # Only ever added to: who did what to which draft, gap or member of the inbox, and when.
        """
        create table change (
            number integer primary key, made text not null, made_by text not null, subject text not null,
            action text not null, told text not null
        )
        """,
        "create index change_subject on change (subject)",
    ),
)
