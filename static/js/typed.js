// What is typed into a resource is kept in this browser, for the same person, until it is saved or they sign out.
const KEPT_FOR = 30 * 24 * 60 * 60 * 1000;
const form = () => document.querySelector("form[data-keep]");
const nameOf = (of) => `typed ${of.dataset.keep}`;
const IGNORED = new Set(["csrfmiddlewaretoken", "act"]);

function fields(of) {
  return [...new FormData(of)].filter(([name, value]) => !IGNORED.has(name) && typeof value === "string");
}

function read(name) {
  try {
    const kept = JSON.parse(localStorage.getItem(name) ?? "null");
    return kept && Date.now() - kept.at < KEPT_FOR ? kept : null;
  } catch {
    return null;
  }
}

function keep(of) {
  try {
    localStorage.setItem(nameOf(of), JSON.stringify({ at: Date.now(), fields: fields(of) }));
  } catch { /* a browser that keeps nothing, or is full, still sends what is typed */ }
}

function forget(name) {
  try {
    localStorage.removeItem(name);
  } catch { /* there was nothing */ }
}

const typed = (all) => JSON.stringify(all.filter(([name]) => name !== "seen"));

// Offered, never put in by itself: what the draft holds may be newer than what was typed.
function offer() {
  const of = form();
  if (!of) return;
  const kept = read(nameOf(of));
  const place = of.querySelector("[data-kept]");
  if (!kept || typed(kept.fields) === typed(fields(of)) || of.dataset.answer) return;
  place.hidden = false;
  place.querySelector("time").textContent = new Date(kept.at).toLocaleString("en-GB", { dateStyle: "medium", timeStyle: "short" });
}

function put(of, kept) {
  const values = new Map(kept.fields);
  for (const control of of.elements) {
    if (!control.name || IGNORED.has(control.name) || control.type === "hidden" && control.name === "seen") continue;
    if (control.type === "checkbox") control.checked = values.has(control.name);
    else if (values.has(control.name)) control.value = values.get(control.name);
  }
  // Saved against what it was typed over: where that moved, the server shows both.
  const seen = of.querySelector("[name=seen]");
  seen.value = values.get("seen") ?? seen.value;
}

document.addEventListener("input", (event) => {
  const of = event.target.closest("form[data-keep]");
  if (of) keep(of);
});

document.addEventListener("click", (event) => {
  const act = event.target.closest("[data-kept] button");
  if (!act) return;
  const of = form();
  if (act.value === "put") put(of, read(nameOf(of)));
  else forget(nameOf(of));
  of.querySelector("[data-kept]").hidden = true;
});

document.addEventListener("htmx:beforeSwap", (event) => {
  const of = event.detail.elt?.closest?.("form[data-keep]");
  const { xhr } = event.detail;
  // Saved: the answer led away from the form.
  if (of && xhr.status < 400 && xhr.responseURL && new URL(xhr.responseURL).pathname !== location.pathname) forget(nameOf(of));
});

document.addEventListener("submit", (event) => {
  if (!event.target.matches("form[data-sign-out]")) return;
  for (const name of Object.keys(localStorage)) if (name.startsWith("typed ")) forget(name);
});

document.addEventListener("htmx:afterSettle", offer);
offer();
