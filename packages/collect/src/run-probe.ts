import { randomBytes } from "node:crypto";
import type { Readable } from "node:stream";
import { isFiled, type FiledBytes, type ProbeCommand } from "@slipway/plugin-sdk";
import { Capture } from "./capture.ts";
import { readAnnouncement, recordedArgv } from "./program.ts";
import { partialReasons, type ExecOptions, type ExecResult } from "@slipway/plugin-sdk";

/** How a program ended. */
export interface Exit {
  readonly code: number | null;
  readonly signal: string | null;
}

/** A started program: a child process, or a channel of an ssh connection. */
export interface RunningProgram {
  readonly stdout: Readable;
  readonly stderr: Readable;
  /** Pid of its first process, where it is known before the announcement. */
  readonly pid?: number | undefined;
  readonly exited: Promise<Exit>;
  /** Settles after `exited`, once the streams are at their end; without it when the node went away. */
  readonly closed: Promise<void>;
  /** Stops listening to it, whether its streams end or not. */
  abandon(): void;
}

interface Ends {
  on(event: "exit", listener: (code: number | null, signal?: string | null) => void): unknown;
  on(event: "close", listener: () => void): unknown;
}

/**
 * Watches how a program ends. To be called in the same turn of the event loop that started it: a fast program's
 * output arrives together with the event that it was started.
 */
export function watchEnd(program: Ends): Pick<RunningProgram, "exited" | "closed"> {
  return {
    exited: new Promise((resolve) => program.on("exit", (code, signal) => resolve({ code, signal: signal ?? null }))),
    closed: new Promise((resolve) => program.on("close", resolve)),
  };
}

/** What a transport brings to run one probe. */
export interface Launcher {
  /** The program announces itself by `slipway NONCE …` lines (see program.ts). */
  readonly announced: boolean;
  /** Told what the run announced of itself, once it is over. */
  announcedBy?(announcement: string): void;
  /** Rejects with {@link CannotStart}. */
  launch(nonce: string): Promise<RunningProgram>;
  /** Ends all processes of the run. @returns pids that could not be ended; undefined when that is unknown */
  reap(nonce: string, leader: number | undefined): Promise<readonly number[] | undefined>;
}

/** The program did not start; `word` becomes the `startError`. */
export class CannotStart extends Error {
  readonly word: string;

  constructor(word: string, message: string) {
    super(message);
    this.word = word;
  }
}

/** How long the streams of an ended program are waited for: its children may still hold them open. */
const LINGER_MS = 1000;
/** How long the streams of a killed program are waited for. */
const DRAIN_MS = 1000;
/** How long the rest of the output of a program that ended by itself is waited for, on a busy host. */
const LAST_WORDS_MS = 5000;

/** A program that starts only after its run was given up is ended this much later, when its marker can be read. */
const LATE_MS = 500;

type Ending = "timeout" | "cap" | "abort" | "linger";

/** Runs one probe to its end, to its limits, or to its abort, and leaves nothing of it on the node. Never rejects. */
export function runProbe(launcher: Launcher, command: ProbeCommand, options: ExecOptions): Promise<ExecResult> {
  return new ProbeRun(launcher, command, options).result;
}

/** One run of a probe. It settles once; later events only clean up. */
class ProbeRun {
  readonly result: Promise<ExecResult>;
  readonly #resolve: (result: ExecResult) => void;
  readonly #launcher: Launcher;
  readonly #command: ProbeCommand;
  readonly #options: ExecOptions;
  readonly #nonce = randomBytes(12).toString("hex");
  readonly #startedAt = new Date().toISOString();
  readonly #start = performance.now();
  readonly #stdout: Capture;
  readonly #stderr: Capture;
  readonly #limit: NodeJS.Timeout | undefined;
  readonly #abort = (): void => this.#end("abort");
  #program: RunningProgram | undefined;
  #exit: Exit | undefined;
  #ending: Ending | undefined;
  #settled = false;
  #lingering: NodeJS.Timeout | undefined;

