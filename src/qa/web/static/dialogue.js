// What was said in a chat before one of its questions, as the server counts it (see `qa.web.ask.exchange`).
"use strict";

const opensSubject = (exchange) => exchange.alone || (exchange.answer && !exchange.answer.carried.length);

// That nothing was found says nothing of the subject, and what is merely near may be about another.
function turnsOf({ answer }) {
  if (!answer) return [];
  const asked = { role: "user", content: answer.question };
  if (answer.outcome !== "answered" || !answer.passages.length) return [asked];
  return [asked, { role: "assistant", content: answer.passages[0].words.text }];
}

/** Return the dialogue that a question took words over from; none for a question that stands by itself. */
export function dialogueBefore(exchange, exchanges) {
  if (opensSubject(exchange)) return [];
  const before = exchanges.slice(0, exchanges.indexOf(exchange));
  const first = Math.max(0, before.findLastIndex(opensSubject));
  return before.slice(first).flatMap(turnsOf);
}
