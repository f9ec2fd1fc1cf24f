import { createHash, createHmac, timingSafeEqual } from "node:crypto";
import { appendFileSync, existsSync, mkdirSync, readFileSync } from "node:fs";
import { dirname } from "node:path";
import { matchesPatterns } from "./patterns.ts";

/** One key line of a known_hosts file (sshd(8), SSH_KNOWN_HOSTS FILE FORMAT). */
interface Entry {
  readonly marker: "revoked" | "cert-authority" | undefined;
  readonly hosts: string;
  readonly type: string;
  readonly key: Buffer;
  /** `file:line` */
  readonly where: string;
}

/** What the files say of one host. */
export interface HostKeys {
  readonly known: readonly { readonly type: string; readonly key: Buffer; readonly where: string }[];
  readonly revoked: readonly { readonly key: Buffer; readonly where: string }[];
  /** Lines that trust an authority instead of a key; host certificates are not checked by Slipway. */
  readonly authorities: readonly string[];
}

export type HostKeyAnswer =
  | { readonly state: "known" }
  | { readonly state: "unknown" }
  | { readonly state: "changed"; readonly expected: HostKeys["known"] }
  | { readonly state: "revoked"; readonly where: string };

/** Names of a host as known_hosts writes them: `[host]:port` unless the port is 22. */
export function knownName(host: string, port: number): string {
  const name = host.toLowerCase();
  return port === 22 ? name : `[${name}]:${String(port)}`;
}

/** Host keys of known_hosts files. Lines that cannot be read are passed over, as ssh does. */
export class KnownHosts {
  readonly #exact = new Map<string, Entry[]>();
  /** Hashed names and patterns, which have to be tried one by one. */
  readonly #others: Entry[] = [];

  /** Reads the files that exist. */
  static load(files: readonly string[]): KnownHosts {
    const known = new KnownHosts();
    for (const file of files) if (existsSync(file)) known.add(readFileSync(file, "utf8"), file);
    return known;
  }

  /** Adds the lines of one file. Never throws, whatever they hold. */
  add(text: string, file: string): void {
    for (const [index, line] of text.split("\n").entries()) {
      const entry = parseLine(line, `${file}:${String(index + 1)}`);
      if (entry === undefined) continue;
      const names = entry.hosts.split(",");
      if (names.some((name) => /^\||[*?!]/.test(name))) {
        this.#others.push(entry);
        continue;
      }
      for (const name of new Set(names.map((text) => text.toLowerCase()))) {
        const entries = this.#exact.get(name);
        if (entries === undefined) this.#exact.set(name, [entry]);
        else entries.push(entry);
      }
    }
  }

  /** @param names as {@link knownName} writes them; a host may be known by any of them */
  keysOf(names: readonly string[]): HostKeys {
    const found = new Set(names.flatMap((name) => this.#exact.get(name) ?? []));
    for (const entry of this.#others) if (names.some((name) => matches(entry.hosts, name))) found.add(entry);
    const marked = (marker: Entry["marker"]): Entry[] => [...found].filter((entry) => entry.marker === marker);
    return {
      known: marked(undefined),
      revoked: marked("revoked"),
      authorities: marked("cert-authority").map(({ where }) => where),
    };
  }
}

/** Whether a host may be trusted that offers this key. */
export function checkHostKey(keys: HostKeys, offered: Buffer): HostKeyAnswer {
  const revoked = keys.revoked.find(({ key }) => key.equals(offered));
  if (revoked !== undefined) return { state: "revoked", where: revoked.where };
  if (keys.known.some(({ key }) => key.equals(offered))) return { state: "known" };
  return keys.known.length === 0 ? { state: "unknown" } : { state: "changed", expected: keys.known };
}

/** Appends a key as a line of its own. */
export function writeKnownHost(file: string, name: string, key: Buffer): string {
  const line = `${name} ${keyType(key)} ${key.toString("base64")}\n`;
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  const before = existsSync(file) ? readFileSync(file, "utf8") : "";
  appendFileSync(file, before === "" || before.endsWith("\n") ? line : `\n${line}`, { mode: 0o600 });
  return line;
}

/** Signature algorithms by which a host can prove a key of this type; SHA-1 is not among them. */
export function signatureAlgorithms(type: string): readonly string[] {
  if (type === "ssh-rsa") return ["rsa-sha2-512", "rsa-sha2-256"];
  return ["ssh-ed25519", "ecdsa-sha2-nistp256", "ecdsa-sha2-nistp384", "ecdsa-sha2-nistp521"].includes(type)
    ? [type]
    : [];
}

/** The type that a public key blob says it is of. */
export function keyType(key: Buffer): string {
  const length = key.length >= 4 ? key.readUInt32BE(0) : 0;
  return key.toString("latin1", 4, Math.min(4 + length, key.length));
}

/** `ssh-ed25519 SHA256:…`, as ssh-keygen -l prints it. */
export function fingerprint(key: Buffer): string {
  return `${keyType(key)} SHA256:${createHash("sha256").update(key).digest("base64").replace(/=+$/, "")}`;
}

function parseLine(line: string, where: string): Entry | undefined {
  const fields = line.trim().split(/[ \t]+/);
  if (fields[0] === undefined || fields[0] === "" || fields[0].startsWith("#")) return undefined;
  const marked = fields[0].startsWith("@");
  const marker = marked ? fields.shift()?.slice(1) : undefined;
  if (marker !== undefined && marker !== "revoked" && marker !== "cert-authority") return undefined;
  const [hosts, type, base64] = fields;
  if (hosts === undefined || type === undefined || base64 === undefined) return undefined;
  const key = Buffer.from(base64, "base64");
  // The blob repeats its type; a line where they differ is damaged (or of the SSH 1 format).
  return keyType(key) === type ? { marker, hosts, type, key, where } : undefined;
}

/** Whether a hosts field speaks of a name: by its hash, or by patterns. */
function matches(hosts: string, name: string): boolean {
  const fields = hosts.split(",");
  return (
    fields.some((field) => field.startsWith("|") && hashMatches(field, name)) ||
    matchesPatterns(hosts.toLowerCase().split(","), name)
  );
}

/** `|1|salt|hash`, both in base64: HMAC-SHA1 of the name. */
function hashMatches(field: string, name: string): boolean {
  const [, version, salt, hash] = field.split("|");
  if (version !== "1" || salt === undefined || hash === undefined) return false;
  const wanted = Buffer.from(hash, "base64");
  const made = createHmac("sha1", Buffer.from(salt, "base64")).update(name).digest();
  return wanted.length === made.length && timingSafeEqual(wanted, made);
}
