// What the pages of the trainers have in common: their texts, the API, and asking in a dialog.

const API = new URL("../api/v1/", import.meta.url).href;
const texts = JSON.parse(document.getElementById("texts").textContent);

export const byId = (id) => document.getElementById(id);

/** Return a text of the interface, by its whole key, with its {names} filled in. */
export function text(key, values = {}) {
  return texts[key].replace(/\{(\w+)\}/g, (whole, name) => String(values[name] ?? whole));
}

/** An answer of the server that is no success; its message may be shown. */
export class Refused extends Error {
  constructor(status, sentence, kind = "", errors = []) {
    super(sentence);
    this.status = status;
    this.kind = kind;
    this.errors = errors;
  }
}

/** Return what the server answers to a request below /api/v1/; `body` is sent as JSON, or as it is if it is a form. */
export async function call(method, path, body) {
  const options = { method };
  if (body instanceof FormData) options.body = body;
  else if (body !== undefined) {
    options.body = JSON.stringify(body);
    options.headers = { "Content-Type": "application/json" };
  }
  let response;
  try {
    response = await fetch(API + path, options);
  } catch {
    throw new Refused(0, text("evaluate.failed"));
  }
  const answer = await response.text();
  if (!response.ok) throw refusal(response.status, answer);
  return answer ? JSON.parse(answer) : null;
}

function refusal(status, answer) {
  try {
    const problem = JSON.parse(answer);
    const kind = (problem.type ?? "").split("#")[1] ?? "";
    return new Refused(status, problem.detail ?? text("evaluate.failed"), kind, problem.errors);
  } catch {
    return new Refused(status, text("evaluate.failed"));
  }
}

/** Ask in a dialog; resolves to the value of the button that was pressed, "" for none. */
export function choose(title, sentence, choices) {
  const dialog = byId("confirm");
  byId("confirm-title").textContent = title;
  byId("confirm-text").textContent = sentence;
  const buttons = [["", text("evaluate.cancel")], ...choices].map(([value, label], place) => {
    const button = document.createElement("button");
    button.value = value;
    button.textContent = label;
    button.className = place === choices.length ? "first" : "";
    return button;
  });
  dialog.querySelector(".choices").replaceChildren(...buttons);
  dialog.returnValue = "";
  dialog.showModal();
  return new Promise((resolve) => dialog.addEventListener("close", () => resolve(dialog.returnValue), { once: true }));
}

/** Return a new element with a class and words, which are never read as HTML. */
export function element(name, className = "", words = "") {
  const made = document.createElement(name);
  if (className) made.className = className;
  if (words) made.textContent = words;
  return made;
}

/** Bring parts of the page, by their ids, up to date without loading it anew. */
export async function refresh(...ids) {
  const response = await fetch(location.href);
  if (!response.ok) return location.reload();
  const page = new DOMParser().parseFromString(await response.text(), "text/html");
  for (const id of ids) {
    const [old, fresh] = [byId(id), page.getElementById(id)];
    if (old && fresh) old.replaceChildren(...fresh.childNodes);
  }
}

document.documentElement.classList.add("scripted");
