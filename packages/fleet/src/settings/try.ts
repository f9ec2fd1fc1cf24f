import type { Expectations } from "@slipway/domain";
import { evidenceOfPass, recordOfPass, type EvidenceSource } from "@slipway/evidence";
import { codeNow, type Check } from "@slipway/plugin-sdk";
import { canaryGate, type Gate } from "@slipway/policy";
import type { Blobs, Row, Store, Tx } from "@slipway/store";
import type { World, StagedChange } from "./worlds.ts";
import {
  checksConcerned,
  faultsToCatch,
  negativeTrials,
  positiveTrial,
  type KnownFault,
  type Trying,
  type TrialRow,
} from "./trials.ts";

/** Canary nodes that have to pass under a change. */
const CANARIES = 2;

/** A staged change with what was tried, and whether it may become active. */
export interface ChangeStatus {
  readonly change: StagedChange;
  readonly trials: readonly Row<"canary_trials">[];
  readonly gate: Gate;
}

/** The standing of each staged change. */
export async function statusOf(
  store: Store,
  changes: readonly StagedChange[],
  active: World,
): Promise<readonly ChangeStatus[]> {
  const trials = await store.transaction((tx) =>
    tx.find("canary_trials", { where: { digest: { in: changes.map(({ build }) => build.digest) } }, orderBy: ["id"] }),
  );
  return changes.map((change) => {
    const { kind, name, digest } = change.build;
    const own = trials.filter((trial) => trial.kind === kind && trial.name === name && trial.digest === digest);
    const gate = canaryGate(
      own.map(({ control, subject, active_verdict, staged_verdict, good }) => ({
        control,
        subject,
        active: active_verdict,
        staged: staged_verdict,
        good,
      })),
      { canaries: CANARIES, faults: faultsToCatch(change, active) },
    );
    return {
      change,
      trials: own,
      gate:
        change.problem === undefined
          ? gate
          : { ...gate, open: false, missing: [`it cannot go with what is active: ${change.problem}`, ...gate.missing] },
    };
  });
}

/**
 * Tries staged changes on what is stored: the newest pass of each canary node (positive control), and
 * known faults of every check concerned, recorded or injected (negative control). Active and staged
 * judge the same bytes; nobody is released or banned by it.
 *
 * @param injected faults that need no node: the examples of a check
 * @returns how many trials were made
 */
export async function tryStored(
  store: Store,
  blobs: Blobs,
  {
    changes,
    injected,
    ...trying
  }: Trying & {
    readonly changes: readonly StagedChange[];
    readonly injected: (check: string) => readonly KnownFault[];
  },
): Promise<number> {
  const passes = await store.transaction(newestCanaryPasses);
  const rows: TrialRow[] = [];
  const add = async (...trials: readonly Promise<TrialRow | undefined | readonly TrialRow[]>[]): Promise<void> => {
    rows.push(...(await Promise.all(trials)).flatMap((made) => made ?? []));
  };
  for (const { pass, validation } of passes) {
    const read = await readPass(blobs, pass, validation);
    if (read === undefined) continue;
    const { vendor, sku, cluster, segment } = validation;
    const canary = {
      machine: pass.machine,
      label: labelOf(pass),
      ...read,
      subject: { vendor, sku, cluster, segment },
      checks: Object.keys(pass.judged_by.checks),
      image: pass.judged_by.image,
    };
    await add(...changes.map((change) => positiveTrial(change, trying, canary)));
  }
  const { active } = trying;
  const faults = new Map<string, readonly KnownFault[]>();
  for (const change of changes)
    for (const check of checksConcerned(change, active)) {
      const known = faults.get(check) ?? [
        ...(await recordedFaults(store, blobs, check, active.checks.get(check))),
        ...injected(check),
      ];
      faults.set(check, known);
      await add(...known.map((fault) => negativeTrials(change, trying, fault)));
    }
  await store.transaction((tx) => insertTrials(tx, rows));
  return rows.length;
}

export async function insertTrials(tx: Tx, rows: readonly TrialRow[]): Promise<void> {
  if (rows.length === 0) return;
  const ids = await tx.nextIds("event", rows.length);
  await tx.insert(
    "canary_trials",
    rows.map((row, index) => ({ id: ids[index] ?? 0, ...row })),
  );
}

async function newestCanaryPasses(tx: Tx): Promise<readonly { pass: Row<"passes">; validation: Row<"validations"> }[]> {
  const nodes = await tx.find("canary_nodes", { where: { active: true } });
  const passes = await tx.find("passes", {
    where: { machine: { in: nodes.map(({ machine }) => machine) } },
    orderBy: ["finished_at"],
  });
  const newest = [...new Map(passes.map((pass) => [pass.machine, pass])).values()];
  const validations = new Map(
    (await tx.find("validations", { where: { id: { in: newest.map(({ validation }) => validation) } } })).map((row) => [
      row.id,
      row,
    ]),
  );
  return newest.flatMap((pass) => {
    const validation = validations.get(pass.validation);
    return validation === undefined ? [] : [{ pass, validation }];
  });
}

/** For each fail code of a check, by its current name, the newest stored pass that failed with it. */
async function recordedFaults(
  store: Store,
  blobs: Blobs,
  check: string,
  now: Check | undefined,
): Promise<readonly KnownFault[]> {
  const results = await store.transaction((tx) => tx.find("results", { where: { check, verdict: "fail" } }));
  const byCode = new Map(
    results.flatMap((row) =>
      (row.findings ?? [])
        .filter(({ verdict }) => verdict === "fail")
        .map(({ code }) => [codeNow(now, code), row] as const),
    ),
  );
  const faults: KnownFault[] = [];
  for (const { validation, attempt, run_index, try: tried } of new Set(byCode.values())) {
    const { pass, of } = await store.transaction(async (tx) => ({
      pass: await tx.get("passes", { validation, attempt, run_index, try: tried }),
      of: await tx.get("validations", { id: validation }),
    }));
    const read = pass === undefined || of === undefined ? undefined : await readPass(blobs, pass, of);
    if (pass !== undefined && of !== undefined && read !== undefined)
      faults.push({
        label: labelOf(pass),
        machine: pass.machine,
        check,
        ...read,
        subject: { vendor: of.vendor, sku: of.sku, cluster: of.cluster, segment: of.segment },
      });
  }
  return faults;
}

const labelOf = ({ validation, attempt, run_index }: Row<"passes">): string =>
  `pass ${String(validation)}/${String(attempt)}/${String(run_index)}`;

/** A stored pass with all that it was judged by; undefined when some of its bytes are gone. */
async function readPass(
  blobs: Blobs,
  pass: Row<"passes">,
  validation: Row<"validations">,
): Promise<{ source: EvidenceSource; expectations: Expectations } | undefined> {
  const read = await evidenceOfPass(recordOfPass(pass, validation), (digest) => blobs.get(digest));
  const { node, outputs, expectations, absent } = read;
  return expectations === undefined || absent.length > 0 ? undefined : { source: { node, outputs }, expectations };
}
