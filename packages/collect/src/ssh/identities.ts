import { existsSync, readFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { SlipwayError } from "@slipway/plugin-sdk";
import type { AgentAuthMethod, AuthHandlerMiddleware, ParsedKey, PublicKeyAuthMethod } from "ssh2";
import type { Route } from "./route.ts";

/** One authentication method to try at login. */
export type LoginMethod = PublicKeyAuthMethod | AgentAuthMethod;

/** How to log in, and what an error adds when every method was refused. */
export interface Login {
  readonly methods: readonly LoginMethod[];
  readonly notes: readonly string[];
}

type KeyFile = { readonly key: ParsedKey } | { readonly problem: string };

const USUAL = ["id_ed25519", "id_ecdsa", "id_rsa"];

/** Key files, each read and parsed once. */
export class Identities {
  readonly #files = new Map<string, KeyFile | undefined>();
  readonly #parse: (data: Buffer) => ParsedKey | Error;

  constructor(parse: (data: Buffer) => ParsedKey | Error) {
    this.#parse = parse;
  }

  /**
   * What may be tried for a host: its key files, and the agent's keys before or after them, as ssh
   * would: named files first, usual files last.
   *
   * @throws SlipwayError of kind `config` when there is nothing to try
   */
  login(route: Route): Login {
    const named = route.identityFiles.length > 0;
    const files = named ? route.identityFiles : USUAL.map((name) => join(homedir(), ".ssh", name));
    const notes: string[] = [];
    const keys: LoginMethod[] = [];
    for (const file of files) {
      const found = this.#read(file);
      if (found === undefined) {
        if (named) notes.push(`${file}: there is no such key file`);
      } else if ("problem" in found) notes.push(`${file}: ${found.problem}`);
      else keys.push({ type: "publickey", username: route.user, key: found.key });
    }
    const askAgent = route.agent !== undefined && (!route.identitiesOnly || keys.length < files.length);
    const agent: LoginMethod[] =
      askAgent && route.agent !== undefined ? [{ type: "agent", username: route.user, agent: route.agent }] : [];
    const methods = named ? [...keys, ...agent] : [...agent, ...keys];
    if (methods.length === 0) {
      const reason = notes.length > 0 ? notes.join("; ") : "there is no key in ~/.ssh and no ssh agent";
      throw new SlipwayError("config", `no key to log in as ${route.user} with: ${reason}`, {
        hint: "name a key with --identity, or start an ssh-agent and add one",
      });
    }
    return { methods, notes };
  }

  #read(file: string): KeyFile | undefined {
    if (!this.#files.has(file)) this.#files.set(file, this.#load(file));
    return this.#files.get(file);
  }

  #load(file: string): KeyFile | undefined {
    if (!existsSync(file)) return undefined;
    let data: Buffer;
    try {
      data = readFileSync(file);
    } catch (error) {
      return { problem: `cannot be read (${(error as NodeJS.ErrnoException).code ?? String(error)})` };
    }
    const parsed: unknown = this.#parse(data);
    const key = (Array.isArray(parsed) ? parsed[0] : parsed) as ParsedKey | Error;
    if (key instanceof Error) {
      const encrypted = /encrypted|passphrase/i.test(key.message);
      return {
        problem: encrypted
          ? "is encrypted; add it to an ssh-agent (ssh-add)"
          : `is no private key that can be read: ${key.message}`,
      };
    }
    return key.isPrivateKey() ? { key } : { problem: "is a public key" };
  }
}

/** Hands the methods to ssh2 one after the other, without asking for `none` first. */
export function inTurn(methods: readonly LoginMethod[]): AuthHandlerMiddleware {
  const rest = [...methods];
  // `false` ends the login; the types of ssh2 leave it out.
  return (_left, _partial, next) => next(rest.shift() ?? (false as never));
}
