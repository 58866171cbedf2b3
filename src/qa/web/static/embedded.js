// What the page and the page around it say to each other while it stands in a frame.
//
// this page -> the one around it: {type: "qa:ready"}, {type: "qa:close"}, {type: "qa:answer", question, outcome},
//   {type: "qa:token-needed"}
// the page around -> this one: {type: "qa:hello", token?}, {type: "qa:ask", question}, {type: "qa:focus"}
//
// Messages count only between this page and the one straight around it, and only where its origin is allowed.
const NEARLY_EXPIRED = 60; // seconds
const LONGEST_WAIT = 10000; // milliseconds for the page around to hand over a token
const LONGEST_QUESTION = 4000;

const embedded = window.parent !== window;
let outside = ""; // the origin of the page around, "" where it is not allowed
let askedFor = null;
let waiting = null;
let renewal = null;
let renewedFrom = ""; // the token that was not to last: one attempt for each

/** Starts the conversation; `busy` tells whether Esc has something to close inside the page. */
export function embedding({ busy = sourceIsOpen } = {}) {
  if (embedded && !outside) {
    outside = originOutside();
    if (outside) start(busy);
  }
  return { embedded, token, onAsk, answered, close: () => say({ type: "qa:close" }) };
}

function start(busy) {
  window.qaBearer.renewBy(renew);
  window.addEventListener("message", heard);
  document.addEventListener("visibilitychange", keepFresh);
  setInterval(keepFresh, (NEARLY_EXPIRED / 2) * 1000);
  closeOnEscape(busy);
  say({ type: "qa:ready" });
}

function token() {
  return embedded ? window.qaToken() : "";
}

/** Takes the function that asks a question as if it had been typed. */
function onAsk(callback) {
  askedFor = callback;
  if (waiting !== null) askedFor(waiting);
  waiting = null;
}

function answered(question, outcome) {
  say({ type: "qa:answer", question, outcome });
}

function say(message) {
  if (outside) window.parent.postMessage(message, outside);
}

const HEARD = {
  "qa:hello": ({ token: signed }) => {
    if (typeof signed === "string" && signed) window.qaBearer.hold(signed);
    if (renewal) renewal.done();
  },
  "qa:ask": ({ question }) => {
    const words = String(question).trim().slice(0, LONGEST_QUESTION);
    if (!words) return;
    if (askedFor) askedFor(words);
    else waiting = words;
  },
  "qa:focus": focusQuestion,
};

function heard(event) {
  if (event.source !== window.parent || event.origin !== outside) return;
  const type = event.data && event.data.type;
  if (typeof type === "string" && Object.hasOwn(HEARD, type)) HEARD[type](event.data);
}

/** Asks the page around for a fresh token; resolves once it has answered, or did not in time. */
function renew() {
  if (renewal) return renewal.over;
  const begun = {};
  begun.over = new Promise((resolve) => {
    begun.done = () => {
      if (renewal === begun) renewal = null;
      resolve();
    };
  });
  setTimeout(begun.done, LONGEST_WAIT);
  renewal = begun;
  say({ type: "qa:token-needed" });
  return begun.over;
}

/** Has a token renewed before it expires: a source opens in a frame of its own, which cannot ask again. */
function keepFresh() {
  const left = secondsLeft(token());
  const lasts = left === null || left > NEARLY_EXPIRED;
  if (lasts || document.visibilityState !== "visible" || renewedFrom === token()) return;
  renewedFrom = token();
  renew();
}

function secondsLeft(signed) {
  try {
    const claims = JSON.parse(atob(signed.split(".")[1].replaceAll("-", "+").replaceAll("_", "/")));
    return claims.exp - Date.now() / 1000;
  } catch {
    return null;
  }
}

function originOutside() {
  const stated = new URLSearchParams(location.search).get("host");
  const claims = [location.ancestorOrigins && location.ancestorOrigins[0], stated, originOf(document.referrer)];
  const claimed = claims.find(Boolean) || "";
  return isAllowed(claimed) ? claimed : "";
}

function originOf(address) {
  try {
    return new URL(address).origin;
  } catch {
    return "";
  }
}

function isAllowed(origin) {
  if (!origin || origin === "null") return false;
  const listed = document.querySelector('meta[name="qa-origins"]');
  const sources = listed ? listed.content.split(/\s+/).filter(Boolean) : [];
  return origin === location.origin || sources.some((source) => matches(origin, source));
}

function matches(origin, source) {
  if (!source.endsWith(":*")) return origin === source;
  const anyPort = source.slice(0, -2);
  return origin === anyPort || (origin.startsWith(`${anyPort}:`) && /^\d+$/.test(origin.slice(anyPort.length + 1)));
}

function sourceIsOpen() {
  return document.querySelector("#source-panel:not([hidden]), dialog[open]") !== null;
}

function closeOnEscape(busy) {
  let closesSomethingElse = false;
  const isEscape = (event) => event.key === "Escape" && !event.isComposing;
  // Looked at first: whatever closes on this key has done so by the time that it gets to the window.
  window.addEventListener("keydown", (event) => {
    if (isEscape(event)) closesSomethingElse = busy();
  }, true);
  window.addEventListener("keydown", (event) => {
    if (isEscape(event) && !closesSomethingElse && !event.defaultPrevented) say({ type: "qa:close" });
  });
}

/** Puts the focus into the line to ask in, as soon as there is one. */
function focusQuestion() {
  const line = () => document.querySelector("#ask textarea");
  if (line()) {
    line().focus();
    return;
  }
  const watch = new MutationObserver(() => {
    if (!line()) return;
    watch.disconnect();
    line().focus();
  });
  watch.observe(document.body, { childList: true, subtree: true });
}
