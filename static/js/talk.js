// A caller's page: answers arrive as they come, and a conversation is found again when the page is loaded again.
const chat = document.querySelector("[data-chat]");
const form = document.querySelector("form[data-say]");
const here = location.pathname.match(/^\/talk\/[^/]+\//)[0];

// Found again in this tab; a new tab begins anew.
if (form) sessionStorage.setItem(here, location.href);
else if (location.pathname === here && !document.querySelector("[role=alert]")) {
  const before = sessionStorage.getItem(here);
  sessionStorage.removeItem(here);
  if (before && new URL(before).origin === location.origin) location.replace(before);
  else document.querySelector("[data-start]")?.requestSubmit();
} else sessionStorage.removeItem(here);

function line(kind, words) {
  const item = document.createElement("li");
  item.className = kind;
  item.dir = "auto";
  item.textContent = words;
  chat.append(item);
  item.scrollIntoView({ block: "end" });
  return item;
}

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
  const mine = line("mine", said);
  const pending = line("pending", "");
  field.value = "";
  const failed = (words) => {
    mine.remove();
    pending.remove();
    if (!field.value) field.value = said;
    warn(words);
  };
  let over = false;
  try {
    const response = await fetch(form.dataset.say, { method: "POST", body: told });
    if (!response.ok) throw new Error(response.status);
    for await (const [name, what] of window.eventsOf(response)) {
      if (name === "piece") pending.append(what.text);
      else if (name === "refused") {
        over = true;
        failed(what.text);
      } else if (name === "turn") {
        over = true;
        if (what.said) {
          pending.textContent = what.said;
          pending.className = "";
          speak(what.said);
        } else pending.remove();
        form.elements.number.value = what.number;
        if (what.ended) location.reload();
      }
      pending.scrollIntoView({ block: "end" });
    }
  } catch {
    // Said below.
  }
  if (!over) failed("The connection broke. Send it again: nothing is said twice.");
  busy = false;
}

form?.addEventListener("submit", (event) => {
  event.preventDefault();
  answer();
});

// Ears and voice, where the browser has them. It speaks only to who spoke.
const Recognition = window.SpeechRecognition ?? window.webkitSpeechRecognition;
const listen = document.querySelector("[data-listen]");
let spoken = false;
if (listen && Recognition) listen.hidden = false;

listen?.addEventListener("click", () => {
  window.speechSynthesis?.cancel();
  const hearing = new Recognition();
  hearing.lang = document.documentElement.lang;
  hearing.onresult = (heard) => {
    spoken = true;
    form.elements.said.value = heard.results[0][0].transcript;
    form.requestSubmit();
  };
  hearing.onerror = () => warn("Nothing was heard. Allow the microphone, or write.");
  hearing.start();
});

function speak(words) {
  if (spoken) window.speechSynthesis?.speak(new SpeechSynthesisUtterance(words));
}

chat.lastElementChild?.scrollIntoView({ block: "end" });
form?.elements.said.focus({ preventScroll: true });
