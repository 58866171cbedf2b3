// The Documents page: the list is filtered, sorted and turned without loading the page anew. The server does the
// filtering; without this script the same addresses bring whole pages.
import { startEditing } from "./documents_editing.js";

const PAUSE_MS = 180;
const texts = JSON.parse(document.getElementById("texts").textContent);
const filter = document.getElementById("filter");
// Parts of the page that follow from the address and the documents.
const PARTS = ["summary", "count", "list", "folders", "filter-collection", "filter-format", "filter-status"];

/** Return a text of the interface with its {names} filled in. */
export function text(key, values = {}) {
  return texts[`documents.${key}`].replace(/\{(\w+)\}/g, (whole, name) => String(values[name] ?? whole));
}

let running = null;

/** Show what an address asks for, by default the present one again. */
export async function show(address = location.href) {
  running?.abort();
  const request = (running = new AbortController());
  const list = document.getElementById("list");
  list.setAttribute("aria-busy", "true");
  try {
    const response = await fetch(address, { signal: request.signal });
    if (!response.ok) throw new Error(String(response.status));
    const page = new DOMParser().parseFromString(await response.text(), "text/html");
    history.replaceState(null, "", address);
    exchange(page);
  } catch (error) {
    if (error.name !== "AbortError") location.assign(address);
  } finally {
    if (running === request) list.removeAttribute("aria-busy");
  }
}

function exchange(page) {
  const column = document.activeElement?.dataset?.column;
  const open = new Set(Array.from(document.querySelectorAll("#list > details[open]"), (details) => details.id));
  for (const id of PARTS) {
    const [old, fresh] = [document.getElementById(id), page.getElementById(id)];
    if (!old || !fresh) continue;
    const value = old.value;
    old.replaceChildren(...fresh.childNodes);
    if (old.localName === "select") old.value = value;
  }
  for (const details of document.querySelectorAll("#list > details")) details.open ||= open.has(details.id);
  if (column) document.querySelector(`a[data-column="${column}"]`)?.focus();
}

/** Return the address of what the fields of the filter ask for, sorted as another address has it. */
function filtered(sorted = location.href) {
  const query = new URLSearchParams(Array.from(new FormData(filter)).filter(([, value]) => value !== ""));
  const asked = new URL(sorted).searchParams;
  for (const name of ["sort", "order"]) {
    query.delete(name);
    if (asked.has(name)) query.set(name, asked.get(name));
  }
  return `${location.pathname}${query.size ? `?${query}` : ""}`;
}

let pause = 0;
filter.addEventListener("input", () => {
  clearTimeout(pause);
  pause = setTimeout(() => show(filtered()), PAUSE_MS);
});
filter.addEventListener("submit", (event) => {
  event.preventDefault();
  show(filtered());
});
document.getElementById("list").addEventListener("click", (event) => {
  const link = event.target.closest("a.swap");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  clearTimeout(pause);
  const clears = link.closest(".nothing") !== null;
  if (clears) for (const field of filter.querySelectorAll("input[type=search], select")) field.value = "";
  // What was typed a moment ago may not stand in the link yet.
  show(link.dataset.column ? filtered(link.href) : link.href).then(() => clears && filter.querySelector("input[type=search]").focus());
});

document.documentElement.classList.add("scripted");
if (document.querySelector(".editing")) startEditing();
