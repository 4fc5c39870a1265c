// How the lines of a comparison are read: wrapped or scrolled, white space drawn or not, and one of them linked to.
// The server knows the same by the cookie (views/comparing/reading.py), so that it all works without this script too.
const READINGS = ["unified", "unwrapped", "spaced", "treeless"];
const body = () => document.querySelector("[data-lines]");

function chosen() {
  return READINGS.filter((reading) => body().classList.contains(reading));
}

function turn(link) {
  const reading = link.dataset.reading;
  const is = !body().classList.contains(reading);
  for (const lines of document.querySelectorAll("[data-lines]")) lines.classList.toggle(reading, is);
  if (is) link.setAttribute("aria-current", "true");
  else link.removeAttribute("aria-current");
  const secure = location.protocol === "https:" ? ";secure" : "";
  document.cookie = `reading=${chosen().join(".")};path=/;max-age=31536000;samesite=lax${secure}`;
  draw();
}

// Each run of spaces or tabs in a changed line gets an element, which the style sheet draws; the text stays the same.
function draw() {
  if (!document.querySelector("[data-lines].spaced")) return;
  const rows = document.querySelectorAll("[data-lines] .diff tr:is(.added, .removed, .changed, .moved):not(.drawn)");
  for (const row of rows) {
    row.classList.add("drawn");
    const texts = document.createTreeWalker(row, NodeFilter.SHOW_TEXT);
    const found = [];
    while (texts.nextNode()) if (/[ \t]/.test(texts.currentNode.data) && !texts.currentNode.parentElement.closest("i, .space, .tab")) found.push(texts.currentNode);
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

// sheet@table:side+number, counted from 0 for the table; a table without numbers counts its rows. The rows of a page
// have it as their id (views/comparing/rows.py), those that came later do not.
function nameOf(row) {
  const table = row.closest("table");
  const sheet = row.closest("article.resource");
  const place = [...sheet.querySelectorAll("table.diff")].indexOf(table);
  const side = row.classList.contains("removed") ? "l" : "r";
  const number = table.classList.contains("prose") ? row.sectionRowIndex + 1 : row.cells[side === "l" ? 0 : 2].lastChild?.textContent;
  const short = sheet.closest(".formatting") ? sheet.id : sheet.id.slice(-8);
  return number ? `${short}@${place}:${side}${number}` : "";
}

// By the whole name of a sheet, or by the end of it.
function named(id, attribute, within = "") {
  return document.querySelector(`${within}[${attribute}="${CSS.escape(id)}"]`) ?? document.querySelector(`${within}[${attribute}$="-${CSS.escape(id)}"]`);
}

function find() {
  const [, id, place, side, number] = decodeURIComponent(location.hash).match(/^#(.+)@(\d+):([lr])(\d+)$/) ?? [];
  const sheet = id && named(id, "id", "article");
  if (!sheet) return null;
  sheet.querySelector("details").open = true;
  const table = sheet.querySelectorAll("table.diff")[place];
  if (!table) {
    sheet.scrollIntoView();
    return null;
  }
  table.closest("details").open = true;
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
  const [id, row] = decodeURIComponent(location.hash.slice(1)).split("@");
  sought = Boolean(row);
  if (!id || !body() || document.getElementById(id) || named(id, "id", "article")) return seek();
  sought = false;
  // A sheet beyond the first ones: it has an address of its own.
  const alone = new URL(location.href);
  if (!/(^|-)[0-9a-f]{8}$/.test(id) || alone.searchParams.has("item")) return row && say("What this link led to is not shown here.");
  for (const each of [...alone.searchParams.keys()]) if (each !== "at") alone.searchParams.delete(each);
  alone.searchParams.set("item", id);
  location.replace(alone);
}

function say(words) {
  const told = document.getElementById("whereabouts");
  if (told) told.textContent = words;
}

// Whether a browser without scripts finds this row where the address of this page leads.
function isOfFirstAnswer(row) {
  return Boolean(row.id) && !row.closest("[data-later]");
}

// The address then leads to this line, of the versions that are shown: environments may hold others when it is opened.
async function link(row) {
  const name = nameOf(row);
  if (!name) return;
  const address = new URL(location.href);
  const sheet = row.closest("article.resource");
  if (!isOfFirstAnswer(row) && !sheet.closest(".formatting")) {
    address.searchParams.set("item", sheet.id);
    address.searchParams.delete("start");
  }
  if (body().dataset.at) address.searchParams.set("at", body().dataset.at);
  address.hash = name;
  history.replaceState(history.state, "", address);
  begin();
  const copied = await navigator.clipboard?.writeText(address.href).then(() => true, () => false);
  say(copied ? "The link to this line is copied." : "The address is now the link to this line.");
}

document.addEventListener("click", (event) => {
  const reading = event.target.closest("a[data-reading]");
  if (reading && body()) {
    event.preventDefault();
    event.stopPropagation();
    turn(reading);
  }
  const cell = event.target.closest("[data-lines] .diff td:nth-child(odd):not([colspan])");
  if (cell) link(cell.closest("tr"));
}, true);

// Where focus stood on what was folded, it goes on to the first of what took its place.
let opened = null;

document.addEventListener("htmx:beforeSwap", (event) => {
  const folded = event.detail.target;
  if (!folded.matches?.("[data-lines] tr, [data-lines] .resource-rest")) return;
  if (folded.contains(document.activeElement)) opened = [folded.parentElement, folded.previousElementSibling];
});

document.addEventListener("htmx:afterSettle", () => {
  if (!body()) return;
  draw();
  if (opened) {
    const [parent, before] = opened;
    const first = before ? before.nextElementSibling : parent.firstElementChild;
    const stop = (first?.matches(".gap") && first.querySelector("a")) || first;
    if (stop && !stop.matches("a")) stop.tabIndex = -1;
    stop?.focus({ preventScroll: true });
    opened = null;
  }
  seek();
});
window.addEventListener("hashchange", begin);
if (body()) draw();
// Not before htmx has taken over the links that unfold.
window.addEventListener("load", begin);
