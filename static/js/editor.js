// A real editor over the text areas that hold code or prompts. The text area stays what is kept and sent; without
// scripts it is what one types in. The editor lives in a shadow root, where its styles are sheets the page's policy
// allows. Tab leaves it, as it leaves any field.
const SOON = 150;
const mounted = new Map();
const dirty = new Set();
const asked = new Map();
let parsers = {};
let sought = "";
let waiting = null;

const COLOURS = { "#708": "keyword", "#219": "keyword", "#164": "string", "#a11": "string", "#e40": "string", "#940": "comment" };

// The bundle names no tags, so the colours are those of its own style, each one replaced by ours.
function coloured({ HighlightStyle, defaultHighlightStyle, syntaxHighlighting }) {
  const specs = defaultHighlightStyle.specs.filter((spec) => COLOURS[spec.color]);
  return syntaxHighlighting(HighlightStyle.define(specs.map((spec) => ({ tag: spec.tag, color: `var(--color-code-${COLOURS[spec.color]})` }))));
}

function theme({ EditorView }, isCode) {
  const line = "1px solid var(--color-line)";
  return EditorView.theme({
    "&": { color: "var(--color-text)", backgroundColor: "transparent", maxBlockSize: "70vh", fontSize: isCode ? "var(--text-code)" : "var(--text-m)" },
    "&.cm-focused": { outline: "none" },
    ".cm-scroller": { fontFamily: isCode ? "var(--font-code)" : "var(--font-text)", lineHeight: isCode ? "1.6" : "1.5", overflow: "auto", minBlockSize: isCode ? "8rem" : "3.5rem" },
    ".cm-content": { tabSize: "4", padding: "0.4rem 0", caretColor: "var(--color-text)" },
    ".cm-line": { padding: "0 0.625rem" },
    ".cm-gutters": { color: "var(--color-quiet)", backgroundColor: "var(--color-sunken)", border: "none", borderInlineEnd: line },
    ".cm-activeLine": { backgroundColor: "transparent" },
    "&.cm-focused .cm-activeLine": { backgroundColor: "color-mix(in srgb, var(--color-accent) 6%, transparent)" },
    ".cm-activeLineGutter": { color: "var(--color-text)", backgroundColor: "transparent" },
    ".cm-cursor, .cm-dropCursor": { borderInlineStartColor: "var(--color-text)" },
    "&.cm-focused .cm-selectionBackground, .cm-selectionBackground, ::selection": { backgroundColor: "var(--color-accent-soft)" },
    ".cm-selectionMatch": { backgroundColor: "var(--color-changed-soft)" },
    ".cm-matchingBracket, &.cm-focused .cm-matchingBracket": { backgroundColor: "var(--color-accent-soft)", outline: "1px solid var(--color-accent)" },
    "&.cm-focused .cm-nonmatchingBracket": { backgroundColor: "var(--color-danger-soft)" },
    ".cm-searchMatch": { backgroundColor: "var(--color-changed-soft)", outline: "1px solid var(--color-changed)" },
    ".cm-searchMatch-selected": { backgroundColor: "var(--color-added-mark)" },
    ".cm-reference": { color: "var(--color-accent)", backgroundColor: "var(--color-accent-soft)", borderRadius: "3px" },
    ".cm-panels": { color: "var(--color-text)", backgroundColor: "var(--color-sunken)", fontFamily: "var(--font-text)", fontSize: "var(--text-s)" },
    ".cm-panels.cm-panels-top": { borderBlockEnd: line },
    ".cm-panel.cm-search": { padding: "0.5rem 2rem 0.5rem 0.5rem", "& label": { fontSize: "var(--text-s)" } },
    ".cm-panel.cm-search [name=close]": { inlineSize: "1.75rem", blockSize: "1.75rem", color: "var(--color-text)", fontSize: "1.1rem" },
    ".cm-textfield": { color: "var(--color-text)", backgroundColor: "var(--color-surface)", border: "1px solid var(--color-border)", borderRadius: "var(--radius-s)", fontSize: "var(--text-s)", padding: "0.25rem 0.4rem" },
    ".cm-button": { color: "var(--color-text)", background: "var(--color-surface)", border: "1px solid var(--color-edge)", borderRadius: "var(--radius-s)", fontSize: "var(--text-s)" },
    "button:focus-visible, input:focus-visible": { outline: "2px solid var(--color-accent)", outlineOffset: "1px" },
    ".cm-tooltip": { color: "var(--color-text)", backgroundColor: "var(--color-raised)", border: "1px solid var(--color-edge)", borderRadius: "var(--radius-m)", boxShadow: "var(--shadow-menu)" },
    ".cm-tooltip.cm-tooltip-autocomplete > ul": { fontFamily: "var(--font-code)", fontSize: "var(--text-code)", maxInlineSize: "min(32rem, 90vw)" },
    ".cm-tooltip.cm-tooltip-autocomplete > ul > li": { padding: "0.2rem 0.5rem" },
    ".cm-tooltip-autocomplete ul li[aria-selected]": { color: "var(--color-on-accent)", background: "var(--color-accent-fill)" },
    ".cm-completionDetail": { fontFamily: "var(--font-text)", fontStyle: "normal", opacity: "0.85" },
  });
}

