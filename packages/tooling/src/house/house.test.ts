import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, expect, it } from "vitest";
import { repositoryRoot } from "../workspace.ts";
import { houseProblems } from "./house.ts";

const made: string[] = [];
afterEach(() => {
  for (const dir of made.splice(0)) rmSync(dir, { recursive: true, force: true });
});

function plant(files: Readonly<Record<string, string>>): string {
  const root = mkdtempSync(join(tmpdir(), "slipway-house-"));
  made.push(root);
  for (const [file, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, file)), { recursive: true });
    writeFileSync(join(root, file), text);
  }
  return root;
}

it("the exemplary check keeps what the house asks of it", async () => {
  expect(await houseProblems(repositoryRoot, ["plugins/checks/ib-xdr"])).toEqual([]);
});

it("rule letters, links, commands and paths of the verified folders are looked at, and those of others are not", async () => {
  const check = (id: string) => ({
    [`plugins/checks/${id}/package.json`]: JSON.stringify({ name: `@slipway/check-${id}` }),
    [`plugins/checks/${id}/README.md`]: "[a](gone.md) `pnpm lint`\n",
    [`plugins/checks/${id}/src/rules.test.ts`]: 'it("Q9 holds", f);\n',
  });
  const root = plant({
    "pnpm-workspace.yaml": "packages: [plugins/*/*]\n",
    "docs/rules.md": "| **G1** | One. |\n",
    "AGENTS.md": "`docs/gone.md`\n",
    "plugins/checks/AGENTS.md": "\n",
    "plugins/steps/AGENTS.md": "\n",
    ...check("alpha"),
    ...check("beta"),
  });
  expect(await houseProblems(root, ["plugins/checks/alpha"])).toEqual([
    "plugins/checks/alpha/src/rules.test.ts:1: a title names rule Q9, which docs/rules.md lacks",
    "docs/rules.md: no test is titled by rule G1",
    "plugins/checks/alpha/README.md: the link gone.md leads nowhere",
    "plugins/checks/alpha/README.md: `pnpm lint` needs a pnpm of the reader's own: say ./slipway",
    "AGENTS.md: names docs/gone.md, which is not there",
  ]);
});
