import { generateKeyPairSync, randomBytes } from "node:crypto";

/** An ed25519 key pair as the OpenSSH programs read it. */
export interface SshKey {
  /** Content of a private key file. */
  privateFile: string;
  /** `ssh-ed25519 AAAA…`, without a comment. */
  publicLine: string;
}

const algorithm = "ssh-ed25519";

function field(value: Uint8Array | string): Buffer {
  const bytes = Buffer.from(value);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(bytes.length);
  return Buffer.concat([length, bytes]);
}

function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}

/**
 * Makes a key in this process, in OpenSSH's own file format (openssh-key-v1, PROTOCOL.key):
 * 64 runs of ssh-keygen would be the larger part of starting 64 hosts.
 */
export function makeKey(comment: string): SshKey {
  const { d, x } = generateKeyPairSync("ed25519").privateKey.export({ format: "jwk" });
  if (d === undefined || x === undefined) throw new Error("ed25519 key without its numbers");
  const seed = Buffer.from(d, "base64url");
  const point = Buffer.from(x, "base64url");
  const blob = Buffer.concat([field(algorithm), field(point)]);
  const check = randomBytes(4);
  const secret = Buffer.concat([check, check, blob, field(Buffer.concat([seed, point])), field(comment)]);
  const padding = Buffer.from(Array.from({ length: (8 - (secret.length % 8)) % 8 }, (_, index) => index + 1));
  const file = Buffer.concat([
    Buffer.from("openssh-key-v1\0"),
    field("none"),
    field("none"),
    field(""),
    uint32(1),
    field(blob),
    field(Buffer.concat([secret, padding])),
  ]);
  const lines = file.toString("base64").match(/.{1,70}/g) ?? [];
  return {
    privateFile: ["-----BEGIN OPENSSH PRIVATE KEY-----", ...lines, "-----END OPENSSH PRIVATE KEY-----", ""].join("\n"),
    publicLine: `${algorithm} ${blob.toString("base64")}`,
  };
}
