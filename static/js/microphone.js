// Which microphone a test call is heard by, and its level. Names of microphones are known once one was allowed.
const CHOSEN = "slipway.microphone";
const REFUSED = "No microphone was opened. Allow it in the browser, or type.";
let open;

window.microphone = {
  // Its sound, shown by this meter until it is closed. Throws where the person or the machine gives none.
  async open(level) {
    open?.close();
    const deviceId = localStorage.getItem(CHOSEN);
    const stream = await navigator.mediaDevices.getUserMedia({ audio: deviceId ? { deviceId: { ideal: deviceId } } : true });
    const context = new AudioContext();
    const analyser = new AnalyserNode(context, { fftSize: 1024 });
    context.createMediaStreamSource(stream).connect(analyser);
    const sound = {
      track: stream.getAudioTracks()[0],
      close() {
        if (open === sound) open = undefined;
        for (const track of stream.getTracks()) track.stop();
        context.close();
        level.hidden = true;
      },
    };
    open = sound;
    level.hidden = false;
    follow(sound, level, analyser, new Float32Array(analyser.fftSize));
    await offer();
    return sound;
  },
  offer,
  // Something to know about the choice.
  say(words) {
    const place = document.querySelector("[data-microphone-said]");
    if (place) place.textContent = words;
  },
};

function follow(sound, level, analyser, wave) {
  if (open !== sound) return;
  if (!level.isConnected) {
    sound.close();
    return;
  }
  analyser.getFloatTimeDomainData(wave);
  const loud = Math.sqrt(wave.reduce((sum, each) => sum + each * each, 0) / wave.length);
  // Speech fills the lower third of what a microphone can tell.
  level.value = Math.min(1, loud * 3);
  requestAnimationFrame(() => follow(sound, level, analyser, wave));
}

// Fills in what there is to choose from.
async function offer() {
  const select = document.getElementById("test-microphone");
  if (!select || !navigator.mediaDevices) return;
  select.closest("[data-microphone]").hidden = false;
  const found = (await navigator.mediaDevices.enumerateDevices()).filter((each) => each.kind === "audioinput");
  const named = found.filter((each) => each.label && each.deviceId && each.deviceId !== "default");
  const chosen = localStorage.getItem(CHOSEN);
  select.replaceChildren(select.options[0], ...named.map((each) => new Option(each.label, each.deviceId)));
  select.value = named.some((each) => each.deviceId === chosen) ? chosen : "";
}

document.addEventListener("change", ({ target }) => {
  if (target.id === "test-microphone") localStorage.setItem(CHOSEN, target.value);
});

document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-try]");
  if (!button) return;
  const place = button.closest("[data-microphone]");
  microphone.say("");
  if (button.getAttribute("aria-pressed") === "true") open?.close();
  else {
    try {
      const sound = await microphone.open(place.querySelector("[data-level]"));
      sound.track.addEventListener("ended", () => sound.close());
    } catch {
      microphone.say(REFUSED);
    }
  }
  button.setAttribute("aria-pressed", String(!place.querySelector("[data-level]").hidden));
});