// What an agent's texts may name, asked for when something is first completed.
function names(address) {
  if (!asked.has(address)) {
    asked.set(address, fetch(address, { headers: { Accept: "application/json" } }).then((answer) => (answer.ok ? answer.json() : { references: [] })).catch(() => ({ references: [] })));
  }
  return asked.get(address);
}

function completing(area) {
  const allowed = area.dataset.references.split(" ");
  return async (context) => {
    const before = context.matchBefore(/\{\{[\w:. -]*|(?<!\$)\$\w*/);
    if (!before) return null;
    const { references } = await names(area.dataset.names);
    const isShort = before.text.startsWith("$");
    const options = references
      .filter((each) => (isShort ? each.prefix === "vrbl" : allowed.includes(each.prefix)))
      .map((each) => ({ label: isShort ? `$${each.name}` : `{{${each.prefix}:${each.name}}}`, detail: each.label, apply: put }));
    return { from: before.from, options, validFor: isShort ? /^\$\w*$/ : /^\{\{[\w:. -]*$/ };
  };
}

// Brackets that were closed while the name was typed are not closed twice.
function put(view, completion, from, to) {
  const behind = view.state.sliceDoc(to, to + 2);
  const end = completion.label.endsWith("}}") ? to + (behind === "}}" ? 2 : behind.startsWith("}") ? 1 : 0) : to;
  view.dispatch({ changes: { from, to: end, insert: completion.label }, selection: { anchor: from + completion.label.length }, userEvent: "input.complete" });
}

function marking({ Decoration, MatchDecorator, ViewPlugin }) {
  const mark = Decoration.mark({ class: "cm-reference" });
  const found = new MatchDecorator({ regexp: /\{\{\w{1,40}:[^{}\n]{1,300}\}\}|\$\{\w+\}|(?<![\w$])\$[^\W\d]\w*/g, decoration: () => mark });
  return ViewPlugin.define((view) => ({ decorations: found.createDeco(view), update(update) { this.decorations = found.updateDeco(update, this.decorations); } }), { decorations: (plugin) => plugin.decorations });
}

function write(area) {
  const view = mounted.get(area);
  if (!dirty.delete(area) || !view) return;
  area.value = view.state.doc.toString();
  area.dispatchEvent(new Event("input", { bubbles: true }));
}

function writeAll() {
  clearTimeout(waiting);
  for (const area of [...dirty]) write(area);
}

// While it is made, the editor sets a style as an attribute, which the page's policy refuses; as a property it may.
function withStylesAsProperties(make) {
  const { setAttribute } = Element.prototype;
  Element.prototype.setAttribute = function (name, value) {
    if (name === "style") this.style.cssText = value;
    else setAttribute.call(this, name, value);
  };
  try {
    return make();
  } finally {
    Element.prototype.setAttribute = setAttribute;
  }
}

function mount(area, CM) {
  const isCode = area.classList.contains("code");
  const label = document.querySelector(`label[for="${CSS.escape(area.id)}"]`);
  const host = document.createElement("div");
  host.className = "editor";
  if (area.getAttribute("aria-invalid")) host.classList.add("wrong");
  const root = host.attachShadow({ mode: "open" });
  area.before(host);
  const said = { "aria-label": (label ?? area).dataset.label, tabindex: "0", spellcheck: String(!isCode) };
  if (area.dir) said.dir = area.dir;
  if (area.getAttribute("aria-invalid")) said["aria-invalid"] = "true";
  const told = [...area.closest(".field").querySelectorAll(".error, .note")].map((each) => each.textContent.trim()).join(" ");
  if (told) said["aria-description"] = told;
  const extensions = [
    isCode ? [CM.lineNumbers(), CM.highlightActiveLineGutter(), CM.indentUnit.of("    "), CM.indentOnInput(), CM.bracketMatching()] : CM.EditorView.lineWrapping,
    CM.EditorState.tabSize.of(4),
    CM.history(),
    CM.drawSelection(),
    CM.highlightActiveLine(),
    CM.highlightSpecialChars(),
    CM.search({ top: true }),
    CM.highlightSelectionMatches(),
    area.dataset.code === "python" ? [CM.python(), coloured(CM)] : [],
    parsers[area.dataset.code] ? [CM.StreamLanguage.define(parsers[area.dataset.code]), coloured(CM)] : [],
    area.dataset.references ? [marking(CM), CM.autocompletion({ override: [completing(area)], icons: false })] : [],
    CM.keymap.of([...CM.completionKeymap, ...CM.searchKeymap, ...CM.historyKeymap, ...CM.defaultKeymap]),
    CM.EditorView.contentAttributes.of(said),
    CM.EditorView.updateListener.of((update) => {
      if (!update.docChanged) return;
      dirty.add(area);
      clearTimeout(waiting);
      waiting = setTimeout(writeAll, SOON);
    }),
    theme(CM, isCode),
  ];
  // Whoever has begun to type goes on where they are.
  const isTyped = document.activeElement === area;
  const selection = { anchor: area.selectionStart, head: area.selectionEnd };
  const state = CM.EditorState.create({ doc: area.value, selection: isTyped ? selection : undefined, extensions });
  const view = withStylesAsProperties(() => new CM.EditorView({ state, parent: root, root }));
  mounted.set(area, view);
  area.hidden = true;
  if (isTyped) view.focus();
  // The label's word is the editor's now; a press on it still leads there.
  label?.removeAttribute("for");
  label?.addEventListener("click", () => view.focus());
  const help = area.parentElement.querySelector("[data-editor-help]");
  if (help) help.hidden = false;
}

async function mountAll() {
  const form = document.querySelector("form[data-editor]");
  const areas = form ? [...form.querySelectorAll("textarea[data-code]")].filter((area) => !mounted.has(area)) : [];
  if (!areas.length) return;
  const isColoured = areas.some((area) => area.dataset.code && area.dataset.code !== "python");
  const [, colours] = await Promise.all([import(form.dataset.editor), isColoured ? import(form.dataset.colours) : null]);
  parsers = colours?.parsers ?? parsers;
  for (const area of areas) if (area.isConnected && !mounted.has(area)) mount(area, window.CM6);
  for (const said of form.querySelectorAll("span[data-line]")) offerLine(said, form);
  seek(form);
}

// A line that a problem names is gone to: by its button, and at once by the address that the problem is linked with.
function offerLine(said, form) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "button plain small";
  button.dataset.line = said.dataset.line;
  button.textContent = said.textContent;
  button.addEventListener("click", () => go(form, button, Number(button.dataset.line)));
  said.replaceWith(button);
}

function seek(form) {
  const line = Number(new URL(location.href).searchParams.get("line"));
  if (!line || sought === location.href) return;
  sought = location.href;
  go(form, document.getElementById(decodeURIComponent(location.hash.slice(1))), line);
}

function go(form, from, line) {
  const area = from?.closest(".field")?.querySelector("textarea[data-code]") ?? form.querySelector("textarea[data-code]");
  const view = mounted.get(area);
  if (!view) return;
  const at = view.state.doc.line(Math.min(Math.max(line, 1), view.state.doc.lines)).from;
  view.dispatch({ selection: { anchor: at }, effects: window.CM6.EditorView.scrollIntoView(at, { y: "center" }) });
  view.focus();
  view.dom.getRootNode().host.scrollIntoView({ block: "center" });
}

document.addEventListener("submit", writeAll, true);
document.addEventListener("click", (event) => event.target.closest("button, a") && writeAll(), true);
window.addEventListener("pagehide", writeAll);
document.addEventListener("htmx:beforeSwap", writeAll);
document.addEventListener("htmx:afterSettle", () => {
  for (const [area, view] of mounted) if (!area.isConnected) { view.destroy(); mounted.delete(area); dirty.delete(area); }
  asked.clear();
  mountAll();
});
mountAll();
