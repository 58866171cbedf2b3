// The page of sets and runs: adding a set, running sets, deleting runs.
import { Refused, byId, call, choose, element, refresh, text } from "./evaluate.js";

const POLL_MS = 1000;
const CONFLICT = 409;
const LOST_TIMES = 5;

const chosenSets = () => Array.from(document.querySelectorAll("#sets input:checked"), (box) => box.value);

// Running: one run at a time; another page, or another trainer, may have started it.
let following = false;

async function run() {
  const sets = chosenSets();
  if (!sets.length) return say(text("evaluate.run_none"), true);
  try {
    show(await call("POST", "evaluation/asking", { sets }));
  } catch (error) {
    if (error.status !== CONFLICT) return say(error.message, true);
    say(error.message, true); // what runs is shown a moment later
  }
  follow();
}

async function cancel() {
  byId("cancel").disabled = true;
  try {
    await call("DELETE", "evaluation/asking");
  } catch (error) {
    say(error.message, true);
  }
  byId("cancel").disabled = false;
}

async function follow() {
  if (following) return;
  following = true;
  let lost = 0;
  while (following) {
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
    try {
      const state = await call("GET", "evaluation/asking");
      lost = 0;
      following = state.state === "running";
      if (state.state === "done") await refresh("kept");
      show(state);
    } catch (error) {
      lost += 1;
      if (error.status || lost > LOST_TIMES) {
        following = false;
        show({ state: "failed", error: error.message });
      }
    }
  }
}

function show(state) {
  const runs = state.state === "running";
  const bar = byId("run-progress");
  bar.hidden = !runs;
  byId("run").disabled = runs;
  byId("cancel").hidden = !runs;
  const sets = (state.sets ?? []).join(", ");
  if (runs) {
    if (state.done) {
      bar.max = state.total;
      bar.value = state.done;
    } else bar.removeAttribute("value");
    const key = !state.done ? "run_starting" : state.author ? "run_running_by" : "run_running";
    const sentence = text(`evaluate.${key}`, { ...state, sets });
    bar.setAttribute("aria-valuetext", sentence);
    say(sentence);
  } else if (state.state === "done") {
    say(text("evaluate.run_done", { sets, total: state.total }));
    const row = document.querySelector(`#kept tr[data-run="${CSS.escape(state.run)}"] .when a`);
    if (!row) return;
    const link = element("a", "", text("evaluate.run_open"));
    link.href = row.href;
    byId("run-state").append(" ", link);
  } else if (state.state === "cancelled") say(text("evaluate.run_cancelled"));
  else if (state.state === "failed") say(text("evaluate.run_failed", { reason: state.error }), true);
}

function say(sentence, bad = false) {
  const line = byId("run-state");
  if (line.textContent !== sentence) line.textContent = sentence;
  line.classList.toggle("bad", bad);
}

// Adding a set: the server reads it whole, and refuses it with everything that is wrong.
async function add(file) {
  const told = byId("added");
  told.replaceChildren(element("p", "", text("evaluate.adding", { name: file.name })));
  try {
    const megabytes = Number(byId("drop").dataset.megabytes);
    if (file.size > megabytes * 1e6) throw new Refused(0, text("evaluate.add_too_large", { megabytes }));
    const set = await sendAsking(file);
    if (set === null) return told.replaceChildren(element("p", "", text("evaluate.add_skipped", { name: file.name })));
    await refresh("sets");
    const box = Array.from(document.querySelectorAll("#sets input")).find(({ value }) => value === set.id);
    if (box) box.checked = true;
    told.replaceChildren(...added(set, box));
  } catch (error) {
    told.replaceChildren(
      element("p", "bad", text("evaluate.add_failed", { name: file.name, reason: error.message })),
      ...problems(error.errors ?? []),
    );
  }
}

