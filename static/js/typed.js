// What is typed into a resource is kept in this browser, for the same person, until it is saved or they sign out.
// Every opening of a form keeps a text of its own, so that what was kept before is never written over. The server
// carries the name of that text through its answers and says it again on the first page after it was saved.
const KEPT_FOR = 30 * 24 * 60 * 60 * 1000;
const MOST = 5;
const SOON = 250;
const IGNORED = new Set(["csrfmiddlewaretoken", "act", "kept"]);
const form = () => document.querySelector("form[data-keep]");
const nameOf = (of) => `typed ${of.dataset.keep}`;
const idOf = (of) => of.elements.kept.value.split(" ")[0];
let waiting = null;

function fields(of) {
  return [...new FormData(of)].filter(([name, value]) => !IGNORED.has(name) && typeof value === "string");
}

function read(name) {
  try {
    const kept = JSON.parse(localStorage.getItem(name) ?? "[]");
    return kept.filter((each) => Date.now() - each.at < KEPT_FOR);
  } catch {
    return [];
  }
}

function write(name, kept) {
  try {
    if (kept.length) localStorage.setItem(name, JSON.stringify(kept));
    else localStorage.removeItem(name);
  } catch { /* a browser that keeps nothing, or is full, still sends what is typed */ }
}

function keep(of) {
  const name = nameOf(of);
  const [id, turn] = of.elements.kept.value.split(" ");
  const now = { title: of.dataset.title, action: of.getAttribute("action"), id: id || Math.random().toString(36).slice(2, 12), turn: Number(turn ?? 0) + 1, at: Date.now(), fields: fields(of) };
  of.elements.kept.value = `${now.id} ${now.turn}`;
  write(name, [now, ...read(name).filter((each) => each.id !== now.id)].slice(0, MOST));
}

function keepSoon(of) {
  clearTimeout(waiting);
  waiting = setTimeout(() => keepNow(of), SOON);
}

function keepNow(of) {
  if (waiting === null) return;
  clearTimeout(waiting);
  waiting = null;
  if (of?.isConnected) keep(of);
}

// Only the very text that was sent: what was typed after the button was pressed is a later turn of it, and stays.
function forgetSaved() {
  for (const said of document.querySelectorAll("[data-saved]")) {
    const [id, turn] = said.dataset.saved.split(" ");
    forget((each) => each.id === id && each.turn <= Number(turn));
  }
}

function names(start = "") {
  try {
    return Object.keys(localStorage).filter((each) => each.startsWith(`typed ${start}`));
  } catch {
    return [];
  }
}

function forget(which) {
  for (const name of names()) {
    const kept = read(name);
    const left = kept.filter((each) => !which(each));
    if (left.length < kept.length) write(name, left);
  }
}

const typed = (all) => JSON.stringify(all.filter(([name]) => name !== "seen"));

// Also what was typed while this was called otherwise: the server says under which names.
function offered(of) {
  const shown = typed(fields(of));
  const former = JSON.parse(of.dataset.former).map((each) => read(`typed ${each}`));
  return [...read(nameOf(of)), ...former.flat()].find((each) => each.id !== idOf(of) && typed(each.fields) !== shown);
}

// Offered, never put in by itself: what the draft holds may be newer than what was typed.
function offer() {
  const of = form();
  if (!of) return;
  // The answer to a button of a row, or to a save that was refused: the page holds what nowhere else is kept.
  if (of.dataset.answer && waiting === null) keep(of);
  const kept = offered(of);
  const place = of.querySelector("[data-kept]");
  place.hidden = !kept;
  if (kept) place.querySelector("time").textContent = when(kept);
}

const when = (kept) => new Date(kept.at).toLocaleString("en-GB", { dateStyle: "medium", timeStyle: "short" });

// Everything this person typed into this agent and never saved, so that what was renamed, deleted or broken since is
// found again too.
function list() {
  const place = document.querySelector("[data-kept-of]");
  if (!place) return;
  const all = names(place.dataset.keptOf).flatMap(read).filter((each) => each.action).sort((a, b) => b.at - a.at);
  const rows = all.map((kept) => {
    const row = place.querySelector("template").content.firstElementChild.cloneNode(true);
    row.dataset.id = kept.id;
    row.querySelector("b").textContent = kept.title;
    row.querySelector("time").textContent = when(kept);
    for (const each of row.querySelectorAll("[data-name]")) each.textContent = kept.title;
    return row;
  });
  place.querySelector("ul").replaceChildren(...rows);
  place.hidden = !all.length;
}

// The server writes the form for what was typed: it may have other rows than the page has. It is saved against what it
// was typed over; where that moved since, the server shows both. It is sent where it was typed, and follows from there.
function put(token, kept, action) {
  const again = document.createElement("form");
  again.method = "post";
  again.enctype = "multipart/form-data";
  again.action = kept.action ?? action;
  again.hidden = true;
  for (const [name, value] of [...kept.fields, ["csrfmiddlewaretoken", token], ["kept", `${kept.id} ${kept.turn}`], ["act", "show"]]) {
    const control = document.createElement("textarea");
    control.name = name;
    control.value = value;
    again.append(control);
  }
  document.body.append(again);
  again.submit();
}

document.addEventListener("input", (event) => {
  const of = event.target.closest("form[data-keep]");
  if (of) keepSoon(of);
});

document.addEventListener("submit", (event) => {
  keepNow(form());
  if (!event.target.matches("form[data-sign-out]")) return;
  for (const name of names(`${event.target.dataset.signOut} `)) write(name, []);
}, true);

document.addEventListener("click", (event) => {
  const act = event.target.closest("[data-kept] button");
  if (!act) return;
  const of = form();
  keepNow(of);
  const kept = offered(of);
  if (kept && act.value === "put") return put(of.elements.csrfmiddlewaretoken.value, kept, of.getAttribute("action"));
  if (kept) forget((each) => each.id === kept.id);
  offer();
});

document.addEventListener("click", (event) => {
  const act = event.target.closest("[data-kept-of] button");
  if (!act) return;
  const place = act.closest("[data-kept-of]");
  const { id } = act.closest("[data-id]").dataset;
  const kept = names(place.dataset.keptOf).flatMap(read).find((each) => each.id === id);
  if (kept && act.value === "put") return put(place.querySelector("[name=csrfmiddlewaretoken]").value, kept);
  forget((each) => each.id === id);
  list();
});

document.addEventListener("htmx:beforeSwap", () => keepNow(form()));
window.addEventListener("pagehide", () => keepNow(form()));
document.addEventListener("htmx:afterSettle", (event) => {
  forgetSaved();
  if (event.target.id === "main") {
    offer();
    list();
  }
});
forgetSaved();
offer();
list();
