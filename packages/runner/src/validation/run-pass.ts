import { verdictOfParts, type EvidenceRef, type Expectations, type ProbeRecord } from "@slipway/domain";
import { SlipwayError, type Host } from "@slipway/plugin-sdk";
import type { Row } from "@slipway/store";
import { checksFor, expectationsFor } from "../worker/node-facts.ts";
import { probesOnTrial, trialsOf } from "./canary-trials.ts";
import type { TrialRow } from "@slipway/fleet";
import { gather, type Gathered, type Target } from "../worker/gather.ts";
import { otherMachine } from "./other-machine.ts";
import type { RunnerParts, Validation } from "../worker/parts.ts";
import type { JudgingSet } from "@slipway/fleet";
import { changedKey, knownKeyOf, type KnownKey } from "./host-key.ts";
import type { PassInput } from "./acts.ts";
import type { Hold, ReadyPass } from "./ready-pass.ts";
import { reachOf, withNodeBudget } from "@slipway/collect";
import { adapterOf } from "../worker/routing.ts";

/** A node in use, or on an image that is not proven yet, is tried again after this time. */
const RETRY_MS = 5 * 60_000;

/**
 * Runs one pass: collects the node's evidence, stores it, judges it. The evidence is durable when this
 * resolves; nothing is counted yet.
 */
export const runPass = (parts: RunnerParts, asked: AskedPass, signal: AbortSignal): Promise<ReadyPass> =>
  withNodeBudget((budget) => passOf(parts, asked, { signal, budget }));

/** A pass that is asked for, and the act that it is. */
export type AskedPass = PassInput & Pick<ReadyPass, "key" | "fence">;

async function passOf(parts: RunnerParts, asked: AskedPass, asking: Asking): Promise<ReadyPass> {
  const begun = parts.clock.now();
  const due = await dueOf(parts, asked);
  const { validation } = due;
  // The store's time, and what passed since by this machine's clock, which may be set meanwhile.
  const time = (): number => due.startedAt + Math.max(0, parts.clock.now() - begun);
  const gathered = await gatherFor(parts, validation, due, asking);
  // Evidence that was cut short because this worker stops says nothing of the node.
  asking.signal.throwIfAborted();
  const { node } = gathered;
  const checks = await due.judging.judge(due.checks, gathered, due.expectations);
  const verdict = verdictOfParts(checks.map((judgement) => judgement.verdict));
  const hold = holdOf(validation, due, { ...gathered, verdict }, time());
  const evidence = gathered.inUse === undefined ? await keep(parts, gathered) : {};
  const trials = due.canary ? await trialsOn(parts, validation, due, gathered) : [];
  const [expectations = ""] = await parts.blobs.put([Buffer.from(JSON.stringify(due.expectations))]);
  const { digests } = due.judging;
  return {
    key: asked.key,
    fence: asked.fence,
    validation: validation.id,
    priority: validation.priority,
    ...due.pass,
    machine: validation.machine,
    node: validation.node,
    cluster: validation.cluster,
    verdict,
    checks,
    bootId: node.bootId ?? null,
    systemSerial: node.serials?.system ?? null,
    gpuSerials: node.serials?.gpus ?? [],
    gpuUuids: node.serials?.uuids ?? [],
    reached: gathered.reached,
    startedAt: due.startedAt,
    finishedAt: time(),
    judgedBy: {
      checks: Object.fromEntries(
        checks.map(({ check, version }) => [check, { version, digest: digests[check] ?? "" }]),
      ),
      lane: validation.lane_digest,
      expectations,
      image: due.image,
    },
    evidence,
    trials,
    hold,
  };
}

/** How a node is asked: until when, and what may be kept of its output. */
type Asking = Pick<Target, "signal" | "budget">;

/** What a pass is to ask, and by what it is judged. */
interface Due {
  readonly validation: Validation;
  /** By the store's clock. */
  readonly startedAt: number;
  readonly pass: Pick<ReadyPass, "attempt" | "runIndex" | "try" | "kind">;
  readonly machine: Row<"machines">;
  readonly expectations: Expectations;
  readonly image: string | null;
  readonly canary: boolean;
  readonly judging: JudgingSet;
  /** Those that the lane names. */
  readonly named: readonly string[];
  /** Those of them that the node has to prove. */
  readonly checks: readonly string[];
  /** Why the node is not asked, if it is not. */
  readonly unproven: string | undefined;
  readonly knownKey: KnownKey | undefined;
}

