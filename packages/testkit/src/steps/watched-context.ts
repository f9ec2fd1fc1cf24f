import type { ActContext, Connection, ExecOptions, ExecResult, ProbeCommand, VendorSession } from "@slipway/plugin-sdk";
import { SlipwayError } from "@slipway/plugin-sdk";
import { execResult } from "../exec-result.ts";
import type { StepWorld } from "./step-world.ts";

/** One call of a step to the outside. */
export interface OutsideCall {
  /** `vendor`: a method of a session; `connect`: a way to a node; `exec`: a command on it. */
  readonly port: "vendor" | "connect" | "exec";
  /** The method, the node or the command. */
  readonly name: string;
  /** The vendor account, of a call to one. */
  readonly account?: string;
  readonly signal?: AbortSignal | undefined;
  /** How long it may take: `deadlineMs` to a vendor, `timeoutMs` on a node. */
  readonly withinMs?: number | undefined;
  readonly key?: string | undefined;
  /** Whether it changed the world. */
  changed: boolean;
}

/** What goes wrong with one call. */
export type Mishap =
  /** Nothing is done. On a node, a result is given instead of an error. */
  | { readonly kind: "fails"; readonly error: Error; readonly result?: Partial<ExecResult> }
  /** It is done, and the answer is lost. */
  | { readonly kind: "answer-lost"; readonly error: Error; readonly result?: Partial<ExecResult> }
  /** It is not answered before its signal is aborted. */
  | { readonly kind: "hangs" }
  /** The worker dies before or after it. */
  | { readonly kind: "crash"; readonly when: "before" | "after" };

/** What a run of a step is given, and what may go wrong in it. */
export interface WatchOptions {
  readonly key?: string;
  readonly signal?: AbortSignal;
  readonly deadlineMs?: number;
  /** What goes wrong with the call of this number, counted from 0. */
  readonly mishap?: (number: number, call: OutsideCall) => Mishap | undefined;
}

/** A context over a world, with every call that was made by it. */
export interface Watched {
  readonly context: ActContext;
  readonly calls: OutsideCall[];
  /** Rejects when the worker dies by a mishap; a promise of the step is worth nothing after that. */
  readonly death: Promise<never>;
}

/** Thrown by {@link Watched.death}. */
export class WorkerDied extends Error {
  override readonly name = "WorkerDied";
}

const NOW = Date.parse("2026-01-01T00:00:00Z");
const never = (): Promise<never> => new Promise<never>(() => undefined);

/** The context that a step is given: every call to the world is written down, and fails where the caller says so. */
export function watchedContext(world: StepWorld, options: WatchOptions = {}): Watched {
  const { key = "validation/1/act/1", signal = new AbortController().signal, deadlineMs = 30_000 } = options;
  const calls: OutsideCall[] = [];
  const dying = Promise.withResolvers<never>();
  dying.promise.catch(() => undefined);
  const watch: Watch = { world, calls, mishap: options.mishap ?? (() => undefined), die: dying.reject };
  const missing = (what: string) => (): never => {
    throw new SlipwayError("contract", `this world has no ${what}`);
  };
  const context: ActContext = {
    signal,
    deadlineMs,
    key,
    fence: 1,
    now: () => Promise.resolve(NOW),
    log: { info: () => undefined, warn: () => undefined },
    vendor: (account) =>
      watchedSession(watch, account, world.vendor === undefined ? missing("vendor")() : world.vendor(account)),
    exec: async (host) => {
      const call: OutsideCall = { port: "connect", name: host.name, signal, changed: false };
      const connection = await outside(watch, call, async () =>
        world.exec === undefined ? missing("nodes")() : world.exec(host),
      );
      return watchedConnection(watch, connection as Connection);
    },
    scheduler: missing("scheduler"),
    bmc: missing("management controller"),
    notify: missing("people"),
  };
  return { context, calls, death: dying.promise };
}

interface Watch {
  readonly world: StepWorld;
  readonly calls: OutsideCall[];
  readonly mishap: NonNullable<WatchOptions["mishap"]>;
  readonly die: (reason: Error) => void;
}

/** Makes one call, or lets it go wrong. */
async function outside(watch: Watch, call: OutsideCall, run: () => Promise<unknown>): Promise<unknown> {
  const { world, calls, mishap, die } = watch;
  const fault = mishap(calls.length, call);
  calls.push(call);
  const died = (): Promise<never> => {
    die(new WorkerDied(`the worker died at ${call.port} ${call.name}`));
    return never();
  };
  if (fault?.kind === "crash" && fault.when === "before") return died();
  if (fault?.kind === "hangs") return untilAborted(call);
  if (fault?.kind === "fails") return wrong(call, fault);
  const before = world.changes().length;
  const answer = await run();
  call.changed = world.changes().length > before;
  if (fault?.kind === "crash") return died();
  return fault?.kind === "answer-lost" ? wrong(call, fault) : answer;
}

/** A command on a node never rejects: what went wrong is said by its result. */
function wrong({ port }: OutsideCall, { error, result }: Extract<Mishap, { error: Error }>): Promise<unknown> {
  return port === "exec"
    ? Promise.resolve(execResult("", result ?? { startError: "connection-lost", exitCode: null }))
    : Promise.reject(error);
}

function untilAborted({ port, signal }: OutsideCall): Promise<unknown> {
  return new Promise((resolve, reject) => {
    signal?.addEventListener("abort", () => {
      if (port === "exec") resolve(execResult("", { startError: "aborted", exitCode: null }));
      else reject(signal.reason as Error);
    });
  });
}

function watchedSession(watch: Watch, account: string, session: VendorSession): VendorSession {
  return new Proxy(session, {
    get(target, name, receiver) {
      const value: unknown = Reflect.get(target, name, receiver);
      if (typeof value !== "function" || name === "close") return value;
      return (...args: unknown[]) => {
        const options = args.at(-1) as { signal?: AbortSignal; deadlineMs?: number; key?: string } | undefined;
        const call: OutsideCall = {
          port: "vendor",
          name: String(name),
          account,
          signal: options?.signal,
          withinMs: options?.deadlineMs,
          key: options?.key,
          changed: false,
        };
        return outside(watch, call, () =>
          Promise.resolve((value as (...given: unknown[]) => unknown).apply(target, args)),
        );
      };
    },
  });
}

function watchedConnection(watch: Watch, connection: Connection): Connection {
  return {
    ...(connection.reached && { reached: connection.reached }),
    get lost() {
      return connection.lost;
    },
    exec: (command: ProbeCommand, options: ExecOptions) => {
      const { signal, timeoutMs: withinMs } = options;
      const call: OutsideCall = { port: "exec", name: command.id, signal, withinMs, changed: false };
      return outside(watch, call, () => connection.exec(command, options)) as Promise<ExecResult>;
    },
    close: () => {
      connection.close();
    },
  };
}
