import { createHash } from "node:crypto";
import type { NodeIdentity } from "@slipway/domain";
import { createEvidence, nvidiaSmiFormat } from "@slipway/plugin-sdk";
import type { ExecResult, Host } from "@slipway/plugin-sdk";

/** What vendors leave in a DMI field that nobody filled in. */
const PLACEHOLDER = new RegExp(
  `^(${[
    "none|n/a|na|null|unknown|default string",
    "not (specified|available|applicable|present)",
    "to be filled.*",
    "(system|chassis|base ?board)? ?serial( number)?",
    "0+|x+|\\.+|0?123456789.*",
  ].join("|")})$`,
  "i",
);

/** The id of a boot (random(4)). Only a whole one is accepted, because it tells one boot from the next. */
const BOOT_ID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** The node block of a bundle: the inventory's fields, over them what the machine's own tools print. */
export function identityOf(host: Host, results: ReadonlyMap<string, ExecResult>): NodeIdentity {
  const { name, vendor, sku, cluster, rack } = host;
  const bootId = BOOT_ID.exec(text(results.get("boot-id"))?.trim() ?? "")?.[0];
  const system = systemSerial(text(results.get("dmi")) ?? "");
  const gpus = gpuSerials(name, results.get("nvidia-smi"));
  const serials = { ...(system === undefined ? {} : { system }), ...(gpus.length === 0 ? {} : { gpus: [...gpus] }) };
  return {
    name,
    ...present({ vendor, sku, cluster, rack, bootId }),
    ...(Object.keys(serials).length === 0 ? {} : { serials }),
  };
}

/** Text of a probe that ended well. */
function text(result: ExecResult | undefined): string | undefined {
  const usable = result?.startError === null && result.exitCode === 0 && !result.timedOut && result.truncated !== true;
  return usable ? result.stdout.toString("utf8") : undefined;
}

/** The serial number of the machine; that of its board or chassis where the machine's own is not filled in. */
function systemSerial(dmi: string): string | undefined {
  for (const field of ["product_serial", "board_serial", "chassis_serial"]) {
    const value = new RegExp(`^${field}:(.*)$`, "m").exec(dmi)?.[1]?.trim() ?? "";
    if (value !== "" && !PLACEHOLDER.test(value)) return value;
  }
  return undefined;
}

/** Serials by the digest of what nvidia-smi printed: it prints much the same each time, and reading it takes milliseconds. */
const serialsRead = new Map<string, readonly string[]>();
const READ_KEPT = 20_000;

function gpuSerials(node: string, result: ExecResult | undefined): readonly string[] {
  const stdout = text(result);
  if (stdout === undefined) return [];
  const digest = createHash("sha256")
    .update(result?.stdout ?? stdout)
    .digest("base64");
  const known = serialsRead.get(digest);
  if (known !== undefined) return known;
  const evidence = createEvidence({ name: node }, new Map([["nvidia-smi", { record: result, stdout }]]));
  const reading = evidence.read("nvidia-smi", nvidiaSmiFormat);
  // A copy: V8 keeps the whole output in memory for a serial that was cut out of it.
  const serials = structuredClone(
    reading.usable ? reading.value.flatMap(({ serial }) => (serial === undefined ? [] : [serial])) : [],
  );
  if (serialsRead.size >= READ_KEPT) serialsRead.delete(serialsRead.keys().next().value ?? "");
  serialsRead.set(digest, serials);
  return serials;
}

function present<T extends Record<string, string | undefined>>(fields: T): { [K in keyof T]?: string } {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]?: string;
  };
}
