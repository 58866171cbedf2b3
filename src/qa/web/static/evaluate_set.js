// The page of one question set: an uploaded one can be removed.
import { byId, call, choose, text } from "./evaluate.js";

byId("remove")?.addEventListener("click", async ({ currentTarget: { dataset } }) => {
  const sentence = text("evaluate.set_remove_text", { name: dataset.name });
  const choice = await choose(text("evaluate.set_remove_title"), sentence, [
    ["remove", text("evaluate.set_remove_confirm")],
  ]);
  if (choice !== "remove") return;
  try {
    await call("DELETE", `evaluation/sets/uploaded/${encodeURIComponent(dataset.name)}`);
    location.assign(dataset.back);
  } catch (error) {
    byId("told").textContent = error.message;
  }
});
