// What YAML and JSON are made of, for the editor to colour: its package brings a grammar of Python alone.
const NUMBER = /^[-+]?(0x[\da-f]+|0o[0-7]+|\d[\d_]*(\.\d+)?(e[-+]?\d+)?)(?=\s*(#|$|[,\]}]))/i;
const CONSTANT = /^(true|false|null|yes|no|on|off|~)(?=\s*(#|$|[,\]}]))/i;
const KEY = /^[^\s#[\]{},"'|>&*!-][^#:[\]{},]*(?=\s*:(\s|$))/;
const QUOTED_KEY = /^("(?:[^"\\]|\\.)*"|'(?:[^']|'')*')(?=\s*:(\s|$))/;

// Of a text that goes over lines: the quote that ends it, or the indent it stands deeper than.
function yaml(stream, state) {
  if (state.quote) return quoted(stream, state);
  if (stream.sol()) {
    const indent = stream.indentation();
    if (state.block >= 0 && (indent > state.block || !stream.string.trim())) {
      stream.skipToEnd();
      return "string";
    }
    state.block = -1;
    state.indent = indent;
    if (stream.match(/^(---|\.\.\.)(?=\s|$)/)) return "comment";
  }
  if (stream.eatSpace()) return null;
  if (stream.match(/^#.*/) && (stream.start === 0 || /\s/.test(stream.string[stream.start - 1]))) return "comment";
  if (stream.match(/^[|>][-+\d]*(?=\s*(#|$))/)) {
    state.block = state.indent;
    return "atom";
  }
  // What a dash leads in stands deeper than the dash.
  if (stream.match(/^[-?](?=\s|$)/)) return null;
  if (stream.match(/^[&*!][^\s,\]}]*/)) return "atom";
  if (stream.match(QUOTED_KEY) || stream.match(KEY)) return "keyword";
  if (stream.match(NUMBER) || stream.match(CONSTANT)) return "atom";
  if (/["']/.test(stream.peek())) {
    state.quote = stream.next();
    return quoted(stream, state);
  }
  if (stream.match(/^[[\]{},:]/)) return null;
  if (!stream.match(/^[^\s#[\]{},:]+/)) stream.next();
  return "string";
}

function quoted(stream, state) {
  while (!stream.eol()) {
    const next = stream.next();
    if (next === "\\" && state.quote === '"') stream.next();
    else if (next === state.quote && !(next === "'" && stream.eat("'"))) {
      state.quote = "";
      break;
    }
  }
  return "string";
}

function json(stream) {
  if (stream.eatSpace()) return null;
  if (stream.match(/^"(?:[^"\\]|\\.)*"(?=\s*:)/)) return "keyword";
  if (stream.match(/^"(?:[^"\\]|\\.)*"?/)) return "string";
  if (stream.match(/^-?\d+(\.\d+)?(e[-+]?\d+)?/i) || stream.match(/^(true|false|null)\b/)) return "atom";
  stream.next();
  return null;
}

const startState = () => ({ quote: "", block: -1, indent: 0 });
export const parsers = {
  yaml: { name: "yaml", startState, token: yaml, languageData: { commentTokens: { line: "#" } } },
  json: { name: "json", token: json },
};
