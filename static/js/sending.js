// What a person asked for is on its way. After a while a word says so; what never comes, or comes from somewhere else
// than Slipway, is said aloud where they are. What a page asks for by itself is nobody's wait.
const LONG = 600;
const ASKED = new Set(["click", "submit", "change", "input", "search"]);
const PLACES = new Set(["main", "dialog"]);
const going = new Set();
let waiting = null;
let coming = null;
let acting = null;

const isAsked = (config) => ASKED.has(config?.triggeringEvent?.type);
const place = () => document.querySelector("dialog:modal") ?? document.body;
const pressed = (config) => config?.triggeringEvent?.submitter;

document.addEventListener("htmx:beforeSend", ({ detail }) => {
  if (!isAsked(detail.requestConfig)) return;
  letLastPressCount(detail);
  going.add(detail.xhr);
  pressed(detail.requestConfig)?.setAttribute("aria-disabled", "true");
  document.querySelector("[data-unanswered]")?.remove();
  clearTimeout(waiting);
  waiting = setTimeout(wait, LONG);
});

// A page or a dialog that comes late is not put in the place of what was asked for after it.
function letLastPressCount({ xhr, target, requestConfig }) {
  if (!PLACES.has(target.id)) return;
  coming?.abort();
  coming = acting = null;
  if (onlyLooks(requestConfig)) coming = xhr;
  else acting = xhr;
}

// And an act is not taken back by going elsewhere: its answer is waited for, and says what was done.
document.addEventListener("htmx:beforeRequest", (event) => {
  const { requestConfig, target } = event.detail;
  if (going.has(acting) && isAsked(requestConfig) && PLACES.has(target.id)) event.preventDefault();
});

const waited = () => document.querySelector("[data-waiting]");

function wait() {
  waited()?.remove();
  const word = document.createElement("p");
  word.className = "waiting";
  word.dataset.waiting = "";
  word.setAttribute("role", "status");
  place().append(word);
  word.textContent = "Waiting for Slipway…";
}

// At the document: what was asked from may be gone from the page by then.
document.addEventListener("htmx:beforeSend", ({ detail }) => detail.xhr.addEventListener("loadend", () => over(detail)));

function over({ xhr, requestConfig }) {
  if (!going.delete(xhr)) return;
  pressed(requestConfig)?.removeAttribute("aria-disabled");
  if (going.size) return;
  clearTimeout(waiting);
  waited()?.remove();
}

document.addEventListener("htmx:sendError", ({ detail }) => isAsked(detail.requestConfig) && unanswered(detail.requestConfig));

// A proxy that finds nobody behind it, or lets nobody in, answers with a page of its own, which is no part of ours. Ours
// say that they depend on who asks.
document.addEventListener("htmx:beforeSwap", ({ detail: { xhr, requestConfig }, detail }) => {
  const isOurs = xhr.getResponseHeader("HX-Retarget") || xhr.getResponseHeader("Vary")?.includes("HX-Request");
  if (xhr.status < 400 || isOurs) return;
  detail.shouldSwap = false;
  if (isAsked(requestConfig)) unanswered(requestConfig, xhr.status);
});

// A session may end while somebody types. They are asked to sign in when they save, and not by what a page asks itself.
document.addEventListener("htmx:beforeOnLoad", (event) => {
  const leads = event.detail.xhr.getResponseHeader("HX-Redirect");
  if (leads && !isAsked(event.detail.requestConfig) && document.querySelector("form[data-keep]")) event.preventDefault();
});

// A dialog that was outrun is looked at again by sending what was typed: nothing is done by it.
const onlyLooks = ({ verb, elt }) => verb === "get" || elt.name === "look";

function why(config, status) {
  if (status >= 400 && status < 500) return `Something in front of Slipway refused this (${status}), so it was not done.`;
  const what = navigator.onLine ? "Slipway did not answer" : "This device is offline";
  if (onlyLooks(config)) return `${what}. Try once more.`;
  return `${what}, so nobody knows yet whether this was done.`;
}

// Where somebody sees whether it was done. Without a network that page would be lost as well.
function again() {
  if (!navigator.onLine) return "Load the page again once it is back.";
  const link = document.createElement("a");
  link.href = location.pathname + location.search;
  link.textContent = "Load the page again to see.";
  return link;
}

function unanswered(config, status) {
  const message = document.createElement("div");
  message.className = "message refused";
  message.dataset.unanswered = "";
  message.setAttribute("role", "alert");
  const words = document.createElement("p");
  words.textContent = why(config, status);
  if (!onlyLooks(config) && !(status < 500)) words.append(" ", again());
  message.append(words);
  const dialog = document.querySelector("#dialog dialog");
  if (dialog && !dialog.open) dialog.showModal();
  const main = document.getElementById("main");
  const before = dialog?.querySelector("form > :not(input)") ?? main.querySelector(".messages") ?? main.firstElementChild;
  before.before(message);
  message.scrollIntoView({ block: "nearest" });
}