async function sendAsking(file) {
  try {
    return await send(file, "ask");
  } catch (error) {
    if (error.kind !== "name-taken") throw error;
  }
  const uploaded = Array.from(document.querySelectorAll("#sets input"), ({ value }) => value).includes(`uploaded/${file.name}`);
  const choice = await choose(text("evaluate.taken_title"), text("evaluate.taken_text", { name: file.name }), [
    ...(uploaded ? [["replace", text("evaluate.taken_replace")]] : []),
    ["keep_both", text("evaluate.taken_both")],
  ]);
  return choice ? send(file, choice) : null;
}

function send(file, existing) {
  const form = new FormData();
  form.append("existing", existing);
  form.append("file", file);
  return call("POST", "evaluation/sets", form);
}

function added(set, box) {
  const lines = [element("p", "good", text("evaluate.added", { name: set.name, count: set.counts.questions }))];
  if (set.stale.length) lines.push(element("p", "bad", text("evaluate.added_stale", { count: set.stale.length })));
  for (const { question, quote, nearest } of set.stale.slice(0, 3)) {
    lines.push(element("p", "small", `${question}: ${quote}`));
    if (nearest) lines.push(element("p", "small quiet", `${text("evaluate.nearest")}: ${nearest}`));
  }
  const twice = set.asked_twice.length;
  if (twice) lines.push(element("p", "bad", text("evaluate.added_twice", { count: twice })));
  for (const notice of set.notices) lines.push(element("p", "small", notice));
  const page = box?.closest("li").querySelector("a");
  if (page && (set.stale.length || twice)) {
    const link = element("a", "", text("evaluate.added_check"));
    link.href = page.href;
    lines.push(link);
  }
  return lines;
}

function problems(errors) {
  if (!errors.length) return [];
  const table = element("table");
  for (const { field, message } of errors) {
    const row = table.insertRow();
    row.insertCell().textContent = field || text("evaluate.add_whole_file");
    row.insertCell().textContent = message;
  }
  const head = table.createTHead().insertRow();
  for (const name of ["add_place", "add_problem"]) {
    const cell = element("th", "", text(`evaluate.${name}`));
    cell.scope = "col";
    head.append(cell);
  }
  const around = element("div", "problems");
  around.tabIndex = 0; // a long list is scrolled by keyboard, too
  around.setAttribute("role", "group");
  around.setAttribute("aria-label", text("evaluate.add_problem"));
  around.append(table);
  return [around];
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
    addAll(event.dataTransfer.files);
  });
}

async function addAll(files) {
  for (const file of Array.from(files)) await add(file);
}

async function remove({ dataset }) {
  const sentence = text("evaluate.delete_text", { run: dataset.name });
  const choice = await choose(text("evaluate.delete_title"), sentence, [["delete", text("evaluate.delete_confirm")]]);
  if (choice !== "delete") return;
  try {
    await call("DELETE", `evaluation/runs/${encodeURIComponent(dataset.run)}`);
  } catch (error) {
    return say(error.message, true);
  }
  await refresh("kept");
  byId("content").focus({ preventScroll: true }); // the button is gone
}

function compared(event) {
  const few = document.querySelectorAll("#kept input[name=run]:checked").length < 2;
  if (!few) return;
  event.preventDefault();
  event.target.querySelector(".row .small").textContent = text("evaluate.compare_few");
  event.target.querySelector(".row .small").className = "small bad";
}

async function start() {
  byId("run").addEventListener("click", run);
  byId("cancel").addEventListener("click", cancel);
  const file = byId("file");
  byId("choose").addEventListener("click", () => file.click());
  file.addEventListener("change", async () => {
    const chosen = Array.from(file.files);
    file.value = "";
    await addAll(chosen);
  });
  dropped();
  document.addEventListener("submit", (event) => event.target.id === "comparing" && compared(event));
  document.addEventListener("click", (event) => {
    const button = event.target.closest("button.delete");
    if (button) remove(button);
  });
  try {
    const state = await call("GET", "evaluation/asking");
    if (state.state !== "running") return;
    show(state);
    follow();
  } catch (error) {
    say(error.message, true);
  }
}

start();
