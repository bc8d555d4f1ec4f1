// The steward app's keys. Whatever they do, a link or a button on the page does too.
(() => {
  "use strict";
  const SETTLING = 250; // ms: a key that was pressed twice must not answer the question that has just appeared
  const areKeysWanted = document.body.dataset.shortcuts !== "off";
  setTimeout(() => { document.body.dataset.keys = "on"; }, SETTLING);
  const rows = [...document.querySelectorAll(".list tbody tr, .ticks > li")];
  let cursor = -1;
  let chosen = -1;

  const takesText = (element) =>
    element.isContentEditable ||
    (element.matches("input, textarea, select") && !["checkbox", "radio"].includes(element.type));

  document.addEventListener("keydown", (event) => {
    if (event.isComposing || event.keyCode === 229) return; // an input method is at work
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (document.querySelector(":popover-open") && event.key === "Escape") return; // the browser closes it
    if (takesText(event.target)) {
      if (chosenReason(event)) return;
      if (event.key === "Escape") event.target.blur();
      return;
    }
    if (!areKeysWanted || event.repeat) return;
    const named = document.querySelector(`[data-key-name="${CSS.escape(event.key)}"]`);
    if (named) {
      event.preventDefault();
      named.click();
      return;
    }
    const isOwn = event.target.closest("a, button, summary") && (event.code === "Enter" || event.code === "Space");
    if (isOwn || walked(event) || chose(event)) return;
    const focused = document.querySelector(`[data-key-focus~="${event.code}"]`);
    const wanted = [...document.querySelectorAll(`[data-key~="${event.code}"]`)].find((one) => one.checkVisibility());
    if (!focused && !wanted) return;
    event.preventDefault();
    if (focused) focused.focus();
    else if (document.body.dataset.keys === "on") wanted.click();
  });

  // J and K walk a list; the focus goes along, so that Enter opens what is under the cursor.
  function walked(event) {
    const step = { KeyJ: 1, ArrowDown: 1, KeyK: -1, ArrowUp: -1 }[event.code];
    if (!step || rows.length === 0) return false;
    rows[cursor]?.classList.remove("cursor");
    cursor = Math.min(Math.max(cursor + step, 0), rows.length - 1);
    rows[cursor].classList.add("cursor");
    rows[cursor].querySelector("a, input[type=checkbox]")?.focus();
    event.preventDefault();
    return true;
  }

  // X chooses the row under the cursor or lets it go; with Shift all rows from the last one that was chosen.
  function chose(event) {
    if (event.code !== "KeyX") return false;
    const place = rows.findIndex((row) => row.contains(event.target));
    const here = place >= 0 ? place : cursor;
    const box = rows[here]?.querySelector("input[type=checkbox]");
    if (!box) return false;
    event.preventDefault();
    const from = event.shiftKey && chosen >= 0 ? chosen : here;
    const isChosen = !box.checked;
    rows.slice(Math.min(from, here), Math.max(from, here) + 1).forEach((row) => {
      const one = row.querySelector("input[type=checkbox]");
      if (one) one.checked = isChosen;
    });
    chosen = here;
    return true;
  }

  // R and then a number chooses a reason; words of one's own begin with anything else.
  function chosenReason(event) {
    const number = /^(?:Digit|Numpad)([1-9])$/.exec(event.code);
    if (!number || !("reasons" in event.target.dataset) || event.target.value !== "") return false;
    const reason = event.target.closest("fieldset").querySelector(`[data-reason="${number[1]}"]`);
    if (!reason) return false;
    event.preventDefault();
    reason.click();
    event.target.blur();
    return true;
  }

  // Parts that take a moment are asked for when the page stands; without scripts their links lead to them.
  document.querySelectorAll("[data-load]").forEach(async (part) => {
    try {
      const answer = await fetch(part.dataset.load, { headers: { "X-Part": "1" }, credentials: "same-origin" });
      if (answer.ok && !answer.redirected) part.innerHTML = await answer.text();
    } catch {
      // no connection: the link stays
    }
  });

  // One answer a page: a second click while the first is on its way does nothing.
  document.querySelectorAll("form.answers").forEach((form) => {
    let isSent = false;
    form.addEventListener("submit", (event) => {
      if (isSent) event.preventDefault();
      isSent = true;
    });
  });
})();
