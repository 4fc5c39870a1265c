// Puts a button at the corner of this page; it opens a conversation in a frame. Taken from its own address alone.
(() => {
  const script = document.currentScript;
  const address = new URL("./", script.src);
  const label = script.dataset.label || "Talk to us";
  const button = document.createElement("button");
  button.type = "button";
  button.textContent = label;
  button.setAttribute("aria-expanded", "false");
  const frame = document.createElement("iframe");
  frame.title = label;
  frame.hidden = true;
  frame.allow = "microphone";
  const style = (element, rules) => Object.assign(element.style, rules);
  style(button, { position: "fixed", insetInlineEnd: "1rem", insetBlockEnd: "1rem", zIndex: "2147483000", padding: "0.75rem 1.25rem", border: "0", borderRadius: "2rem", background: "#2b44c8", color: "#fff", font: "600 1rem system-ui, sans-serif", cursor: "pointer" });
  style(frame, { position: "fixed", insetInlineEnd: "1rem", insetBlockEnd: "4.5rem", zIndex: "2147483000", inlineSize: "min(24rem, calc(100vw - 2rem))", blockSize: "min(36rem, calc(100dvh - 6rem))", border: "0", borderRadius: "1rem", boxShadow: "0 8px 40px rgb(0 0 0 / 25%)", background: "Canvas" });
  button.addEventListener("click", () => {
    if (!frame.src) frame.src = address;
    frame.hidden = !frame.hidden;
    button.setAttribute("aria-expanded", String(!frame.hidden));
  });
  document.body.append(frame, button);
})();
