import type { NodeIdentity } from "@slipway/plugin-sdk";
import { answer, type Answer } from "@slipway/testkit";
import check from "../src/index.ts";

// Rule D12, and what D7, D9 and D10 say of `dcgmi mndiag`. Two hosts of two GPUs; the node is t1, host 0.

export type Json = Record<string, unknown>;

export const ROOT = "DCGM Multi-Node Diagnostic";
export const row = (host_id: unknown, entity_id: number, status: unknown = "Pass", rest: Json = {}): Json => ({
  host_id,
  entity_group: "GPU",
  entity_group_id: 1,
  entity_id,
  status,
  ...rest,
});
export const host = (host_id: unknown, hostname: unknown, serials: readonly string[] = []): Json => ({
  host_id,
  hostname,
  entities: serials.map((serial_num, entity_id) => ({ entity_group: "GPU", entity_id, serial_num })),
});
export const hosts = [host(0, "t1", ["A", "B"]), host(1, "t2", ["C", "D"])];
export const rows = [row(0, 0), row(0, 1), row(1, 0), row(1, 1)];

export function document(results: readonly unknown[] = rows, beside: Json = {}, test: Json = {}): Json {
  return {
    [ROOT]: ROOT,
    hosts,
    test_categories: [{ category: "Hardware", tests: [{ name: "MNUBERGEMM", status: "Pass", results, ...test }] }],
    ...beside,
  };
}

export function judge(
  stdout: Json,
  {
    exitCode = 0,
    node = {},
    serials,
  }: { exitCode?: number; node?: Partial<NodeIdentity>; serials?: readonly string[] } = {},
): Answer {
  return answer(check, {
    probes: { "dcgm-diag": { stdout: JSON.stringify(stdout), argv: ["dcgmi", "mndiag", "-r", "1", "-j"], exitCode } },
    node: { name: "t1", ...node },
    expect: {
      gpus: { count: 2, ...(serials === undefined ? {} : { serials }) },
      dcdiag: { level: 3, tests: ["mnubergemm"] },
    },
  });
}
