// How the lines of a comparison are read: wrapped or scrolled, white space drawn or not, and one of them linked to.
const READINGS = ["unwrapped", "spaced"];
const body = () => document.querySelector("[data-review]");

function chosen() {
  try {
    return new Set(JSON.parse(localStorage.getItem("reading") ?? "[]"));
  } catch {
    return new Set();
  }
}

function keep(readings) {
  try {
    localStorage.setItem("reading", JSON.stringify([...readings]));
  } catch { /* chosen for this page alone, where a browser keeps nothing */ }
}

function read(readings) {
  if (!body()) return;
  for (const reading of READINGS) body().classList.toggle(reading, readings.has(reading));
  for (const button of document.querySelectorAll("[data-reading]")) {
    button.setAttribute("aria-pressed", readings.has(button.dataset.reading));
  }
  if (readings.has("spaced")) draw();
}

// Each run of spaces or tabs in a changed line gets an element, which the style sheet draws; the text stays the same.
function draw() {
  const rows = body().querySelectorAll(".diff tr:is(.added, .removed, .changed, .moved):not(.drawn)");
  for (const row of rows) {
    row.classList.add("drawn");
    const texts = document.createTreeWalker(row, NodeFilter.SHOW_TEXT);
    const found = [];
    while (texts.nextNode()) if (/[ \t]/.test(texts.currentNode.data) && !texts.currentNode.parentElement.closest("i")) found.push(texts.currentNode);
    for (const text of found) {
      const parts = text.data.split(/( +|\t+)/).filter(Boolean).map((part) => {
        if (!/^[ \t]/.test(part)) return part;
        const drawn = document.createElement("span");
        drawn.className = part[0] === " " ? "space" : "tab";
        drawn.textContent = part;
        return drawn;
      });
      text.replaceWith(...parts);
    }
  }
}

// #sheet@table:side+number, counted from 0 for the table; a table without numbers counts its rows.
function nameOf(cell) {
  const row = cell.closest("tr");
  const table = row.closest("table");
  const sheet = row.closest("article.resource");
  const place = [...sheet.querySelectorAll("table.diff")].indexOf(table);
  const side = cell.cellIndex < 2 ? "l" : "r";
  const number = table.classList.contains("prose") ? row.sectionRowIndex + 1 : row.cells[side === "l" ? 0 : 2].lastChild?.textContent;
  return number ? `${sheet.id}@${place}:${side}${number}` : "";
}

function find() {
  const [, id, place, side, number] = decodeURIComponent(location.hash).match(/^#(.+)@(\d+):([lr])(\d+)$/) ?? [];
  const sheet = id && document.getElementById(id);
  if (!sheet) return null;
  sheet.querySelector("details").open = true;
  const table = sheet.querySelectorAll("table.diff")[place];
  if (!table) {
    sheet.scrollIntoView();
    return null;
  }
  const cell = side === "l" ? 0 : 2;
  const rows = [...table.tBodies[0].rows];
  const row = table.classList.contains("prose")
    ? rows[number - 1]
    : rows.find((each) => each.cells[cell]?.lastChild?.textContent === number);
  return row ?? unfold(rows, cell, Number(number));
}

// The row is folded or not yet fetched: what stands before the first line behind it holds it.
function unfold(rows, cell, number) {
  const beyond = rows.findIndex((row) => Number(row.cells[cell]?.lastChild?.textContent) > number);
  const before = beyond < 0 ? rows : rows.slice(0, beyond);
  const gap = before.findLast((row) => row.classList.contains("gap"));
  const link = gap?.querySelector("a[hx-get]");
  if (link) link.click();
  else gap?.scrollIntoView();
  return null;
}

let sought = false;

function seek() {
  if (!sought || !body()) return;
  const row = find();
  if (!row) return;
  sought = false;
  row.tabIndex = -1;
  row.focus({ preventScroll: true });
  row.scrollIntoView({ block: "center" });
}

function begin() {
  sought = location.hash.includes("@");
  seek();
}

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-reading]");
  if (button) {
    const readings = chosen();
    if (!readings.delete(button.dataset.reading)) readings.add(button.dataset.reading);
    keep(readings);
    read(readings);
  }
  const cell = event.target.closest("[data-review] .diff td:nth-child(odd):not([colspan])");
  const name = cell && nameOf(cell);
  if (!name) return;
  history.replaceState(history.state, "", `#${name}`);
  begin();
});

document.addEventListener("htmx:afterSettle", () => {
  read(chosen());
  seek();
});
window.addEventListener("hashchange", begin);
read(chosen());
// Not before htmx has taken over the links that unfold.
window.addEventListener("load", begin);
