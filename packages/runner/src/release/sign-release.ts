import { ReleaseDocument } from "@slipway/domain";
import { SlipwayError } from "@slipway/plugin-sdk";
import { errors, FlattenedSign, flattenedVerify, type CryptoKey, type FlattenedJWS } from "jose";

const TYPE = "slipway-release+json";
/** Headers that would let a document bring its own key. */
const OWN_KEYS = ["jwk", "jku", "x5c", "x5u", "x5t", "x5t#S256"];

/** A signed release: a JWS in flattened JSON (RFC 7515, 7.2.2), signed by Ed25519. */
export async function signRelease(
  document: ReleaseDocument,
  { key, kid }: { readonly key: CryptoKey | Uint8Array; readonly kid: string },
): Promise<string> {
  const payload = new TextEncoder().encode(JSON.stringify(document));
  const jws = await new FlattenedSign(payload).setProtectedHeader({ alg: "EdDSA", kid, typ: TYPE }).sign(key);
  return `${JSON.stringify(jws, null, 2)}\n`;
}

/** The content of a document that verifies, or why it does not. */
export type Verified =
  | { readonly ok: true; readonly document: ReleaseDocument; readonly kid: string }
  | { readonly ok: false; readonly why: string };

/**
 * Verifies a release against known keys, never against one of its own.
 *
 * @param text the file @param keys public keys by id
 * @throws SlipwayError of kind `input` for text that is not a JWS
 */
export async function verifyRelease(
  text: string,
  keys: ReadonlyMap<string, CryptoKey | Uint8Array>,
  file: string,
): Promise<Verified> {
  let jws: FlattenedJWS;
  try {
    jws = JSON.parse(text) as FlattenedJWS;
  } catch (error) {
    throw new SlipwayError("input", `${file}: is no JSON (${error instanceof Error ? error.message : String(error)})`);
  }
  if (
    typeof jws !== "object" ||
    jws === null ||
    typeof jws.payload !== "string" ||
    typeof jws.signature !== "string" ||
    typeof jws.protected !== "string"
  )
    throw new SlipwayError("input", `${file}: is no signed release: payload, protected and signature have to be there`);
  const extra = Object.keys(jws).filter((key) => !["payload", "protected", "signature"].includes(key));
  if (extra.length > 0) return { ok: false, why: `it has parts that are not signed: ${extra.join(", ")}` };
  try {
    const { payload, protectedHeader } = await flattenedVerify(
      jws,
      (header) => {
        const own = OWN_KEYS.filter((name) => header !== undefined && name in header);
        if (own.length > 0) throw new TypeError(`it brings a key of its own (${own.join(", ")})`);
        const key = keys.get(String(header?.kid));
        if (key === undefined)
          throw new TypeError(
            keys.size === 0
              ? "no public key is known"
              : `its key ${String(header?.kid)} is not among the known ones (${[...keys.keys()].join(", ")})`,
          );
        return key;
      },
      { algorithms: ["EdDSA"] },
    );
    if (protectedHeader?.typ !== TYPE)
      return { ok: false, why: `it is signed as ${String(protectedHeader?.typ)}, not as a release` };
    const parsed = ReleaseDocument.safeParse(JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(payload)));
    if (!parsed.success)
      return {
        ok: false,
        why: `its content is no release: ${parsed.error.issues[0]?.path.join(".") ?? ""} ${parsed.error.issues[0]?.message ?? ""}`,
      };
    return { ok: true, document: parsed.data, kid: String(protectedHeader.kid) };
  } catch (error) {
    if (error instanceof errors.JWSSignatureVerificationFailed)
      return { ok: false, why: "the signature is not of this content" };
    if (
      error instanceof errors.JOSEError ||
      error instanceof TypeError ||
      error instanceof SyntaxError ||
      error instanceof RangeError
    )
      return { ok: false, why: error.message };
    throw error;
  }
}

/** Contradictions inside a release: only by canary or override is a machine admitted without its passes. */
export function inconsistencies({ entry, lane, passes }: ReleaseDocument): string[] {
  const problems: string[] = [];
  if (entry === "override" || entry === "canary") return problems;
  if (lane === null) return [`it was let in as ${entry} without a lane`];
  const attempt = Math.max(0, ...passes.map((pass) => pass.attempt));
  const last = passes.filter((pass) => pass.attempt === attempt && pass.kind === "required");
  const counted = lane.policy.counting === "cumulative" ? passes.filter(({ kind }) => kind === "required") : last;
  const good = counted.filter(({ verdict }) => verdict === "pass").length;
  if (good < lane.passes_required)
    problems.push(`it has ${String(good)} passes of ${String(lane.passes_required)} that its lane requires`);
  if (last.some(({ verdict }) => verdict === "fail")) problems.push("a pass of its last attempt failed");
  const places = last.map((pass) => `${String(pass.run_index)}/${String(pass.try)}`);
  if (new Set(places).size !== places.length) problems.push("a pass is counted twice");
  return problems;
}
