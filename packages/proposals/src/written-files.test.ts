import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Proposal, PROPOSAL_SCHEMA } from "@slipway/policy";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { hashOf, unified } from "./fleet-change.ts";
import { changeProposal, createProposal, listProposals, readProposal } from "./proposal-file.ts";
import { writeFiles } from "./written-files.ts";

const fleet = mkdtempSync(join(tmpdir(), "slipway-written-"));
mkdirSync(join(fleet, "lanes"));
const PATH = "lanes/x.yaml";

function proposalOf(before: string | null, after: string | null, over: object = {}): Proposal {
  return Proposal.parse({
    schema: PROPOSAL_SCHEMA,
    id: "p",
    kind: "policy",
    title: "T",
    reason: "x",
    author: "a",
    created: "2026-05-01T00:00:00Z",
    expires: "2026-06-01T00:00:00Z",
    state: "draft",
    change: {
      diff: unified(PATH, before, after),
      files: [{ path: PATH, before: hashOf(before), after: hashOf(after) }],
      settings: [{ kind: "lane", name: "x" }],
    },
    owners: [],
    history: [{ at: "2026-05-01T00:00:00Z", by: "a", from: null, to: "draft", reason: "x" }],
    ...over,
  });
}
const put = (content: string | null): void =>
  content === null ? rmSync(join(fleet, PATH), { force: true }) : writeFileSync(join(fleet, PATH), content);
const now = (): string | null => (existsSync(join(fleet, PATH)) ? readFileSync(join(fleet, PATH), "utf8") : null);

/** Text of lines as files have them: LF or CRLF, a BOM, an end without a newline, lines that look like a diff. */
const text = fc
  .tuple(
    fc.boolean(),
    fc.array(
      fc.tuple(
        fc.constantFrom(
          "a: 1",
          "b: é",
          "",
          " ",
          "--- a/x",
          "+++ b/x",
          "@@ -1 +1 @@",
          "-- -",
          "\\ No newline at end of file",
          "\tc",
        ),
        fc.constantFrom("\n", "\r\n"),
      ),
      { maxLength: 8 },
    ),
    fc.constantFrom("", "end"),
  )
  .map(([bom, lines, end]) => (bom ? "\uFEFF" : "") + lines.map(([line, newline]) => line + newline).join("") + end);

describe("what a proposal writes", () => {
  it("matches its diff, and is reverted byte for byte", async () => {
    await fc.assert(
      fc.asyncProperty(fc.option(text, { nil: null }), fc.option(text, { nil: null }), async (before, after) => {
        fc.pre(before !== after && unified(PATH, before, after).includes("@@"));
        rmSync(join(fleet, "proposals"), { recursive: true, force: true });
        await createProposal(fleet, proposalOf(before, after));
        const kept = readProposal(fleet, "p");
        put(before);
        expect(writeFiles(fleet, kept, "forward")).toEqual([PATH]);
        expect(now()).toBe(after);
        expect(writeFiles(fleet, kept, "forward")).toEqual([]);
        writeFiles(fleet, kept, "back");
        expect(now()).toBe(before);
      }),
      { numRuns: 30 },
    );
  });

  it("is refused where the diff does not give the recorded content", () => {
    put("a: 1\n");
    const wrong = proposalOf("a: 1\n", "a: 2\n");
    for (const diff of [
      wrong.change.diff.replace("a: 2", "a: 3"),
      wrong.change.diff.replace("-a: 1", "-a: 0"),
      "no diff",
    ])
      expect(() => writeFiles(fleet, { ...wrong, change: { ...wrong.change, diff } }, "forward")).toThrow(
        /change\.diff|hunk|line/i,
      );
    expect(now()).toBe("a: 1\n");
  });
});

