// Which documents are searched: a collection, one document, or those of a time.
"use strict";

import { about, address, openDialog, text } from "./page.js";

const field = (name) => document.getElementById(`filter-${name}`);
const DATE = /^(\d{4}(-\d{2}(-\d{2})?)?)?$/;
const nothing = () => ({ documents: [], collections: [], since: "", until: "" });
let scope = nothing();
const titles = new Map(); // ids and titles of the documents seen so far

export const chosen = () => scope;

export function isEverything(limits = scope) {
  return !(limits.documents.length || limits.collections.length || limits.since || limits.until);
}

const titled = (id) => titles.get(id) || id;

function show() {
  const dates = scope.since || scope.until ? [`${scope.since} – ${scope.until}`.trim()] : [];
  const parts = [...scope.collections, ...scope.documents.map(titled), ...dates];
  field("now").textContent = parts.join(", ") || text("ask.filter_all");
  field("clear").hidden = isEverything();
}

export function choose(limits) {
  scope = { ...nothing(), ...limits };
  show();
}

// The documents whose title, name or author holds some words: there may be too many to list them all.
async function find(words) {
  const response = await fetch(address(`api/v1/documents?limit=20&q=${encodeURIComponent(words)}`));
  if (!response.ok) return { documents: [], collections: [] };
  const found = await response.json();
  for (const entry of found.documents) titles.set(entry.id, entry.title);
  return found;
}

async function suggest() {
  const { documents } = await find(field("document").value.trim());
  const options = documents.map((entry) => {
    const option = new Option(entry.id, entry.title);
    option.label = entry.id;
    return option;
  });
  field("documents").replaceChildren(...options);
}

async function open() {
  const { collections } = await find("");
  const any = field("collection").options[0];
  field("collection").replaceChildren(any, ...collections.map(({ name }) => new Option(name, name)));
  field("collection").value = scope.collections[0] || "";
  field("document").value = scope.documents.length ? titled(scope.documents[0]) : "";
  field("since").value = scope.since;
  field("until").value = scope.until;
  field("error").textContent = "";
  openDialog("filter");
  suggest();
}

async function named(words) {
  if (!words) return "";
  const { documents } = await find(words);
  const found = documents.find((entry) => entry.title === words || entry.id === words);
  return (found || (documents.length === 1 ? documents[0] : null))?.id || null;
}

async function apply(event) {
  event.preventDefault();
  const [since, until] = ["since", "until"].map((name) => field(name).value.trim());
  const document_ = await named(field("document").value.trim());
  const badDate = !DATE.test(since) || !DATE.test(until);
  const wrong = badDate ? "ask.filter_bad_date" : document_ === null ? "ask.filter_unknown_document" : "";
  field("error").textContent = wrong ? text(wrong) : "";
  if (wrong) return;
  const collection = field("collection").value;
  choose({ documents: document_ ? [document_] : [], collections: collection ? [collection] : [], since, until });
  document.getElementById("filter").close();
  document.getElementById("question").focus();
}

let typing = 0;
field("document").addEventListener("input", () => {
  clearTimeout(typing);
  typing = setTimeout(suggest, 150);
});
field("open").addEventListener("click", open);
field("clear").addEventListener("click", () => choose(nothing()));
document.querySelector("#filter form").addEventListener("submit", apply);
// One that the page around names, but the documents do not have, is no collection to search.
if (about.collection) {
  choose({ collections: [about.collection] });
  find("").then(({ collections }) => {
    if (collections.length && !collections.some(({ name }) => name === about.collection)) choose(nothing());
  });
}
