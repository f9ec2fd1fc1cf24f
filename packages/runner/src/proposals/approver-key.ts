import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import { dirname, join } from "node:path";
import { SlipwayError } from "@slipway/plugin-sdk";
import { exportJWK, generateKeyPair, importJWK, type CryptoKey, type JWK } from "jose";

/** Where an approver's private key lies: outside of every repository. */
export const approvalKeyFile = (): string =>
  process.env["SLIPWAY_APPROVAL_KEY"] ??
  join(process.env["XDG_CONFIG_HOME"] ?? join(homedir(), ".config"), "slipway", "approval-key.json");

/**
 * Makes an approver's key pair: the private half in a file that only its owner reads.
 *
 * @returns the public half, as `owners.yaml` lists it
 * @throws SlipwayError of kind `config` when a key is there already; nothing is overwritten
 */
export async function makeApprovalKey(
  file = approvalKeyFile(),
): Promise<{ readonly kid: string; readonly x: string; readonly file: string }> {
  if (existsSync(file))
    throw new SlipwayError("config", `${file}: an approval key is there already`, {
      hint: "name another file by SLIPWAY_APPROVAL_KEY",
    });
  const { privateKey, publicKey } = await generateKeyPair("EdDSA", { crv: "Ed25519", extractable: true });
  const x = String((await exportJWK(publicKey)).x);
  const kid = createHash("sha256").update(x).digest("hex").slice(0, 16);
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  writeFileSync(file, `${JSON.stringify({ ...(await exportJWK(privateKey)), kid, alg: "EdDSA" }, null, 2)}\n`, {
    mode: 0o600,
    flag: "wx",
  });
  return { kid, x, file };
}

/** @throws SlipwayError of kind `config` when there is no key, it is none, or others than its owner may read it */
export async function loadApprovalKey(
  file = approvalKeyFile(),
): Promise<{ readonly key: CryptoKey | Uint8Array; readonly kid: string }> {
  if (!existsSync(file))
    throw new SlipwayError("config", `${file}: there is no approval key`, {
      hint: "make one: ./slipway propose keygen",
    });
  if ((statSync(file).mode & 0o077) !== 0)
    throw new SlipwayError("config", `${file}: others may read this key`, { hint: `chmod 600 ${file}` });
  let jwk: JWK | null;
  try {
    jwk = JSON.parse(readFileSync(file, "utf8")) as JWK | null;
    if (jwk?.kty !== "OKP" || jwk.crv !== "Ed25519" || typeof jwk.d !== "string" || typeof jwk.kid !== "string")
      throw new TypeError("no private Ed25519 key with a kid");
    return { key: await importJWK(jwk, "EdDSA"), kid: jwk.kid };
  } catch (error) {
    throw new SlipwayError(
      "config",
      `${file}: is no key (${error instanceof SyntaxError ? "no JSON" : error instanceof Error ? error.message : "unreadable"})`,
    );
  }
}
