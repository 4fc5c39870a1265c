// Where reading begins once the middle of a page was replaced. Another page begins at its top, as if it had been loaded;
// one that was only narrowed, sorted or unfolded stays where it was. After an act what is wrong with it takes focus, or
// else the heading, so that a reader hears where they are and what was done.
let shown = location.pathname;

document.addEventListener("htmx:afterSettle", (event) => {
  if (event.target.id !== "main" && event.target !== document.body) return;
  const moved = location.pathname !== shown;
  shown = location.pathname;
  if (moved && !location.hash) scrollTo(0, 0);
  const said = document.querySelector("#main .messages:not(:empty)");
  const heading = document.querySelector("#main h1");
  // What comes into a page with its words is not announced by every reader; what describes the focus is.
  if (said) heading?.setAttribute("aria-describedby", said.id);
  if (said) heading?.focus({ preventScroll: true });
  else if (event.detail.requestConfig?.verb === "post") begin(heading);
});

function begin(heading) {
  document.querySelector("#main [aria-invalid=true]")?.focus();
  if (document.activeElement !== document.body || !heading) return;
  heading.tabIndex = -1;
  heading.focus({ preventScroll: true });
}

// What a page asks for now and then waits while somebody stands on what it would replace, or has marked a text there.
// What has an id is found again by htmx.
document.addEventListener("htmx:beforeSwap", ({ detail }) => {
  if (!detail.requestConfig.elt.getAttribute("hx-trigger")?.includes("every ")) return;
  const at = document.activeElement;
  const marked = getSelection();
  const isMarked = !marked.isCollapsed && detail.target.contains(marked.anchorNode);
  if (isMarked || (!at.id && at !== document.body && detail.target.contains(at))) detail.shouldSwap = false;
});
