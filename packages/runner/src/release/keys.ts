import { existsSync, mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { loadPrivateKey, loadPublicKey, makeKeyPair, publicJwk, type Key, type KeyPurpose } from "@slipway/signing";

const RELEASE_KEY: KeyPurpose = {
  name: "release key",
  variable: "SLIPWAY_RELEASE_KEY",
  file: "release-key.json",
  make: "./slipway release keygen",
};

/**
 * Makes a key pair: the private half in a file that only its owner reads, the public half in `<fleet>/keys`.
 *
 * @throws SlipwayError of kind `config` when a private key is there already; nothing is overwritten
 */
export async function makeReleaseKeys(
  fleetFolder: string,
): Promise<{ readonly kid: string; readonly privateFile: string; readonly publicFile: string }> {
  const { kid, x, file } = await makeKeyPair(RELEASE_KEY);
  const publicFile = join(fleetFolder, "keys", `${kid}.json`);
  mkdirSync(dirname(publicFile), { recursive: true });
  writeFileSync(publicFile, `${JSON.stringify(publicJwk({ kid, x }), null, 2)}\n`);
  return { kid, privateFile: file, publicFile };
}

/** @throws SlipwayError of kind `config` when there is no private key, or others than its owner may read it */
export const loadReleaseKey = (): ReturnType<typeof loadPrivateKey> => loadPrivateKey(RELEASE_KEY);

/**
 * Public keys by their id: of one file, or of `<fleet>/keys`.
 *
 * @throws SlipwayError of kind `config` for a file that is no public Ed25519 key
 */
export async function loadReleasePublicKeys(fleetFolder: string, file?: string): Promise<ReadonlyMap<string, Key>> {
  const folder = join(fleetFolder, "keys");
  const files =
    file !== undefined
      ? [file]
      : existsSync(folder)
        ? readdirSync(folder)
            .filter((name) => name.endsWith(".json"))
            .map((name) => join(folder, name))
        : [];
  const keys = new Map<string, Key>();
  for (const path of files) {
    const { key, kid } = await loadPublicKey(path);
    keys.set(kid, key);
  }
  return keys;
}
