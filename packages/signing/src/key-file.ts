import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import { dirname, join } from "node:path";
import { SlipwayError } from "@slipway/plugin-sdk";
import { exportJWK, generateKeyPair, importJWK, type CryptoKey, type JWK } from "jose";

/** The one algorithm of keys and signatures (RFC 8037). */
export const ALGORITHM = "EdDSA";

export type Key = CryptoKey | Uint8Array;

/** A private key, and the id that its public half is known by. */
export interface SigningKey {
  readonly key: Key;
  readonly kid: string;
}

/** What a private key is for, and where it lies: outside of every repository. */
export interface KeyPurpose {
  /** In errors, such as `release key`. */
  readonly name: string;
  /** The environment variable that names another file. */
  readonly variable: string;
  /** File in the user's configuration folder. */
  readonly file: string;
  /** The command that makes one. */
  readonly make: string;
}

const privateFileOf = ({ variable, file }: KeyPurpose): string =>
  process.env[variable] ?? join(process.env["XDG_CONFIG_HOME"] ?? join(homedir(), ".config"), "slipway", file);

/**
 * Makes a key pair: the private half in a file that only its owner reads.
 *
 * @param file where it lies; where its purpose says when absent
 * @returns the public half's `x` (RFC 8037), the id made of it, and the file
 * @throws SlipwayError of kind `config` when a key is there already; nothing is overwritten
 */
export async function makeKeyPair(
  purpose: KeyPurpose,
  file = privateFileOf(purpose),
): Promise<{ readonly kid: string; readonly x: string; readonly file: string }> {
  if (existsSync(file))
    throw new SlipwayError("config", `${file}: a ${purpose.name} is there already`, {
      hint: `name another file by ${purpose.variable}`,
    });
  const { privateKey, publicKey } = await generateKeyPair(ALGORITHM, { crv: "Ed25519", extractable: true });
  const x = String((await exportJWK(publicKey)).x);
  const kid = createHash("sha256").update(x).digest("hex").slice(0, 16);
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  writeFileSync(file, `${JSON.stringify({ ...(await exportJWK(privateKey)), kid, alg: ALGORITHM }, null, 2)}\n`, {
    mode: 0o600,
    flag: "wx",
  });
  return { kid, x, file };
}

/** @throws SlipwayError of kind `config` when there is no key, it is none, or others than its owner may read it */
export async function loadPrivateKey(purpose: KeyPurpose, file = privateFileOf(purpose)): Promise<SigningKey> {
  if (!existsSync(file))
    throw new SlipwayError("config", `${file}: there is no ${purpose.name}`, { hint: `make one: ${purpose.make}` });
  if ((statSync(file).mode & 0o077) !== 0)
    throw new SlipwayError("config", `${file}: others may read this key`, { hint: `chmod 600 ${file}` });
  const jwk = readJwk(file);
  if (typeof jwk.d !== "string")
    throw new SlipwayError("config", `${file}: is no key (no private Ed25519 key with a kid)`);
  return { key: await imported(jwk, file), kid: String(jwk.kid) };
}

/** The public key of a file, with its id. @throws SlipwayError of kind `config` for a file that is no Ed25519 key */
export async function loadPublicKey(file: string): Promise<SigningKey> {
  const { d: _private, ...jwk } = readJwk(file);
  return { key: await imported(jwk, file), kid: String(jwk.kid) };
}

/** The public key that `x` (RFC 8037) stands for. */
export const publicKeyOf = (x: string): Promise<Key> => importJWK({ kty: "OKP", crv: "Ed25519", x }, ALGORITHM);

/** A public key as files hold it. */
export const publicJwk = ({ kid, x }: { readonly kid: string; readonly x: string }): JWK => ({
  crv: "Ed25519",
  kty: "OKP",
  x,
  kid,
  alg: ALGORITHM,
  use: "sig",
});

function readJwk(file: string): JWK {
  let jwk: unknown;
  try {
    jwk = JSON.parse(readFileSync(file, "utf8"));
  } catch (error) {
    throw noKey(file, error instanceof SyntaxError ? "no JSON" : error instanceof Error ? error.message : "unreadable");
  }
  const { kty, crv, x, kid } = (jwk ?? {}) as JWK;
  if (kty !== "OKP" || crv !== "Ed25519" || typeof x !== "string" || typeof kid !== "string")
    throw new SlipwayError("config", `${file}: is no Ed25519 key with a kid`);
  return jwk as JWK;
}

async function imported(jwk: JWK, file: string): Promise<Key> {
  try {
    return await importJWK(jwk, ALGORITHM);
  } catch (error) {
    throw noKey(file, error instanceof Error ? error.message : "unreadable");
  }
}

const noKey = (file: string, why: string): SlipwayError => new SlipwayError("config", `${file}: is no key (${why})`);
