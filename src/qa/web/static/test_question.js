// Saving an answer of the chat as a test question, in two clicks: the button below the answer, and the right words.
"use strict";

import { dialogueBefore } from "./dialogue.js";
import { about, address, openDialog, send, text } from "./page.js";
import { offerWords } from "./test_question_choosing.js";

// Words of an answer in the order in which they are shown, each once.
function quotesOf(answer) {
  const all = answer.passages.flatMap((passage) =>
    [passage.words, ...passage.more].map((words) => ({
      document: passage.document,
      text: words.text,
      citation: words.citation,
    })),
  );
  return all.filter((one, place) => all.findIndex((other) => other.citation === one.citation && other.text === one.text) === place);
}

async function asked(path, body) {
  const response = await send(path, body).catch(() => null);
  const answer = await response?.json().catch(() => null);
  if (!response?.ok) throw new Error(answer?.detail || text("growing.failed"));
  return answer;
}

export function saveAsTestQuestion(exchange, exchanges) {
  const place = document.querySelector("#test-question .place");
  const { question } = exchange.answer;
  const history = dialogueBefore(exchange, exchanges);
  document.querySelector("#test-question .asked").textContent = question;
  offerWords(place, {
    text,
    quotes: quotesOf(exchange.answer),
    noneFirst: exchange.answer.outcome !== "answered",
    search: async (words) => (await asked("api/v1/evaluation/paragraphs", { question, history, words })).paragraphs,
    chosen: async (wanted) => showSaved(place, await asked("api/v1/evaluation/drafts", { question, history, ...wanted })),
  });
  openDialog("test-question");
}

function showSaved(place, draft) {
  const saved = document.createElement("p");
  saved.className = "choosing-saved";
  saved.setAttribute("role", "status");
  const link = document.createElement("a");
  link.href = `${address(`evaluate/drafts/${draft.id}`)}?lang=${about.language}`;
  link.textContent = text("growing.saved_open");
  saved.append(text("growing.saved"), " ", link);
  place.replaceChildren(saved);
  link.focus();
}
