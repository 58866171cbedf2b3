// Saving a chat as a file: Markdown or a Word document.
"use strict";

import { about, openDialog, say, send, text } from "./page.js";

const problem = document.getElementById("export-error");

// What of an exchange leaves the page.
export const portable = ({ question, answer }) => ({ question, answer });

// `exchangesOf` returns those of the chat that is shown.
export function offerSaving(exchangesOf) {
  const answered = () => exchangesOf().filter((exchange) => exchange.answer);
  document.getElementById("export-open").addEventListener("click", () => {
    if (!answered().length) return say(text("ask.export_empty"));
    problem.textContent = "";
    openDialog("export");
  });
  for (const button of document.querySelectorAll("#export .qa-foot button")) {
    button.addEventListener("click", () => save(button.value, answered()));
  }
}

async function save(format, answered) {
  const exchanges = answered.map(portable);
  const response = await send(`api/v1/export?format=${format}&lang=${about.language}`, { exchanges }).catch(() => null);
  if (!response?.ok) {
    problem.textContent = text("ask.failed");
    return;
  }
  const named = /filename\*=UTF-8''([^;]+)/.exec(response.headers.get("Content-Disposition") || "");
  const link = document.createElement("a");
  link.href = URL.createObjectURL(await response.blob());
  link.download = named ? decodeURIComponent(named[1]) : `chat.${format}`;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
  document.getElementById("export").close();
}
