// Search as one types: what is typed is posted a moment after the last key, and never while an input method is at work.
(() => {
  "use strict";
  const PAUSE = 150; // ms
  document.querySelectorAll("form[data-search]").forEach((form) => {
    const box = form.querySelector("input[type=search]");
    const results = document.getElementById("results");
    let timer = 0;
    let asked = null;
    let isComposing = false;

    async function search() {
      asked?.abort();
      const own = (asked = new AbortController());
      const typed = box.value;
      try {
        const answer = await fetch(form.action, {
          method: "POST", body: new FormData(form), headers: { "X-Part": "1" }, credentials: "same-origin", signal: own.signal,
        });
        if (answer.redirected) { location.reload(); return; } // the sign-in has ended
        const text = await answer.text();
        if (!answer.ok || own !== asked) return;
        results.innerHTML = text;
        results.dataset.of = typed;
      } catch {
        // a newer search has taken its place, or there is no connection: the button is still there
      }
    }

    const later = () => {
      clearTimeout(timer);
      if (!isComposing) timer = setTimeout(search, PAUSE);
    };
    box.addEventListener("compositionstart", () => { isComposing = true; clearTimeout(timer); });
    box.addEventListener("compositionend", () => { isComposing = false; later(); });
    box.addEventListener("input", later);

    // Arrows walk from the box into the results and back; Enter opens what has the focus, from the box the first.
    function walk(event) {
      if (event.isComposing || event.keyCode === 229) return;
      const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
      if (!step) return;
      const links = [...results.querySelectorAll("a")];
      const next = links.indexOf(document.activeElement) + step;
      event.preventDefault();
      event.stopPropagation();
      if (next < 0) box.focus();
      else links[Math.min(next, links.length - 1)]?.focus();
    }
    form.addEventListener("keydown", walk);
    results.addEventListener("keydown", walk);
    form.addEventListener("submit", (event) => {
      if (isComposing) { event.preventDefault(); return; }
      const first = results.querySelector("a");
      if (!first || results.dataset.of !== box.value) return;
      event.preventDefault();
      location.assign(first.href);
    });
    box.focus();
  });
})();
