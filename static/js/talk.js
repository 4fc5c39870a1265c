// A caller's page: answers arrive as they come, and a conversation is found again when the page is loaded again.
const chat = document.querySelector("[data-chat]");
const form = document.querySelector("form[data-say]");
const here = location.pathname.match(/^\/talk\/[^/]+\//)[0];

// A browser may refuse to keep anything for a page inside somebody else's: there every loading begins anew.
let tab = null;
try {
  tab = sessionStorage;
} catch { /* as it is said above */ }

// Found again in this tab; a new tab begins anew.
if (form) tab?.setItem(here, location.href);
else if (location.pathname === here && !document.querySelector("[role=alert]")) {
  const before = tab?.getItem(here);
  tab?.removeItem(here);
  if (before && new URL(before).origin === location.origin) location.replace(before);
  else document.querySelector("[data-start]")?.requestSubmit();
} else tab?.removeItem(here);

function warn(words) {
  const message = document.createElement("p");
  message.className = "message refused";
  message.setAttribute("role", "alert");
  message.textContent = words;
  document.querySelector("[data-notice]").replaceChildren(message);
}

let busy = false;

async function answer() {
  if (busy) return;
  busy = true;
  const field = form.elements.said;
  const said = field.value;
  const told = new FormData(form);
  document.querySelector("[data-notice]").replaceChildren();
  const mine = talking.bubble(chat, "mine", said);
  const pending = talking.bubble(chat, "pending", "");
  field.value = "";
  await talking.send(form.dataset.say, told, {
    piece: (words) => pending.append(words),
    turn: (what) => {
      pending.className = "";
      if (what.said) pending.textContent = what.said;
      else pending.remove();
      pending.scrollIntoView({ block: "end" });
      if (spoken && what.said) talking.say(what.said);
      form.elements.number.value = what.number;
      if (what.ended) location.reload();
    },
    failed: (words) => {
      mine.remove();
      pending.remove();
      if (!field.value) field.value = said;
      warn(words);
    },
  });
  busy = false;
}

form?.addEventListener("submit", (event) => {
  event.preventDefault();
  answer();
});

// It speaks only to who spoke.
const listen = document.querySelector("[data-listen]");
let spoken = false;
if (listen && talking.hears) listen.hidden = false;

listen?.addEventListener("click", () => {
  listen.setAttribute("aria-pressed", "true");
  talking.hear({
    heard: (words) => {
      spoken = true;
      form.elements.said.value = words;
      form.requestSubmit();
    },
    failed: warn,
    ended: () => listen.removeAttribute("aria-pressed"),
  });
});

chat.lastElementChild?.scrollIntoView({ block: "end" });
form?.elements.said.focus({ preventScroll: true });
