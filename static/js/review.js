// A comparison under way: which resources its reader has viewed (kept on the server), folding all, the current place.
const review = () => document.querySelector("[data-review]");
const marks = () => document.getElementById("marks");
const viewed = () => new Set(review().dataset.review.split(" ").filter(Boolean));

function show({ fold = false } = {}) {
  const page = review();
  if (!page) return;
  const anchors = viewed();
  for (const sheet of page.querySelectorAll("article.resource")) {
    const box = sheet.querySelector("[data-viewed] input");
    if (!box) continue;
    box.checked = anchors.has(sheet.id);
    if (fold && box.checked) sheet.querySelector("details").open = false;
  }
  for (const link of page.querySelectorAll("[data-item]")) {
    const is = anchors.has(link.dataset.item);
    link.classList.toggle("viewed", is);
    link.querySelector(".viewed-mark").hidden = !is;
  }
}

function say(words) {
  marks().querySelector("[role=status]").textContent = words;
}

// Variables that stand in one sheet count each.
function remember(sheet, is) {
  const anchors = viewed();
  if (is) anchors.add(sheet.id);
  else anchors.delete(sheet.id);
  review().dataset.review = [...anchors].join(" ");
  show();
  const progress = marks().querySelector("progress");
  progress.value += (is ? 1 : -1) * sheet.dataset.count;
  say(`${progress.value.toLocaleString("en")} of ${progress.max.toLocaleString("en")} viewed`);
}

async function keep(sheet, is) {
  const form = marks();
  const told = new FormData(form);
  told.set(is ? "viewed" : "unviewed", sheet.id);
  told.set("script", "1");
  sheet.querySelector("details").open = !is;
  remember(sheet, is);
  const answer = await fetch(form.action, { method: "POST", body: told, redirect: "manual" }).catch(() => null);
  if (answer?.status === 204 || form !== marks()) return;
  remember(sheet, !is);
  say(answer?.status === 409 ? await answer.text() : "That was not kept. Try again, or load the page again.");
}

document.addEventListener("change", (event) => {
  const box = event.target.closest("[data-viewed] input");
  if (box) keep(box.closest("article"), box.checked);
});

// The sheet one was led to: what is fetched above it on the way must not push it out of sight.
let aim = null;
for (const act of ["wheel", "touchmove", "pointerdown", "keydown"]) document.addEventListener(act, () => { aim = null; }, { capture: true, passive: true });

document.addEventListener("click", (event) => {
  const fold = event.target.closest("[data-fold]");
  if (fold) {
    event.preventDefault();
    event.stopPropagation();
    const opens = fold.textContent.trim() === "Expand all";
    for (const sheet of review().querySelectorAll("article.resource > details")) sheet.open = opens;
    fold.textContent = opens ? "Collapse all" : "Expand all";
  }
  const link = event.target.closest("[data-item]");
  const sheet = link && document.getElementById(link.dataset.item);
  if (!sheet) return;
  // When the tree was written it was not in the page yet.
  if (link.hash !== `#${sheet.id}`) {
    event.preventDefault();
    event.stopPropagation();
    location.hash = sheet.id;
  }
  sheet.querySelector("details").open = true;
  aim = sheet;
  link.closest("[popover]:popover-open")?.hidePopover();
  for (const other of link.closest("nav").querySelectorAll("[aria-current]")) other.removeAttribute("aria-current");
  link.setAttribute("aria-current", "true");
}, true);

document.addEventListener("htmx:afterSettle", (event) => {
  const folded = document.querySelector("[data-fold]")?.textContent.trim() === "Expand all";
  // What is fetched after all were folded comes folded too.
  if (folded && event.target.matches?.("article.resource")) event.target.querySelector("details").open = false;
  show({ fold: event.target.id === "main" });
  if (aim?.isConnected) aim.scrollIntoView();
});
show({ fold: true });
