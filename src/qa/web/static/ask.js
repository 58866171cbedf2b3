// The Ask page: asks, keeps the chat, opens sources, and does what the buttons of an answer say.
"use strict";

import * as chats from "./chats.js";
import { dialogueBefore } from "./dialogue.js";
import * as feedback from "./feedback.js";
import * as filter from "./filter.js";
import { embedding } from "./embedded.js";
import { closeSource, openSource } from "./panel.js";
import { about, address, announce, copy, openDialog, say, send, text } from "./page.js";
import { offerSaving, portable } from "./saving.js";
import { grant, ready } from "./transport.js";
import "./theme.js";

const question = document.getElementById("question");
const form = document.getElementById("ask");
const parent = embedding();
const LARGEST_RESTORED = 800_000;
let chat = chats.current() || chats.fresh();

const answers = () => document.querySelectorAll("#chat .qa-answer, #chat .qa-refusal");
const exchangeOf = (number) => chat.exchanges.find((exchange) => exchange.number === number);

// -- wishes

function wish(wanted) {
  return { language: about.language, scope: filter.chosen(), shown: chat.exchanges.length, ...wanted };
}

// One wish after the other: what is asked while another is under way waits for it.
let underWay = Promise.resolve();

function granted(wanted) {
  underWay = underWay.then(() => grantedNow(wanted));
  return underWay;
}

async function grantedNow(wanted) {
  document.body.classList.add("qa-busy");
  const waiting = setTimeout(() => say(text("ask.searching"), true), 300);
  try {
    await ready();
    let told = await grant(wish(wanted));
    // The server was started anew meanwhile: it takes over what was kept here.
    if (told.stale) told = await grant(wish({ ...wanted, restore: fitting(chat.exchanges) }));
    clearTimeout(waiting);
    keep(told);
    return told;
  } catch (refusal) {
    clearTimeout(waiting);
    say(refused(refusal), true);
    return null;
  } finally {
    document.body.classList.remove("qa-busy");
  }
}

function refused({ status, seconds }) {
  if (status === 429) return text("ask.too_many", { seconds });
  if (status === 413) return text("ask.too_large");
  if (status === 422) return text("ask.unreadable");
  if (status === 401 || status === 403) return text("ask.not_allowed");
  return text("ask.failed");
}

// The server takes a million bytes at once: of a longer chat the latest part goes on.
function fitting(exchanges) {
  let room = LARGEST_RESTORED;
  let first = exchanges.length;
  while (first > 0 && (room -= new Blob([JSON.stringify(exchanges[first - 1])]).size) > 0) first -= 1;
  return exchanges.slice(first);
}

function keep(told) {
  const kept = new Map(chat.exchanges.map((exchange) => [exchange.number, exchange]));
  for (const exchange of told.changed) kept.set(exchange.number, exchange);
  chat.exchanges = told.numbers.map((number) => kept.get(number)).filter(Boolean);
  chats.save(chat);
  chats.setCurrent(chat.id);
  showState();
}

function showState() {
  document.body.classList.toggle("qa-asked", chat.exchanges.length > 0);
}

async function ask(words) {
  if (!words.trim()) {
    say(text("ask.blank"));
    question.focus();
    return;
  }
  question.value = "";
  grow();
  const told = await granted({ question: words });
  const exchange = told && chat.exchanges[chat.exchanges.length - 1];
  // What could not be asked stays in the line, to be put right.
  if (!exchange?.answer) question.value = words;
  grow();
  if (!exchange) return;
  // The keyboard of a telephone would cover what was found.
  if (exchange.answer && matchMedia("(hover: none) and (pointer: coarse)").matches) question.blur();
  reach(chat.exchanges.length - 1);
  report(exchange);
}

function report(exchange) {
  say("");
  if (!exchange.answer) return;
  const { outcome, passages } = exchange.answer;
  announce(text(`ask.${outcome}_announce`, { count: passages.length }));
  parent.answered(exchange.question, outcome);
}

async function askAgain(button, fields) {
  const number = Number(fields.get("answer"));
  const again = { number, drop: fields.get("drop") || "", alone: fields.get("alone") === "1" };
  if (fields.has("as_typed")) again.as_typed = fields.get("as_typed") === "1";
  const told = await granted({ again });
  if (!told) return;
  const place = chat.exchanges.findIndex((exchange) => exchange.number === number);
  reach(place);
  report(chat.exchanges[place]);
  const focusable = '.qa-chip, .qa-again, .qa-cite, summary';
  drawn(() => {
    if (document.activeElement === document.body) answers()[place]?.querySelector(focusable)?.focus({ preventScroll: true });
  });
}

// -- where the eye goes

function drawn(then) {
  requestAnimationFrame(() => requestAnimationFrame(then));
}

