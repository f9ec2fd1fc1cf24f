/** What is wrong with a text: whole but of no shape that its reader knows, or damaged or cut. */
export type TextFault = "unknown-shape" | "damaged";

/**
 * Thrown by a {@link Format} for text that is damaged, cut or of no known shape. It never leaves
 * `Evidence.read`: there it becomes the reason why the probe cannot be used.
 */
export class Unreadable extends Error {
  override readonly name = "Unreadable";
  readonly line: number | undefined;
  readonly path: string | undefined;
  /** The text is no document of the tool's form, so that its own words may stand around it (rule G3). */
  readonly noDocument: boolean;
  /** Absent: an unknown shape where the tool ended with exit code 0, else nothing but its failure. */
  readonly fault: TextFault | undefined;

  constructor(message: string, where: { line?: number; path?: string; noDocument?: boolean; fault?: TextFault } = {}) {
    super(message);
    this.fault = where.fault;
    this.line = where.line;
    this.path = where.path;
    this.noDocument = where.noDocument === true;
  }

  /** By name: a check that was built into one file brings its own copy of this class. */
  static is(error: unknown): error is Unreadable {
    return error instanceof Error && error.name === "Unreadable";
  }
}

/** The kinds of failure a caller can act on. A failed measurement is none of them: it is a verdict. */
export type ErrorKind = "input" | "config" | "unreachable" | "timeout" | "contract" | "bug";

const MARK: unique symbol = Symbol.for("slipway.error") as never;

/** An error that says what to do. The mark survives two copies of this package in one process. */
export class SlipwayError extends Error {
  override readonly name = "SlipwayError";
  readonly [MARK] = true;
  readonly kind: ErrorKind;
  readonly hint: string | undefined;

  constructor(kind: ErrorKind, message: string, options: { cause?: unknown; hint?: string } = {}) {
    super(message, options.cause === undefined ? {} : { cause: options.cause });
    this.kind = kind;
    this.hint = options.hint;
  }

  static is(error: unknown): error is SlipwayError {
    return typeof error === "object" && error !== null && MARK in error;
  }
}
