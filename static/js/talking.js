// What the scripts of a conversation share: bubbles, answers as they come, the browser's own ears and voice.
const BROKE = "The connection broke. Send it again: nothing is said twice.";
const UNHEARD = "Nothing was heard. Allow the microphone, or type.";
const Recognition = window.SpeechRecognition ?? window.webkitSpeechRecognition;

// [name, what] of each event of a turn.
async function* eventsOf(response) {
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  let held = "";
  for (;;) {
    const { value, done } = await reader.read();
    if (done) return;
    held += value;
    const parts = held.split("\n\n");
    held = parts.pop();
    for (const part of parts) {
      const name = part.match(/^event: (.*)$/m)?.[1];
      const data = part.match(/^data: (.*)$/m)?.[1];
      if (name && data) yield [name, JSON.parse(data)];
    }
  }
}

window.talking = {
  hears: Boolean(Recognition),

  bubble(chat, kind, words) {
    const line = document.createElement("li");
    line.className = kind;
    line.dir = "auto";
    line.textContent = words;
    chat.append(line);
    line.scrollIntoView({ block: "nearest" });
    return line;
  },

  // A turn: `piece` gets words as they come, then either `turn` what came of it, or `failed` words for the person.
  async send(address, told, { piece, turn, failed, away = BROKE }) {
    let over = false;
    try {
      const response = await fetch(address, { method: "POST", body: new URLSearchParams(told), redirect: "manual" });
      if (!response.ok || !response.headers.get("Content-Type")?.startsWith("text/event-stream")) {
        failed(away);
        return;
      }
      for await (const [name, what] of eventsOf(response)) {
        if (name === "piece") piece(what.text);
        else if (name === "refused") {
          over = true;
          failed(what.text);
        } else if (name === "turn") {
          over = true;
          turn(what);
        }
      }
    } catch {
      // Said below.
    }
    if (!over) failed(BROKE);
  },

  // One sentence of the person, as the browser heard it. `sound`: opens a microphone, for browsers that hear by one
  // that a page hands them; the others hear by their own. True where it is the handed one.
  async hear({ heard, failed, ended = () => {}, lang = document.documentElement.lang, sound }) {
    window.speechSynthesis?.cancel();
    const hearing = new Recognition();
    let opened;
    hearing.lang = lang;
    hearing.onresult = (result) => heard(result.results[0][0].transcript);
    hearing.onerror = () => failed(UNHEARD);
    hearing.onend = () => {
      opened?.close();
      ended();
    };
    try {
      // Who hears by what they are handed refuses nothing at all; the others have begun by now.
      hearing.start(...(sound ? [null] : []));
    } catch {
      try {
        opened = await sound();
        hearing.start(opened.track);
      } catch {
        opened?.close();
        failed(UNHEARD);
        ended();
      }
    }
    return Boolean(opened);
  },

  say(words, lang = document.documentElement.lang) {
    const said = new SpeechSynthesisUtterance(words);
    said.lang = lang;
    window.speechSynthesis?.speak(said);
  },
};
