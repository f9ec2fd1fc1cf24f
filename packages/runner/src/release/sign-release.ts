import { ReleaseDocument } from "@slipway/domain";
import { SlipwayError } from "@slipway/plugin-sdk";
import { isSigned, signDocument, verifyDocument, type DocumentKind, type Key, type SigningKey } from "@slipway/signing";

const RELEASE: DocumentKind<ReleaseDocument> = {
  type: "slipway-release+json",
  name: "a release",
  schema: ReleaseDocument,
};

/** The text of a signed release. */
export const signRelease = async (document: ReleaseDocument, key: SigningKey): Promise<string> =>
  `${JSON.stringify(await signDocument(RELEASE, document, key), null, 2)}\n`;

/** The content of a document that verifies, or why it does not. */
export type Verified =
  | { readonly ok: true; readonly document: ReleaseDocument; readonly kid: string }
  | { readonly ok: false; readonly why: string };

/**
 * Verifies a release against known keys, never against one of its own.
 *
 * @param text the file @param keys public keys by id
 * @throws SlipwayError of kind `input` for text that is no signed document
 */
export async function verifyRelease(text: string, keys: ReadonlyMap<string, Key>, file: string): Promise<Verified> {
  let signed: unknown;
  try {
    signed = JSON.parse(text);
  } catch (error) {
    throw new SlipwayError("input", `${file}: is no JSON (${error instanceof Error ? error.message : String(error)})`);
  }
  if (!isSigned(signed))
    throw new SlipwayError("input", `${file}: is no signed release: payload, protected and signature have to be there`);
  const verified = await verifyDocument(RELEASE, signed, (kid) => {
    const key = keys.get(kid);
    if (key !== undefined) return key;
    throw new TypeError(
      keys.size === 0
        ? "no public key is known"
        : `its key ${kid} is not among the known ones (${[...keys.keys()].join(", ")})`,
    );
  });
  return verified.ok ? { ok: true, document: verified.content, kid: verified.kid } : verified;
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
