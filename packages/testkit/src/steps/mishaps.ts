import { SlipwayError, VendorError, type ExecResult, type VendorErrorKind } from "@slipway/plugin-sdk";
import type { Mishap, OutsideCall, WatchOptions } from "./watched-context.ts";

/** Kinds of a vendor's error after which it is certain that nothing was done. */
const NOTHING_DONE: readonly VendorErrorKind[] = ["throttled", "auth", "not-found", "conflict", "refused"];
/** Kinds after which it may have been done. */
const MAYBE_DONE: readonly VendorErrorKind[] = ["retry", "fatal"];

/** How long the vendor of a mishap wants not to be asked again. */
export const RETRY_AFTER_MS = 90_000;

/** A mishap, and what it proves of the call. */
export interface Failure {
  readonly mishap: Extract<Mishap, { error: Error }>;
  readonly words: string;
  /** Whether it proves that nothing was done. */
  readonly nothingDone: boolean;
}

const vendorFailure = (kind: VendorErrorKind): Failure => ({
  mishap: { kind: "fails", error: new VendorError(kind, `a mishap of kind ${kind}`, { retryAfterMs: RETRY_AFTER_MS }) },
  words: `fails with VendorError ${kind}`,
  nothingDone: NOTHING_DONE.includes(kind),
});

const execFailure = (words: string, result: Partial<ExecResult>, nothingDone = false): Failure => ({
  mishap: { kind: "fails", error: new Error(words), result },
  words,
  nothingDone,
});

const ON_A_NODE: readonly Failure[] = [
  execFailure("loses its connection", { startError: "connection-lost", exitCode: null }),
  execFailure("is ended for taking too long", { timedOut: true, exitCode: null, signal: "SIGKILL" }),
  execFailure("exits 1 and prints nothing", { exitCode: 1 }, true),
  execFailure("cannot be started", { startError: "not-found", exitCode: null }, true),
];

const UNREACHABLE: Failure = {
  mishap: { kind: "fails", error: new SlipwayError("unreachable", "connection timed out") },
  words: "does not reach the node",
  nothingDone: true,
};

/** Everything by which a call can fail. */
export function failuresOf({ port }: OutsideCall): readonly Failure[] {
  if (port === "connect") return [UNREACHABLE];
  return port === "exec" ? ON_A_NODE : [...NOTHING_DONE, ...MAYBE_DONE].map(vendorFailure);
}

/** What a command prints that it never prints: text of no known form, and none at all, with exit code 0. */
export const UNREADABLE: readonly Failure[] = [
  execFailure("prints what nobody knows", { stdout: Buffer.from("?!\u0000 cafe\n") }),
  execFailure("prints nothing", {}),
];

/** The call is done, and its answer is lost. */
export const ANSWER_LOST: Mishap = { kind: "answer-lost", error: new VendorError("retry", "the connection was reset") };

/** The mishap strikes the call of this number alone. */
export const at = (number: number, mishap: Mishap): Pick<WatchOptions, "mishap"> => ({
  mishap: (now) => (now === number ? mishap : undefined),
});
