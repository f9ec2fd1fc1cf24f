import { cpSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { repositoryRoot, slipway, type CliRun } from "./run-cli.ts";

const folder = mkdtempSync(join(tmpdir(), "slipway-propose-"));
const fleet = join(folder, "fleet");
cpSync(join(repositoryRoot, "fleet"), fleet, { recursive: true });
const lane = join(folder, "slow.yaml");
writeFileSync(lane, readFileSync(join(fleet, "lanes/slow.yaml"), "utf8").replace("passes: 12", "passes: 10"));

const env = {
  SLIPWAY_FLEET: fleet,
  SLIPWAY_DATA: join(folder, "data"),
  XDG_CONFIG_HOME: join(folder, "config"),
  SLIPWAY_WEBHOOK_URL: "",
  SLIPWAY_PUBLIC_URL: "",
};
const propose = (...args: readonly string[]): Promise<CliRun> => slipway(["propose", ...args], { env });
const draft = ["--title", "Ten passes", "--author", "author", "--reason", "hours", "--policy", lane] as const;

describe("propose", () => {
  it("writes a draft, lists what the draft still lacks, and changes no fleet file", async () => {
    const { status, stdout } = await propose("new", "ten-passes", ...draft, "--json");
    expect(status).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      schema: "slipway/proposal@1",
      id: "ten-passes",
      kind: "policy",
      state: "draft",
      change: { files: [{ path: "lanes/slow.yaml" }], relaxes: ["lane slow: passes 10 instead of 12"] },
      owners: [
        { owner: "frontier-infra", segment: "frontier" },
        { owner: "fleet-infra", segment: "fleet" },
        { owner: "hwh", segment: null },
      ],
    });
    expect(readFileSync(join(fleet, "lanes/slow.yaml"), "utf8")).toContain("passes: 12");
    expect((await propose("list", "--json")).documents<{ id: string }>().map(({ id }) => id)).toEqual(["ten-passes"]);
    const shown = JSON.parse((await propose("show", "ten-passes", "--json")).stdout) as {
      lacking: string[];
      agreement: { complete: boolean };
    };
    expect(shown.agreement.complete).toBe(false);
    expect(shown.lacking.map((line) => line.split(":")[0])).toEqual([
      "backtest",
      "simulation",
      "canary.nodes",
      "canary.arm",
    ]);
  });

  it.each<[string, readonly string[], RegExp]>([
    ["a name that leaves its folder", ["new", "../x", ...draft], /id: lower-case words/],
    ["half an arm", ["new", "x", ...draft, "--arm-probability", "0.1"], /--arm-segment, --arm-canaries, --arm-stop/],
    [
      "a coin that always falls one way",
      [
        "new",
        "x",
        ...draft,
        "--arm-probability",
        "1",
        "--arm-segment",
        "fleet",
        "--arm-canaries",
        "9",
        "--arm-stop",
        "0.01,0.3,0.05,0.05",
      ],
      /canary\.arm\.probability/,
    ],
    ["a name alone for an approval", ["approve", "ten-passes", "--as", "hwh"], /unknown option/],
    ["no channel to tell again", ["post", "ten-passes", "--by", "author", "--again"], /SLIPWAY_WEBHOOK_URL is not set/],
    ["a name that says nothing", ["reject", "ten-passes", "--by", " ", "--reason", "x"], /has to say something/],
  ])("refuses %s by exit 3, and writes nothing", async (_name, args, why) => {
    const { status, stderr } = await propose(...args);
    expect([status, stderr]).toEqual([3, expect.stringMatching(why)]);
    expect(readdirSync(join(fleet, "proposals"))).toEqual(["ten-passes.yaml"]);
  });

  it("a rejected proposal is closed, with the name of who rejected it", async () => {
    const { status, stdout } = await propose("reject", "ten-passes", "--by", "hwh", "--reason", "not now", "--json");
    expect([status, JSON.parse(stdout)]).toMatchObject([
      0,
      {
        state: "rejected",
        history: [{ to: "draft" }, { from: "draft", to: "rejected", by: "hwh", reason: "not now" }],
      },
    ]);
    expect((await propose("reject", "ten-passes", "--by", "hwh", "--reason", "again")).status).toBe(3);
  });
});
