// The source panel: shows a citation's place in its document beside the chat, over it where the page is narrow.
"use strict";

import { about, copy } from "./page.js";
import { separatorOf } from "./panel_width.js";

const ROOT = new URL("../", import.meta.url);
const NARROW = matchMedia("(max-width: 899px)");
// No script runs in the frame. A permalink opens as a page of its own, an original is downloaded, words are looked for.
const SANDBOX = "allow-same-origin allow-popups allow-popups-to-escape-sandbox allow-downloads allow-forms";
const TYPING = "input, textarea, select, [contenteditable]";

const state = { list: [], index: 0, opener: null, still: [], shared: "" };
let parts = null;

export function isOpen() {
  return Boolean(parts) && !parts.panel.hidden;
}

// `address` is relative to the page's root: source/leave.md?exact=...&p=3#hit. `list` holds all citations of its answer.
export function openSource(address, { title = "", list = [], index = 0, opener = null } = {}) {
  if (!framed(address)) return;
  parts ||= build();
  Object.assign(state, { list: list.length ? list : [address], index: list.length ? index : 0, opener });
  show(address, title);
  if (parts.panel.hidden) {
    holding(opener, () => {
      parts.panel.hidden = false;
      document.body.classList.add("source-open");
    });
    lay();
  }
  parts.panel.focus({ preventScroll: true });
}

export function closeSource() {
  if (!isOpen()) return;
  holding(state.opener, () => {
    parts.panel.hidden = true;
    document.body.classList.remove("source-open");
  });
  release();
  if (state.opener?.isConnected) state.opener.focus();
}

// The chat becomes narrower or wider, and all above higher or lower: what was pressed stays under the eye.
function holding(pressed, change) {
  const before = pressed?.getBoundingClientRect().top;
  change();
  if (!pressed?.isConnected || NARROW.matches) return;
  window.scrollBy({ top: pressed.getBoundingClientRect().top - before, behavior: "instant" });
}

// -- what is shown

function show(address, title) {
  const url = framed(address);
  if (!url) return;
  parts.title.textContent = title || decodeURIComponent(url.pathname.slice(ROOT.pathname.length + "source/".length));
  share(url.href, url.href);
  parts.said.textContent = "";
  parts.panel.setAttribute("aria-busy", "true");
  showSteps();
  // A new frame each time: setting the address of a used one would add to the browser's history.
  const fresh = newFrame();
  let first = true;
  fresh.addEventListener("load", () => {
    if (fresh === parts.frame) loaded(fresh, url, first);
    first = false;
  });
  fresh.src = url.href;
  parts.frame.replaceWith(fresh);
  parts.frame = fresh;
}

// What is kept in a browser may have been tampered with: only the viewer's own addresses are opened.
function framed(address) {
  if (!URL.canParse(address, ROOT)) return null;
  const url = new URL(address, ROOT);
  if (url.origin !== location.origin || !url.pathname.startsWith(`${ROOT.pathname}source/`)) return null;
  const given = url.searchParams;
  given.set("theme", document.body.classList.contains("dark") ? "dark" : "light");
  // Gradio's script has its own idea of the language that the page's root element names.
  given.set("lang", about.language);
  given.set("panel", "1");
  const token = window.qaToken?.();
  if (token) given.set("token", token);
  if (!url.hash) url.hash = given.has("check") || given.has("exact") ? "hit" : `p${given.get("p") || 1}`;
  return url;
}

function loaded(frame, url, isFirst) {
  parts.panel.removeAttribute("aria-busy");
  const page = documentIn(frame);
  if (!page) {
    parts.said.textContent = text("failed");
    return;
  }
  page.addEventListener("keydown", onPanelKey);
  if (page.querySelector("main")) parts.title.textContent = page.title;
  const lasting = page.querySelector("a[rel~=bookmark]")?.href;
  if (lasting) share(lasting, lasting);
  if (isFirst) reveal(frame, page, url.searchParams.get("p"));
}

// A page of the browser's own, shown where none came from the server, is closed to scripts.
function documentIn(frame) {
  try {
    return frame.contentDocument?.location.origin === location.origin ? frame.contentDocument : null;
  } catch {
    return null;
  }
}

function reveal(frame, page, number) {
  const target = page.getElementById("hit") || page.getElementById(`p${number}`);
  if (!target) return;
  const { top, height } = target.getBoundingClientRect();
  const view = frame.contentWindow;
  const above = page.querySelector(".bar")?.offsetHeight || 0;
  const room = view.innerHeight - above;
  // Words that do not fit into the view begin at its top, below what stays there.
  const margin = height < room - 96 ? (room - height) / 2 : 56;
  view.scrollTo({ top: view.scrollY + top - above - margin, behavior: "instant" });
}

function share(lasting, opened) {
  const copied = new URL(lasting);
  for (const own of ["panel", "theme", "lang", "token"]) copied.searchParams.delete(own);
  state.shared = copied.href;
  const tab = new URL(opened);
  tab.searchParams.delete("panel");
  const token = window.qaToken?.();
  if (token) tab.searchParams.set("token", token);
  parts.tab.href = tab.href;
}

// -- from citation to citation

