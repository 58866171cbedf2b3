// One draft: its fields are changed, its gold quotes looked up in their documents.
import { byId, call, refresh, text } from "./evaluate.js";
import { offerWords } from "./test_question_choosing.js";

const form = byId("draft");
const gold = byId("gold");
const history = JSON.parse(byId("history-before").textContent);
let rows = gold.children.length;

function tell(sentence, bad = false) {
  const told = byId("told");
  told.textContent = sentence;
  told.classList.toggle("bad", bad);
}

const field = (row, name) => row.querySelector(`[name=${name}]`);

function addRow(document = "", quote = "") {
  rows += 1;
  const row = byId("gold-row").content.firstElementChild.cloneNode(true);
  for (const label of row.querySelectorAll("label")) {
    const input = row.querySelector(`#${label.htmlFor}`);
    input.id = label.htmlFor = label.htmlFor.replace(/N$/, String(rows));
  }
  field(row, "document").value = document;
  field(row, "quote").value = quote;
  gold.append(row);
  if (!document) field(row, "document").focus();
  return row;
}

async function check(row) {
  const [told, use] = [row.querySelector(".standing"), row.querySelector("[data-act=nearest]")];
  const given = { document: field(row, "document").value.trim(), quote: field(row, "quote").value };
  const found = await call("POST", "evaluation/quotes", given);
  const stands = found.standing === "found";
  told.textContent = stands ? text("growing.gold_stands") : found.message;
  told.classList.toggle("good", stands);
  told.classList.toggle("bad", !stands);
  use.dataset.nearest = found.nearest;
  use.hidden = !found.nearest;
}

const acts = {
  check,
  remove(row) {
    row.remove();
    byId("gold-add").focus();
  },
  async nearest(row, button) {
    field(row, "quote").value = button.dataset.nearest;
    await check(row);
  },
};

function findParagraph() {
  const dialog = byId("choosing");
  const question = byId("question").value;
  offerWords(dialog.querySelector(".place"), {
    text,
    quotes: [],
    paragraphsOnly: true,
    search: async (words) => (await call("POST", "evaluation/paragraphs", { question, history, words })).paragraphs,
    chosen: async ({ gold: [found] }) => {
      dialog.close();
      await check(addRow(found.document, found.quote));
    },
  });
  dialog.showModal();
}

function fields() {
  const unanswerable = byId("unanswerable").checked;
  return {
    question: byId("question").value,
    history,
    unanswerable,
    gold: unanswerable
      ? []
      : Array.from(gold.children, (row) => ({
          document: field(row, "document").value.trim(),
          quote: field(row, "quote").value,
          group: field(row, "group").valueAsNumber - 1, // people count from 1
          grade: field(row, "grade").valueAsNumber,
        })),
    answers: unanswerable ? [] : byId("answers").value.split("\n").map((line) => line.trim()).filter(Boolean),
    ...Object.fromEntries(["answer", "category", "author", "note"].map((name) => [name, byId(name).value.trim()])),
  };
}

function showParts() {
  const unanswerable = byId("unanswerable").checked;
  for (const id of ["gold-part", "answers-part"]) byId(id).hidden = unanswerable;
  // A field that is not shown may not keep the form from being sent.
  for (const input of gold.querySelectorAll("input, textarea")) input.disabled = unanswerable;
}

async function attempt(act) {
  try {
    await act();
  } catch (error) {
    tell(error.message, true);
  }
}

gold.addEventListener("click", (event) => {
  const button = event.target.closest("button[data-act]");
  if (button) attempt(() => acts[button.dataset.act](button.closest(".gold"), button));
});
byId("unanswerable").addEventListener("change", showParts);
byId("gold-add")?.addEventListener("click", () => addRow());
byId("gold-find")?.addEventListener("click", findParagraph);
byId("dismiss")?.addEventListener("click", () =>
  attempt(async () => {
    await call("POST", "evaluation/drafts/status", { drafts: [form.dataset.draft], status: "dismissed" });
    location.reload();
  }),
);
form.addEventListener("submit", (event) => {
  event.preventDefault();
  attempt(async () => {
    await call("PUT", `evaluation/drafts/${form.dataset.draft}`, fields());
    await refresh("history");
    tell(text("growing.save_done"));
    for (const row of byId("unanswerable").checked ? [] : gold.children) await check(row);
  });
});
for (const button of document.querySelectorAll("dialog [data-close]")) {
  button.addEventListener("click", () => button.closest("dialog").close());
}
