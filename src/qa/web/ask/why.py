"""Why an answer's passages stand where they stand, as HTML below them: a sentence each, and the figures folded away."""

from qa.explained import SENTENCE
from qa.web.answers import Passage, ShownAnswer, Signal
from qa.web.ask.escaping import escape
from qa.web.texts import Texts


def why_html(answer: ShownAnswer, texts: Texts) -> str:
    """Return one line of HTML: for each passage why it stands there, a bar for what each signal added; folded away."""
    if not answer.passages:
        return ""
    longest = max((signal.added for passage in answer.passages for signal in passage.why.signals), default=0.0)
    passages = "".join(_passage(passage, longest, texts) for passage in answer.passages)
    sure = escape(texts("ask.why.confidence", percent=round(100 * answer.confidence)))
    return (
        f'<details class="qa-why"><summary>{escape(texts("ask.why"))}</summary>'
        f"<p>{sure}</p><ol>{passages}</ol></details>"
    )


def _passage(passage: Passage, longest: float, texts: Texts) -> str:
    why = passage.why
    words = ", ".join(why.words)
    holds = texts("ask.why.holds", words=words) if words else texts("ask.why.holds_none")
    if why.lexical_rank is not None and why.dense_rank is not None:
        found = texts("ask.why.found_both")
    else:
        found = texts("ask.why.found_words" if why.lexical_rank is not None else "ask.why.found_meaning")
    figures = [
        texts("ask.why.words_rank", rank=_rank(why.lexical_rank, texts), score=f"{why.lexical_score:.2f}"),
        texts("ask.why.meaning_rank", rank=_rank(why.dense_rank, texts), score=f"{why.dense_score:.3f}"),
    ]
    rows = "".join(_row(signal, longest, texts) for signal in why.signals)
    head = "".join(
        f'<th scope="col">{escape(text)}</th>'
        for text in (texts("ask.why.signal"), "", texts("ask.why.seen"), texts("ask.why.added"))
    )
    table = f"<table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>" if rows else ""
    return (
        f"<li><p><bdi>{escape(passage.words.citation)}</bdi></p><p>{escape(holds)} {escape(found)}</p>"
        f"<details><summary>{escape(texts('ask.why.details'))} <bdi>{why.score:.3f}</bdi></summary>"
        f"{''.join(f'<p>{escape(line)}</p>' for line in figures)}{table}</details></li>"
    )


def _rank(rank: int | None, texts: Texts) -> str:
    return texts("ask.why.no_rank") if rank is None else texts("ask.why.rank", rank=rank)


def _row(signal: Signal, longest: float, texts: Texts) -> str:
    width = max(0, round(100 * signal.added / longest)) if longest > 0 else 0
    seen = "" if signal.seen is None else f"{signal.seen:.2f}"
    return (
        f'<tr><th scope="row">{escape(_label(signal, texts))}</th><td><i style="width:{width}%"></i></td>'
        f"<td>{seen}</td><td>{signal.added:+.3f}</td></tr>"
    )


def _label(signal: Signal, texts: Texts) -> str:
    """Return what a signal is called in the visitor's language; one that has no name there goes by its own."""
    plain = signal.name.removeprefix(SENTENCE)
    key = f"ask.why.signal.{plain}"
    label = texts(key) if key in texts.entries else plain.replace("_", " ")
    return label if plain == signal.name else texts("ask.why.of_sentence", signal=label)