function step(by) {
  const next = state.index + by;
  if (next < 0 || next >= state.list.length) return;
  state.index = next;
  show(state.list[next], "");
  point(state.list[next]);
  // A button that can no longer be pressed would lose the focus to nothing.
  if (document.activeElement?.disabled || document.activeElement === document.body) parts.panel.focus();
}

function showSteps() {
  const many = state.list.length > 1;
  parts.steps.hidden = !many;
  parts.count.textContent = text("citation", { number: state.index + 1, count: state.list.length });
  parts.previous.disabled = state.index === 0;
  parts.next.disabled = state.index === state.list.length - 1;
}

// The chat shows which of its citations is open.
function point(address) {
  const answer = state.opener?.closest(".qa-answer");
  if (!answer) return;
  for (const link of document.querySelectorAll(".qa-cite-open")) link.classList.remove("qa-cite-open");
  const link = [...answer.querySelectorAll(".qa-cite")].find((other) => other.getAttribute("href") === `#${address}`);
  link?.classList.add("qa-cite-open");
  if (!NARROW.matches) link?.scrollIntoView({ block: "nearest" });
}

// -- keys

// Single keys hold only while the panel has the focus (WCAG 2.2, 2.1.4): elsewhere they are somebody's words.
function onPanelKey(event) {
  if (onEscape(event) || event.metaKey || event.target.closest?.(TYPING)) return;
  if (event.key === "[") step(-1);
  if (event.key === "]") step(1);
}

function onEscape(event) {
  if (event.key !== "Escape" || event.defaultPrevented || !isOpen()) return false;
  const emptied = event.target.closest?.("input[type=search]")?.value;
  if (emptied || document.querySelector("dialog:modal")) return false;
  event.preventDefault();
  event.stopImmediatePropagation();
  closeSource();
  return true;
}

document.addEventListener("keydown", onEscape, true);

// -- beside the chat, or over it

function lay() {
  release();
  if (!isOpen()) return;
  const over = NARROW.matches;
  parts.panel.setAttribute("role", over ? "dialog" : "region");
  if (over) parts.panel.setAttribute("aria-modal", "true");
  else parts.panel.removeAttribute("aria-modal");
  if (!over) return;
  state.still = [...document.body.children].filter((other) => other !== parts.panel && !other.inert);
  for (const other of state.still) other.inert = true;
}

function release() {
  for (const other of state.still) other.inert = false;
  state.still = [];
}

NARROW.addEventListener("change", () => parts && lay());

// -- its parts

function text(key, values = {}) {
  const words = window.qaTexts[`sources.${key}`];
  return Object.entries(values).reduce((said, [name, value]) => said.replace(`{${name}}`, value), words);
}

function made(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append(...children);
  return element;
}

const DRAWN = {
  previous: "M15 5l-7 7 7 7",
  next: "M9 5l7 7-7 7",
  tab: "M14 4h6v6M20 4l-9 9M10 5H5v14h14v-5",
  copy: "M9 9h11v11H9zM5 15H4V4h11v1",
  close: "M6 6l12 12M18 6L6 18",
};

function sign(name) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  for (const [key, value] of [["viewBox", "0 0 24 24"], ["aria-hidden", "true"], ["class", `source-${name}`]]) {
    svg.setAttribute(key, value);
  }
  const path = document.createElementNS(svg.namespaceURI, "path");
  path.setAttribute("d", DRAWN[name]);
  svg.append(path);
  return svg;
}

function button(name, key, onClick, shortcut = "") {
  const label = text(key);
  const title = shortcut ? `${label} (${shortcut})` : label;
  const element = made("button", { type: "button", "aria-label": label, title }, sign(name));
  element.addEventListener("click", onClick);
  return element;
}

function newFrame() {
  return made("iframe", { id: "source-frame", title: text("frame"), sandbox: SANDBOX });
}

async function onCopy(event) {
  const pressed = event.currentTarget;
  const done = await copy(state.shared).then(() => true, () => false);
  parts.said.textContent = text(done ? "copied" : "copy_failed");
  pressed.focus();
}

function build() {
  const title = made("bdi", { id: "source-title" });
  const count = made("span", { id: "source-count" });
  const previous = button("previous", "citation_previous", () => step(-1), "[");
  const next = button("next", "citation_next", () => step(1), "]");
  const steps = made("div", { id: "source-steps" }, previous, count, next);
  const tab = made("a", { target: "_blank", rel: "noopener", "aria-label": text("open"), title: text("open") }, sign("tab"));
  const copier = button("copy", "copy", onCopy);
  const close = button("close", "close", closeSource, "Esc");
  close.id = "source-close";
  const said = made("p", { id: "source-said", role: "status" });
  const separator = separatorOf("source-panel", text("resize"));
  const bar = made("div", { id: "source-bar" }, made("h2", {}, title), steps, tab, copier, close);
  const frame = newFrame();
  const panel = made("aside", { id: "source-panel", tabindex: "-1", "aria-label": text("panel"), hidden: "" }, separator, bar, said, frame);
  panel.addEventListener("keydown", onPanelKey);
  document.body.append(panel);
  return { panel, title, steps, count, previous, next, tab, said, frame };
}
