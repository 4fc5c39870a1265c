// What callers hear may become another while a page is open. Then the place that says what is live says so, and leads
// to the page as it is now; nothing else moves under anybody's finger. What cannot be asked is asked again later.
const EVERY = 30_000;

async function look() {
  const shown = document.getElementById("live-now");
  if (!shown || document.hidden) return;
  const answer = await fetch(shown.dataset.ask, { cache: "no-store" }).catch(() => null);
  // Elsewhere than where it was asked is the door: who is at this page is told when they do something.
  if (answer?.status !== 200 || answer.redirected) return;
  const words = await answer.text();
  if (!shown.isConnected) return;
  shown.outerHTML = words;
  document.querySelector("a#live-now")?.setAttribute("href", location.pathname + location.search);
}

document.addEventListener("visibilitychange", look);
setInterval(look, EVERY);
