import { createHash } from "node:crypto";
import type { NodeIdentity } from "@slipway/domain";
import { createEvidence, isSpecific, nvidiaSmiFormat, parseBootId } from "@slipway/plugin-sdk";
import type { ExecResult, Host } from "@slipway/plugin-sdk";
import { bytesOf } from "./outputs.ts";

/** The node block of a bundle: the inventory's fields, over them what the machine's own tools print. */
export function identityOf(host: Host, results: ReadonlyMap<string, ExecResult>): NodeIdentity {
  const { name, vendor, sku, cluster, rack } = host;
  const bootId = parseBootId(text(results.get("boot-id")) ?? "");
  const system = systemSerial(text(results.get("dmi")) ?? "");
  const { gpus, uuids } = gpusOf(name, results.get("nvidia-smi"));
  const serials = {
    ...(system === undefined ? {} : { system }),
    ...(gpus.length === 0 ? {} : { gpus: [...gpus] }),
    ...(uuids.length === 0 ? {} : { uuids: [...uuids] }),
  };
  return {
    name,
    ...present({ vendor, sku, cluster, rack, bootId }),
    ...(Object.keys(serials).length === 0 ? {} : { serials }),
  };
}

/** Text of a probe that ended well. */
function text(result: ExecResult | undefined): string | undefined {
  const usable = result?.startError === null && result.exitCode === 0 && !result.timedOut && result.truncated !== true;
  return usable ? bytesOf(result.stdout).toString("utf8") : undefined;
}

/** The serial number of the machine; that of its board or chassis where the machine's own is not filled in. */
function systemSerial(dmi: string): string | undefined {
  for (const field of ["product_serial", "board_serial", "chassis_serial"]) {
    const value = new RegExp(`^${field}:(.*)$`, "m").exec(dmi)?.[1]?.trim() ?? "";
    if (isSpecific(value)) return value;
  }
  return undefined;
}

/** Serials and UUIDs of a node's GPUs in the order of their indices; serials repeat, as GPUs of one board share one. */
interface GpusRead {
  readonly gpus: readonly string[];
  readonly uuids: readonly string[];
}

/** What was read by the digest of what nvidia-smi printed: it prints much the same each time, and reading it takes milliseconds. */
const gpusRead = new Map<string, GpusRead>();
const READ_KEPT = 20_000;

function gpusOf(node: string, result: ExecResult | undefined): GpusRead {
  const stdout = text(result);
  if (stdout === undefined) return { gpus: [], uuids: [] };
  const digest = createHash("sha256").update(stdout).digest("base64");
  const known = gpusRead.get(digest);
  if (known !== undefined) return known;
  const evidence = createEvidence({ name: node }, new Map([["nvidia-smi", { record: result, stdout }]]));
  const reading = evidence.read("nvidia-smi", nvidiaSmiFormat);
  const cards = reading.usable ? reading.value : [];
  // A copy: V8 keeps the whole output in memory for a serial that was cut out of it.
  const read = structuredClone({
    gpus: cards.map(({ serial }) => serial).filter(isSpecific),
    uuids: cards.map(({ uuid }) => uuid).filter(isSpecific),
  });
  if (gpusRead.size >= READ_KEPT) gpusRead.delete(gpusRead.keys().next().value ?? "");
  gpusRead.set(digest, read);
  return read;
}

function present<T extends Record<string, string | undefined>>(fields: T): { [K in keyof T]?: string } {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]?: string;
  };
}
