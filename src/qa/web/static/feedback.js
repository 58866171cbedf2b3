// Thumbs up and down: what was right or wrong about an answer, and what would have been right.
"use strict";

import { openDialog, say, send, text } from "./page.js";

const form = document.querySelector("#feedback form");
const comment = document.getElementById("feedback-comment");
const problem = document.getElementById("feedback-error");
// What was sent for an exchange, so that a changed mind replaces it.
const given = new Map();
let asked = null;

async function give(exchange, history, verdict, reason, words) {
  const before = given.get(exchange.asked_at + exchange.number);
  const response = await send("api/v1/feedback", {
    verdict,
    reason,
    comment: words,
    question: exchange.question,
    history,
    answer: exchange.answer,
    ...(before ? { id: before.id, key: before.key } : {}),
  });
  if (!response.ok) throw new Error(String(response.status));
  given.set(exchange.asked_at + exchange.number, await response.json());
  say(text("ask.thanks"));
}

function pressed(button) {
  for (const other of button.parentElement.querySelectorAll(".qa-act-up, .qa-act-down")) {
    other.classList.toggle("qa-pressed", other === button);
  }
}

// `history` is the dialogue that the question took words over from.
export async function up(exchange, history, button) {
  try {
    await give(exchange, history, "up", "", "");
    pressed(button);
  } catch {
    say(text("ask.feedback_failed"));
  }
}

export function down(exchange, history, button) {
  asked = { exchange, history, button };
  form.reset();
  problem.textContent = "";
  openDialog("feedback");
}

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  try {
    await give(asked.exchange, asked.history, "down", new FormData(form).get("reason"), comment.value.trim());
    pressed(asked.button);
    document.getElementById("feedback").close();
  } catch {
    problem.textContent = text("ask.feedback_failed");
  }
});
