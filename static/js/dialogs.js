// Opens the dialog the server sent, closes it, and gives focus back to what opened it.
const slot = () => document.getElementById("dialog");
// What was sent cannot be taken back by closing: its answer is waited for, and finds the dialog where it was.
const isSending = (dialog) => Boolean(dialog.querySelector("form.htmx-request"));
let opener = null;

document.addEventListener("click", (event) => {
  const link = event.target.closest("a[hx-target='#dialog']");
  if (link) {
    const menu = link.closest("[popover]");
    opener = menu ? document.querySelector(`[popovertarget="${menu.id}"]`) : link;
    menu?.hidePopover();
  }
  const cancel = event.target.closest("dialog:modal [data-cancel]");
  if (cancel) {
    event.preventDefault();
    event.stopPropagation();
    const dialog = cancel.closest("dialog");
    if (!isSending(dialog)) dialog.close();
  }
}, true);

document.addEventListener("htmx:afterSwap", (event) => {
  if (event.target !== slot()) return;
  const dialog = slot().querySelector("dialog");
  if (!dialog) return;
  dialog.removeAttribute("open");
  dialog.showModal();
  dialog.addEventListener("cancel", (event) => isSending(dialog) && event.preventDefault());
  dialog.addEventListener("close", () => {
    if (isSending(dialog)) return;
    // The page under it shows what stood there before somebody else was quicker.
    if (dialog.querySelector("[data-moved]")) {
      location.reload();
      return;
    }
    dialog.remove();
    opener?.focus();
  });
});
