// The list of drafts: choosing some, accepting, dismissing, proposing, adding them to a set, downloading them.
import { byId, call, refresh, text } from "./evaluate.js";

const PARTS = ["views", "shown"];
const API = new URL("../api/v1/evaluation/drafts", import.meta.url).href;

const boxes = () => Array.from(document.querySelectorAll("input[name=draft]"));
const chosen = () => boxes().filter((box) => box.checked).map((box) => box.value);

function tell(sentence, bad = false) {
  byId("told").textContent = sentence;
  byId("told").classList.toggle("bad", bad);
}

function count() {
  if (!byId("chosen")) return;
  byId("chosen").textContent = text("growing.chosen", { count: chosen().length });
  byId("all").checked = boxes().length > 0 && chosen().length === boxes().length;
}

/** Do something with the chosen drafts, tell of it, and show what there is then. */
async function withChosen(act) {
  const drafts = chosen();
  if (!drafts.length) return tell(text("growing.choose_one"), true);
  try {
    const said = await act(drafts);
    await refresh(...PARTS);
    count();
    tell(said);
  } catch (error) {
    tell(error.message, true);
  }
}

const setStatus = (status) =>
  withChosen(async (drafts) => {
    await call("POST", "evaluation/drafts/status", { drafts, status });
    return "";
  });

async function propose(form) {
  const button = form.querySelector("button");
  button.disabled = true;
  tell(text("growing.proposing"));
  try {
    const made = await call("POST", "evaluation/drafts/propose", { count: byId("propose-count").valueAsNumber });
    const proposed = new URL(location.href);
    proposed.search = new URLSearchParams([...proposed.searchParams].filter(([name]) => name !== "page"));
    proposed.searchParams.set("status", "proposed");
    history.replaceState(null, "", proposed);
    await refresh(...PARTS);
    const passed = made.other_languages ? ` ${text("growing.proposed_languages", { count: made.other_languages })}` : "";
    tell(text("growing.proposed_done", { count: made.drafts.length }) + passed);
  } catch (error) {
    tell(error.message, true);
  }
  button.disabled = false;
}

function download() {
  const fields = new URLSearchParams(chosen().map((id) => ["draft", id]));
  fields.set("format", byId("format").value);
  const link = document.createElement("a");
  link.href = `${API}/file?${fields}`;
  link.download = "";
  link.click();
}

byId("shown").addEventListener("change", (event) => {
  if (event.target.id === "all") for (const box of boxes()) box.checked = event.target.checked;
  count();
});
byId("shown").addEventListener("click", (event) => {
  const button = event.target.closest("button[data-act]");
  if (button) setStatus(button.dataset.act);
});
byId("shown").addEventListener("submit", (event) => {
  event.preventDefault();
  if (event.target.id === "download") return download();
  const set = byId("set").value;
  withChosen(async (drafts) => {
    const done = await call("POST", "evaluation/drafts/export", { drafts, set });
    return text("growing.export_done", { set: done.set, count: done.questions.length });
  });
});
byId("propose").addEventListener("submit", (event) => {
  event.preventDefault();
  propose(event.target);
});
count();
