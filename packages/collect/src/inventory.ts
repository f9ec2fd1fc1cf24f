import { parseHost, type Located } from "./host-text.ts";
import { existsSync, readFileSync, statSync } from "node:fs";
import { SlipwayError } from "@slipway/plugin-sdk";
import { folderName, LONGEST_FOLDER } from "./folder-name.ts";
import type { Host } from "@slipway/plugin-sdk";

/**
 * The hosts that `--hosts` names: a file, `-` for stdin, or a list separated by commas. A file holds
 * one host a line (`name`, `user@host:port`, `[v6]:port`, `#` comments), or YAML:
 * `hosts: [{ name, address?, user?, port?, jump?, vendor?, sku?, cluster?, rack? }]`.
 *
 * @param readStdin text of stdin, asked for only by `-`
 * @throws SlipwayError of kind `input`, naming file, line and field
 */
export async function readInventory(source: string, readStdin: () => string | Promise<string>): Promise<Host[]> {
  if (source === "-") return parseInventory(await readStdin(), "stdin");
  if (existsSync(source) && !statSync(source).isDirectory()) {
    let text: string;
    try {
      text = readFileSync(source, "utf8");
    } catch (error) {
      throw new SlipwayError(
        "input",
        `${source}: the host file cannot be read (${(error as NodeJS.ErrnoException).code ?? String(error)})`,
      );
    }
    return parseInventory(text, source);
  }
  const looksLikeFile = source.includes("/")
    ? !source.includes("@")
    : /\.(ya?ml|json|txt|csv|tsv|cfg|ini)$/i.test(source);
  if (looksLikeFile && !source.includes(",")) {
    throw new SlipwayError("input", `--hosts ${source}: there is no such file`);
  }
  return unique(
    source
      .split(",")
      .map((text) => text.trim())
      .filter((text) => text !== "")
      .map((text, index) => ({
        ...parseHost(text, `--hosts, host ${String(index + 1)}`),
        where: `--hosts, host ${String(index + 1)}`,
      })),
    "--hosts",
  );
}

/** Reads the text of a host file; `file` names it in errors. */
export async function parseInventory(text: string, file: string): Promise<Host[]> {
  const yaml = /\.ya?ml$/i.test(file) || /^hosts[ \t]*:/m.test(text);
  if (yaml) {
    const { parseYamlInventory } = await import("./yaml-inventory.ts");
    return unique(parseYamlInventory(text, file), file);
  }
  const found = text.split(/\r?\n/).flatMap((line, index) => {
    const content = line.replace(/(^|\s)#.*$/, "").trim();
    const where = `${file}:${String(index + 1)}`;
    return content === "" ? [] : [{ ...parseHost(content, where), where }];
  });
  return unique(found, file);
}

/**
 * Refuses hosts that are named twice. Plain lines that differ in the port alone (sshd of several
 * containers on one machine) are told apart by it: `host:port` becomes the name.
 */
function unique(hosts: readonly Located[], source: string): Host[] {
  if (hosts.length === 0) throw new SlipwayError("input", `${source}: names no host`);
  const shared = new Set<string>();
  const names = new Set<string>();
  for (const { name } of hosts) (names.has(name) ? shared : names).add(name);
  const seen = new Map<string, string>();
  return hosts.map(({ where, ...host }) => {
    const plain = host.address === undefined && host.port !== undefined;
    const named =
      shared.has(host.name) && plain
        ? { ...host, name: `${host.name}:${String(host.port)}`, address: host.name }
        : host;
    const problem = nameProblem(named.name);
    if (problem !== undefined) throw new SlipwayError("input", `${where}: name: ${problem}`);
    const first = seen.get(named.name);
    if (first !== undefined)
      throw new SlipwayError(
        "input",
        `${where}: name: ${JSON.stringify(named.name)} is named twice, first at ${first}`,
      );
    seen.set(named.name, where);
    return named;
  });
}

function nameProblem(name: string): string | undefined {
  // Control characters would break the lines of every report.
  if (/[\u0000-\u001f\u007f]/.test(name)) return `${JSON.stringify(name)} holds control characters`;
  if (folderName(name).length > LONGEST_FOLDER) return "is too long for the folder of its bundle";
  return undefined;
}
