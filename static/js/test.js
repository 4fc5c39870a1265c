// The Test panel: it stays while pages change, its answers arrive as they come, and a call is heard and spoken.
const KEPT = "slipway.test";
const dock = () => document.getElementById("test");
const panel = () => dock()?.querySelector(".test-panel");
const agentOf = (path) => path.match(/^\/agents\/([^/]+)\//)?.[1];

// Staying: which conversation is open is remembered for this tab, and opened again on the agent's next page.
function keep() {
  const address = panel()?.dataset.test;
  if (address) sessionStorage.setItem(KEPT, JSON.stringify({ ...kept(), address }));
}

function kept() {
  try {
    return JSON.parse(sessionStorage.getItem(KEPT)) ?? {};
  } catch {
    return {};
  }
}

let isReopening = false;
let hasReopened = false;

function load(address) {
  return htmx.ajax("GET", address, { target: "#test", swap: "innerHTML" });
}

function close() {
  window.speechSynthesis?.cancel();
  dock().replaceChildren();
  sessionStorage.removeItem(KEPT);
  document.getElementById("open-test")?.focus();
}

function reopen() {
  if (hasReopened) return;
  hasReopened = true;
  const { address } = kept();
  // The page of a conversation is the panel at large: one of them is enough.
  if (!address || !dock() || document.querySelector(".test-page") || agentOf(address) !== agentOf(location.pathname)) return;
  isReopening = true;
  load(address);
}

// Once a page: this runs before the document is said to be ready, or long after.
document.addEventListener("DOMContentLoaded", reopen);
if (document.readyState !== "loading") reopen();

document.addEventListener("click", (event) => {
  if (event.target.closest("[data-close-test]")) close();
  const opens = event.target.closest("a[hx-target='#test']");
  if (opens) isReopening = false;
  opens?.closest("[popover]")?.hidePopover();
  const fix = event.target.closest("[data-fix]");
  if (!fix || event.ctrlKey || event.metaKey || event.shiftKey) return;
  // From Conversations the conversation goes along, so that it stands beside what is corrected.
  const { beside } = fix.dataset;
  sessionStorage.setItem(KEPT, JSON.stringify({ ...kept(), ...(beside && { address: beside }), fixing: draftNow() }));
});

// Away from the agent the panel has nothing to say; after a correction the same is asked of the draft.
document.addEventListener("htmx:afterSettle", (event) => {
  if (event.target === dock()) opened();
  if (event.target.id !== "main" || !panel()) return;
  if (document.querySelector(".test-page")) dock().replaceChildren();
  else if (agentOf(location.pathname) !== agentOf(new URL(panel().querySelector("[data-begin]").action).pathname)) close();
  else askAgain();
});

// What is typed while the panel is fetched anew stays typed, and what was not said yet.
const values = () => new Map([...(panel()?.querySelectorAll("input[id]:not([type=checkbox]), textarea[id]") ?? [])].map((field) => [field.id, field.value]));
let sent = new Map();
let meanwhile = new Map();
let settling = "";

document.addEventListener("htmx:beforeSend", ({ detail }) => {
  if (detail.target === dock()) sent = values();
});

document.addEventListener("htmx:beforeSwap", ({ detail }) => {
  if (detail.target !== dock()) return;
  meanwhile = new Map([...values()].filter(([id, value]) => value !== sent.get(id) || id === "test-said"));
  settling = document.activeElement.closest(".test-settings") ? document.activeElement.id : "";
});

document.addEventListener("htmx:afterSwap", ({ detail }) => {
  if (detail.target !== dock()) return;
  for (const [id, value] of meanwhile) {
    const field = document.getElementById(id);
    if (field && value) field.value = value;
  }
  const field = settling && document.getElementById(settling);
  if (!field) return;
  field.closest("details").open = true;
  field.focus();
});

function opened() {
  keep();
  ready(panel());
  const begin = panel()?.querySelector("[data-begin]");
  // What was refused is for a person to read and to mend: begun unasked, it would be refused again and again.
  const isRefused = Boolean(panel()?.querySelector("[role=alert], .error"));
  if (begin && !panel().dataset.test && !isRefused && begin.querySelector("option:checked:not(:disabled)")) begin.requestSubmit();
  // Whoever already types on the page goes on there.
  else if (!isReopening && !settling) {
    // Where a conversation is over, nothing is said any more.
    const next = panel()?.querySelector("#test-said") ?? begin?.querySelector("button");
    next?.focus({ preventScroll: true });
  }
  isReopening = false;
  speak(panel()?.querySelectorAll("[data-chat] > li:not(.note, .mine)"));
  askAgain();
}

// What the draft was when somebody went to correct it: asked again once it is another. A test case that was kept makes
// it another, too, and corrects nothing.
const draftNow = () => document.querySelector("[data-draft-state]")?.dataset.draftState ?? "";

document.addEventListener("submit", (event) => {
  if (event.target.closest("[data-case]")) sessionStorage.setItem(KEPT, JSON.stringify({ ...kept(), keeping: true }));
});

function askAgain() {
  const { fixing, keeping, ...rest } = kept();
  if (keeping) sessionStorage.setItem(KEPT, JSON.stringify(fixing === undefined ? rest : { ...rest, fixing: draftNow() }));
  if (keeping || fixing === undefined || fixing === draftNow() || !draftNow()) return;
  sessionStorage.setItem(KEPT, JSON.stringify(rest));
  panel()?.querySelector("[data-again]")?.requestSubmit();
}

document.addEventListener("change", (event) => {
  if (event.target.id === "test-ref") event.target.form.requestSubmit();
});

// Answers as they come.
document.addEventListener("submit", (event) => {
  const form = event.target.closest("form[data-say]");
  if (!form) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  if (!form.closest(".test-panel, .test-page").querySelector("[data-pending]")) answer(form);
}, true);

async function answer(form) {
  const place = form.closest(".test-panel, .test-page");
  const chat = place.querySelector("[data-chat]");
  const field = form.elements.said;
  const said = field.value;
  const mine = talking.bubble(chat, "mine", said || "said nothing");
  const pending = talking.bubble(chat, "", "");
  pending.dataset.pending = "";
  const told = new FormData(form);
  if (place.matches(".test-panel")) told.set("docked", "1");
  const typed = field.type !== "hidden";
  if (typed) field.value = "";
  await talking.send(form.dataset.say, told, {
    away: "That did not reach Slipway. Load the page again, or sign in again.",
    piece: (words) => {
      pending.append(words);
      scroll(place);
    },
    turn: (what) => {
      mine.remove();
      pending.remove();
      took(place, chat, what);
    },
    failed: (words) => {
      mine.remove();
      pending.remove();
      if (typed && !field.value) field.value = said;
      warn(place, words);
    },
  });
}

function took(place, chat, turn) {
  // Closed or left meanwhile: what was answered stands in Conversations.
  if (!place.isConnected) return;
  const before = chat.children.length;
  chat.insertAdjacentHTML("beforeend", turn.chat);
  place.querySelector("[data-test-turn]").innerHTML = turn.drawer;
  place.querySelector("[data-test-notice]").innerHTML = turn.notice;
  htmx.process(chat);
  htmx.process(place.querySelector("[data-test-turn]"));
  for (const number of place.querySelectorAll("[name=number]")) number.value = turn.number;
  speak([...chat.children].slice(before).filter((line) => !line.matches(".note, .mine")));
  scroll(place);
  if (turn.ended) {
    if (place.matches(".test-panel")) load(place.dataset.test);
    else location.reload();
  }
}

function warn(place, words) {
  const message = document.createElement("div");
  message.className = "message refused";
  message.setAttribute("role", "alert");
  const text = document.createElement("p");
  text.textContent = words;
  message.append(text);
  place.querySelector("[data-test-notice]").replaceChildren(message);
  place.querySelector("[data-test-scroll]").scrollTop = 0;
}

function scroll(place) {
  const last = place.querySelector("[data-chat] > li:last-child");
  last?.scrollIntoView({ block: "nearest" });
}

function isCall(place) {
  return place?.querySelector("[name=test-channel]")?.value === "voice";
}

function ready(place) {
  if (!place) return;
  for (const link of place.querySelectorAll("[data-chat] > li:last-child")) link.scrollIntoView({ block: "nearest" });
  if (!isCall(place)) return;
  const listen = place.querySelector("[data-listen]");
  if (listen && talking.hears) listen.hidden = false;
  if (talking.hears) microphone.offer();
  const neither = place.querySelector("[data-no-speech]");
  if (neither) neither.hidden = talking.hears;
}

function speak(lines) {
  if (!isCall(panel()) || !lines?.length) return;
  for (const line of lines) {
    if (line.dataset.spoken !== undefined) continue;
    line.dataset.spoken = "";
    const words = line.cloneNode(true);
    words.querySelector(".visually-hidden")?.remove();
    talking.say(line.dataset.speech ?? words.textContent.trim(), languageOf(panel()));
  }
}

const languageOf = (place) => place.querySelector("[data-chat]").lang || document.documentElement.lang;

document.addEventListener("click", async (event) => {
  const listen = event.target.closest("[data-listen]");
  if (!listen || !talking.hears || listen.getAttribute("aria-pressed") === "true") return;
  listen.setAttribute("aria-pressed", "true");
  const place = listen.closest(".test-panel, .test-page");
  const sound = navigator.mediaDevices && (() => microphone.open(place.querySelector("footer [data-level]")));
  const isHanded = await talking.hear({
    lang: languageOf(place),
    sound,
    heard: (words) => {
      listen.form.elements.said.value = words;
      listen.form.requestSubmit();
    },
    failed: (words) => warn(place, words),
    ended: () => listen.removeAttribute("aria-pressed"),
  });
  if (sound && !isHanded) microphone.say("This browser hears by its own choice of microphone.");
});

document.addEventListener("DOMContentLoaded", () => ready(document.querySelector(".test-page")));
