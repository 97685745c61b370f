// Small comforts; every page does its work without them.
"use strict";
(() => {
  // A form is sent once, however often its button is pressed.
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.method !== "post" || form.hasAttribute("data-again")) return;
    if (form.dataset.sent) {
      event.preventDefault();
      return;
    }
    form.dataset.sent = "1";
    const button = event.submitter;
    if (button) button.setAttribute("aria-busy", "true");
  });
  // A page that comes back out of the browser's memory can be sent again.
  window.addEventListener("pageshow", () => {
    for (const form of document.querySelectorAll("form[data-sent]")) delete form.dataset.sent;
    for (const button of document.querySelectorAll("[aria-busy]")) button.removeAttribute("aria-busy");
  });
  // Menus close on Escape and on a click elsewhere.
  const menus = () => document.querySelectorAll("details.me[open], details.pop[open]");
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") for (const menu of menus()) {
      menu.open = false;
      menu.querySelector("summary").focus();
    }
    const typing = event.target.closest("input, textarea, select");
    if (event.key === "/" && !typing && !event.ctrlKey && !event.metaKey) {
      const search = document.getElementById("quick");
      if (search) { event.preventDefault(); search.focus(); }
    }
  });
  document.addEventListener("click", (event) => {
    for (const menu of menus()) if (!menu.contains(event.target)) menu.open = false;
  });
  // Problems of a form are read out and seen at once.
  const problems = document.getElementById("problems");
  if (problems) problems.focus();
})();
