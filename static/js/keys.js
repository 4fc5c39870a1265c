// From change to change by key, in a comparison. Silent while something is typed; switched off in one's account.
const CHANGED = "tr:is(.added, .removed, .changed, .moved)";
const REST = "tr.gap[hx-get]";
const TYPING = "input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable]";

// Where a change begins: the first of its rows, or where further rows are fetched when they come into sight; a sheet
// that is folded or not yet fetched stops at its heading.
function stops() {
  const found = [];
  for (const sheet of document.querySelectorAll("[data-lines] article.resource")) {
    const rows = sheet.querySelector("details").open ? [...sheet.querySelectorAll(`.diff :is(${CHANGED}, ${REST})`)] : [];
    const first = rows.filter((row) => row.matches(REST) || !row.previousElementSibling?.matches(CHANGED));
    found.push(...(first.length ? first : [sheet.querySelector("summary")]));
  }
  found.push(...document.querySelectorAll("[data-lines] .stack > .resource-rest a"));
  return found;
}

// What stands above this line lies behind the head of the page.
function headEnds() {
  return document.querySelector(".review-head")?.getBoundingClientRect().bottom ?? 0;
}

function isAfter(one, other) {
  return Boolean(other.compareDocumentPosition(one) & Node.DOCUMENT_POSITION_FOLLOWING);
}

function go(forward) {
  const all = stops();
  const here = document.activeElement?.closest("[data-lines] *");
  const passed = headEnds();
  const beyond = here
    ? (stop) => stop !== here && isAfter(stop, here) === forward
    : (stop) => stop.getBoundingClientRect().top > passed === forward;
  const stop = forward ? all.find(beyond) : all.findLast(beyond);
  if (!stop) return say(forward ? "No further change." : "No change before this one.");
  if (!stop.matches("summary, a")) stop.tabIndex = -1;
  stop.focus({ preventScroll: true });
  stop.scrollIntoView({ block: "center" });
  const sheet = stop.closest("article");
  say(`Change ${all.indexOf(stop) + 1} of ${all.length}${sheet ? `, ${sheet.querySelector("h3").textContent}` : ""}`);
}

function say(words) {
  const told = document.getElementById("whereabouts");
  if (told) told.textContent = words;
}

// The sheet one is in, else the first that is in sight.
function tick() {
  const sheets = [...document.querySelectorAll("[data-lines] article.resource")];
  const passed = headEnds();
  const inside = document.activeElement?.closest("article.resource");
  const sheet = inside ?? sheets.find((each) => each.getBoundingClientRect().bottom > passed);
  sheet?.querySelector("[data-viewed] input")?.click();
  // The row one stood on may have folded away with its sheet.
  sheet?.querySelector("summary").focus({ preventScroll: true });
}

// The number of a line is its link: see lines.js.
function link() {
  const row = document.activeElement?.closest("[data-lines] .diff tr:not(.gap)");
  if (!row) return say("Go to a change first, with n or p.");
  row.cells[row.matches(".removed") ? 0 : 2].click();
}

const ACTS = {
  n: () => go(true),
  p: () => go(false),
  l: link,
  v: tick,
  "?": () => document.getElementById("keys")?.togglePopover(),
};

document.addEventListener("keydown", (event) => {
  const act = ACTS[event.key];
  if (!act || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
  if (!("keys" in document.documentElement.dataset) || !document.querySelector("[data-lines]")) return;
  if (event.target.closest(TYPING) || document.querySelector("dialog[open]")) return;
  event.preventDefault();
  act();
});
