// The inbox: what waits becomes a test question or a gap, or is dismissed; gaps are seen to; all of it can be undone.
import { byId, call, element, refresh, text } from "./evaluate.js";
import { offerWords } from "./test_question_choosing.js";

const PARTS = ["views", "shown"];

function tell(sentence, bad = false, undo = "") {
  const told = byId("told");
  told.classList.toggle("bad", bad);
  told.replaceChildren(sentence);
  if (!undo) return;
  const button = element("button", "slight", text("growing.undo"));
  button.type = "button";
  button.addEventListener("click", () => takeBack(undo));
  told.append(button);
}

async function takeBack(target) {
  try {
    await call("DELETE", `evaluation/inbox/settled/${target}`);
  } catch (error) {
    return tell(error.message, true);
  }
  await refresh(...PARTS);
  tell(text("growing.done_undone"));
}

function open(id) {
  const dialog = byId(id);
  for (const problem of dialog.querySelectorAll("[role=alert]")) problem.textContent = "";
  dialog.showModal();
  return dialog;
}

// What is settled leaves the page; what became of it is told, with the way back.
async function settle(path, body, dialog) {
  const { outcome, target } = await call("POST", `evaluation/inbox/${path}`, body);
  dialog.close();
  await refresh(...PARTS);
  byId("content").focus({ preventScroll: true }); // the button is gone
  tell(text(`growing.done_${outcome}`), false, target);
}

const ticked = (group) => Array.from(group.querySelectorAll("input[name=member]:checked"), (box) => box.value);

const begin = {
  question(data, members) {
    const dialog = open("choosing");
    dialog.querySelector(".asked").textContent = data.question;
    const { question, history } = data;
    offerWords(dialog.querySelector(".place"), {
      text,
      quotes: data.quotes,
      noneFirst: data.outcome !== "answered",
      search: async (words) => (await call("POST", "evaluation/paragraphs", { question, history, words })).paragraphs,
      chosen: (wanted) => settle("drafts", { members, question, history, ...wanted }, dialog),
    });
  },
  gap(data, members) {
    byId("gap").querySelector("form").reset();
    gapDialog(false);
    byId("gap-question").value = data.question;
    byId("gap-document").value = data.document;
    submitting(open("gap"), (dialog) =>
      settle(
        "gaps",
        {
          members,
          question: byId("gap-question").value,
          document: byId("gap-document").value,
          owner: byId("gap-owner").value,
          note: byId("gap-note").value,
        },
        dialog,
      ),
    );
  },
  dismiss(data, members) {
    const dialog = open("dismissing");
    dialog.querySelector("form").reset();
    dialog.querySelector(".asked").textContent = data.question;
    submitting(dialog, () =>
      settle("dismissals", { members, question: data.question, reason: byId("dismissing-reason").value }, dialog),
    );
  },
};

// Editing a gap that there is, or assigning a new one: question and document are settled by then.
function gapDialog(editing) {
  for (const id of ["gap-question-field", "gap-document-field", "gap-text"]) byId(id).hidden = editing;
  byId("gap-question").required = !editing;
  byId("gap-title").textContent = text(editing ? "growing.gap_edit_title" : "growing.gap_title");
  byId("gap-submit").textContent = text(editing ? "growing.gap_save" : "growing.gap_assign");
}

function submitting(dialog, act) {
  dialog.querySelector("form").onsubmit = async (event) => {
    event.preventDefault();
    try {
      await act(dialog);
    } catch (error) {
      dialog.querySelector("[role=alert]").textContent = error.message;
    }
  };
}

async function changeGap(id, change) {
  await call("PATCH", `evaluation/gaps/${id}`, change);
  await refresh(...PARTS);
  byId("content").focus({ preventScroll: true });
}

const onGap = {
  close: (gap) => changeGap(gap.dataset.gap, { status: "closed" }),
  reopen: (gap) => changeGap(gap.dataset.gap, { status: "open" }),
  edit(gap) {
    gapDialog(true);
    byId("gap-owner").value = gap.dataset.owner;
    byId("gap-note").value = gap.dataset.note;
    submitting(open("gap"), async (dialog) => {
      await changeGap(gap.dataset.gap, { owner: byId("gap-owner").value, note: byId("gap-note").value });
      dialog.close();
    });
  },
};

byId("shown").addEventListener("click", async (event) => {
  const button = event.target.closest("button[data-act]");
  if (!button) return;
  tell("");
  const { act, target } = button.dataset;
  if (act === "undo") return takeBack(target);
  const gap = button.closest(".gap");
  try {
    if (gap) return await onGap[act](gap);
  } catch (error) {
    return tell(error.message, true);
  }
  const group = button.closest(".group");
  const members = ticked(group);
  if (!members.length) {
    group.querySelector("details.members").open = true;
    return tell(text("growing.tick_one"), true);
  }
  begin[act](JSON.parse(group.querySelector("script").textContent), members);
});

for (const button of document.querySelectorAll("dialog [data-close]")) {
  button.addEventListener("click", () => button.closest("dialog").close());
}
