// Sends the page's wishes to the server through Gradio, and tells what came back.
"use strict";

const PATIENCE = 60_000;
let pending = null;
let count = 0;

const box = (name) => document.querySelector(`#${name} textarea, #${name} input`);

// What Gradio's own script makes of a refusal is nothing that helps a reader: it is read here.
const plainFetch = window.fetch;
window.fetch = async (input, options) => {
  const asks = pending && String(input instanceof Request ? input.url : input).includes("/gradio_api/run/");
  let response;
  try {
    response = await plainFetch.call(window, input, options);
  } catch (error) {
    if (asks) refuse({ status: 0 });
    throw error;
  }
  if (asks && !response.ok) {
    refuse({ status: response.status, seconds: Number(response.headers.get("Retry-After")) || 60 });
  }
  return response;
};

function refuse(reason) {
  const failed = pending;
  pending = null;
  failed?.reject(reason);
}

export function ready() {
  return new Promise((resolve) => {
    const look = () => (box("wish") && box("told") ? resolve() : requestAnimationFrame(look));
    look();
  });
}

// Resolves with {changed, numbers, stale} once the chat shows it; rejects with {status, seconds}.
export function grant(wish) {
  if (pending) return Promise.reject({ status: 409 });
  const stamp = `${Date.now()}.${++count}`;
  return new Promise((resolve, reject) => {
    pending = { resolve, reject };
    const until = performance.now() + PATIENCE;
    const line = box("wish");
    line.value = JSON.stringify({ stamp, ...wish });
    line.dispatchEvent(new Event("input", { bubbles: true }));
    line.dispatchEvent(new KeyboardEvent("keypress", { key: "Enter", bubbles: true }));
    // A value that a script sets tells nobody: it is looked at with each frame while an answer is awaited.
    const look = () => {
      if (!pending || pending.resolve !== resolve) return;
      const told = box("told").value;
      if (told.includes(`"${stamp}"`)) {
        const granted = JSON.parse(told);
        // What a browser kept may be of an earlier version of the site, or tampered with.
        if (granted.refused) return refuse({ status: 422 });
        pending = null;
        resolve(granted);
      } else if (performance.now() > until) {
        refuse({ status: 0 });
      } else {
        requestAnimationFrame(look);
      }
    };
    look();
  });
}
