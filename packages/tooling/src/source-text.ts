/** Code up to the next mark of a literal, a comment or a block. */
const PLAIN = /[^"'`/{}]+/y;

/**
 * Blanks comments and the insides of string, template and regular-expression literals with spaces,
 * so that a search finds code and nothing that only looks like it. Every character keeps its place;
 * quotes and line ends stay. Code inside `${…}` stays too.
 */
export function blankLiterals(code: string): string {
  const out: string[] = [];
  let taken = 0;
  const templates: number[] = []; // open `${`, each with its depth of braces
  let depth = 0;
  let lastCode = "";
  let at = 0;
  const blank = (from: number, to: number): void => {
    out.push(
      code.slice(taken, from),
      code.slice(from, to).replaceAll(/[^\n]+/g, (text) => " ".repeat(text.length)),
    );
    taken = to;
  };
  const template = (): void => {
    const start = (at += 1);
    while (at < code.length && code[at] !== "`" && !code.startsWith("${", at)) at += code[at] === "\\" ? 2 : 1;
    blank(start, Math.min(at, code.length));
    if (code[at] === "$") {
      templates.push(depth);
      at += 2;
      lastCode = "{";
    } else {
      at += 1;
      lastCode = "`";
    }
  };
  const upTo = (end: number, keep: string): void => {
    blank(at, Math.min(end, code.length));
    at = end;
    lastCode = keep || lastCode;
  };
  while (at < code.length) {
    PLAIN.lastIndex = at;
    const plain = PLAIN.exec(code)?.[0] ?? "";
    at += plain.length;
    lastCode = plain.trimEnd().at(-1) ?? lastCode;
    const char = code[at] ?? "";
    if (code.startsWith("//", at)) upTo(endOf(code, "\n", at), "");
    else if (code.startsWith("/*", at)) upTo(endOf(code, "*/", at + 2) + 2, "");
    else if (char === '"' || char === "'") {
      const end = endOfLiteral(code, at, char);
      blank(at + 1, end);
      at = end + 1;
      lastCode = char;
    } else if (char === "`") template();
    else if (char === "/" && startsRegExp(lastCode, code, at)) upTo(endOfRegExp(code, at), "/");
    else if (char === "}" && templates.at(-1) === depth) {
      templates.pop();
      template();
    } else {
      if (char === "{") depth += 1;
      if (char === "}") depth -= 1;
      lastCode = char;
      at += 1;
    }
  }
  return out.join("") + code.slice(taken);
}

function endOf(code: string, mark: string, from: number): number {
  const end = code.indexOf(mark, from);
  return end === -1 ? code.length : end;
}

function endOfLiteral(code: string, from: number, quote: string): number {
  let at = from + 1;
  while (at < code.length && code[at] !== quote && code[at] !== "\n") at += code[at] === "\\" ? 2 : 1;
  return at;
}

/** After an operator or a keyword that wants a value, a slash opens a regular expression. */
function startsRegExp(lastCode: string, code: string, at: number): boolean {
  if (lastCode === "" || "(,=:[!&|?{};+-*%~^<>".includes(lastCode)) return true;
  return /\b(return|typeof|case|of|in)\s*$/.test(code.slice(Math.max(0, at - 12), at));
}

function endOfRegExp(code: string, from: number): number {
  let inClass = false;
  let at = from + 1;
  while (at < code.length && code[at] !== "\n" && (inClass || code[at] !== "/")) {
    if (code[at] === "\\") at += 1;
    else if (code[at] === "[") inClass = true;
    else if (code[at] === "]") inClass = false;
    at += 1;
  }
  return at + 1;
}

/** A module named by code, and the line that names it, counted from 1. */
export interface ImportSite {
  readonly specifier: string;
  readonly line: number;
}

/** Every module that code imports, exports from, requires, or names in an `import()` (type or value). */
export function importSites(code: string): ImportSite[] {
  const blanked = blankLiterals(code);
  const sites: ImportSite[] = [];
  for (const match of blanked.matchAll(/\b(?:from|import|import\s*\(|require\s*\()\s*(["'])( *)\1/g)) {
    const start = match.index + match[0].length - 1 - (match[2]?.length ?? 0);
    sites.push({ specifier: code.slice(start, start + (match[2]?.length ?? 0)), line: lineAt(code, match.index) });
  }
  return sites;
}

/** Line of a place in a text, counted from 1. */
export function lineAt(text: string, index: number): number {
  let line = 1;
  for (let at = text.indexOf("\n"); at !== -1 && at < index; at = text.indexOf("\n", at + 1)) line += 1;
  return line;
}
