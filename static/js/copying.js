// Copies the text a button names in data-copy, or what a link with data-copy leads to, and says so in itself.
document.addEventListener("click", async (event) => {
  const control = event.target.closest("button[data-copy], a[data-copy]");
  // Where a browser allows no copying, the link is followed.
  if (!control || (control.href && !navigator.clipboard)) return;
  if (control.href) {
    event.preventDefault();
    const text = fetch(control.href).then((answer) => (answer.ok ? answer.text() : Promise.reject(answer.status)));
    const copied = new ClipboardItem({ "text/plain": text.then((said) => new Blob([said], { type: "text/plain" })) });
    if (!(await navigator.clipboard.write([copied]).then(() => true, () => false))) return location.assign(control.href);
  } else if (!(await copy(control, control.dataset.copy))) return;
  if (control.matches(".icon-only")) return tick(control);
  const words = control.querySelector("span:not(.icon)") ?? control;
  // Pressed once more while it says so, it has its own words in mind already.
  const before = (words.dataset.before ??= words.textContent);
  words.textContent = "Copied";
  setTimeout(() => { words.textContent = before; }, 2000);
});

// By http, or where a person forbade it, browsers still copy what is marked.
async function copy(control, text) {
  if (navigator.clipboard && (await navigator.clipboard.writeText(text).then(() => true, () => false))) return true;
  const field = document.createElement("textarea");
  field.className = "visually-hidden";
  field.value = text;
  control.after(field);
  field.select();
  const isCopied = document.execCommand("copy");
  field.remove();
  control.focus();
  return isCopied;
}

// What has a picture for its words keeps it.
function tick(control) {
  const use = control.querySelector("use");
  const before = (control.dataset.before ??= `${use.getAttribute("href")} ${control.getAttribute("aria-label")}`);
  const [picture, ...words] = before.split(" ");
  use.setAttribute("href", picture.replace(/#.*/, "#icon-done"));
  control.setAttribute("aria-label", "Copied");
  setTimeout(() => {
    use.setAttribute("href", picture);
    control.setAttribute("aria-label", words.join(" "));
  }, 2000);
}
