// The widget: a button on any page of the intranet that opens the compact page of this site in a frame.
// <script src="https://host/widget.js" data-position data-color data-title data-greeting data-lang data-collection
//   data-theme data-token data-token-url defer></script>
(() => {
  "use strict";
  const script = document.currentScript || document.querySelector('script[src*="/widget.js"]');
  if (!script || window.qaWidget) return;
  const site = new URL(".", script.src);
  const set = script.dataset;

  // English stands in where a language lacks a text.
  const TEXTS = {
    en: {
      title: "Ask the documents",
      close: "Close",
      slow: "The answers cannot be shown here right now. Try again later, or tell whoever looks after this page.",
    },
    de: {
      title: "Die Dokumente fragen",
      close: "Schließen",
      slow: "Antworten sind hier gerade nicht verfügbar. Versuchen Sie es später, oder melden Sie es der Seitenbetreuung.",
    },
    fr: {
      title: "Interroger les documents",
      close: "Fermer",
      slow: "Les réponses sont indisponibles pour le moment. Réessayez plus tard, ou prévenez le service responsable.",
    },
    es: {
      title: "Pregunte a los documentos",
      close: "Cerrar",
      slow: "Las respuestas no están disponibles ahora. Inténtelo más tarde o avise a quien se encarga de esta página.",
    },
    ur: {
      title: "دستاویزات سے پوچھیں",
      close: "بند کریں",
      slow: "جواب ابھی یہاں نہیں دکھائے جا سکتے۔ بعد میں کوشش کریں یا اس صفحے کے منتظم کو بتائیں۔",
    },
    ar: {
      title: "اسأل المستندات",
      close: "إغلاق",
      slow: "يتعذّر عرض الإجابات هنا الآن. يُرجى إعادة المحاولة لاحقًا، أو إبلاغ المسؤول عن هذه الصفحة.",
    },
  };
  const RIGHT_TO_LEFT = ["ur", "ar"];
  const wanted = (set.lang || document.documentElement.lang).toLowerCase().split("-")[0];
  const language = Object.hasOwn(TEXTS, wanted) ? wanted : "en";
  const texts = { ...TEXTS.en, ...TEXTS[language] };
  const direction = RIGHT_TO_LEFT.includes(language) ? "rtl" : "ltr";
  const title = set.title || texts.title;
  const side = ["left", "right"].includes(set.position) ? set.position : direction === "rtl" ? "left" : "right";
  const LONGEST_START = 15000; // milliseconds until the frame has said that it is there
  const PHONE = "(max-width: 40rem)";

  const accent = /^#([0-9a-f]{3}|[0-9a-f]{6})$/i.test(set.color || "") ? set.color : "#1f5fae";

  /** Black or white, whichever reads better on a colour (WCAG 2.2, "contrast ratio"). */
  function inkOn(colour) {
    const hex = colour.length === 4 ? [...colour.slice(1)].map((digit) => digit + digit).join("") : colour.slice(1);
    const [red, green, blue] = [0, 2, 4].map((at) => {
      const part = parseInt(hex.slice(at, at + 2), 16) / 255;
      return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
    });
    const light = 0.2126 * red + 0.7152 * green + 0.0722 * blue;
    return 1.05 / (light + 0.05) >= (light + 0.05) / 0.05 ? "#ffffff" : "#000000";
  }

  const STYLE = `
    * { box-sizing: border-box; }
    .all { --accent: ${accent}; --ink: ${inkOn(accent)}; --paper: #ffffff; --text: #17202e; --line: rgb(15 25 45 / 16%);
      font: 400 16px/1.4 system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", "Noto Naskh Arabic", sans-serif; }
    .all[data-theme=dark] { --paper: #10151d; --text: #e6eaf1; --line: rgb(255 255 255 / 20%); color-scheme: dark; }
    @media (prefers-color-scheme: dark) {
      .all[data-theme=auto] { --paper: #10151d; --text: #e6eaf1; --line: rgb(255 255 255 / 20%); color-scheme: dark; }
    }
    button { font: inherit; cursor: pointer; border: 0; color: var(--ink); background: var(--accent); }
    button:focus-visible { outline: 3px solid var(--ink); outline-offset: -5px; box-shadow: 0 0 0 3px var(--accent); }
    .open { position: fixed; inset-block-end: 20px; ${side}: 20px; display: flex; align-items: center; gap: 10px;
      max-inline-size: calc(100vw - 40px); min-block-size: 52px; padding: 0 20px; border-radius: 26px; font-weight: 600;
      border: 1px solid rgb(255 255 255 / 45%); transition: transform .15s;
      box-shadow: 0 2px 6px rgb(15 25 45 / 25%), 0 10px 30px rgb(15 25 45 / 20%); }
    .open:hover { transform: translateY(-2px); }
    .open svg { flex: none; inline-size: 22px; block-size: 22px; }
    .open span { overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
    dialog { position: fixed; inset: auto; inset-block-end: 84px; ${side}: 20px; margin: 0; padding: 0;
      inline-size: min(420px, calc(100vw - 40px)); block-size: min(680px, calc(100dvh - 104px));
      max-inline-size: none; max-block-size: none; overflow: hidden;
      border: 1px solid var(--line); border-radius: 14px; background: var(--paper); color: var(--text);
      box-shadow: 0 4px 12px rgb(15 25 45 / 18%), 0 24px 60px rgb(15 25 45 / 28%); }
    dialog[open] { display: flex; flex-direction: column; animation: rise .18s ease-out; }
    @keyframes rise { from { opacity: 0; transform: translateY(12px); } }
    .bar { flex: none; display: flex; align-items: center; justify-content: space-between; gap: 12px;
      padding-block: 6px; padding-inline: 16px 6px; background: var(--accent); color: var(--ink); }
    .bar h2 { margin: 0; font: inherit; font-weight: 600; overflow: hidden; text-overflow: ellipsis;
      white-space: nowrap; }
    .close { flex: none; display: grid; place-items: center; inline-size: 44px; block-size: 44px; border-radius: 10px; }
    .close svg { inline-size: 20px; block-size: 20px; }
    .slow { margin: 0; padding: 12px 16px; }
    iframe { flex: 1; inline-size: 100%; min-block-size: 0; border: 0; background: var(--paper); }
    [hidden] { display: none !important; }
    @media ${PHONE} {
      dialog { inset: 0; inline-size: 100vw; block-size: 100dvh; border: 0; border-radius: 0; }
    }
    @media (prefers-reduced-motion: reduce) { .open, dialog[open] { transition: none; animation: none; } }
    @media (forced-colors: active) { button { border: 1px solid ButtonText; } }
    @media print { .all { display: none; } }
  `;

  let token = set.token || "";
  let frame = null;
  let ready = false;
  let waiting = null; // a question asked before the frame was there
  let before = null; // what had the focus when it was opened
  let slow = 0;
  let fetching = null;

  function element(name, attributes = {}, ...inside) {
    const made = document.createElement(name);
    for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
    made.append(...inside);
    return made;
  }

  function drawn(path) {
    const space = "http://www.w3.org/2000/svg";
    const picture = document.createElementNS(space, "svg");
    const line = document.createElementNS(space, "path");
    const strokes = { d: path, fill: "none", stroke: "currentColor", "stroke-width": "2", "stroke-linecap": "round" };
    for (const [key, value] of Object.entries(strokes)) line.setAttribute(key, value);
    picture.setAttribute("viewBox", "0 0 24 24");
    picture.setAttribute("aria-hidden", "true");
    picture.append(line);
    return picture;
  }

  const host = element("qa-widget");
  // The page's own rules reach the element itself, and nothing within it.
  host.style.setProperty("all", "initial", "important");
  host.style.setProperty("position", "relative", "important");
  host.style.setProperty("z-index", "2147483000", "important");
  const opener = element(
    "button",
    { type: "button", class: "open", "aria-haspopup": "dialog", "aria-expanded": "false" },
    drawn("M21 12a8 8 0 0 1-8 8H4l1.8-3.2A8 8 0 1 1 21 12ZM9 10h8M9 14h5"),
    element("span", {}, title),
  );
  const closer = element(
    "button",
    { type: "button", class: "close", "aria-label": texts.close, title: `${texts.close} (Esc)` },
    drawn("M6 6l12 12M18 6 6 18"),
  );
  const notice = element("p", { class: "slow", role: "status", hidden: "" });
  const bar = element("div", { class: "bar" }, element("h2", { id: "title" }, title), closer);
  const panel = element("dialog", { "aria-labelledby": "title" }, bar, notice);
  const theme = ["light", "dark"].includes(set.theme) ? set.theme : "auto";
  const all = element("div", { class: "all", lang: language, dir: direction, "data-theme": theme }, opener, panel);

  function draw() {
    const shadow = host.attachShadow({ mode: "open" });
    // A sheet made by script holds under a page's own content security policy, too.
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(STYLE);
    shadow.adoptedStyleSheets = [sheet];
    shadow.append(all);
    document.body.append(host);
    opener.addEventListener("click", () => (panel.open ? close() : open()));
    closer.addEventListener("click", close);
    panel.addEventListener("cancel", (event) => {
      event.preventDefault();
      close();
    });
    panel.addEventListener("keydown", (event) => {
      if (event.key === "Escape") close();
    });
    window.addEventListener("message", heard);
  }

  function address() {
    const query = new URLSearchParams({ lang: language, host: location.origin });
    for (const name of ["title", "greeting", "collection"]) if (set[name]) query.set(name, set[name]);
    if (theme !== "auto") query.set("theme", theme);
    return new URL(`embed?${query}`, site).href;
  }

  function load() {
    frame = element("iframe", { title, src: address(), allow: "clipboard-write" });
    panel.append(frame);
    slow = setTimeout(() => {
      notice.textContent = texts.slow;
      notice.hidden = false;
    }, LONGEST_START);
  }

  function focused() {
    const active = document.activeElement;
    return active && active !== document.body && active !== host ? active : opener;
  }

  function open() {
    if (panel.open) return enter();
    before = focused();
    if (!frame) load();
    // On a telephone it covers the page, which then can have neither focus nor clicks.
    if (matchMedia(PHONE).matches) panel.showModal();
    else panel.show();
    opener.setAttribute("aria-expanded", "true");
    enter();
    window.dispatchEvent(new CustomEvent("qa:open"));
  }

  function enter() {
    if (!ready) return closer.focus();
    frame.focus();
    say({ type: "qa:focus" });
  }

  function close() {
    if (!panel.open) return;
    panel.close();
    opener.setAttribute("aria-expanded", "false");
    (before && before.isConnected ? before : opener).focus();
    window.dispatchEvent(new CustomEvent("qa:close"));
  }

  function ask(question) {
    open();
    if (ready) say({ type: "qa:ask", question: String(question) });
    else waiting = String(question);
  }

  function say(message) {
    if (frame && frame.contentWindow) frame.contentWindow.postMessage(message, site.origin);
  }

  function greet() {
    say(token ? { type: "qa:hello", token } : { type: "qa:hello" });
  }

  function setToken(value) {
    token = String(value);
    if (ready) greet();
  }

  /** Has the page's own backend sign a token; it knows by its cookies who is signed in there. */
  function fetchToken() {
    fetching ||= signedToken().finally(() => {
      fetching = null;
    });
    return fetching;
  }

  async function signedToken() {
    const asked = { credentials: "include", headers: { Accept: "application/json" }, cache: "no-store" };
    try {
      const response = await fetch(new URL(set.tokenUrl, document.baseURI), asked);
      const signed = response.ok ? (await response.json()).token : "";
      if (typeof signed === "string" && signed) token = signed;
    } catch {
      // Without one the frame says that nobody is signed in.
    }
  }

  async function begin() {
    clearTimeout(slow);
    notice.hidden = true;
    if (!token && set.tokenUrl) await fetchToken();
    ready = true;
    greet();
    if (panel.open) enter();
    if (waiting !== null) say({ type: "qa:ask", question: waiting });
    waiting = null;
  }

  async function renew() {
    // A page without such an address may have one signed by other means: see setToken.
    if (!set.tokenUrl) return window.dispatchEvent(new CustomEvent("qa:token-needed"));
    await fetchToken();
    return greet();
  }

  function tellAnswer({ question, outcome }) {
    window.dispatchEvent(new CustomEvent("qa:answer", { detail: { question, outcome } }));
  }

  const HEARD = { "qa:ready": begin, "qa:close": close, "qa:token-needed": renew, "qa:answer": tellAnswer };

  function heard(event) {
    if (!frame || event.source !== frame.contentWindow || event.origin !== site.origin) return;
    const type = event.data && event.data.type;
    if (typeof type === "string" && Object.hasOwn(HEARD, type)) HEARD[type](event.data);
  }

  window.qaWidget = Object.freeze({ open, close, ask, setToken });
  if (document.body) draw();
  else document.addEventListener("DOMContentLoaded", draw);
})();
