import type {
  Attribution,
  BanCause,
  EntryKind,
  Finding,
  JudgedBy,
  PassKind,
  EvidenceRef,
  ReasonCode,
  StoredReleaseRecord,
  ValidationStatus,
  Trigger,
  PassPolicy,
  CanaryCoin,
  Verdict,
} from "@slipway/domain";
import { bigint, bool, float, int, json, orNull, table, text, texts, time } from "./columns.ts";
import { header } from "./header.ts";

/** The proof of one machine, from its appearance to its release or its ban. */
export const validations = table(
  {
    id: bigint(),
    machine: bigint(),
    /** Where the machine was when it was planned; evidence says where each pass found it. */
    node: text(),
    address: orNull(json<Readonly<Record<string, unknown>>>()),
    adapter: text(),
    vendor: orNull(text()),
    sku: orNull(text()),
    cluster: orNull(text()),
    rack: orNull(text()),
    segment: orNull(text()),
    trigger: text<Trigger>(),
    lane: text(),
    /** Content hash of the lane file this validation is judged by. */
    lane_digest: text(),
    lane_reason: text(),
    checks: texts(),
    /** Checks of the first pass where it has more than the others: after one part changed, the rest of the machine. */
    first_checks: texts(),
    passes_required: int(),
    passes_done: int(),
    policy: json<PassPolicy>(),
    attempt: int(),
    /** Index within the attempt of the pass that is due, from 1. */
    run_index: int(),
    /** Inconclusive tries of that pass so far. */
    tries: int(),
    status: text<ValidationStatus>(),
    /** Why it has this status, as a code for programs. */
    reason_code: text<ReasonCode>(),
    /** The same in words, for people. */
    reason: text(),
    /** Who has to act next: a team or a person. */
    owner: orNull(text()),
    priority: int(),
    coin: orNull(json<CanaryCoin>()),
    /** The attempt goes on with its passes after a failure, for the statistics; drawn when it was planned. */
    keeps_running: bool(),
    /** It took the machine out of service when it claimed it. */
    from_service: bool(),
    /** The intent being carried out. */
    acting: orNull(text()),
    due_at: orNull(time()),
    /** Failed ticks in a row, for the pause before the next. */
    failures: int(),
    /** The error of the last failed tick; null when the last tick went well. */
    last_error: orNull(text()),
    created_at: time(),
    started_at: orNull(time()),
    finished_at: orNull(time()),
    /** Optimistic lock: one higher with every change, and a write names the one that it read. */
    revision: bigint(),
    /** Rises with every change of what is wanted of it. */
    spec_generation: bigint(),
  },
  {
    key: ["id"],
    uniqueWhere: [{ columns: ["machine"], where: { status: { in: ["queued", "running", "held"] } } }],
    indexes: [["machine"], ["status"], ["due_at"], ["cluster"], ["cluster", "status"], ["cluster", "priority"]],
  },
);

/** One run of all required checks. `try` counts the inconclusive ones before it. */
export const passes = table(
  {
    validation: bigint(),
    attempt: int(),
    run_index: int(),
    try: int(),
    kind: text<PassKind>(),
    machine: bigint(),
    node: text(),
    cluster: orNull(text()),
    verdict: text<Exclude<Verdict, "not-applicable">>(),
    failed_checks: texts(),
    boot_id: orNull(text()),
    system_serial: orNull(text()),
    gpu_serials: texts(),
    gpu_uuids: texts(),
    /** `SHA256:…` of the host key that the node proved to have; null where the way to it has none. */
    host_key: orNull(text()),
    /** The jump host that it was reached through, or `direct`. */
    route: orNull(text()),
    started_at: time(),
    finished_at: time(),
    node_hours: float(),
    judged_by: json<JudgedBy>(),
    evidence: json<Readonly<Record<string, EvidenceRef>>>(),
  },
  { key: ["validation", "attempt", "run_index", "try"], indexes: [["machine"]] },
);

/** What each check concluded in a pass. */
export const results = table(
  {
    validation: bigint(),
    attempt: int(),
    run_index: int(),
    try: int(),
    check: text(),
    version: text(),
    verdict: text<Verdict>(),
    findings: orNull(json<readonly Finding[]>()),
  },
  { key: ["validation", "attempt", "run_index", "try", "check"], indexes: [["check", "verdict"]] },
);

