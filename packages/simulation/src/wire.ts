import { SlipwayError, type Connection, type ExecResult, type Page, type Sighting, type Transport, type VendorSession } from "@slipway/plugin-sdk";
import type { Adapter } from "@slipway/runner";
import type { Store } from "@slipway/store";
import type { Chances } from "./chances.ts";
import type { Faults } from "./faults.ts";
import type { Life } from "./life.ts";

/** One connection to a node, as the wire saw it: what the node really is, whatever was made of its answers. */
export interface WireSession {
  readonly node: string;
  /** Serial that the machine gave, before anything spoiled the answer. */
  serial: string | undefined;
  bootId: string | undefined;
  /** By probe, when it was begun. */
  readonly begun: Map<string, string>;
  /** Probes whose answers were spoiled on the way. */
  readonly spoiled: Set<string>;
}

/** An act that a process asked the vendor for. */
export interface WireAct {
  readonly what: "power" | "repair" | "service";
  readonly node: string;
  readonly key: string;
  /** Whether an intent with this key was there. */
  readonly written: boolean;
  /** Whether the node's boot id was read since the act before with the same key; true for the first. */
  readonly observed: boolean;
}

/** Everything that crossed between the processes and the world, written by neither. */
export class WireJournal {
  readonly acts: WireAct[] = [];
  readonly #sessions = new Map<string, WireSession>();
  readonly #bootReadAt = new Map<string, number>();
  readonly #actedAt = new Map<string, number>();
  #order = 0;

  open(node: string): WireSession {
    return { node, serial: undefined, bootId: undefined, begun: new Map(), spoiled: new Set() };
  }

  answered(session: WireSession, probe: string, result: ExecResult): void {
    session.begun.set(probe, result.startedAt);
    if (result.startError !== null) return;
    const text = result.stdout.toString("utf8");
    if (probe === "dmi") session.serial = /^product_serial:(.*)$/m.exec(text)?.[1]?.trim();
    if (probe !== "boot-id") return;
    session.bootId = text.trim();
    this.#sessions.set(`${session.node} ${result.startedAt}`, session);
    this.#bootReadAt.set(session.node, (this.#order += 1));
  }

  act(what: WireAct["what"], node: string, key: string, written: boolean): void {
    const before = this.#actedAt.get(`${what} ${key}`);
    this.acts.push({ what, node, key, written, observed: before === undefined || (this.#bootReadAt.get(node) ?? 0) > before });
    this.#actedAt.set(`${what} ${key}`, (this.#order += 1));
  }

  /** The session in which a node's boot id was read at a moment, as evidence names it. */
  sessionOf(node: string, bootIdBegun: string): WireSession | undefined {
    return this.#sessions.get(`${node} ${bootIdBegun}`);
  }
}

const GARBAGE = ["", "\u0000\u0001\u0002", "<html><body>502 Bad Gateway</body></html>", "Segmentation fault (core dumped)\n", "bash: line 1: "] as const;

/** The lab as one process reaches it: over a network that fails, through an API that is behind. */
export function adapterOf(life: Life, faults: Faults, inner: Adapter, { journal, noise, store }: { readonly journal: WireJournal; readonly noise: Chances; readonly store: Store }): Adapter {
  const isWritten = (key: string): Promise<boolean> => store.transaction(async (tx) => (await tx.get("intents", { key })) !== undefined);
  return {
    transport: transportOf(life, faults, inner.transport, journal, noise),
    ...(inner.vendor === undefined ? {} : { vendor: { definition: inner.vendor.definition, session: sessionOf(life, faults, inner.vendor.session, journal, isWritten) } }),
  };
}

function transportOf(life: Life, faults: Faults, inner: Transport, journal: WireJournal, noise: Chances): Transport {
  return {
    async connect(host, signal) {
      await life.point("connect");
      if (faults.strikes("unreachable")) throw new SlipwayError("unreachable", `${host.name}: connection timed out`);
      const connection = await inner.connect(host, signal);
      await life.point("connected");
      const lostAfter = faults.strikes("connection-lost") ? noise.between(0, 3) : Infinity;
      return connectionOf(life, faults, connection, journal, journal.open(host.name), noise, lostAfter);
    },
    close: () => undefined,
  };
}

function connectionOf(life: Life, faults: Faults, inner: Connection, journal: WireJournal, session: WireSession, noise: Chances, lostAfter: number): Connection {
  let asked = 0;
  let lost: string | undefined;
  return {
    get lost() {
      return lost ?? inner.lost;
    },
    async exec(command, options) {
      await life.point("exec");
      const result = await inner.exec(command, options);
      journal.answered(session, command.id, result);
      await life.point("exec done");
      if ((asked += 1) > lostAfter) {
        lost = "the connection was reset";
        return { ...result, ...UNSAID, startError: "connection-lost" };
      }
      if (result.startError !== null) return result;
      if (faults.strikes("timeout")) {
        session.spoiled.add(command.id);
        return { ...result, exitCode: null, signal: "SIGKILL", timedOut: true, durationMs: options.timeoutMs, stdout: result.stdout.subarray(0, result.stdout.length >> 1) };
      }
      if (faults.strikes("garbage")) {
        session.spoiled.add(command.id);
        const cut = noise.chance(0.3);
        return { ...result, stdout: cut ? result.stdout.subarray(0, Math.floor(result.stdout.length * noise.next())) : Buffer.from(noise.pick(GARBAGE)), exitCode: noise.chance(0.5) ? result.exitCode : 139 };
      }
      return result;
    },
    close: () => { inner.close(); },
  };
}

const UNSAID = { exitCode: null, signal: null, timedOut: false, stdout: Buffer.alloc(0), stderr: Buffer.alloc(0) } as const;

function sessionOf(life: Life, faults: Faults, inner: VendorSession, journal: WireJournal, isWritten: (key: string) => Promise<boolean>): VendorSession {
  const { listEvents, power, openRepair, returnToService } = inner;
  if (listEvents === undefined || power === undefined || openRepair === undefined || returnToService === undefined) throw new TypeError("the lab can do everything that a vendor can");
  let inventory: Page<Sighting> | undefined;
  let events: Awaited<ReturnType<typeof listEvents>> | undefined;
  return {
    async listNodes(page) {
      if (inventory !== undefined && faults.strikes("stale-facts")) return inventory;
      return (inventory = await life.call("listNodes", () => inner.listNodes(page)));
    },
    async listEvents(cursor) {
      if (events !== undefined && faults.strikes("stale-facts")) return events;
      return (events = await life.call("listEvents", () => listEvents.call(inner, cursor)));
    },
    power: (node, op, options) => life.call("power", async () => {
      journal.act("power", node.nodeName, options.idempotencyKey, await isWritten(options.idempotencyKey));
      return power.call(inner, node, op, options);
    }),
    openRepair: (node, report, options) => life.call("repair", async () => {
      journal.act("repair", node.nodeName, options.idempotencyKey, await isWritten(options.idempotencyKey));
      return openRepair.call(inner, node, report, options);
    }),
    returnToService: (node, options) => life.call("service", async () => {
      journal.act("service", node.nodeName, options.idempotencyKey, await isWritten(options.idempotencyKey));
      return returnToService.call(inner, node, options);
    }),
    close: () => Promise.resolve(),
  };
}