describe("a proposal's file", () => {
  const write = (content: string): void => writeFileSync(join(fleet, "proposals/p.yaml"), content);
  const fresh = async (): Promise<void> => {
    rmSync(join(fleet, "proposals"), { recursive: true, force: true });
    await createProposal(fleet, proposalOf("a: 1\n", "a: 2\n"));
  };

  it.each<[string, (text: string) => string, RegExp]>([
    ["a field that is wrong", (text) => text.replace("kind: policy", "kind: gremlins"), /p\.yaml:3:\d+: kind/],
    ["a field that nobody knows", (text) => `${text}approved: true\n`, /approved/],
    ["another id", (text) => text.replace("id: p", "id: q"), /id: is q, and the file is named p/],
    ["a key twice", (text) => `${text}title: T\n`, /p\.yaml:\d+:\d+: /],
    [
      "aliases that multiply",
      (text) =>
        `${text}x: &a [1,1,1,1,1,1,1,1,1,1]\ny: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a,*a]\nz: &c ` +
        "[*b,*b,*b,*b,*b,*b,*b,*b,*b,*b]\nw: [*c,*c,*c,*c,*c,*c,*c,*c,*c,*c]\n",
      /alias|unrecognized/i,
    ],
    ["a prototype", (text) => `${text}__proto__: { state: applied }\n`, /proto|unrecognized/i],
    ["no YAML", () => "{", /p\.yaml/],
    ["nothing", () => "", /p\.yaml/],
  ])("is refused with %s, and the error names the file", async (_name, spoil, why) => {
    await fresh();
    write(spoil(readFileSync(join(fleet, "proposals/p.yaml"), "utf8")));
    expect(() => readProposal(fleet, "p")).toThrow(why);
    expect(() => listProposals(fleet)).toThrow(why);
  });

  it.each(["../p", "p/q", "", "P", "p.yaml", "-p", `${"a".repeat(81)}`])("is never read by the id %j", (id) => {
    expect(() => readProposal(fleet, id)).toThrow(/^proposal /);
  });

  it("is changed by one process at a time, atomically, and its history is append-only", async () => {
    await fresh();
    await Promise.all(
      Array.from({ length: 8 }, (_, index) =>
        changeProposal(fleet, "p", (one) => ({
          ...one,
          acts: [
            ...one.acts,
            {
              key: String(index),
              act: "post",
              by: "a",
              at: "2026-05-01T00:00:00Z",
              outcome: null,
              ended: null,
              note: null,
              not_before: null,
              settings: [],
            },
          ],
        })),
      ),
    );
    expect(
      readProposal(fleet, "p")
        .acts.map(({ key }) => key)
        .sort(),
    ).toEqual(["0", "1", "2", "3", "4", "5", "6", "7"]);
    await expect(changeProposal(fleet, "p", (one) => ({ ...one, history: [] }))).rejects.toThrow("only grows");
    await expect(changeProposal(fleet, "p", (one) => ({ ...one, title: "two\nlines" }))).rejects.toThrow(
      "title: is one line",
    );
    await expect(createProposal(fleet, proposalOf("a", "b"))).rejects.toThrow("already");
    expect(readdirSync(join(fleet, "proposals"))).toEqual(["p.yaml"]);
  });

  it("is unlocked when the process that held the lock died", async () => {
    await fresh();
    const lock = join(fleet, "proposals/p.yaml.lock");
    writeFileSync(lock, "1");
    utimesSync(lock, 1, 1);
    await changeProposal(fleet, "p", (one) => ({ ...one, title: "free" }));
    expect(readProposal(fleet, "p").title).toBe("free");
  });

  it("stores any text unchanged", async () => {
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: "grapheme", maxLength: 60 }), async (reason) => {
        const words = `x${reason.replace(/\p{Cc}/gu, "")}`.trim();
        await fresh();
        await changeProposal(fleet, "p", (one) => ({
          ...one,
          reason: words,
          simulation: [{ schema: "slipway/simulation@1", note: `${words}\n- a\t: &b *c` }],
        }));
        expect(readProposal(fleet, "p")).toMatchObject({
          reason: words,
          simulation: [{ note: `${words}\n- a\t: &b *c` }],
        });
      }),
      { numRuns: 20 },
    );
  });
});
