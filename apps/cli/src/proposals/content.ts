import { readFileSync } from "node:fs";
import { basename, dirname, relative } from "node:path";
import { loadChecks, loadVendor, vendorIds } from "@slipway/catalog";
import { SlipwayError } from "@slipway/plugin-sdk";
import { checkChange, fleetChange, policyPath, type FleetEdit, type ProposedChange } from "@slipway/proposals";
import { root } from "../fleet.ts";
import { readStdin } from "../stdin.ts";

/** What a proposal is made of, as options name it. */
export interface ContentOptions {
  readonly policy?: readonly string[];
  readonly expect?: readonly string[];
  readonly remove?: readonly string[];
  readonly at?: string;
  readonly check?: string;
  readonly against?: string;
}

async function textOf(file: string): Promise<string> {
  if (file === "-") return readStdin();
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(readFileSync(file));
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new SlipwayError(
      "input",
      `${file}: ${code === "ERR_ENCODING_INVALID_ENCODED_DATA" ? "is no UTF-8" : `cannot be read (${code ?? "unknown error"})`}`,
    );
  }
}

/** The change that the options name; undefined when they name none. */
export async function proposedChange(
  fleet: string,
  { policy = [], expect = [], remove = [], at, check, against }: ContentOptions,
): Promise<ProposedChange | undefined> {
  const files = [...policy, ...expect];
  if (check !== undefined) {
    if (files.length + remove.length > 0)
      throw new SlipwayError("input", "--check: a proposal changes a check or files, not both");
    const split = check.lastIndexOf("@");
    if (split < 1)
      throw new SlipwayError("input", `--check ${check}: has to be a check and a commit, such as imex@HEAD`);
    const id = knownCheck((await loadChecks()).keys(), check.slice(0, split));
    return checkChange(root(), id, check.slice(split + 1), against);
  }
  if (against !== undefined) throw new SlipwayError("input", "--against: goes with --check");
  if (files.length + remove.length === 0) return undefined;
  if (policy.length > 0 && expect.length > 0)
    throw new SlipwayError("input", "--expect: a proposal changes a policy or expectations, not both");
  if (at !== undefined && files.length !== 1) throw new SlipwayError("input", "--at: goes with one file");
  const edits: FleetEdit[] = remove.map((path) => ({ path: belowFleet(fleet, path), content: null }));
  for (const file of policy) edits.push(await editOf(file, at, (content) => policyPath(fleet, file, content)));
  for (const file of expect) edits.push(await editOf(file, at, () => expectationPath(file)));
  const [checks, vendors] = await Promise.all([loadChecks(), Promise.all(vendorIds.map((id) => loadVendor(id)))]);
  return fleetChange(fleet, edits, checks, vendors);
}

function knownCheck(known: Iterable<string>, id: string): string {
  const ids = [...known];
  if (!ids.includes(id))
    throw new SlipwayError("input", `--check: there is no check ${id}`, { hint: `known: ${ids.join(", ")}` });
  return id;
}

async function editOf(file: string, at: string | undefined, placeOf: (content: string) => string): Promise<FleetEdit> {
  const content = await textOf(file);
  return { path: at ?? placeOf(content), content };
}

const belowFleet = (fleet: string, path: string): string =>
  relative(fleet, path).startsWith("..") ? path : relative(fleet, path);

/** `…/sku/x.yaml` lies where its folder says. */
function expectationPath(file: string): string {
  const layer = basename(dirname(file));
  if (!["vendor", "sku", "cluster"].includes(layer))
    throw new SlipwayError("input", `${file}: nothing says whether it is for a vendor, a SKU or a cluster`, {
      hint: "name its place: --at expectations/sku/<name>.yaml",
    });
  return `expectations/${layer}/${basename(file)}`;
}

/** The documents of one schema in a file of JSON lines. */
async function documentsOf(file: string, schema: string): Promise<readonly Record<string, unknown>[]> {
  const found: Record<string, unknown>[] = [];
  for (const [index, line] of (await textOf(file))
    .replace(/^\uFEFF/, "")
    .split(/\r?\n/)
    .entries()) {
    if (line.trim() === "") continue;
    let value: unknown;
    try {
      value = JSON.parse(line);
    } catch {
      throw new SlipwayError("input", `${file}:${String(index + 1)}: is no JSON`, {
        hint: `it has to be what ${schema.split(/[/@]/)[1] ?? ""} --json prints`,
      });
    }
    if (typeof value === "object" && value !== null && (value as { schema?: unknown }).schema === schema)
      found.push(value as Record<string, unknown>);
  }
  if (found.length === 0) throw new SlipwayError("input", `${file}: holds no ${schema}`);
  return found;
}

export const simulationsOf = (file: string): Promise<readonly Record<string, unknown>[]> =>
  documentsOf(file, "slipway/simulation@1");
export const backtestOf = async (file: string): Promise<Record<string, unknown> | undefined> =>
  (await documentsOf(file, "slipway/backtest@1")).at(-1);
