// The button for light or dark; first.js brings the choice back.
"use strict";

document.getElementById("theme").addEventListener("click", () => {
  const page = document.documentElement;
  const theme = page.classList.contains("dark") ? "light" : "dark";
  page.dataset.theme = theme;
  page.classList.toggle("dark", theme === "dark");
  try {
    localStorage.setItem("qa-theme", theme);
  } catch {
    // it holds for this visit
  }
});
