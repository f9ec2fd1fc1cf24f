import { verdictOfParts, type EvidenceRef } from "@slipway/domain";
import { SlipwayError, type Host } from "@slipway/plugin-sdk";
import type { Row } from "@slipway/store";
import { expectationsFor } from "./node-facts.ts";
import { gather, type Gathered } from "./gather.ts";
import type { RunnerParts, Validation } from "./parts.ts";
import type { ReadyPass } from "./record-passes.ts";

const IN_USE_RETRY_MS = 5 * 60_000;

/**
 * Runs one pass: asks the node, keeps what it said, judges. The evidence is durable when this
 * resolves; nothing is counted yet.
 */
export async function runPass(parts: RunnerParts, validation: Validation, intent: Row<"intents">, signal: AbortSignal): Promise<ReadyPass> {
  const { clock, limits, fleet } = parts;
  const adapter = parts.adapters.get(validation.adapter);
  if (adapter === undefined) throw new SlipwayError("config", `this worker has no adapter ${validation.adapter}`);
  const startedAt = clock.now();
  const { machine, expectations, image } = await parts.store.transaction((tx) => expectationsFor(tx, fleet, validation));
  const judging = await parts.judging();
  const { attempt, runIndex, try: tried, kind } = intent.before as { attempt: number; runIndex: number; try: number; kind: ReadyPass["kind"] };
  const checks = runIndex === 1 && validation.first_checks.length > 0 ? validation.first_checks : validation.checks;
  const gathered = await gather(adapter, hostOf(validation), checks, judging, expectations, limits, signal);
  // What was asked of a worker that is told to stop says nothing of the node.
  signal.throwIfAborted();
  const { node } = gathered;
  const judgements = judging.judge(checks, node, gathered.captures, expectations);
  const other = otherMachine(machine, gathered);
  const evidence = gathered.inUse === undefined ? await keep(parts, gathered) : {};
  const [expectationsDigest = ""] = await parts.blobs.put([Buffer.from(JSON.stringify(expectations))]);
  return {
    key: intent.key,
    fence: intent.fence,
    validation: validation.id,
    attempt,
    runIndex,
    try: tried,
    kind,
    machine: validation.machine,
    node: validation.node,
    cluster: validation.cluster,
    verdict: verdictOfParts(judgements.map(({ verdict }) => verdict)),
    checks: judgements,
    bootId: node.bootId ?? null,
    systemSerial: node.serials?.system ?? null,
    gpuSerials: node.serials?.gpus ?? [],
    startedAt,
    finishedAt: clock.now(),
    judgedBy: {
      checks: Object.fromEntries(judgements.map(({ check, version }) => [check, { version, digest: judging.digests[check] ?? "" }])),
      lane: validation.lane_digest,
      expectations: expectationsDigest,
      image,
    },
    evidence,
    hold:
      gathered.inUse !== undefined
        ? { reason: `in use: ${gathered.inUse}`, retryAt: clock.now() + IN_USE_RETRY_MS }
        : other === undefined
          ? undefined
          : { reason: other, retryAt: null },
  };
}

/** The host a validation's node is reached as. */
export const hostOf = ({ node, address, vendor, sku, cluster, rack }: Validation): Host => ({
  ...address,
  name: node,
  vendor: vendor ?? undefined,
  sku: sku ?? undefined,
  cluster: cluster ?? undefined,
  rack: rack ?? undefined,
});

/** A pass is credited to the machine that gave the evidence, never to the name it was asked by (law 3). */
function otherMachine(machine: Row<"machines">, { node }: Gathered): string | undefined {
  const seen = node.serials?.system;
  if (seen === undefined || seen === null || machine.system_serial === null || seen === machine.system_serial) return undefined;
  return `another machine answers as ${node.name}: its serial is ${seen}, not ${machine.system_serial}`;
}

/** Makes the evidence durable. */
async function keep({ blobs }: RunnerParts, { results }: Gathered): Promise<Record<string, EvidenceRef>> {
  const entries = [...results];
  const contents = entries.flatMap(([, { stdout, stderr }]) => [stdout, stderr]);
  const digests = await blobs.put(contents);
  return Object.fromEntries(
    entries.map(([id, { stdout, stderr, left: _left, ...record }], index) => [
      id,
      {
        record: { ...record },
        out: record.startError === null || stdout.length > 0 ? (digests[index * 2] ?? null) : null,
        err: stderr.length > 0 ? (digests[index * 2 + 1] ?? null) : null,
        size: stdout.length,
      },
    ]),
  );
}
