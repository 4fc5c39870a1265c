// Opens the dialog the server sent, closes it, and gives focus back to what opened it.
const slot = () => document.getElementById("dialog");
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
    cancel.closest("dialog").close();
  }
}, true);

document.addEventListener("htmx:afterSwap", (event) => {
  if (event.target !== slot()) return;
  const dialog = slot().querySelector("dialog");
  if (!dialog) return;
  dialog.removeAttribute("open");
  dialog.showModal();
  dialog.addEventListener("close", () => {
    dialog.remove();
    opener?.focus();
  }, { once: true });
});
