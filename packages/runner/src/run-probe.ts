import { randomBytes } from "node:crypto";
import type { Readable } from "node:stream";
import type { ProbeCommand } from "@slipway/plugin-sdk";
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
  /** Its first process, when that is known without an announcement. */
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
 * Watches how a program ends. To be called in the turn of the event loop that started it: the answer
 * of a fast one comes together with the news that it runs.
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
  /** Ends all that the run left; returns the pids that would not go, undefined when nobody could look. */
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

/** A program that has ended may leave children that hold its streams; so long they are waited for. */
const LINGER_MS = 1000;
/** Streams of a program that was ended close within this time, or never. */
const DRAIN_MS = 1000;
/** A program that ended by itself said all of it: on a busy host its last words take their time. */
const LAST_WORDS_MS = 5000;

/** What starts after it was given up is ended once its marker can be seen. */
const LATE_MS = 500;

type Ending = "timeout" | "cap" | "abort" | "linger";

/** Runs one probe to its end, to its limits, or to its abort, and leaves nothing of it on the node. Never rejects. */
export function runProbe(launcher: Launcher, command: ProbeCommand, options: ExecOptions): Promise<ExecResult> {
  const { timeoutMs, maxBytes, sudo = false, signal } = options;
  const nonce = randomBytes(12).toString("hex");
  const startedAt = new Date().toISOString();
  const start = performance.now();
  const stdout = new Capture(maxBytes, launcher.announced ? nonce : undefined);
  const stderr = new Capture(maxBytes, launcher.announced ? nonce : undefined);

  return new Promise((resolve) => {
    let program: RunningProgram | undefined;
    let exit: Exit | undefined;
    let ending: Ending | undefined;
    let settled = false;
    let lingering: NodeJS.Timeout | undefined;

    const settle = (startError: string | null, left?: ExecResult["left"]): void => {
      if (settled) return;
      settled = true;
      clearTimeout(limit);
      clearTimeout(lingering);
      signal?.removeEventListener("abort", abort);
      stdout.close();
      stderr.close();
      if (stderr.announcement !== undefined) launcher.announcedBy?.(stderr.announcement);
      const truncated = stdout.truncated || stderr.truncated;
      const [errors, failedExec] = withoutFailure(stderr.bytes(), nonce);
      const word = startError ?? (failedExec === undefined ? notStarted() : startWord(failedExec));
      resolve({
        argv: recordedArgv(command, sudo),
        exitCode: word === null ? (exit?.code ?? null) : null,
        signal: word === null ? (exit?.signal ?? null) : null,
        timedOut: ending === "timeout",
        startError: word,
        startedAt,
        durationMs: Math.round(performance.now() - start),
        ...(truncated ? { truncated } : {}),
        stdout: stdout.bytes(),
        stderr: errors,
        ...(left === undefined || left.length === 0 ? {} : { left }),
      });
    };

    /** Why the program never ran, by what was announced and how the run ended. */
    const notStarted = (): string | null => {
      if (launcher.announced) {
        const said = stderr.announcement;
        if (said === undefined && exit !== undefined && ending === undefined)
          return exit.code === 127 ? "not-found" : sudo ? "permission" : "no-shell";
        if (said === "not-found" || said === "permission") return said;
      }
      const composite = command.program !== undefined && (exit?.code === 127 || exit?.code === 126);
      return composite ? startWord(exit?.code ?? 127) : null;
    };

    const end = (why: Ending): void => {
      if (ending !== undefined || settled) return;
      ending = why;
      clearTimeout(limit);
      clearTimeout(lingering);
      const leader = exit === undefined ? (program?.pid ?? readAnnouncement(stderr.announcement)?.pid) : undefined;
      void (async () => {
        const left = await launcher.reap(nonce, leader).catch(() => undefined);
        if (program !== undefined) {
          const closed = program.closed.then(() => true);
          const drained = await Promise.race([
            closed,
            new Promise<false>(
              (done) => (lingering = setTimeout(done, why === "linger" ? LAST_WORDS_MS : DRAIN_MS, false)),
            ),
          ]);
          // Nobody is left who could say more, and still it did not end: what is missing is not known.
          if (why === "linger" && !drained) stdout.truncated = true;
          program.abandon();
        }
        settle(why === "abort" ? partialReasons.aborted : null, left ?? "unknown");
      })();
    };
    const abort = (): void => end("abort");
    const limit = setTimeout(() => end("timeout"), timeoutMs);
    if (signal?.aborted === true) {
      settle(partialReasons.aborted);
      return;
    }
    signal?.addEventListener("abort", abort, { once: true });

    launcher.launch(nonce).then(
      (started) => {
        if (settled) {
          started.abandon();
          setTimeout(() => void launcher.reap(nonce, started.pid).catch(() => undefined), LATE_MS);
          return;
        }
        program = started;
        const collect = (stream: Readable, capture: Capture): void => {
          stream.on("data", (chunk: Buffer) => {
            capture.push(chunk);
            if (capture.truncated) end("cap");
          });
          stream.on("error", () => undefined); // its end says the same
        };
        collect(started.stdout, stdout);
        collect(started.stderr, stderr);
        void started.exited.then((ended) => {
          exit = ended;
          if (ending === undefined && !settled) lingering = setTimeout(() => end("linger"), LINGER_MS);
        });
        void started.closed.then(() => {
          if (ending === undefined) settle(exit === undefined ? partialReasons.connectionLost : null);
        });
      },
      (error: unknown) => {
        if (ending === undefined) settle(error instanceof CannotStart ? error.word : "failed");
      },
    );
  });
}

const startWord = (code: number): string => (code === 126 ? "permission" : "not-found");

/** Takes the wrapper's last word off stderr: the program was there, but could not be executed. */
function withoutFailure(stderr: Buffer, nonce: string): [rest: Buffer, code: number | undefined] {
  const at = stderr.lastIndexOf(`slipway ${nonce} failed `);
  if (at < 0) return [stderr, undefined];
  return [stderr.subarray(0, at), Number.parseInt(stderr.toString("latin1", at).split(" ")[3] ?? "", 10)];
}
