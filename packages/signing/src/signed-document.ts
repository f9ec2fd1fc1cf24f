import { errors, FlattenedSign, flattenedVerify, type FlattenedJWS } from "jose";
import type { z } from "zod";
import { ALGORITHM, type Key, type SigningKey } from "./key-file.ts";

/** Headers that would let a document bring its own key. */
const OWN_KEYS = ["jwk", "jku", "x5c", "x5u", "x5t", "x5t#S256"];
const PARTS = ["payload", "protected", "signature"] as const;

/** A signed document: a JWS in flattened JSON (RFC 7515, 7.2.2) whose header is protected whole. */
export type SignedDocument = { readonly [part in (typeof PARTS)[number]]: string };

/** A kind of document that is signed. */
export interface DocumentKind<T> {
  /** The `typ` in the protected header, so that one kind is never taken for another. */
  readonly type: string;
  /** In reasons, such as `a release`. */
  readonly name: string;
  readonly schema: z.ZodType<T>;
}

/** The content of a document that verifies, or why it does not. */
export type VerifiedDocument<T> =
  { readonly ok: true; readonly content: T; readonly kid: string } | { readonly ok: false; readonly why: string };

/** Signs a document by Ed25519. */
export async function signDocument<T>(
  { type }: DocumentKind<T>,
  content: T,
  { key, kid }: SigningKey,
): Promise<SignedDocument> {
  const payload = new TextEncoder().encode(JSON.stringify(content));
  const jws = await new FlattenedSign(payload).setProtectedHeader({ alg: ALGORITHM, kid, typ: type }).sign(key);
  return { payload: jws.payload, protected: String(jws.protected), signature: jws.signature };
}

/** Whether a value has the parts of a signed document. It may have others beside, which are then not signed. */
export function isSigned(value: unknown): value is SignedDocument {
  if (typeof value !== "object" || value === null) return false;
  return PARTS.every((part) => typeof (value as Readonly<Record<string, unknown>>)[part] === "string");
}

/**
 * Verifies a document against keys that the caller knows, never against one of its own.
 *
 * @param keyOf the key of an id @throws TypeError from `keyOf`, with the reason, for an id that is not known
 */
export async function verifyDocument<T>(
  { type, name, schema }: DocumentKind<T>,
  signed: SignedDocument,
  keyOf: (kid: string) => Key | Promise<Key>,
): Promise<VerifiedDocument<T>> {
  const extra = Object.keys(signed).filter((part) => !(PARTS as readonly string[]).includes(part));
  if (extra.length > 0) return { ok: false, why: `it has parts that are not signed: ${extra.join(", ")}` };
  try {
    const { payload, protectedHeader } = await flattenedVerify(
      signed as FlattenedJWS,
      (header) => {
        const own = OWN_KEYS.filter((header_) => header !== undefined && header_ in header);
        if (own.length > 0) throw new TypeError(`it brings a key of its own (${own.join(", ")})`);
        return keyOf(String(header?.kid));
      },
      { algorithms: [ALGORITHM] },
    );
    if (protectedHeader?.typ !== type)
      return { ok: false, why: `it is signed as ${String(protectedHeader?.typ)}, not as ${name}` };
    const parsed = schema.safeParse(JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(payload)));
    if (parsed.success) return { ok: true, content: parsed.data, kid: String(protectedHeader.kid) };
    const [issue] = parsed.error.issues;
    return {
      ok: false,
      why: `its content is no ${nounOf(name)}: ${issue?.path.join(".") ?? ""} ${issue?.message ?? ""}`,
    };
  } catch (error) {
    if (error instanceof errors.JWSSignatureVerificationFailed)
      return { ok: false, why: "the signature is not of this content" };
    if (isOfContent(error)) return { ok: false, why: error.message };
    throw error;
  }
}

const nounOf = (name: string): string => name.replace(/^an? /, "");

/** Whether an error says that a document is malformed, rather than that this program is. */
const isOfContent = (error: unknown): error is Error =>
  error instanceof errors.JOSEError ||
  error instanceof TypeError ||
  error instanceof SyntaxError ||
  error instanceof RangeError ||
  error instanceof DOMException;
