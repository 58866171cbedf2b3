// What every script of the page shares: its texts and addresses, and small things to say and to open.
"use strict";

export const about = JSON.parse(document.getElementById("qa-page").textContent);
window.qaTexts = about.texts;

export function text(key, values = {}) {
  return Object.entries(values).reduce((said, [name, value]) => said.replace(`{${name}}`, value), about.texts[key]);
}

export const address = (path) => `${about.root}/${path}`;

export async function send(path, body) {
  return fetch(address(path), {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(body),
  });
}

const hint = document.getElementById("hint");
const status = document.getElementById("status");
let hiding = 0;

// For screen readers alone: who sees the page sees it happen.
export function announce(words) {
  status.textContent = words;
}

// A line under the question, read out too; one that is not `lasting` goes by itself.
export function say(words, lasting = false) {
  clearTimeout(hiding);
  hint.textContent = words;
  announce(words);
  if (!lasting) hiding = setTimeout(() => (hint.textContent = ""), 6_000);
}

export function openDialog(id) {
  const dialog = document.getElementById(id);
  if (!dialog.open) dialog.showModal();
  return dialog;
}

export function copy(words) {
  if (navigator.clipboard) return navigator.clipboard.writeText(words);
  // Without https a page has no clipboard of its own.
  const area = document.createElement("textarea");
  area.value = words;
  area.className = "qa-unseen";
  document.body.append(area);
  area.select();
  const done = document.execCommand("copy");
  area.remove();
  return done ? Promise.resolve() : Promise.reject(new Error("no clipboard"));
}

for (const button of document.querySelectorAll("dialog [data-close]")) {
  button.addEventListener("click", () => button.closest("dialog").close());
}
for (const dialog of document.querySelectorAll("dialog")) {
  dialog.addEventListener("click", (event) => event.target === dialog && dialog.close());
}