/** What was proven when a machine was let in. It ends once nobody has to be told of it any more. */
export const releases = table(
  {
    id: bigint(),
    ...header,
    validation: orNull(bigint()),
    machine: bigint(),
    node: text(),
    cluster: orNull(text()),
    vendor: orNull(text()),
    sku: orNull(text()),
    segment: orNull(text()),
    entry: text<EntryKind>(),
    at: time(),
    decided_by: text(),
    record: json<StoredReleaseRecord>(),
  },
  { key: ["id"], unique: [["validation"]], indexes: [["machine"], ["due_at"]] },
);

/**
 * A machine taken out of service for bad health, until it is lifted. A correction of its cause is a further spec
 * generation, which exports call its revision.
 */
export const bans = table(
  {
    id: bigint(),
    ...header,
    machine: bigint(),
    node: text(),
    cluster: orNull(text()),
    vendor: orNull(text()),
    sku: orNull(text()),
    segment: orNull(text()),
    at: time(),
    cause: text<BanCause>(),
    attribution: json<Attribution>(),
    /** Why the machine was banned, in words. */
    why: text(),
    by: text(),
    source: text(),
    /** The sender's own id, so that an import twice is one ban. */
    external_id: orNull(text()),
    validation: orNull(bigint()),
    /** It took the machine out of service, or a validation that did so led to it. */
    from_service: bool(),
    /** The release that admitted the machine before: with one, this is a re-ban. */
    release: orNull(bigint()),
    lifted_at: orNull(time()),
    lifted_by: orNull(text()),
    lift_reason: orNull(text()),
  },
  {
    key: ["id"],
    unique: [["source", "external_id"]],
    uniqueWhere: [{ columns: ["machine", "source"], where: { lifted_at: null } }],
    indexes: [["machine"], ["at"], ["machine", "lifted_at"], ["cluster"], ["due_at"]],
  },
);

/** History from before Slipway, by serial: attempts with their runs, and admissions and bans. */
export const imported_attempts = table(
  {
    attempt_id: text(),
    machine: orNull(bigint()),
    serial: orNull(text()),
    body: json<Readonly<Record<string, unknown>>>(),
    runs: json<readonly Readonly<Record<string, unknown>>[]>(),
  },
  { key: ["attempt_id"], indexes: [["machine"]] },
);
export const imported_events = table(
  {
    event_id: text(),
    revision: int(),
    event_type: text(),
    machine: orNull(bigint()),
    serial: orNull(text()),
    at: time(),
    body: json<Readonly<Record<string, unknown>>>(),
  },
  { key: ["event_id", "revision"], indexes: [["machine"], ["serial"]] },
);

/** Canary nodes by pool; proven-good machines on which a change is tried first. */
export const canary_nodes = table(
  { machine: bigint(), pool: text(), since: time(), by: text(), active: bool() },
  { key: ["machine"], indexes: [["pool"]] },
);

/** Builds of checks, expectations files, lanes and images by content: which is active, which is staged. */
export const builds = table(
  {
    kind: text<"check" | "expectation" | "lane" | "image">(),
    name: text(),
    digest: text(),
    version: text(),
    state: text<"active" | "staged" | "rejected" | "retired">(),
    body: orNull(text()),
    first_seen: time(),
    since: time(),
    why: text(),
  },
  {
    key: ["kind", "name", "digest"],
    uniqueWhere: [{ columns: ["kind", "name"], where: { state: "active" } }],
    indexes: [["kind", "name"], ["state"]],
  },
);

/** What a staged build did on a canary's evidence or on a negative control. */
export const canary_trials = table(
  {
    id: bigint(),
    kind: text<"check" | "expectation" | "lane" | "image">(),
    name: text(),
    digest: text(),
    control: text<"positive" | "negative">(),
    machine: orNull(bigint()),
    subject: text(),
    active_verdict: orNull(text<Verdict>()),
    staged_verdict: text<Verdict>(),
    good: bool(),
    why: text(),
    at: time(),
  },
  { key: ["id"], indexes: [["kind", "name", "digest"]] },
);