// Gradio has screen readers read out a message's source and the whole chat; what is new is announced above.
function tidy() {
  document.querySelector("#chat [role=log]")?.setAttribute("aria-live", "off");
  document.querySelector("#chat [role=log]")?.setAttribute("aria-label", text("ask.title"));
  for (const message of document.querySelectorAll("#chat [data-testid=user], #chat [data-testid=bot]")) {
    message.removeAttribute("aria-label");
    message.dir = "auto";
    if (message.dataset.testid === "bot") message.dir = document.documentElement.dir;
  }
}
new MutationObserver(tidy).observe(document.querySelector("gradio-app"), { childList: true, subtree: true });

// The best quote stands at the beginning of an answer: that is brought into view, with its question above.
function reach(place) {
  drawn(() => {
    const answer = answers()[place];
    const asked = answer?.closest(".message-row")?.previousElementSibling || answer;
    asked?.scrollIntoView({ block: "start" });
  });
}

function grow() {
  question.style.height = "auto";
  question.style.height = `${Math.min(question.scrollHeight + 2, 160)}px`;
}

// -- what stands in an answer

async function act(button) {
  const fields = new URLSearchParams(button.value);
  const exchange = exchangeOf(Number(fields.get("answer")));
  if (!exchange?.answer) return;
  const action = fields.get("act");
  if (action === "up") await feedback.up(exchange, dialogueBefore(exchange, chat.exchanges), button);
  if (action === "down") feedback.down(exchange, dialogueBefore(exchange, chat.exchanges), button);
  // Trainers alone have the button: nobody else needs the script.
  if (action === "test") (await import("./test_question.js")).saveAsTestQuestion(exchange, chat.exchanges);
  if (action === "copy") await copyAnswer(exchange, button);
  if (action === "link") await copyLink(exchange, button);
}

// Said where the eye is as well: the line below the question is far from the button.
function copied(button, key) {
  say(text(key));
  button.classList.add("qa-done");
  setTimeout(() => button.classList.remove("qa-done"), 3_000);
}

async function copyAnswer(exchange, button) {
  const response = await send(`api/v1/export?format=text&lang=${about.language}`, { exchanges: [portable(exchange)] });
  if (!response.ok) return say(text("ask.failed"));
  await copy(await response.text());
  copied(button, "ask.copied");
}

// The address of an answer: the questions of its subject, after the "#", which no server and no proxy is sent.
export function linkOf(exchange) {
  const place = chat.exchanges.indexOf(exchange);
  let first = place;
  while (first > 0 && !chat.exchanges[first].alone && chat.exchanges[first].answer?.carried.length) first -= 1;
  const fields = new URLSearchParams();
  for (const part of chat.exchanges.slice(first, place + 1)) if (part.answer) fields.append("q", part.question);
  for (const word of exchange.dropped) fields.append("drop", word);
  if (exchange.as_typed) fields.set("typed", "1");
  for (const id of exchange.scope.documents) fields.append("document", id);
  for (const name of exchange.scope.collections) fields.append("collection", name);
  for (const end of ["since", "until"]) if (exchange.scope[end]) fields.set(end, exchange.scope[end]);
  fields.set("index", exchange.answer.index);
  return `${location.origin}${about.root}/?lang=${about.language}#ask/${fields}`;
}

async function copyLink(exchange, button) {
  await copy(linkOf(exchange));
  copied(button, "ask.link_copied");
}

async function follow() {
  const fields = new URLSearchParams(location.hash.slice("#ask/".length));
  const questions = fields.getAll("q").slice(-12);
  if (!questions.length) return;
  history.replaceState(null, "", `${location.pathname}${location.search}`);
  await startOver();
  filter.choose({
    documents: fields.getAll("document"),
    collections: fields.getAll("collection"),
    since: fields.get("since") || "",
    until: fields.get("until") || "",
  });
  const link = { questions, dropped: fields.getAll("drop"), as_typed: fields.has("typed"), index: fields.get("index") || "" };
  if (await granted({ link })) reach(chat.exchanges.length - 1);
}

function openCitation(link) {
  const near = link.closest(".qa-answer");
  const all = [...(near?.querySelectorAll(".qa-cite") || [])];
  const list = all.map((other) => other.getAttribute("href").slice(1));
  for (const other of document.querySelectorAll(".qa-cite-open")) other.classList.remove("qa-cite-open");
  link.classList.add("qa-cite-open");
  const title = link.closest(".qa-quote, .qa-side")?.querySelector(".qa-title")?.textContent || "";
  const inList = all.indexOf(link);
  openSource(link.getAttribute("href").slice(1), {
    title,
    list: inList < 0 ? [] : list,
    index: Math.max(0, inList),
    opener: link,
  });
}

