// While a box that must be ticked is not, the button that goes on waits. Without scripts the form itself asks for it.
function wait(form) {
  const box = form.querySelector(".consent input");
  const button = form.querySelector("button[type=submit]");
  if (box && button) button.disabled = !box.checked;
}

document.addEventListener("change", (event) => {
  if (event.target.closest(".consent")) wait(event.target.form);
});

function waitAll() {
  for (const box of document.querySelectorAll(".consent input")) wait(box.form);
}

document.addEventListener("htmx:afterSwap", waitAll);
waitAll();
