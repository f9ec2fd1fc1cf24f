/**
 * What a vendor's refusal or silence means for whoever asked:
 * - `retry`: it may work the next time: no answer in time, a lost connection, a fault on the vendor's side;
 * - `throttled`: asked too often; `retryAfterMs` says how long to wait where the vendor said so;
 * - `auth`: the credentials are wrong, expired or not allowed to do this;
 * - `not-found`: the vendor has no such node, operation or ticket;
 * - `conflict`: something else is under way there, or the state is not the one that the call needs;
 * - `refused`: the vendor understood and will not do it;
 * - `fatal`: the answer makes no sense, so that asking again is in vain until somebody mends it.
 */
export type VendorErrorKind = "retry" | "throttled" | "auth" | "not-found" | "conflict" | "refused" | "fatal";

const MARK: unique symbol = Symbol.for("slipway.vendor-error") as never;

/** Thrown by every call of a `VendorSession` that fails. The mark survives two copies of this package in one process. */
export class VendorError extends Error {
  override readonly name = "VendorError";
  readonly [MARK] = true;
  readonly kind: VendorErrorKind;
  /** For how long the vendor wants not to be asked again, in milliseconds. */
  readonly retryAfterMs: number | undefined;
  /** What the vendor answered, as it came, for logs and for people: never for deciding. */
  readonly raw: unknown;

  constructor(
    kind: VendorErrorKind,
    message: string,
    options: { readonly retryAfterMs?: number; readonly raw?: unknown; readonly cause?: unknown } = {},
  ) {
    super(message, options.cause === undefined ? {} : { cause: options.cause });
    this.kind = kind;
    this.retryAfterMs = options.retryAfterMs;
    this.raw = options.raw;
  }

  static is(error: unknown, kind?: VendorErrorKind): error is VendorError {
    return (
      typeof error === "object" &&
      error !== null &&
      MARK in error &&
      (kind === undefined || kind === (error as VendorError).kind)
    );
  }
}
