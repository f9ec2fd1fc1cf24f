import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { FlattenedSign } from "jose";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { z } from "zod";
import { loadPrivateKey, loadPublicKey, makeKeyPair, publicJwk, publicKeyOf, type SigningKey } from "./key-file.ts";
import { isSigned, signDocument, verifyDocument, type DocumentKind } from "./signed-document.ts";

const purpose = { name: "test key", variable: "SLIPWAY_TEST_KEY", file: "test-key.json", make: "make one" };
const LETTER: DocumentKind<{ text: string }> = {
  type: "letter+json",
  name: "a letter",
  schema: z.strictObject({ text: z.string() }),
};
const folder = mkdtempSync(join(tmpdir(), "slipway-signing-"));
const file = join(folder, "key.json");
let own: SigningKey;
let x: string;

beforeAll(async () => {
  ({ x } = await makeKeyPair(purpose, file));
  own = await loadPrivateKey(purpose, file);
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

const known = (kid: string): ReturnType<typeof publicKeyOf> => {
  if (kid !== own.kid) throw new TypeError(`nobody's key ${kid}`);
  return publicKeyOf(x);
};

describe("a signed document", () => {
  it("verifies by the key that its id names, and gives back what was signed", async () => {
    const signed = await signDocument(LETTER, { text: "hello" }, own);
    expect(isSigned(signed)).toBe(true);
    expect(await verifyDocument(LETTER, signed, known)).toEqual({ ok: true, content: { text: "hello" }, kid: own.kid });
  });

  it.each<[string, DocumentKind<{ text: string }>, string]>([
    ["of another kind", { ...LETTER, type: "bill+json" }, "it is signed as bill+json, not as a letter"],
    ["whose content its schema refuses", { ...LETTER, schema: z.any() }, "its content is no letter: text"],
  ])("%s does not verify", async (_name, kind, why) => {
    const signed = await signDocument(kind, { text: kind.type === LETTER.type ? (1 as never) : "hello" }, own);
    expect(await verifyDocument(LETTER, signed, known)).toMatchObject({
      ok: false,
      why: expect.stringContaining(why) as string,
    });
  });

  it("does not verify with parts that are not signed, by a key that it brings along, or by an unknown key", async () => {
    const signed = await signDocument(LETTER, { text: "hello" }, own);
    expect(await verifyDocument(LETTER, { ...signed, header: {} } as never, known)).toEqual({
      ok: false,
      why: "it has parts that are not signed: header",
    });
    const jws = await new FlattenedSign(new TextEncoder().encode('{"text":"hello"}'))
      .setProtectedHeader({ alg: "EdDSA", kid: own.kid, typ: LETTER.type, jwk: publicJwk({ kid: own.kid, x }) })
      .sign(own.key);
    expect(await verifyDocument(LETTER, jws as never, known)).toEqual({
      ok: false,
      why: "it brings a key of its own (jwk)",
    });
    expect(
      await verifyDocument(LETTER, await signDocument(LETTER, { text: "a" }, { ...own, kid: "b" }), known),
    ).toEqual({
      ok: false,
      why: "nobody's key b",
    });
  });
});

describe("a key file", () => {
  it.each([
    ["no JSON", "{", "is no key (no JSON)"],
    ["another kind of key", '{"kty":"RSA"}', "is no Ed25519 key with a kid"],
    ["no private half", JSON.stringify(publicJwk({ kid: "k", x: "AA" })), "no private Ed25519 key"],
  ])("with %s is refused as a private key", async (_name, text, why) => {
    const other = join(folder, "other.json");
    writeFileSync(other, text, { mode: 0o600 });
    await expect(loadPrivateKey(purpose, other)).rejects.toMatchObject({
      kind: "config",
      message: expect.stringContaining(why) as string,
    });
  });

  it("gives its public half under its id, and says what makes one that is missing", async () => {
    expect((await loadPublicKey(file)).kid).toBe(own.kid);
    await expect(loadPrivateKey(purpose, join(folder, "none"))).rejects.toMatchObject({ hint: "make one: make one" });
  });
});
