/** The root key a document is known by (rule D11): 2.x, raw and 3.x share the first. */
export type Variant = "DCGM GPU Diagnostic" | "DCGM Diagnostic" | "DCGM Multi-Node Diagnostic";

/** A diagnostic run in one form, whichever variant of DCGM printed it. `path` is a JSON pointer into the document. */
export interface Diagnostic {
  readonly variant: Variant;
  /** Why the diagnostic could not run. */
  readonly runtimeError: Remark | undefined;
  readonly tests: readonly Test[];
  /** The GPUs that the document lists with a serial, or a word in its place; those of every host for a multi-node run. */
  readonly gpus: readonly Gpu[];
  /** Hosts of a multi-node run; empty for any other. */
  readonly hosts: readonly Host[];
  readonly globalErrors: readonly GlobalError[];
}

/** A text of the tool and where it stands. */
export interface Remark {
  readonly text: string;
  readonly path: string;
}

/** A test by its name as printed, with the rows of every place that prints it. */
export interface Test {
  readonly name: string;
  readonly rows: readonly Row[];
  /** What the test itself, or its summary, warns of besides its rows (rule D13). */
  readonly warnings: readonly Warning[];
  /** What the launcher of a multi-node run says went wrong. */
  readonly mpiErrors: readonly Remark[];
}

/** `skip` stands for `Not Run` too (rule D5). */
export type Status = "pass" | "fail" | "warn" | "skip";

export interface Row {
  readonly part: Part;
  /** Undefined when the row has none, or a word of no list (rule G5). */
  readonly status: Status | undefined;
  /** The status as printed. */
  readonly printed: string | undefined;
  readonly warnings: readonly Warning[];
  /** `host_id` of a multi-node run. */
  readonly host: number | undefined;
  readonly path: string;
}

/**
 * What a row speaks of (rule D6): some GPUs by index; the whole node, for a deployment test that
 * prints no GPU id; an entity that is no GPU; or a GPU that the row does not tell.
 */
export type Part =
  | { readonly kind: "gpus"; readonly indices: readonly number[] }
  | { readonly kind: "node" }
  | { readonly kind: "entity"; readonly name: string }
  | { readonly kind: "untold" };

/** Stands for a number whose text holds bytes that are no UTF-8 (rule G3). */
export const SPOILED = "spoiled";
/** A number as DCGM prints it; undefined where it prints none. */
export type PrintedNumber = number | typeof SPOILED | undefined;

/** The numbers are those of dcgm_errors.h. */
export interface Warning extends Remark {
  readonly severity: PrintedNumber;
  readonly errorId: PrintedNumber;
  readonly category: PrintedNumber;
}

export interface GlobalError extends Warning {
  readonly host: number | undefined;
}

export interface Gpu {
  readonly index: number;
  /** Undefined where a word that stands for no value is printed (rule G8). */
  readonly serial: string | undefined;
  readonly printed: string;
  readonly host: number | undefined;
  readonly path: string;
}

export interface Host {
  readonly id: number | undefined;
  readonly name: string | undefined;
}

/** Whether a row reads Fail or Warn, which is one too (rule D4); what its warnings make of it is rule D0. */
export function fails(row: Row): boolean {
  return row.status === "fail" || row.status === "warn";
}
