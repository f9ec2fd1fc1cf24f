import { createHmac } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, onTestFinished, test } from "vitest";
import {
  checkHostKey,
  fingerprint,
  keyType,
  KnownHosts,
  knownName,
  scopedName,
  signatureAlgorithms,
  writeKnownHost,
} from "./known-hosts.ts";

function blob(type: string, body: string): Buffer {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(type.length);
  return Buffer.concat([length, Buffer.from(type), Buffer.from(body)]);
}

const ed = blob("ssh-ed25519", "key one");
const other = blob("ssh-ed25519", "key two");
const rsa = blob("ssh-rsa", "key three");
const line = (hosts: string, key: Buffer): string => `${hosts} ${keyType(key)} ${key.toString("base64")}`;

function hashed(name: string): string {
  const salt = Buffer.from("0123456789abcdef0123");
  return `|1|${salt.toString("base64")}|${createHmac("sha1", salt).update(name).digest("base64")}`;
}

function keysOf(text: string, host: string, port = 22) {
  const known = new KnownHosts();
  known.add(text, "kh");
  return known.keysOf({ alias: knownName(host, port), scoped: undefined, address: "10.9.9.9" });
}
const state = (text: string, host: string, key: Buffer, port = 22) => checkHostKey(keysOf(text, host, port), key).state;

describe("the lines of known_hosts that count for a host", () => {
  const stateOf = (lines: readonly string[], key: Buffer, scoped?: string) => {
    const known = new KnownHosts();
    known.add(lines.join("\n"), "kh");
    return checkHostKey(known.keysOf({ alias: "n1", scoped, address: "10.0.0.1" }), key).state;
  };

  test("are those of its alias, and none that has only its address", () => {
    expect(stateOf([line("n1", ed), line("10.0.0.1", other)], ed)).toBe("known");
    expect(stateOf([line("n1", ed), line("10.0.0.1", other)], other)).toBe("changed");
    expect(stateOf([line("10.0.0.1", other)], other)).toBe("unknown");
    expect(stateOf([line("n1,10.0.0.1", ed)], ed)).toBe("known");
  });

  test("are those of its alias within its vendor and jump host before those of the alias", () => {
    const lines = [line("n1", other), line("azure/direct/n1", ed), line("oci/gate/n1", rsa)];
    expect(stateOf(lines, ed, "azure/direct/n1")).toBe("known");
    expect(stateOf(lines, other, "azure/direct/n1")).toBe("changed");
    expect(stateOf(lines, ed, "oci/gate/n1")).toBe("changed");
    expect(stateOf(lines, other, "coreweave/direct/n1")).toBe("known");
    expect(stateOf([line("azure/*/n1", ed), line("n1", other)], other, "azure/gate/n1")).toBe("changed");
    expect(stateOf([line("*", rsa), line("n1", ed)], ed, "azure/direct/n1")).toBe("known");
    expect(stateOf([line(hashed("azure/direct/n1"), ed), line("n1", other)], other, "azure/direct/n1")).toBe("changed");
  });

  test("include a revocation of the key under its address", () => {
    expect(stateOf([line("n1", ed), `@revoked ${line("10.0.0.1", ed)}`], ed)).toBe("revoked");
  });
});

describe("the name of a host in known_hosts", () => {
  test("is its alias, after its vendor and jump host where it has one", () => {
    expect(scopedName("n1", undefined, undefined)).toBeUndefined();
    expect(scopedName("n1", "Azure", undefined)).toBe("azure/direct/n1");
    expect(scopedName("n1", undefined, "gate")).toBe("-/gate/n1");
    expect(scopedName("[n1]:2222", "oci", "gate")).toBe("oci/gate/[n1]:2222");
  });

  test("is never more than one plain name, whatever a vendor calls its nodes", () => {
    expect(knownName("n1,*", 22)).toBe("n1%2c%2a");
    expect(knownName("n1 ssh-ed25519 AAAA\n*", 22)).toBe("n1%20ssh-ed25519%20aaaa%0a%2a");
    expect(knownName("!n1", 22)).toBe("%21n1");
    expect(scopedName("n1", "a/b", "direct,*")).toBe("a%2fb/direct%2c%2a/n1");
    expect(knownName("2001:DB8::1", 2222)).toBe("[2001:db8::1]:2222");
  });
});