async function dueOf(
  parts: RunnerParts,
  { validation: id, attempt, runIndex, try: tried, kind }: AskedPass,
): Promise<Due> {
  const judging = await parts.judging();
  const known = await parts.store.transaction(async (tx) => {
    const validation = await tx.get("validations", { id });
    if (validation === undefined) throw new SlipwayError("input", `there is no validation ${String(id)}`);
    return {
      validation,
      startedAt: await tx.now(),
      ...(await expectationsFor(tx, parts.fleet, validation)),
      knownKey: await knownKeyOf(tx, validation),
      canary:
        judging.staged.length > 0 && (await tx.get("canary_nodes", { machine: validation.machine }))?.active === true,
    };
  });
  const { validation } = known;
  const named = runIndex === 1 && validation.first_checks.length > 0 ? validation.first_checks : validation.checks;
  const { checks } = checksFor(parts.fleet, validation, named);
  const unproven = known.canary ? undefined : stagedImage(judging, validation, known.image);
  return { ...known, pass: { attempt, runIndex, try: tried, kind }, judging, named, checks, unproven };
}

async function gatherFor(
  parts: RunnerParts,
  validation: Validation,
  { judging, named, checks, canary, expectations, unproven, knownKey, image }: Due,
  asking: Asking,
): Promise<Gathered> {
  const adapter = adapterOf(parts, validation);
  const host = hostOf(validation);
  if (unproven !== undefined) return nothingOf(host);
  const probes = checks.flatMap((id) => judging.checks.get(id)?.probes.map(({ probe }) => probe) ?? []);
  return gather(
    {
      adapter,
      host,
      limits: parts.limits,
      reader: parts.reader,
      ...asking,
      refuses: (reached) => changedKey(knownKey, reached, { node: validation.node, image }) !== undefined,
    },
    canary ? [...probes, ...probesOnTrial(judging.staged, validation, named, probes)] : probes,
    expectations,
  );
}

/** The trials of staged changes on a canary node's pass. */
function trialsOn(
  { fleet, reader }: RunnerParts,
  validation: Validation,
  { startedAt, judging, machine, pass, expectations, named, image }: Due,
  { node, outputs }: Gathered,
): Promise<readonly TrialRow[]> {
  const tried = {
    machine: machine.id,
    label: `pass ${String(validation.id)}/${String(pass.attempt)}/${String(pass.runIndex)}`,
    source: { node, outputs },
    expectations,
    subject: validation,
    checks: named,
    image,
  };
  return trialsOf({ judging, fleet, reader }, tried, startedAt);
}

/** Why a pass is not counted as judged, if it is not. */
function holdOf(
  { node }: Validation,
  { unproven, machine, knownKey, image }: Due,
  gathered: Gathered & Pick<ReadyPass, "verdict">,
  now: number,
): Hold | undefined {
  const retryAt = now + RETRY_MS;
  if (unproven !== undefined) return { code: "ImageStaged", reason: unproven, retryAt };
  const changed = changedKey(knownKey, gathered.reached, { node, image });
  // A re-image may become known later than the node answers.
  if (changed !== undefined) return { ...changed, retryAt };
  if (gathered.inUse !== undefined) return { code: "InUse", reason: `in use: ${gathered.inUse}`, retryAt };
  const other = otherMachine(machine, gathered.node, gathered.verdict === "pass");
  if (other === undefined) return undefined;
  const { reason, again } = other;
  return again ? { code: "MachineUnproven", reason, retryAt } : { code: "OtherMachine", reason, retryAt: null };
}

/** The host a validation's node is reached as. */
export const hostOf = ({ node, address, vendor, sku, cluster, rack }: Validation): Host => ({
  ...address,
  ...reachOf(address ?? {}),
  name: node,
  vendor: vendor ?? undefined,
  sku: sku ?? undefined,
  cluster: cluster ?? undefined,
  rack: rack ?? undefined,
});

/** A node is not asked while its image is tried on canary nodes. */
function stagedImage({ staged }: JudgingSet, { cluster }: Validation, image: string | null): string | undefined {
  const change = staged.find(
    ({ build }) =>
      build.kind === "image" && build.name === cluster && image !== null && build.body === JSON.stringify(image),
  );
  return change === undefined
    ? undefined
    : `the image ${String(image)} is staged: canary nodes prove it first (slipway canary status)`;
}

const nothingOf = ({ name }: Host): Gathered => ({
  node: { name },
  outputs: new Map(),
  inUse: undefined,
  reached: undefined,
});

/** Makes the evidence durable. */
async function keep({ blobs }: RunnerParts, { outputs }: Gathered): Promise<Record<string, EvidenceRef>> {
  const entries = [...outputs];
  const contents = entries.flatMap(([, { stdout, stderr }]) => [stdout ?? NOTHING, stderr]);
  const digests = await blobs.put(contents);
  return Object.fromEntries(
    entries.map(([id, { record, stdout, stderr }], index) => [
      id,
      {
        record: { ...(record as ProbeRecord) },
        out: stdout === undefined ? null : (digests[index * 2] ?? null),
        err: stderr.length > 0 ? (digests[index * 2 + 1] ?? null) : null,
        size: stdout?.length ?? 0,
      },
    ]),
  );
}

const NOTHING = new Uint8Array();
