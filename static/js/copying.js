// Copies the text a button names in data-copy, or what a link with data-copy leads to, and says so in itself.
document.addEventListener("click", async (event) => {
  const control = event.target.closest("button[data-copy], a[data-copy]");
  // Where a browser allows no copying, the link is followed.
  if (!control || !navigator.clipboard) return;
  if (control.href) {
    event.preventDefault();
    const text = fetch(control.href).then((answer) => (answer.ok ? answer.text() : Promise.reject(answer.status)));
    const copied = new ClipboardItem({ "text/plain": text.then((said) => new Blob([said], { type: "text/plain" })) });
    if (!(await navigator.clipboard.write([copied]).then(() => true, () => false))) return location.assign(control.href);
  } else {
    await navigator.clipboard.writeText(control.dataset.copy);
  }
  const words = control.querySelector("span:not(.icon)") ?? control;
  // Pressed once more while it says so, it has its own words in mind already.
  const before = (words.dataset.before ??= words.textContent);
  words.textContent = "Copied";
  setTimeout(() => { words.textContent = before; }, 2000);
});