describe("known_hosts", () => {
  test("matches names, lists, case, ports and addresses", () => {
    expect(state(line("n1", ed), "n1", ed)).toBe("known");
    expect(state(line("N1,10.0.0.1", ed), "n1", ed)).toBe("known");
    expect(state(line("n1", ed), "N1", ed)).toBe("known");
    expect(state(line("n1", ed), "n2", ed)).toBe("unknown");
    expect(state(line("n1", ed), "n1", ed, 2222)).toBe("unknown");
    expect(state(line("[n1]:2222", ed), "n1", ed, 2222)).toBe("known");
    expect(state(line("[2001:db8::1]:2222", ed), "2001:db8::1", ed, 2222)).toBe("known");
    expect(state(line("[n1]:2222", ed), "n1", ed)).toBe("unknown");
  });

  test("matches hashed names", () => {
    expect(state(line(hashed("n1"), ed), "n1", ed)).toBe("known");
    expect(state(line(hashed("[n1]:2222"), ed), "n1", ed, 2222)).toBe("known");
    expect(state(line(hashed("n1"), ed), "n2", ed)).toBe("unknown");
    expect(state(line(hashed("n1").replace("|1|", "|2|"), ed), "n1", ed)).toBe("unknown");
  });

  test("matches wildcards and negated patterns", () => {
    expect(state(line("gb300-*", ed), "gb300-r12", ed)).toBe("known");
    expect(state(line("gb300-r?2", ed), "gb300-r12", ed)).toBe("known");
    expect(state(line("gb300-r?2", ed), "gb300-r112", ed)).toBe("unknown");
    expect(state(line("*,!n1", ed), "n2", ed)).toBe("known");
    expect(state(line("*,!n1", ed), "n1", ed)).toBe("unknown");
    expect(state(line("!n1", ed), "n2", ed)).toBe("unknown");
  });

  test("accepts any of several known keys, and reports another key as changed, with its line", () => {
    const text = `# comment\n${line("n1", rsa)}\n${line("n1", ed)} comment\n`;
    expect(state(text, "n1", ed)).toBe("known");
    expect(state(text, "n1", rsa)).toBe("known");
    const answer = checkHostKey(keysOf(text, "n1"), other);
    expect(answer).toMatchObject({ state: "changed", expected: [{ where: "kh:2" }, { where: "kh:3" }] });
    expect(keysOf(text, "n1").known.map(({ type }) => type)).toEqual(["ssh-rsa", "ssh-ed25519"]);
  });

  test("refuses a revoked key even where it is also listed; a certificate authority is not a host key", () => {
    expect(checkHostKey(keysOf(`${line("n1", ed)}\n@revoked ${line("*", ed)}\n`, "n1"), ed)).toEqual({
      state: "revoked",
      where: "kh:2",
    });
    const keys = keysOf(`@cert-authority ${line("*", ed)}\n`, "n1");
    expect(checkHostKey(keys, ed).state).toBe("unknown");
    expect(keys.authorities).toEqual(["kh:1"]);
  });

  test("skips damaged lines and uses the others", () => {
    const text = [
      "n1",
      "n1 ssh-ed25519",
      "n1 ssh-ed25519 AAAA",
      "@strange " + line("n1", other),
      line("n1", other).replace("ssh-ed25519", "ssh-rsa"),
      line("n1", ed),
    ].join("\n");
    expect(keysOf(text, "n1").known.map(({ where }) => where)).toEqual(["kh:6"]);
  });

  test("never throws on any text, and never accepts a key that the file does not list", () => {
    const word = fc.oneof(
      fc.string({ unit: "binary" }),
      fc.constantFrom(
        "n1",
        "*",
        "!*",
        hashed("n1"),
        "|1|",
        "|1||",
        "|",
        "@revoked",
        "@cert-authority",
        "ssh-ed25519",
        ed.toString("base64"),
        "[n1]:22",
      ),
    );
    fc.assert(
      fc.property(
        fc.array(
          fc.array(word, { maxLength: 5 }).map((words) => words.join(" ")),
          { maxLength: 8 },
        ),
        (lines) => {
          const text = lines.join("\n");
          expect(state(text, "n1", other)).not.toBe("known");
          if (!text.includes(ed.toString("base64"))) expect(state(text, "n1", ed)).not.toBe("known");
        },
      ),
      { numRuns: 500 },
    );
  });

  test("matches a pattern of many stars without backtracking, which would not end", () => {
    expect(state(line(`${"*a".repeat(40)}b`, ed), "a".repeat(200), ed)).toBe("unknown");
  });

  test("offers only signature algorithms without SHA-1", () => {
    expect(signatureAlgorithms("ssh-rsa")).toEqual(["rsa-sha2-512", "rsa-sha2-256"]);
    expect(signatureAlgorithms("ssh-ed25519")).toEqual(["ssh-ed25519"]);
    expect(signatureAlgorithms("ssh-dss")).toEqual([]);
  });

  test("appends a new key as its own line, in a file with mode 0600", () => {
    const dir = mkdtempSync(join(tmpdir(), "runner-"));
    onTestFinished(() => rmSync(dir, { recursive: true }));
    const file = join(dir, "ssh", "known_hosts");
    writeKnownHost(file, "n1", ed);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(statSync(join(dir, "ssh")).mode & 0o777).toBe(0o700);
    writeFileSync(file, readFileSync(file, "utf8").trimEnd());
    writeKnownHost(file, "[n2]:2222", other);
    const known = KnownHosts.load([file, join(dir, "none")]);
    const keysFor = (alias: string) => known.keysOf({ alias, scoped: undefined, address: alias });
    expect(checkHostKey(keysFor("n1"), ed).state).toBe("known");
    expect(checkHostKey(keysFor("[n2]:2222"), other).state).toBe("known");
    expect(fingerprint(ed)).toMatch(/^ssh-ed25519 SHA256:[A-Za-z0-9+/]{43}$/);
  });
});
