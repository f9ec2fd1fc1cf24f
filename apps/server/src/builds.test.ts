import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it, vi } from "vitest";
import { buildFile, bundleCheck, keepBuilds, keptBuild, loadBuild, type CheckBuild } from "./builds.ts";

const home = mkdtempSync(join(tmpdir(), "slipway-builds-"));
let build: CheckBuild;

beforeAll(async () => {
  vi.stubEnv("SLIPWAY_DATA", join(home, "data"));
  const source = join(home, "check.ts");
  writeFileSync(source, `export default { kind: "check", id: "x", version: "1.0.0" };\n`);
  build = await bundleCheck("x", source, { version: "1.0.0" });
});
afterAll(() => {
  vi.unstubAllEnvs();
  rmSync(home, { recursive: true });
});

it("does not import a build whose bytes are not those that its SHA-256 was taken of", async () => {
  keepBuilds([build]);
  writeFileSync(buildFile(build.digest), `globalThis.imported = true; ${build.fileText}`);
  await expect(loadBuild("x", build.digest)).rejects.toMatchObject({
    kind: "config",
    message: expect.stringMatching(/the build of x does not have the SHA-256 [0-9a-f]{64}/) as string,
  });
  expect(globalThis).not.toHaveProperty("imported");
  expect(() => keptBuild("x", build.digest)).toThrow("does not have the SHA-256");
});

it("keeps a build again where an altered file lies in its place", async () => {
  writeFileSync(buildFile(build.digest), "altered");
  keepBuilds([build]);
  expect(await loadBuild("x", build.digest)).toMatchObject({ id: "x", version: "1.0.0" });
});