  constructor(launcher: Launcher, command: ProbeCommand, options: ExecOptions) {
    this.#launcher = launcher;
    this.#command = command;
    this.#options = options;
    const { promise, resolve } = Promise.withResolvers<ExecResult>();
    this.result = promise;
    this.#resolve = resolve;
    const { signal, maxBytes, budget, timeoutMs } = options;
    this.#stdout = new Capture(maxBytes, launcher.announced ? this.#nonce : undefined, budget);
    this.#stderr = new Capture(maxBytes, launcher.announced ? this.#nonce : undefined, budget);
    if (signal?.aborted === true) {
      this.#settle(partialReasons.aborted);
      return;
    }
    this.#limit = setTimeout(() => this.#end("timeout"), timeoutMs);
    signal?.addEventListener("abort", this.#abort, { once: true });
    launcher.launch(this.#nonce).then(
      (started) => this.#follow(started),
      (error: unknown) => {
        if (this.#ending === undefined) this.#settle(error instanceof CannotStart ? error.word : "failed");
      },
    );
  }

  /** Listens to a started program until it, or this run, is over. */
  #follow(started: RunningProgram): void {
    if (this.#settled) {
      started.abandon();
      setTimeout(() => void this.#launcher.reap(this.#nonce, started.pid).catch(() => undefined), LATE_MS);
      return;
    }
    this.#program = started;
    this.#collect(started.stdout, this.#stdout);
    this.#collect(started.stderr, this.#stderr);
    void started.exited.then((ended) => {
      this.#exit = ended;
      if (this.#ending === undefined && !this.#settled)
        this.#lingering = setTimeout(() => this.#end("linger"), LINGER_MS);
    });
    void started.closed.then(() => {
      if (this.#ending === undefined) this.#settle(this.#exit === undefined ? partialReasons.connectionLost : null);
    });
  }

  #collect(stream: Readable, capture: Capture): void {
    stream.on("data", (chunk: Buffer) => {
      capture.push(chunk);
      if (capture.truncated) this.#end("cap");
    });
    stream.on("error", () => undefined); // the end of the stream is reported as well
  }

  /** Ends the program and whatever it left. */
  #end(why: Ending): void {
    if (this.#ending !== undefined || this.#settled) return;
    this.#ending = why;
    clearTimeout(this.#limit);
    clearTimeout(this.#lingering);
    const leader =
      this.#exit === undefined ? (this.#program?.pid ?? readAnnouncement(this.#stderr.announcement)?.pid) : undefined;
    void (async () => {
      const left = await this.#launcher.reap(this.#nonce, leader).catch(() => undefined);
      if (this.#program !== undefined) await this.#drain(this.#program, why);
      this.#settle(why === "abort" ? partialReasons.aborted : null, left ?? "unknown");
    })();
  }

  async #drain(program: RunningProgram, why: Ending): Promise<void> {
    const drained = await Promise.race([
      program.closed.then(() => true),
      new Promise<false>(
        (done) => (this.#lingering = setTimeout(done, why === "linger" ? LAST_WORDS_MS : DRAIN_MS, false)),
      ),
    ]);
    // All its processes are gone and its streams are still open: how much output is missing is unknown.
    if (why === "linger" && !drained) this.#stdout.truncated = true;
    program.abandon();
  }

  #settle(startError: string | null, left?: ExecResult["left"]): void {
    if (this.#settled) return;
    this.#settled = true;
    clearTimeout(this.#limit);
    clearTimeout(this.#lingering);
    this.#options.signal?.removeEventListener("abort", this.#abort);
    this.#stdout.close();
    this.#stderr.close();
    if (this.#stderr.announcement !== undefined) this.#launcher.announcedBy?.(this.#stderr.announcement);
    const truncated = this.#stdout.truncated || this.#stderr.truncated;
    const [errors, failedExec] = withoutFailure(this.#stderr.contents(), this.#nonce);
    const word = startError ?? (failedExec === undefined ? this.#notStarted() : startWord(failedExec));
    this.#resolve({
      argv: recordedArgv(this.#command, this.#options.sudo ?? false),
      exitCode: word === null ? (this.#exit?.code ?? null) : null,
      signal: word === null ? (this.#exit?.signal ?? null) : null,
      timedOut: this.#ending === "timeout",
      startError: word,
      startedAt: this.#startedAt,
      durationMs: Math.round(performance.now() - this.#start),
      ...(truncated ? { truncated } : {}),
      stdout: this.#stdout.contents(),
      stderr: errors,
      ...(left === undefined || left.length === 0 ? {} : { left }),
    });
  }

  /** Why the program never ran, by what was announced and how the run ended. */
  #notStarted(): string | null {
    const exit = this.#exit;
    if (this.#launcher.announced) {
      const said = this.#stderr.announcement;
      if (said === undefined && exit !== undefined && this.#ending === undefined)
        return exit.code === 127 ? "not-found" : this.#options.sudo === true ? "permission" : "no-shell";
      if (said === "not-found" || said === "permission") return said;
    }
    const composite = this.#command.program !== undefined && (exit?.code === 127 || exit?.code === 126);
    return composite ? startWord(exit?.code ?? 127) : null;
  }
}

const startWord = (code: number): string => (code === 126 ? "permission" : "not-found");

/** Removes the wrapper's last line from stderr: the program exists, but could not be executed, and printed nothing. */
function withoutFailure(
  stderr: Buffer | FiledBytes,
  nonce: string,
): [rest: Buffer | FiledBytes, code: number | undefined] {
  if (isFiled(stderr)) return [stderr, undefined];
  const at = stderr.lastIndexOf(`slipway ${nonce} failed `);
  if (at < 0) return [stderr, undefined];
  return [stderr.subarray(0, at), Number.parseInt(stderr.toString("latin1", at).split(" ")[3] ?? "", 10)];
}
