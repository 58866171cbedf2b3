// Runs before anything is drawn: the theme that the visitor chose, and the language, if the address names none.
(() => {
  "use strict";
  const page = document.documentElement;
  const stored = (name) => {
    try {
      return localStorage.getItem(name);
    } catch {
      return null; // storage is blocked: the system's choice holds
    }
  };
  const query = new URLSearchParams(location.search);
  const theme = query.get("theme") || stored("qa-theme");
  if (theme === "light" || theme === "dark") page.dataset.theme = theme;
  const dark = page.dataset.theme ? page.dataset.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
  page.classList.toggle("dark", dark);
  // Gradio darkens the body, by its own reading of the system.
  const follow = () => document.body.classList.toggle("dark", page.classList.contains("dark"));
  document.addEventListener("DOMContentLoaded", () => {
    follow();
    new MutationObserver(() => {
      if (document.body.classList.contains("dark") !== page.classList.contains("dark")) follow();
    }).observe(document.body, { attributes: true, attributeFilter: ["class"] });
  });
  const { lang } = page;
  new MutationObserver(() => {
    if (document.body) follow();
    // Gradio takes every page for an English one.
    if (page.lang !== lang) page.lang = lang;
  }).observe(page, { attributes: true, attributeFilter: ["class", "lang"] });
})();
