// What the Test panel tells under each turn: remembered in this browser, whatever is shown anew.
const LAYERS = "slipway.layers";
const boxes = () => [...document.querySelectorAll("[data-shows]")];

function restore() {
  const every = document.querySelector("[data-every-layer]");
  if (!every) return;
  const kept = localStorage.getItem(LAYERS)?.split(" ");
  if (kept) for (const box of boxes()) box.checked = kept.includes(box.dataset.shows);
  every.closest("label").hidden = false;
  summed(every);
}

function summed(every) {
  const ticked = boxes().filter((box) => box.checked).length;
  every.checked = ticked === boxes().length;
  every.indeterminate = ticked > 0 && !every.checked;
}

document.addEventListener("change", ({ target }) => {
  if (!target.matches("[data-shows], [data-every-layer]")) return;
  if (target.matches("[data-every-layer]")) for (const box of boxes()) box.checked = target.checked;
  localStorage.setItem(LAYERS, boxes().filter((box) => box.checked).map((box) => box.dataset.shows).join(" "));
  summed(document.querySelector("[data-every-layer]"));
});

document.addEventListener("htmx:afterSwap", restore);
restore();