document.addEventListener("click", (event) => {
  const on = (selector) => event.target.closest?.(selector);
  const link = on('#chat a[href^="#source/"]');
  if (link) {
    event.preventDefault();
    openCitation(link);
  } else if (on("#chat .qa-again")) {
    askAgain(on(".qa-again"), new URLSearchParams(on(".qa-again").value));
  } else if (on("#chat .qa-ask, #starters button")) {
    ask(on("button").value);
  } else if (on("#chat .qa-act")) {
    act(on(".qa-act"));
  }
}, true);

// -- the line to ask in

form.addEventListener("submit", (event) => {
  event.preventDefault();
  ask(question.value);
});
question.addEventListener("input", grow);
question.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
    event.preventDefault();
    form.requestSubmit();
  } else if (event.key === "ArrowUp" && !question.value && chat.exchanges.length) {
    event.preventDefault();
    question.value = chat.exchanges[chat.exchanges.length - 1].question;
    grow();
  }
});

// -- chats

async function startOver() {
  closeSource();
  await underWay; // what is still to come belongs to the chat before
  chat = chats.fresh();
  await granted({ clear: true });
}

document.getElementById("new").addEventListener("click", async () => {
  await startOver();
  question.focus();
});

async function restore(kept) {
  await underWay;
  chat = { ...kept };
  if (!(await granted({ restore: fitting(kept.exchanges) }))) return;
  say(text("ask.restored"));
  reach(chat.exchanges.length - 1);
}

function listChats() {
  const kept = chats.all();
  const list = document.getElementById("chats");
  list.replaceChildren(...kept.map(chatEntry));
  document.getElementById("history-empty").hidden = kept.length > 0;
  document.getElementById("history-delete").hidden = kept.length === 0;
}

function chatEntry(kept) {
  const entry = document.createElement("li");
  const open = document.createElement("button");
  const asked = document.createElement("span");
  const when = document.createElement("time");
  const remove = document.createElement("button");
  open.type = remove.type = "button";
  open.className = "qa-chat";
  asked.dir = "auto";
  asked.textContent = kept.exchanges[0].question;
  when.dateTime = kept.time;
  when.textContent = new Date(kept.time).toLocaleString(about.language, { dateStyle: "medium", timeStyle: "short" });
  open.append(asked, when);
  remove.className = "qa-close";
  remove.title = text("ask.history_delete");
  remove.setAttribute("aria-label", `${text("ask.history_delete")}: ${kept.exchanges[0].question}`);
  open.addEventListener("click", async () => {
    document.getElementById("history").close();
    await restore(kept);
    question.focus();
  });
  remove.addEventListener("click", async () => {
    chats.remove(kept.id);
    if (kept.id === chat.id) await startOver();
    listChats();
  });
  entry.append(open, remove);
  return entry;
}

document.getElementById("history-open").addEventListener("click", () => {
  listChats();
  openDialog("history");
});
document.getElementById("history-delete").addEventListener("click", async () => {
  chats.removeAll();
  await startOver();
  listChats();
});

// -- shortcuts

document.getElementById("shortcuts-open").addEventListener("click", () => openDialog("shortcuts"));

// With Alt: a single character would be a trap for who speaks to the computer (WCAG 2.2, 2.1.4).
const SHORTCUTS = {
  KeyQ: () => question.focus(),
  KeyO: () => [...answers()].at(-1)?.querySelector(".qa-cite")?.click(),
  KeyN: () => document.getElementById("new").click(),
  KeyK: () => openDialog("shortcuts"),
};

document.addEventListener("keydown", (event) => {
  const wanted = event.altKey && !event.ctrlKey && !event.metaKey && SHORTCUTS[event.code];
  if (!wanted || document.querySelector("dialog[open]")) return;
  event.preventDefault();
  wanted();
});

// -- to begin with

async function offerStarters() {
  const response = await fetch(address(`api/v1/starters?collection=${encodeURIComponent(about.collection)}`)).catch(() => null);
  if (!response?.ok) return;
  const { questions } = await response.json();
  const list = document.querySelector("#starters ul");
  list.replaceChildren(
    ...questions.map((words) => {
      const entry = document.createElement("li");
      const button = document.createElement("button");
      button.type = "button";
      button.value = button.textContent = words;
      button.dir = "auto";
      entry.append(button);
      return entry;
    }),
  );
  document.getElementById("starters").hidden = questions.length === 0;
}

showState();
offerSaving(() => chat.exchanges);
parent.onAsk((words) => ready().then(() => ask(words)));
window.addEventListener("hashchange", () => location.hash.startsWith("#ask/") && follow());
ready().then(async () => {
  document.body.classList.add("qa-ready");
  if (location.hash.startsWith("#ask/")) await follow();
  else if (chat.exchanges.length) await restore(chat);
});
// In a frame, the page around hands over a token first, where one is needed.
if (parent.embedded) ready().then(offerStarters);
else offerStarters();
