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

/** The names of a host in these files. */
export interface KnownAs {
  /** Its HostKeyAlias or, without one, its name. */
  readonly alias: string;
  /** The alias within its vendor and jump host, see {@link scopedName}; undefined where it has neither. */
  readonly scoped: string | undefined;
  /** Its address. Private addresses overlap, so it does not identify a host. */
  readonly address: string;
}

/** The lines of the files that count for one host. */
export interface HostKeys {
  readonly known: readonly { readonly type: string; readonly key: Buffer; readonly where: string }[];
  readonly revoked: readonly { readonly key: Buffer; readonly where: string }[];
  /** Lines that trust an authority instead of a key; host certificates are not checked by Slipway. */
  readonly authorities: readonly string[];
  /** Keys that are listed only under its address: they are named in errors, and do not count. */
  readonly ofAddress: HostKeys["known"];
}

export type HostKeyAnswer =
  | { readonly state: "known" }
  | { readonly state: "unknown" }
  | { readonly state: "changed"; readonly expected: HostKeys["known"] }
  | { readonly state: "revoked"; readonly where: string };

/**
 * Name of a host as known_hosts writes it: `[host]:port` unless the port is 22. Characters that would
 * make it a list, a pattern or a line of its own are percent-encoded, since vendors name their nodes.
 */
export function knownName(host: string, port: number): string {
  const name = plain(host, /[^a-z0-9._:%-]/g);
  return port === 22 ? name : `[${name}]:${String(port)}`;
}

/** `vendor/jump/alias`, `-` for no vendor and `direct` for no jump host; undefined without either. */
export function scopedName(alias: string, vendor: string | undefined, jump: string | undefined): string | undefined {
  const part = (text: string): string => plain(text, /[^a-z0-9._:-]/g);
  if (vendor === undefined && jump === undefined) return undefined;
  return `${vendor === undefined ? "-" : part(vendor)}/${jump === undefined ? "direct" : part(jump)}/${alias}`;
}

const plain = (text: string, not: RegExp): string =>
  text.toLowerCase().replace(not, (character) =>
    Buffer.from(character, "utf8")
      .toString("hex")
      .replace(/../g, (byte) => `%${byte}`),
  );

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

  /**
   * The keys of a host: those of its scoped name where there are any, else those of its alias. A key that is
   * revoked under any of its names, also its address, is revoked.
   */
  keysOf({ alias, scoped, address }: KnownAs): HostKeys {
    const own = scoped === undefined ? [] : this.#linesOf(scoped).filter(({ hosts }) => /[/|]/.test(hosts));
    const [byAlias, byAddress] = [this.#linesOf(alias), this.#linesOf(address)];
    const named = own.some(({ marker }) => marker === undefined) ? own : byAlias;
    const all = new Set([...own, ...byAlias, ...byAddress]);
    const known = named.filter(({ marker }) => marker === undefined);
    return {
      known,
      revoked: [...all].filter(({ marker }) => marker === "revoked"),
      authorities: [...new Set([...own, ...byAlias])]
        .filter(({ marker }) => marker === "cert-authority")
        .map(({ where }) => where),
      ofAddress: byAddress.filter((entry) => entry.marker === undefined && !known.includes(entry)),
    };
  }

  #linesOf(name: string): readonly Entry[] {
    return [...(this.#exact.get(name) ?? []), ...this.#others.filter(({ hosts }) => matches(hosts, name))];
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

/** The key type in a public key blob. */
export function keyType(key: Buffer): string {
  const length = key.length >= 4 ? key.readUInt32BE(0) : 0;
  return key.toString("latin1", 4, Math.min(4 + length, key.length));
}

/** `ssh-ed25519 SHA256:…`, as ssh-keygen -l prints it. */
export function fingerprint(key: Buffer): string {
  return `${keyType(key)} ${keyHash(key)}`;
}

/** `SHA256:…` of a public key. */
export const keyHash = (key: Buffer): string =>
  `SHA256:${createHash("sha256").update(key).digest("base64").replace(/=+$/, "")}`;

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

/** Whether a hosts field matches a name: by its hash, or by patterns. */
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
