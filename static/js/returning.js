// A session may end, or begin anew in another window, while somebody types into a form. Nothing is done then, and the
// page they come back to has what they typed: in the same form, told so, for them alone and in this window alone. What
// the editor of a resource holds is kept for longer, by typed.js. A tick that consents is never put back.
const NAME = "slipway.typed";
const UNTOUCHED = new Set(["hidden", "password", "file", "submit"]);
const here = () => location.pathname + location.search;
const who = () => document.querySelector("[data-sign-out]")?.dataset.signOut;
const controls = (form) => [...form.elements].filter((each) => each.name && !UNTOUCHED.has(each.type));

document.addEventListener("htmx:beforeOnLoad", ({ detail }) => {
  const leads = detail.xhr.getResponseHeader("HX-Redirect");
  const form = detail.requestConfig.elt.closest("form");
  if (detail.requestConfig.verb === "get" || !form || form.dataset.keep) return;
  if (leads !== here() && !leads?.startsWith("/sign-in/")) return;
  const names = new Set(controls(form).map(({ name }) => name));
  const fields = [...new FormData(form)].filter(([name, value]) => names.has(name) && typeof value === "string");
  if (!fields.length) return;
  const kept = { who: who(), page: here(), action: form.getAttribute("action"), isDialog: Boolean(form.closest("#dialog")), fields };
  try {
    sessionStorage.setItem(NAME, JSON.stringify(kept));
  } catch { /* a browser that keeps nothing */ }
});

function taken() {
  try {
    const kept = JSON.parse(sessionStorage.getItem(NAME));
    // The door itself is no page of anybody.
    if (who()) sessionStorage.removeItem(NAME);
    return kept;
  } catch {
    return null;
  }
}

async function putBack() {
  const kept = taken();
  if (!kept || kept.who !== who() || kept.page !== here()) return;
  if (kept.isDialog) await htmx.ajax("GET", kept.action, { target: "#dialog", swap: "innerHTML" });
  // A page may hold several forms that are sent to itself.
  const form = [...document.querySelectorAll("form[method=post]")].find(
    (each) => each.getAttribute("action") === kept.action && kept.fields.some(([name]) => each.elements[name]),
  );
  const all = form ? controls(form) : [];
  const found = kept.fields.filter(([name]) => all.some((each) => each.name === name));
  if (!found.length) return;
  for (const each of all) fill(each, found.filter(([name]) => name === each.name).map(([, value]) => value), all);
  const said = document.createElement("p");
  said.className = "message caution";
  said.setAttribute("role", "status");
  (form.querySelector(":scope > :not(input)") ?? form.firstElementChild).before(said);
  said.textContent = "You had to sign in again, so this was not done. What you typed is here.";
}

function fill(control, values, all) {
  if (control.type === "radio") control.checked = values.includes(control.value);
  else if (control.type === "checkbox") {
    if (all.filter(({ name }) => name === control.name).length > 1) control.checked = values.includes(control.value);
  } else if (control.multiple) for (const option of control.options) option.selected = values.includes(option.value);
  else if (values.length === 1) [control.value] = values;
}

putBack();
