// A comparison under way: which resources were viewed (remembered in this browser), folding all, the current place.
const KEPT = 40;
const review = () => document.querySelector("[data-review]");

function viewed(of) {
  try {
    return new Map(JSON.parse(localStorage.getItem("viewed") ?? "[]")).get(of) ?? [];
  } catch {
    return [];
  }
}

function remember(of, anchors) {
  try {
    const all = new Map(JSON.parse(localStorage.getItem("viewed") ?? "[]"));
    all.delete(of);
    if (anchors.length) all.set(of, anchors);
    localStorage.setItem("viewed", JSON.stringify([...all].slice(-KEPT)));
  } catch { /* a browser that keeps nothing still shows what is ticked */ }
}

function show({ fold = false } = {}) {
  const page = review();
  if (!page) return;
  const anchors = new Set(viewed(page.dataset.review));
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
  const progress = document.querySelector("[data-progress]");
  const total = Number(progress.dataset.progress);
  const count = Math.min(anchors.size, total);
  progress.hidden = false;
  progress.querySelector("progress").value = count;
  progress.querySelector("span").textContent = `${count} of ${total.toLocaleString("en")} viewed`;
}

document.addEventListener("change", (event) => {
  const box = event.target.closest("[data-viewed] input");
  if (!box) return;
  const of = review().dataset.review;
  const sheet = box.closest("article");
  const anchors = viewed(of).filter((anchor) => anchor !== sheet.id);
  if (box.checked) anchors.push(sheet.id);
  sheet.querySelector("details").open = !box.checked;
  remember(of, anchors);
  show();
});

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
  sheet.querySelector("details").open = true;
  link.closest("[popover]:popover-open")?.hidePopover();
  for (const other of link.closest("nav").querySelectorAll("[aria-current]")) other.removeAttribute("aria-current");
  link.setAttribute("aria-current", "true");
}, true);

document.addEventListener("htmx:afterSettle", (event) => show({ fold: event.target.id === "main" }));
show({ fold: true });
