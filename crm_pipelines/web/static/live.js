// Tells an open page what has changed meanwhile: another publication, a colleague's answer, how much waits.
// It asks now and then, less often when nobody answers, and not at all while nobody looks.
(() => {
  "use strict";
  const PERIOD = 10_000; // ms
  const LONGEST = 120_000;
  const bar = document.getElementById("live");
  if (!bar) return;
  const question = document.querySelector("[data-question]")?.dataset.question ?? "";
  const address = `${bar.dataset.live}?question=${encodeURIComponent(question)}`;
  let publication = null;
  let pause = PERIOD;

  async function ask() {
    if (!document.hidden) {
      try {
        const answer = await fetch(address, { credentials: "same-origin", redirect: "error" });
        if (answer.status < 500 && !answer.ok) return; // the sign-in has ended: the next click says so
        if (answer.ok) {
          show(await answer.json());
          pause = PERIOD;
        } else pause = Math.min(pause * 2, LONGEST);
      } catch {
        pause = Math.min(pause * 2, LONGEST); // no connection
      }
    }
    setTimeout(ask, pause);
  }

  function show(news) {
    publication ??= news.publication;
    if (news.publication !== publication) appear(bar.querySelector("[data-live-publication]"));
    if (news.question) {
      const told = bar.querySelector("[data-live-question]");
      if (told.textContent !== news.question) told.textContent = news.question;
      appear(told);
      document.querySelectorAll("form.answers button").forEach((button) => { button.disabled = true; });
    }
    write("n_approvals", news.n_approvals || "");
    write("pending", news.pending);
    document.querySelectorAll("[data-live-while-pending]").forEach((notice) => { notice.hidden = news.n_pending === 0; });
  }

  function appear(part) {
    part.hidden = false;
    bar.hidden = false;
  }

  function write(name, text) {
    document.querySelectorAll(`[data-live-text="${name}"]`).forEach((element) => {
      if (element.textContent !== String(text)) element.textContent = text;
    });
  }

  setTimeout(ask, 500);
})();
