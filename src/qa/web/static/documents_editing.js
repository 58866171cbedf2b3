// What editors do on the Documents page: add, remove and restore documents, and have the index updated.
import { show, text } from "./documents.js";

const API = new URL("../api/v1/", import.meta.url).href;
const POLL_MS = 1000;
const CONFLICT = 409;
const byId = (id) => document.getElementById(id);

/** An answer of the server that is no success; its message may be shown. */
class Refused extends Error {
  constructor(status, sentence, kind) {
    super(sentence);
    this.status = status;
    this.nameTaken = status === CONFLICT && kind.endsWith("#name-taken");
  }
}

function refusal(status, body) {
  try {
    const problem = JSON.parse(body);
    return new Refused(status, problem.detail ?? text("failed"), problem.type ?? "");
  } catch {
    return new Refused(status, text("failed"), "");
  }
}

async function call(method, path) {
  let response;
  try {
    response = await fetch(API + path, { method });
  } catch {
    throw new Refused(0, text("failed"), "");
  }
  const body = await response.text();
  if (!response.ok) throw refusal(response.status, body);
  return JSON.parse(body);
}

function tell(sentence, bad = false) {
  const told = byId("told");
  told.textContent = sentence;
  told.classList.toggle("bad", bad);
}

/** Ask in a dialog; resolves to the value of the button that was pressed, "" for none. */
function choose(title, sentence, choices) {
  const dialog = byId("confirm");
  byId("confirm-title").textContent = title;
  byId("confirm-text").textContent = sentence;
  const buttons = [["", text("cancel")], ...choices].map(([value, label], place) => {
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

const chooseForTaken = (document) =>
  choose(text("taken_title"), text("taken_text", { document }), [
    ["replace", text("taken_replace")],
    ["keep_both", text("taken_both")],
  ]);

// The index: one build at a time; what changes while one runs asks for another.
let building = false;
let again = false;
const awaited = [];

async function updateIndex() {
  if (building) {
    again = true;
    return;
  }
  try {
    showState(await call("POST", "index"));
  } catch (error) {
    if (error.status !== CONFLICT) return showFailure(error.message);
    again = true; // someone else's build: what was changed here may have come too late for it
  }
  follow();
}

async function follow() {
  building = true;
  let lost = 0;
  for (;;) {
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
    try {
      const state = await call("GET", "index");
      lost = 0;
      showState(state);
      if (state.state !== "running") return finished(state);
    } catch (error) {
      lost += 1;
      if (error.status || lost > 5) {
        building = false;
        return showFailure(error.message);
      }
    }
  }
}

async function finished(state) {
  building = false;
  await show();
  if (again) {
    again = false;
    return updateIndex();
  }
  if (state.state === "done") tellUploads(state.report.not_read, state.report.refused.length > 0);
}

function listed(words) {
  const line = document.createElement("li");
  line.textContent = words;
  return line;
}

function showState(state) {
  const bar = byId("index-progress");
  byId("index-refused").replaceChildren();
  const runs = state.state === "running";
  bar.hidden = !runs;
  byId("index-start").disabled = runs;
  if (runs) {
    if (state.total > 0) {
      bar.max = state.total;
      bar.value = state.done;
    } else bar.removeAttribute("value");
    const stage = text(`stage_${state.stage}`);
    const counted = text("index_count", { stage, done: state.done, total: state.total });
    bar.setAttribute("aria-valuetext", state.total > 1 ? counted : stage);
    say(state.total > 1 ? counted : stage);
  } else if (state.state === "done" && state.report.refused.length) {
    say(text("index_refused"), true);
    byId("index-refused").replaceChildren(...state.report.refused.map(listed));
  } else if (state.state === "done") {
    const { added, changed, removed, not_read: unread } = state.report;
    say(text("index_done", { added, changed, removed, unread: unread.length }));
  } else if (state.state === "failed") showFailure(state.error);
}

function say(sentence, bad = false) {
  const line = byId("index-state");
  if (line.textContent !== sentence) line.textContent = sentence;
  line.classList.toggle("bad", bad);
}

function showFailure(reason) {
  byId("index-progress").hidden = true;
  byId("index-start").disabled = false;
  say(text("index_failed", { reason }), true);
}

function tellUploads(unread, refused) {
  for (const { name, document: id, line } of awaited.splice(0)) {
    const found = unread.find(({ path }) => path === id);
    line.className = found || refused ? "bad" : "good";
    if (found) line.textContent = text("upload_unread", { name, reason: found.reason });
    else line.textContent = text(refused ? "upload_waits" : "upload_searchable", { name });
  }
}

// Uploads: one after the other.
async function upload(files) {
  const lines = Array.from(files, (file) => [file, newLine(file)]);
  let added = 0;
  for (const [file, line] of lines) added += await uploadOne(file, line);
  if (!added) return;
  await show();
  updateIndex();
}

function newLine(file) {
  const line = document.createElement("li");
  line.textContent = text("uploading", { name: file.name, percent: 0 });
  byId("uploads").append(line);
  return line;
}

async function uploadOne(file, line) {
  const megabytes = Number(document.querySelector(".editing").dataset.megabytes);
  try {
    if (file.size > megabytes * 1e6) throw new Refused(0, text("upload_too_large", { megabytes }), "");
    const stored = await sendAsking(file, line);
    if (stored === null) {
      line.textContent = text("upload_skipped", { name: file.name });
      return 0;
    }
    const same = stored.id === file.name || stored.id.endsWith(`/${file.name}`);
    line.textContent = text(same ? "uploaded" : "uploaded_as", { name: file.name, document: stored.id });
    awaited.push({ name: file.name, document: stored.id, line });
    return 1;
  } catch (error) {
    line.className = "bad";
    line.textContent = text("upload_failed", { name: file.name, reason: error.message });
    return 0;
  }
}

async function sendAsking(file, line) {
  try {
    return await send(file, "ask", line);
  } catch (error) {
    if (!error.nameTaken) throw error;
  }
  const choice = await chooseForTaken(file.name);
  return choice ? send(file, choice, line) : null;
}

/** Send a file, by XMLHttpRequest: fetch does not tell how far an upload has come. */
function send(file, existing, line) {
  const form = new FormData();
  form.append("folder", byId("folder").value.trim());
  form.append("existing", existing);
  form.append("file", file);
  const bar = document.createElement("progress");
  bar.setAttribute("aria-label", file.name);
  bar.max = 100;
  const request = new XMLHttpRequest();
  return new Promise((resolve, reject) => {
    request.upload.addEventListener("progress", (event) => {
      bar.value = Math.floor((100 * event.loaded) / event.total);
      line.firstChild.data = text("uploading", { name: file.name, percent: bar.value });
    });
    request.addEventListener("load", () => {
      if (request.status === 201) resolve(JSON.parse(request.responseText));
      else reject(refusal(request.status, request.responseText));
    });
    request.addEventListener("error", () => reject(new Refused(0, text("failed"), "")));
    request.open("POST", `${API}documents`);
    line.append(bar);
    request.send(form);
  }).finally(() => bar.remove());
}

async function remove(button) {
  const id = button.dataset.document;
  const choice = await choose(text("remove_title"), text("remove_text", { document: id }), [
    ["remove", text("remove_confirm")],
  ]);
  if (choice !== "remove") return;
  await change(() => call("DELETE", `documents/${id.split("/").map(encodeURIComponent).join("/")}`), "removed_done", id);
}

async function restore(button) {
  const { removal, document: id } = button.dataset;
  const path = `documents/removed/${encodeURIComponent(removal)}/restore`;
  await change(async () => {
    try {
      return await call("POST", path);
    } catch (error) {
      if (!error.nameTaken) throw error;
      const choice = await chooseForTaken(id);
      return choice ? call("POST", `${path}?existing=${choice}`) : null;
    }
  }, "restored_done", id);
}

/** Do what changes the documents, tell of it, and have the index follow. */
async function change(act, done, id) {
  try {
    if ((await act()) === null) return;
    tell(text(done, { document: id }));
  } catch (error) {
    return tell(error.message, true);
  }
  await show();
  byId("content").focus({ preventScroll: true }); // the button is gone
  updateIndex();
}

function dropped() {
  const place = byId("drop");
  const over = (event) => {
    if (!event.dataTransfer.types.includes("Files")) return;
    event.preventDefault();
    place.classList.add("over");
  };
  place.addEventListener("dragenter", over);
  place.addEventListener("dragover", over);
  place.addEventListener("dragleave", (event) => {
    if (!place.contains(event.relatedTarget)) place.classList.remove("over");
  });
  place.addEventListener("drop", (event) => {
    event.preventDefault();
    place.classList.remove("over");
    upload(event.dataTransfer.files);
  });
}

/** Make the buttons work, and take up a build that runs already. */
export async function startEditing() {
  const files = byId("files");
  byId("choose").addEventListener("click", () => files.click());
  files.addEventListener("change", async () => {
    const chosen = Array.from(files.files);
    files.value = "";
    await upload(chosen);
  });
  dropped();
  byId("index-start").addEventListener("click", updateIndex);
  document.addEventListener("click", (event) => {
    const button = event.target.closest("button.remove, button.restore");
    if (button) (button.classList.contains("remove") ? remove : restore)(button);
  });
  try {
    const state = await call("GET", "index");
    showState(state);
    if (state.state === "running") follow();
  } catch (error) {
    showFailure(error.message);
  }
}
