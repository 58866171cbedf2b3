// Opens the source of a citation beside the chat, asks again what a button of an answer asks for, and brings the top of
// a new answer into view.
// Citation markers are links to #source/document=...&exact=...&prefix=...&suffix=...&p=...&start=...&end=...&check=...
(() => {
  "use strict";
  const PREFIX = "#source/";
  const script = document.currentScript;
  const root = new URL(script ? script.src : location.href).pathname.replace(/\/page\/.*$/, "");
  let panel, frame, opener;

  function build() {
    panel = document.createElement("aside");
    panel.id = "source-panel";
    panel.setAttribute("aria-label", "Source");
    panel.hidden = true;
    const close = document.createElement("button");
    close.id = "source-close";
    close.type = "button";
    close.textContent = "Close";
    close.title = "Close the source (Esc)";
    close.addEventListener("click", hide);
    frame = document.createElement("iframe");
    frame.id = "source-frame";
    frame.title = "Source document";
    // No script runs in there. A permalink opens as a page of its own, an original is downloaded.
    frame.setAttribute("sandbox", "allow-same-origin allow-popups allow-popups-to-escape-sandbox allow-downloads");
    panel.append(close, frame);
    document.body.append(panel);
  }

  function theme() {
    return document.body.classList.contains("dark") ? "dark" : "light";
  }

  function show(fragment, link) {
    if (!panel) build();
    const query = new URLSearchParams(fragment);
    const path = query.get("document").split("/").map(encodeURIComponent).join("/");
    query.delete("document");
    query.set("theme", theme());
    // A new frame each time: setting the address of a used one would add to the browser's history.
    const fresh = frame.cloneNode();
    fresh.src = `${root}/source/${path}?${query}#${query.has("check") ? "hit" : "p" + query.get("p")}`;
    fresh.addEventListener("load", () => reveal(fresh, query.get("p")));
    frame.replaceWith(fresh);
    frame = fresh;
    opener = link;
    panel.hidden = false;
    document.body.classList.add("source-open");
    document.querySelectorAll(".qa-cite-open").forEach((a) => a.classList.remove("qa-cite-open"));
    link.classList.add("qa-cite-open");
    document.getElementById("source-close").focus({ preventScroll: true });
  }

  function reveal(view, number) {
    const page = view.contentDocument;
    const target = page && (page.getElementById("hit") || page.getElementById("p" + number));
    if (target) target.scrollIntoView({ block: "center" });
    if (page) page.addEventListener("keydown", onKey);
  }

  function hide() {
    if (!panel || panel.hidden) return;
    panel.hidden = true;
    document.body.classList.remove("source-open");
    if (opener && opener.isConnected) opener.focus();
  }

  function onKey(event) {
    if (event.key === "Escape") hide();
  }

  // A button in an answer has its question asked again in another way: the server hears of it by a line not shown. The
  // new answer takes the place of the old one.
  let replaced = null;
  const messages = () => Array.from(document.querySelectorAll("#chat [data-testid=bot]"));

  function askAgain(button) {
    const line = document.querySelector("#again textarea");
    const answer = button.closest(".qa-answer");
    replaced = { answer, place: messages().findIndex((message) => message.contains(answer)) };
    line.value = button.value;
    line.dispatchEvent(new Event("input", { bubbles: true }));
    line.dispatchEvent(new KeyboardEvent("keypress", { key: "Enter", bubbles: true }));
  }

  // Gradio scrolls a chat to its end; the best quote stands at the beginning of an answer.
  let answers = 0;
  new MutationObserver(() => {
    const found = document.querySelectorAll("#chat .qa-answer");
    if (replaced && !replaced.answer.isConnected && messages()[replaced.place]) {
      const answer = messages()[replaced.place];
      replaced = null;
      reach(answer);
      if (document.activeElement === document.body) answer.querySelector(".qa-again, .qa-cite, summary")?.focus();
    } else if (found.length > answers) {
      reach(found[found.length - 1]);
    }
    answers = found.length;
  }).observe(document.body, { childList: true, subtree: true });

  function reach(answer) {
    const question = answer.closest(".message-row")?.previousElementSibling || answer;
    requestAnimationFrame(() => {
      const scroller = scrollerOf(answer);
      if (scroller) {
        scroller.scrollTop += question.getBoundingClientRect().top - scroller.getBoundingClientRect().top;
      }
    });
  }

  function scrollerOf(element) {
    let at = element.parentElement;
    while (at && !(at.scrollHeight > at.clientHeight && /auto|scroll/.test(getComputedStyle(at).overflowY))) {
      at = at.parentElement;
    }
    return at;
  }

  document.addEventListener("keydown", onKey);
  document.addEventListener("click", (event) => {
    if (!event.target.closest) return;
    const button = event.target.closest("#chat .qa-again");
    if (button) askAgain(button);
    const link = event.target.closest(`a[href*="${PREFIX}"]`);
    if (!link) return;
    event.preventDefault();
    show(link.getAttribute("href").split(PREFIX)[1], link);
  }, true);
})();
