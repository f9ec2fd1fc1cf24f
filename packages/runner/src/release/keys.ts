import { createHash } from "node:crypto";
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import { dirname, join } from "node:path";
import { SlipwayError } from "@slipway/plugin-sdk";
import { exportJWK, generateKeyPair, importJWK, type CryptoKey, type JWK } from "jose";

const ALGORITHM = "EdDSA";

/** Where the private key lies: outside of every repository. */
export const privateKeyFile = (): string =>
  process.env["SLIPWAY_RELEASE_KEY"] ??
  join(process.env["XDG_CONFIG_HOME"] ?? join(homedir(), ".config"), "slipway", "release-key.json");

/**
 * Makes a key pair: the private half in a file that only its owner reads, the public half in `<fleet>/keys`.
 *
 * @throws SlipwayError of kind `config` when a private key is there already; nothing is overwritten
 */
export async function makeKeys(
  fleetFolder: string,
): Promise<{ readonly kid: string; readonly privateFile: string; readonly publicFile: string }> {
  const privateFile = privateKeyFile();
  if (existsSync(privateFile))
    throw new SlipwayError("config", `${privateFile}: a release key is there already`, {
      hint: "name another file by SLIPWAY_RELEASE_KEY",
    });
  const { privateKey, publicKey } = await generateKeyPair(ALGORITHM, { crv: "Ed25519", extractable: true });
  const open = await exportJWK(publicKey);
  const kid = createHash("sha256").update(String(open.x)).digest("hex").slice(0, 16);
  const publicFile = join(fleetFolder, "keys", `${kid}.json`);
  mkdirSync(dirname(privateFile), { recursive: true, mode: 0o700 });
  writeFileSync(
    privateFile,
    `${JSON.stringify({ ...(await exportJWK(privateKey)), kid, alg: ALGORITHM }, null, 2)}\n`,
    { mode: 0o600, flag: "wx" },
  );
  chmodSync(privateFile, 0o600);
  mkdirSync(dirname(publicFile), { recursive: true });
  writeFileSync(publicFile, `${JSON.stringify({ ...open, kid, alg: ALGORITHM, use: "sig" }, null, 2)}\n`);
  return { kid, privateFile, publicFile };
}

/** @throws SlipwayError of kind `config` when there is no private key, or others than its owner may read it */
export async function loadPrivateKey(): Promise<{ readonly key: CryptoKey | Uint8Array; readonly kid: string }> {
  const file = privateKeyFile();
  if (!existsSync(file))
    throw new SlipwayError("config", `${file}: there is no release key`, {
      hint: "make one: ./slipway release keygen",
    });
  if ((statSync(file).mode & 0o077) !== 0)
    throw new SlipwayError("config", `${file}: others may read this key`, { hint: `chmod 600 ${file}` });
  const jwk = readJwk(file);
  return { key: await importJWK(jwk, ALGORITHM), kid: String(jwk.kid) };
}

/**
 * Public keys by their id: of one file, or of `<fleet>/keys`.
 *
 * @throws SlipwayError of kind `config` for a file that is no public Ed25519 key
 */
export async function loadPublicKeys(
  fleetFolder: string,
  file?: string,
): Promise<ReadonlyMap<string, CryptoKey | Uint8Array>> {
  const folder = join(fleetFolder, "keys");
  const files =
    file !== undefined
      ? [file]
      : existsSync(folder)
        ? readdirSync(folder)
            .filter((name) => name.endsWith(".json"))
            .map((name) => join(folder, name))
        : [];
  const keys = new Map<string, CryptoKey | Uint8Array>();
  for (const path of files) {
    const { d: _private, ...jwk } = readJwk(path);
    keys.set(String(jwk.kid), await importJWK(jwk, ALGORITHM));
  }
  return keys;
}

function readJwk(file: string): JWK {
  let jwk: unknown;
  try {
    jwk = JSON.parse(readFileSync(file, "utf8"));
  } catch (error) {
    throw new SlipwayError("config", `${file}: is no key (${error instanceof Error ? error.message : String(error)})`);
  }
  const { kty, crv, x, kid } = (jwk ?? {}) as JWK;
  if (kty !== "OKP" || crv !== "Ed25519" || typeof x !== "string" || typeof kid !== "string")
    throw new SlipwayError("config", `${file}: is no Ed25519 key with a kid`);
  return jwk as JWK;
}
