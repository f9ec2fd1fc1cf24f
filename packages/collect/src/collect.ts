import { existsSync, mkdirSync, readFileSync, statSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { ReadableManifest, type Expectations } from "@slipway/domain";
import { SlipwayError, type ProbeCommand } from "@slipway/plugin-sdk";
import { setTimeout as sleep } from "node:timers/promises";
import {
  bundleFolder,
  collectHost,
  isPartial,
  type HostLimits,
  type HostOutcome,
  type HostTask,
} from "./collect-host.ts";
import { emitter, type CollectEvent, type CollectSummary, type HostTrouble } from "./events.ts";
import { createLimit } from "./limit.ts";
import { plan, type Selection } from "./plan.ts";
import type { Connection, Host, Transport } from "@slipway/plugin-sdk";

export interface CollectOptions {
  /** Takes a folder for each host, or with several rounds one for each round. */
  readonly out: string;
  readonly transport: Transport;
  readonly selection: Selection;
  /** What must be true of a host, and the file each part came from; written into its bundle. */
  readonly expectationsOf?:
    | ((host: Host) => { readonly expect: Expectations; readonly sources?: Readonly<Record<string, string>> })
    | undefined;
  /** Run probes as root by `sudo -n`. */
  readonly sudo?: boolean | undefined;
  /** Time limit of every probe, in place of its own. */
  readonly timeoutMs?: number | undefined;
  /** Cap of each stream of each probe; 64 MiB when absent, which is what a reader takes. */
  readonly maxBytes?: number | undefined;
  /** Hosts asked at a time; 128 when absent. */
  readonly concurrency?: number | undefined;
  /** Probes of one host at a time; 1 when absent. */
  readonly perHost?: number | undefined;
  /** Skip hosts whose bundle in `out` is complete. */
  readonly resume?: boolean | undefined;
  /** How many times hosts are asked; without end when only `everyMs` is given. Connections are held between rounds. */
  readonly rounds?: number | undefined;
  /** From the start of a round to the start of the next one. */
  readonly everyMs?: number | undefined;
  /** Ends running probes, keeps what there is, and asks no further host. */
  readonly signal?: AbortSignal | undefined;
  readonly onEvent?: ((event: CollectEvent) => void) | undefined;
}

const READER_LIMIT = 64 * 2 ** 20;

/**
 * Asks hosts for evidence and writes a bundle for each. Resolves with the last round's summary;
 * an abort is no error.
 *
 * @throws SlipwayError for what the user has to correct: an unknown probe, a key, a folder
 */
export async function collect(hosts: readonly Host[], options: CollectOptions): Promise<CollectSummary> {
  const { out, transport, everyMs, resume = false } = options;
  const rounds = options.rounds ?? (everyMs === undefined ? 1 : Infinity);
  const manyRounds = everyMs !== undefined || options.rounds !== undefined;
  const emit = emitter(options.onEvent);
  const limits: HostLimits = {
    perHost: options.perHost ?? 1,
    maxBytes: options.maxBytes ?? READER_LIMIT,
    timeoutMs: options.timeoutMs,
    sudo: options.sudo ?? false,
  };
  const tasks = hosts.map((host) => taskOf(host, options));
  const failure = new AbortController();
  const signal = options.signal === undefined ? failure.signal : AbortSignal.any([options.signal, failure.signal]);
  const held = new HeldConnections(transport);
  const start = performance.now();
  emit({ event: "started", hosts: hosts.length, out });
  try {
    for (let round = 1; ; round += 1) {
      const folder = manyRounds ? join(out, `round-${String(round).padStart(4, "0")}`) : out;
      makeFolder(folder);
      if (manyRounds) emit({ event: "round", round, out: folder });
      const roundStart = performance.now();
      const { outcomes, skipped } = await askHosts(tasks, {
        folder,
        resume,
        concurrency: options.concurrency ?? 128,
        held,
        last: round === rounds,
        failure,
        around: { limits, signal, emit },
      });
      const summary = summarise(outcomes, {
        hosts: hosts.length,
        skipped,
        aborted: signal.aborted,
        durationMs: Math.round(performance.now() - roundStart),
      });
      if (manyRounds) emit({ event: "round-done", round, ...summary });
      if (round < rounds && !signal.aborted) {
        const pause = start + round * (everyMs ?? 0) - performance.now();
        if (pause > 0) await sleep(pause, undefined, { signal }).catch(() => undefined);
      }
      if (round >= rounds || signal.aborted) {
        const last = { ...summary, aborted: signal.aborted };
        emit({ event: "summary", rounds: round, ...last });
        return last;
      }
    }
  } finally {
    held.releaseAll();
  }
}

interface Round {
  readonly folder: string;
  readonly resume: boolean;
  readonly concurrency: number;
  readonly held: HeldConnections;
  /** Whether no further round needs the connections. */
  readonly last: boolean;
  /** Aborts the other hosts once one fails by something that the user has to correct. */
  readonly failure: AbortController;
  readonly around: Pick<Parameters<typeof collectHost>[1], "limits" | "signal" | "emit">;
}

/** Asks every host once. */
async function askHosts(
  tasks: readonly HostTask[],
  { folder, resume, concurrency, held, last, failure, around }: Round,
): Promise<{ readonly outcomes: ReadonlyMap<string, HostOutcome>; readonly skipped: number }> {
  const { signal, emit } = around;
  const outcomes = new Map<string, HostOutcome>();
  let skipped = 0;
  const limit = createLimit(concurrency);
  const asked = tasks.map((task) =>
    limit(async () => {
      if (resume && isComplete(folder, task)) {
        skipped += 1;
        emit({ event: "host-skipped", host: task.host.name, bundle: bundleFolder(folder, task.host) });
        return;
      }
      try {
        const connect = (host: Host): Promise<Connection> => held.connect(host, signal);
        const outcome = await collectHost(task, { out: folder, connect, ...around });
        if (outcome !== undefined) outcomes.set(task.host.name, outcome);
      } catch (error) {
        failure.abort(); // the other hosts end their probes and keep what those printed
        throw error;
      } finally {
        if (last || signal.aborted) held.release(task.host);
      }
    }),
  );
  const broken = (await Promise.allSettled(asked)).find((result) => result.status === "rejected");
  if (broken !== undefined) throw broken.reason;
  return { outcomes, skipped };
}

/** Exit code of `collect`: 0 all probes of all hosts ran, 2 some host unreachable or partial, 130 interrupted. */
export function exitCodeOf({ aborted, complete, skipped, hosts }: CollectSummary): 0 | 2 | 130 {
  if (aborted) return 130;
  return complete + skipped === hosts ? 0 : 2;
}

function taskOf(host: Host, { selection, expectationsOf }: CollectOptions): HostTask {
  const expectations = expectationsOf?.(host);
  const { commands } = plan(expectations?.expect ?? {}, selection);
  return { host, commands, expect: expectations?.expect, sources: expectations?.sources };
}

function makeFolder(folder: string): void {
  try {
    // One level at a time: with `recursive`, Node 24 never returns for a folder below /proc.
    const missing: string[] = [];
    for (let at = resolve(folder); !existsSync(at); at = dirname(at)) missing.unshift(at);
    for (const path of missing) mkdirSync(path);
    if (!statSync(folder).isDirectory()) throw Object.assign(new Error("is no folder"), { code: "ENOTDIR" });
  } catch (error) {
    throw new SlipwayError(
      "input",
      `${folder}: the folder cannot be made (${(error as NodeJS.ErrnoException).code ?? String(error)})`,
      { cause: error },
    );
  }
}

/** Whether a host's bundle holds every planned probe, and none that was missed because of the host. */
function isComplete(out: string, { host, commands }: HostTask): boolean {
  let document: unknown;
  try {
    document = JSON.parse(readFileSync(join(bundleFolder(out, host), "bundle.json"), "utf8"));
  } catch {
    return false;
  }
  const parsed = ReadableManifest.safeParse(document);
  return (
    parsed.success &&
    commands.every(
      ({ id }: ProbeCommand) => id in parsed.data.probes && !isPartial(startErrorOf(parsed.data.probes[id])),
    )
  );
}

function startErrorOf(record: unknown): string | null {
  return typeof record === "object" &&
    record !== null &&
    "startError" in record &&
    typeof record.startError === "string"
    ? record.startError
    : null;
}

function summarise(
  outcomes: ReadonlyMap<string, HostOutcome>,
  rest: Pick<CollectSummary, "hosts" | "skipped" | "aborted" | "durationMs">,
): CollectSummary {
  const troubles = (state: HostOutcome["state"]): HostTrouble[] =>
    [...outcomes].filter(([, outcome]) => outcome.state === state).map(([host, { reason }]) => ({ host, reason }));
  const complete = [...outcomes.values()].filter(({ state }) => state === "complete").length;
  return { ...rest, complete, unreachable: troubles("unreachable"), partial: troubles("partial") };
}

/** Connections that outlive a round; one that was lost is opened anew. */
class HeldConnections {
  readonly #transport: Transport;
  readonly #open = new Map<Host, Connection>();

  constructor(transport: Transport) {
    this.#transport = transport;
  }

  async connect(host: Host, signal: AbortSignal): Promise<Connection> {
    const held = this.#open.get(host);
    if (held !== undefined && held.lost === undefined) return held;
    held?.close();
    const connection = await this.#transport.connect(host, signal);
    this.#open.set(host, connection);
    return connection;
  }

  release(host: Host): void {
    this.#open.get(host)?.close();
    this.#open.delete(host);
  }

  releaseAll(): void {
    for (const connection of this.#open.values()) connection.close();
    this.#open.clear();
  }
}
