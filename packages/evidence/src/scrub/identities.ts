import { isIP } from "node:net";
import type { Expectations, NodeIdentity } from "@slipway/domain";
import { noValue } from "@slipway/plugin-sdk";
import { isToolWord } from "./tool-words.ts";
import { isNumber, tokenOf, tokenPattern, type FormKind } from "./tokens.ts";

/** What somebody named or numbered; found where tools print it, and then looked for everywhere. */
export type NameKind = "host" | "domain" | "rack" | "cluster" | "serial" | "user";

/** Everything in a bundle that tells whose it is. */
export interface Identities {
  /** As first seen, by its lower-case text. */
  readonly names: ReadonlyMap<string, { readonly kind: NameKind; readonly text: string }>;
  readonly forms: ReadonlyMap<string, { readonly kind: FormKind; readonly text: string }>;
}

export interface IdentitySources {
  readonly node: NodeIdentity;
  readonly expect: Expectations;
  /** Text of each file, by probe. */
  readonly texts: readonly { readonly probe: string; readonly text: string }[];
}

/** Accounts that every system has. */
const NOBODYS_USER = new Set(["root", "nobody", "daemon", "kernel", "nvidia"]);
const HOST = /^[\p{L}\p{N}][\p{L}\p{N}._-]*$/u;

/** Where hosts are printed, for every probe. */
const HOSTS = [
  /\bHostname:[ \t]*([^\s,;]+)/gi,
  /"(?:host|hostname|host_name|node_name|fqdn)"\s{0,20}:\s{0,20}"([^"]{1,253})"/gi,
  /<(?:host|hostname|host_name)>\s{0,80}([^<\s]{1,253})\s*</gi,
  /\bNode #\d+\s+[*-]\s+(\S+)\s+[*-]/g,
  /^.{0,200}#[ \t]+Rank\b.{1,80}\bon[ \t]+(\S{1,253})[ \t]+device\b/gm,
  /^(?:PhysicalHostName\w*|HostName|VirtualMachineName)\t([^\r\n\t]+)/gm,
];
/** Where the probe says that every line begins with a host, or is one. */
const HOSTS_OF: Readonly<Record<string, RegExp>> = {
  "imex-nodes": /^[ \t]*([^\s#\p{Cc}]+)/gmu,
  "imex-resolve": /^[ \t]*([^\s#\p{Cc}]+)/gmu,
};
// Lengths are bounded: an output may be one line of many megabytes, and a search must stay linear.
const SERIALS = [
  /"[^"]{0,80}(?:serial|asset.?tag)[^"]{0,80}"\s{0,20}:\s{0,20}"?([^",}\]\s]{1,200})/gi,
  /<[^<>]{0,80}(?:serial|asset.?tag)[^<>]{0,80}>\s{0,80}([^<\s]{1,200})\s*</gi,
  /(?:serial(?:[ _-]?(?:number|num|no))?|asset_tag)[ \t]{0,20}[:=][ \t]{0,20}([^\s,;]{1,200})/gi,
];
const SERIAL_LISTS = /"[^"]{0,80}serials?"\s{0,20}:\s{0,20}[[{]([^\]}]{0,20000})[\]}]/gi;
const USERS = [
  /\/(?:home|users)\/([\p{L}\p{N}._-]{1,64})/giu,
  /\b(?:user|username|login|acct|owner)"?\s{0,20}[=:]\s{0,20}"?([\p{L}\p{N}._-]{1,64})/giu,
];
const USER_AT_HOST = /([\p{L}\p{N}._-]{1,64})@([\p{L}\p{N}._-]{1,253})/gu;
/** A longer one is no name; its words are replaced like any other. */
const LONGEST_NAME = 253;

/** Finds the names, numbers and addresses of a bundle. */
export function findIdentities({ node, expect, texts }: IdentitySources): Identities {
  const found = new Finder();
  found.host(node.name, true);
  found.name("rack", node.rack);
  found.name("cluster", node.cluster);
  found.serial(node.serials?.system);
  for (const serial of node.serials?.gpus ?? []) found.serial(serial);
  for (const serial of stringsAt(expect, "gpus", "serials")) found.serial(serial);
  for (const member of stringsAt(expect, "imex", "members")) found.host(member, true);
  for (const { probe, text } of texts) found.text(probe, text);
  found.text("bundle", JSON.stringify({ node, expect }));
  return found;
}

function stringsAt(expect: Expectations, section: string, key: string): string[] {
  const value: unknown = expect[section];
  if (typeof value !== "object" || value === null) return [];
  const list: unknown = Object.entries(value).find(([name]) => name === key)?.[1];
  return Array.isArray(list) ? list.filter((one) => typeof one === "string") : [];
}

class Finder implements Identities {
  readonly names = new Map<string, { kind: NameKind; text: string }>();
  readonly forms = new Map<string, { kind: FormKind; text: string }>();

  /** Keeps a name; the kind that found it first stands. */
  name(kind: NameKind, text: string | null | undefined): void {
    if (text === undefined || text === null || text.trim() === "" || text.length > LONGEST_NAME) return;
    if (noValue(text) !== undefined || /\p{Cc}/u.test(text)) return;
    const key = text.toLowerCase();
    if (!this.names.has(key)) this.names.set(key, { kind, text });
  }

  /** @param sure the evidence says that this is a host: it counts even where tools print the same word */
  host(text: string, sure: boolean): void {
    if (isIP(text) !== 0 || (!sure && (!HOST.test(text) || isToolWord(text) || isNumber(text)))) return;
    const dot = text.indexOf(".");
    const first = dot < 0 ? text : text.slice(0, dot);
    const domain = dot < 0 ? "" : text.slice(dot + 1);
    this.name("host", first);
    if (domain.includes(".")) this.name("domain", domain);
  }

  serial(text: string | null | undefined): void {
    const inner = text?.replace(/^\[(.*)\]$/s, "$1").trim() ?? "";
    if (inner.length >= 5 && /\d/.test(inner) && !/\s/.test(inner)) this.name("serial", inner);
  }

  user(text: string): void {
    const name = text.replace(/[._-]+$/, "");
    if (!NOBODYS_USER.has(name.toLowerCase()) && !isToolWord(name) && !isNumber(name)) this.name("user", name);
  }

  text(probe: string, text: string): void {
    for (const pattern of HOSTS) for (const [, host = ""] of text.matchAll(pattern)) this.host(host, false);
    const own = HOSTS_OF[probe];
    if (own !== undefined) for (const [, host = ""] of text.matchAll(own)) this.host(host, probe === "imex-nodes");
    for (const pattern of SERIALS) for (const [, serial] of text.matchAll(pattern)) this.serial(serial);
    for (const [, list = ""] of text.matchAll(SERIAL_LISTS))
      for (const [, serial] of list.matchAll(/"([^"]+)"(?!\s*:)/g)) this.serial(serial);
    for (const pattern of USERS) for (const [, user = ""] of text.matchAll(pattern)) this.user(user);
    for (const [, user = "", host = ""] of text.includes("@") ? text.matchAll(USER_AT_HOST) : []) {
      if (!/\p{L}/u.test(user) || !/\p{L}/u.test(host)) continue;
      this.user(user);
      this.host(host.replace(/[.-]+$/, ""), false);
    }
    for (const match of text.matchAll(tokenPattern([]))) {
      const token = tokenOf(match);
      if (token === undefined || token.kind === "kept" || token.kind === "word") continue;
      const key = token.text.toLowerCase();
      if (!this.forms.has(key)) this.forms.set(key, { kind: token.kind, text: token.text });
    }
  }
}
