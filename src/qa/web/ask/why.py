"""Why an answer is as it is, as HTML below it: folded away, with a bar for what each signal added."""

from qa.explained import Share, about, found_by, shares
from qa.types import Answer, Hit, Quote
from qa.web.ask.escaping import escape


def why_html(answer: Answer) -> str:
    """Return one line of HTML: what was searched, and for each passage why it stands where it stands."""
    longest = max((share for hit in answer.hits for share in hit.reasons.shares.values()), default=0.0)
    passages = (
        _passage(number, quote, hit, longest)
        for number, (quote, hit) in enumerate(zip(answer.quotes, answer.hits, strict=True), start=1)
    )
    return (
        '<details class="qa-why"><summary>Why this answer</summary>'
        f"{''.join(f'<p>{escape(line)}</p>' for line in about(answer))}{''.join(passages)}</details>"
    )


def _passage(number: int, quote: Quote, hit: Hit, longest: float) -> str:
    words = ", ".join(hit.reasons.terms) or "no word of the question"
    lines = [f"Holds {words}", *found_by(hit)]
    rows = "".join(_row(share, longest) for share in shares(hit.reasons))
    table = f"<table><tr><th>Signal</th><td></td><td>Seen</td><td>Added</td></tr>{rows}</table>" if rows else ""
    return (
        f"<details{' open' if number == 1 else ''}><summary>[{number}] {escape(quote.paragraph.citation)}"
        f" <strong>{hit.score:.3f}</strong></summary>"
        f"{''.join(f'<p>{escape(line)}</p>' for line in lines)}{table}</details>"
    )


def _row(share: Share, longest: float) -> str:
    width = max(0, round(100 * share.share / longest)) if longest > 0 else 0
    seen = "" if share.signal is None else f"{share.signal:.2f}"
    return (
        f'<tr><th scope="row">{escape(share.label)}</th><td><i style="width:{width}%"></i></td>'
        f"<td>{seen}</td><td>{share.share:+.3f}</td></tr>"
    )
