import { SlipwayError, vendorId } from "@slipway/plugin-sdk";
import { isNode, LineCounter, parseDocument, type Document } from "yaml";
import { z } from "zod";
import type { Located } from "./host-text.ts";

const text = z.string().min(1);

const InventoryHost = z.strictObject({
  name: text,
  address: text.optional(),
  user: text.optional(),
  jump: text.optional(),
  port: z.number().int().min(1).max(65_535).optional(),
  vendor: text.transform(vendorId).optional(),
  sku: text.optional(),
  cluster: text.optional(),
  rack: text.optional(),
});

/** A host may be given by its name alone. */
const Inventory = z.strictObject({
  hosts: z.array(z.union([text.transform((name): z.output<typeof InventoryHost> => ({ name })), InventoryHost])),
  /** Expectations that are facts of one rack, by its name. */
  racks: z.record(text, z.record(text, z.unknown())).optional(),
});

/** Reads a YAML inventory; unknown keys and wrong values are refused with file, line and field. */
export function parseYamlInventory(source: string, file: string): Located[] {
  const lines = new LineCounter();
  const document = parseDocument(source, { lineCounter: lines });
  const [problem] = document.errors;
  if (problem !== undefined) {
    throw new SlipwayError(
      "input",
      `${file}:${String(lines.linePos(problem.pos[0]).line)}: ${problem.message.split("\n", 1)[0] ?? "is not YAML"}`,
    );
  }
  const at = (path: readonly PropertyKey[]): string => `${file}:${String(lineOf(document, lines, path))}`;
  let content: unknown;
  try {
    content = document.toJS(); // throws for an alias without an anchor, and for aliases that expand without bounds
  } catch (error) {
    throw new SlipwayError("input", `${file}: ${(error as Error).message}`, { cause: error });
  }
  const parsed = Inventory.safeParse(content);
  if (!parsed.success) {
    const issue = deepest(parsed.error.issues[0]);
    const field = [...issue.path, ...issue.keys].join(".") || "document";
    throw new SlipwayError("input", `${at([...issue.path, ...issue.keys])}: ${field}: ${issue.message}`);
  }
  const { hosts, racks = {} } = parsed.data;
  const empty = Object.keys(racks).find((rack) => !hosts.some((host) => host.rack === rack));
  if (empty !== undefined)
    throw new SlipwayError("input", `${at(["racks", empty])}: racks.${empty}: no host is in this rack`);
  return hosts.map((host, index) => {
    const rackExpectations = host.rack !== undefined && Object.hasOwn(racks, host.rack) ? racks[host.rack] : undefined;
    return {
      ...host,
      ...(rackExpectations === undefined ? {} : { rackExpectations }),
      where: at(["hosts", index, "name"]),
    };
  });
}

/** For a host that is neither a name nor a mapping, the error of the mapping is the more useful one. */
function deepest(issue: z.core.$ZodIssue | undefined): { path: PropertyKey[]; keys: string[]; message: string } {
  if (issue === undefined) return { path: [], keys: [], message: "invalid" };
  if (issue.code === "invalid_union") {
    const inner = issue.errors.at(-1)?.[0];
    if (inner !== undefined) {
      const below = deepest(inner);
      return { ...below, path: [...issue.path, ...below.path] };
    }
  }
  const keys = issue.code === "unrecognized_keys" ? issue.keys.slice(0, 1) : [];
  return { path: issue.path, keys, message: keys.length > 0 ? "there is no such key" : issue.message };
}

/** Line of the value at a path, or of the nearest node above it. */
function lineOf(document: Document, lines: LineCounter, path: readonly PropertyKey[]): number {
  for (let length = path.length; length >= 0; length -= 1) {
    const node: unknown = length === 0 ? document.contents : document.getIn(path.slice(0, length), true);
    if (isNode(node) && Array.isArray(node.range)) return lines.linePos(node.range[0]).line;
  }
  return 1;
}
