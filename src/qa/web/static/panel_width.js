// The edge of the source panel: drawn with the pointer or moved with the arrow keys, and kept for the next visit.
"use strict";

const KEPT = "qa-source-width";
// Shares of the window's width, in per cent.
const LEAST = 25;
const USUAL = 44;
const MOST = 70;
const STEP = 3;

const isMirrored = () => document.documentElement.dir === "rtl";

export function separatorOf(controlled, label) {
  const separator = document.createElement("div");
  const attributes = {
    id: "source-separator",
    role: "separator",
    tabindex: "0",
    "aria-orientation": "vertical",
    "aria-label": label,
    "aria-controls": controlled,
    "aria-valuemin": LEAST,
    "aria-valuemax": MOST,
  };
  for (const [name, value] of Object.entries(attributes)) separator.setAttribute(name, value);
  separator.addEventListener("keydown", onKey);
  separator.addEventListener("pointerdown", onDrag);
  set(separator, kept());
  return separator;
}

function set(separator, share) {
  const width = Math.round(Math.min(MOST, Math.max(LEAST, share)));
  document.documentElement.style.setProperty("--qa-source-width", `${width}vw`);
  separator.setAttribute("aria-valuenow", width);
  return width;
}

function keep(separator, share) {
  const width = set(separator, share);
  try {
    localStorage.setItem(KEPT, width);
  } catch {
    // storage is blocked: the width holds until the page is left
  }
}

function kept() {
  try {
    return Number(localStorage.getItem(KEPT)) || USUAL;
  } catch {
    return USUAL;
  }
}

function onKey(event) {
  const separator = event.currentTarget;
  const now = Number(separator.getAttribute("aria-valuenow"));
  const wider = isMirrored() ? "ArrowRight" : "ArrowLeft";
  const narrower = isMirrored() ? "ArrowLeft" : "ArrowRight";
  const wanted = { [wider]: now + STEP, [narrower]: now - STEP, Home: LEAST, End: MOST }[event.key];
  if (wanted === undefined) return;
  event.preventDefault();
  keep(separator, wanted);
}

function shareAt(event) {
  const whole = document.documentElement.clientWidth;
  return (100 * (isMirrored() ? event.clientX : whole - event.clientX)) / whole;
}

function onDrag(event) {
  const separator = event.currentTarget;
  const panel = separator.parentElement;
  // Over the frame the pointer would be the other document's.
  separator.setPointerCapture(event.pointerId);
  panel.classList.add("source-dragged");
  const move = (moved) => set(separator, shareAt(moved));
  const end = (last) => {
    separator.removeEventListener("pointermove", move);
    panel.classList.remove("source-dragged");
    if (last.type === "pointerup") keep(separator, shareAt(last));
  };
  separator.addEventListener("pointermove", move);
  for (const last of ["pointerup", "pointercancel"]) separator.addEventListener(last, end, { once: true });
}
