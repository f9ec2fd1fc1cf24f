import { describe, expect, it } from "vitest";
import { blankLiterals, importSites } from "./source-text.ts";

describe("blankLiterals", () => {
  it.each([
    ['a("b") // c', 'a(" ")     '],
    ["a /* b\nc */ d", "a     \n     d"],
    ["`a ${b(`c`)} d` + e", "`  ${b(` `)}  ` + e"],
    ['const r = /"[/\'"]/; x', "const r =         ; x"],
    ["a / b / c", "a / b / c"],
    ["'it\\'s' + b", "'     ' + b"],
    ["`${{ a: 1 }.a}` b", "`${{ a: 1 }.a}` b"],
    ["return /a`b/.test(c)", "return      .test(c)"],
  ])("%j", (code, blanked) => {
    const result = blankLiterals(code);
    expect(result.length).toBe(code.length);
    expect(result.replaceAll(" ", "")).toBe(blanked.replaceAll(" ", ""));
  });
});

describe("importSites", () => {
  it("finds every way of naming a module, with its line", () => {
    const code = [
      'import a, { type B } from "one";',
      "import {\n  c,\n} from 'two';",
      'import "three";',
      'export * from "four";',
      'const d = await import("five");',
      'type E = import("six").E;',
      'const f = require("seven");',
    ].join("\n");
    expect(importSites(code).map(({ specifier, line }) => `${specifier} ${String(line)}`)).toEqual([
      "one 1",
      "two 4",
      "three 5",
      "four 6",
      "five 7",
      "six 8",
      "seven 9",
    ]);
  });

  it("finds none in text", () => {
    expect(importSites('const from = "from"; // import "a"\nconst text = `import "b"`;\nArray.from("c");')).toEqual([]);
  });
});
