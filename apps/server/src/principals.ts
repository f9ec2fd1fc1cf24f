import { createHash, timingSafeEqual } from "node:crypto";
import { statSync } from "node:fs";
import { SlipwayError } from "@slipway/plugin-sdk";
import { readYaml } from "@slipway/fleet";
import { z } from "zod";

/**
 * The file that SLIPWAY_PRINCIPALS names: who holds which token, by the token's SHA-256. Tokens are random, so a
 * plain hash tells nothing of them.
 */
const Principals = z.strictObject({
  schema: z.literal("slipway/principals@1"),
  principals: z
    .array(
      z.strictObject({
        name: z.string().min(1).max(200),
        token_sha256: z.string().regex(/^[0-9a-f]{64}$/, "the SHA-256 of a token in hexadecimal"),
      }),
    )
    .min(1),
});

/** Who a request is from, by its `authorization` header; undefined for nobody. */
export type Authenticate = (header: string | undefined) => string | undefined;

/**
 * Reads the principals of this server.
 *
 * @returns undefined when no file is named: then nobody is anybody here
 * @throws SlipwayError of kind `config` for a file that is wrong, or that others than its owner may write
 */
export function readPrincipals(file: string | undefined): Authenticate | undefined {
  if (file === undefined || file === "") return undefined;
  const { principals } = readYaml(file, Principals).value;
  if ((statSync(file).mode & 0o022) !== 0)
    throw new SlipwayError("config", `${file}: others may write it, and so say who they are`, {
      hint: `chmod go-w ${file}`,
    });
  const known = principals.map(({ name, token_sha256 }) => ({ name, hash: Buffer.from(token_sha256, "hex") }));
  for (const [index, { hash, name }] of known.entries())
    if (known.findIndex((other) => other.hash.equals(hash)) !== index)
      throw new SlipwayError("config", `${file}: principals.${String(index)}: ${name} has another one's token`);
  return (header) => {
    const token = /^Bearer ([\x21-\x7e]{1,4096})$/i.exec(header ?? "")?.[1] ?? "";
    const hash = createHash("sha256").update(token).digest();
    // Every one is compared, so that the time does not tell how far it came.
    let name: string | undefined;
    for (const one of known) if (timingSafeEqual(one.hash, hash)) ({ name } = one);
    return token === "" ? undefined : name;
  };
}
