// What a page shows may move while it is open, and what a dialog in it was opened with. Then the place that says what is
// live says so, and leads to the page as it is now; the dialog offers what is so by now. Nothing else moves under
// anybody's finger. What cannot be asked is asked again later.
const EVERY = 30_000;

async function look() {
  const chip = document.getElementById("live-now");
  if (!chip || document.hidden) return;
  const open = document.querySelector("dialog [data-seen]");
  const asking = [chip.dataset.ask, open?.dataset.seen].filter(Boolean).join("&");
  const answer = await fetch(asking, { cache: "no-store" }).catch(() => null);
  // Elsewhere than where it was asked is the door: who is at this page is told when they do something.
  if (answer?.status !== 200 || answer.redirected) return;
  const holder = document.createElement("template");
  holder.innerHTML = await answer.text();
  const moved = holder.content.firstElementChild;
  if (open) {
    const now = new URLSearchParams(moved.dataset.now);
    open.hidden = [...new URLSearchParams(open.dataset.seen)].every(([where, seen]) => now.get(where) === seen);
  }
  // Said once: a reader would hear it every time.
  if (!chip.isConnected || chip.textContent === moved.textContent) return;
  moved.dataset.ask = chip.dataset.ask;
  moved.href = location.pathname + location.search;
  chip.replaceWith(moved);
}

document.addEventListener("visibilitychange", look);
setInterval(look, EVERY);
