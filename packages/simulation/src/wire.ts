import {
  SlipwayError,
  type Connection,
  type Page,
  type Sighting,
  type Transport,
  type VendorOp,
  type VendorSession,
  answerOf,
  type ExecResult,
} from "@slipway/plugin-sdk";
import type { Adapter } from "@slipway/collect";
import type { Store } from "@slipway/store";
import type { Chances } from "./chances.ts";
import type { Faults } from "./faults.ts";
import type { Life } from "./life.ts";
import type { WireAct, WireJournal } from "./wire-journal.ts";

/** One process's way to the world by one adapter. */
export interface Line {
  readonly adapter: string;
  readonly now: () => number;
  readonly life: Life;
  readonly faults: Faults;
  readonly journal: WireJournal;
  /** What garbage looks like, and when a connection is lost. */
  readonly noise: Chances;
  /** Tells which intents are written. */
  readonly store: Pick<Store, "transaction">;
  /** Hears of each connection that came about. */
  readonly onConnect: (adapter: string, node: string) => Promise<void>;
}

/** The lab as one process reaches it: over a network that fails, through an API that is behind. */
export function adapterOf(line: Line, inner: Adapter): Adapter {
  const looked = new Set<string>();
  return {
    transport: transportOf(line, inner.transport, looked),
    ...(inner.vendor === undefined ? {} : { vendor: { session: sessionOf(line, inner.vendor.session, looked) } }),
  };
}

function transportOf(line: Line, inner: Transport, looked: Set<string>): Transport {
  const { life, faults, noise, onConnect } = line;
  return {
    async connect(host, signal) {
      await life.point("connect");
      if (faults.strikes("unreachable")) throw new SlipwayError("unreachable", `${host.name}: connection timed out`);
      const connection = await inner.connect(host, signal);
      await onConnect(line.adapter, host.name);
      await life.point("connected");
      const lostAfter = faults.strikes("connection-lost") ? noise.between(0, 3) : Infinity;
      return connectionOf(line, connection, { node: host.name, lostAfter }, looked);
    },
    close: () => undefined,
  };
}

const GARBAGE = [
  "",
  "\u0000\u0001\u0002",
  "<html><body>502 Bad Gateway</body></html>",
  "Segmentation fault (core dumped)\n",
  "bash: line 1: ",
] as const;
const UNSAID = {
  exitCode: null,
  signal: null,
  timedOut: false,
  stdout: Buffer.alloc(0),
  stderr: Buffer.alloc(0),
} as const;

function connectionOf(
  { adapter, life, faults, journal, noise }: Line,
  inner: Connection,
  { node, lostAfter }: { readonly node: string; readonly lostAfter: number },
  looked: Set<string>,
): Connection {
  const session = journal.open(adapter, node);
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
      if (command.id === "boot-id") looked.add(node);
      if (faults.strikes("timeout")) {
        session.spoiled.add(command.id);
        return {
          ...result,
          exitCode: null,
          signal: "SIGKILL",
          timedOut: true,
          durationMs: options.timeoutMs,
          stdout: printedBy(result).subarray(0, result.stdout.length >> 1),
        };
      }
      if (faults.strikes("garbage")) {
        session.spoiled.add(command.id);
        const stdout = noise.chance(0.3)
          ? printedBy(result).subarray(0, Math.floor(result.stdout.length * noise.next()))
          : Buffer.from(noise.pick(GARBAGE));
        return { ...result, stdout, exitCode: noise.chance(0.5) ? result.exitCode : 139 };
      }
      return result;
    },
    close: () => {
      inner.close();
    },
  };
}

const printedBy = ({ stdout }: ExecResult): Buffer => Buffer.from(answerOf(stdout) ?? "");

/** A process that stood still for so long between its look and its act asks late. */
const LATE_MS = 60_000;

function sessionOf(
  { adapter, now, life, faults, journal, store }: Line,
  inner: VendorSession,
  looked: ReadonlySet<string>,
): VendorSession {
  const [listEvents, power, openRepair, returnToService] = [
    inner.listEvents?.bind(inner),
    inner.power?.bind(inner),
    inner.openRepair?.bind(inner),
    inner.returnToService?.bind(inner),
  ];
  if (listEvents === undefined || power === undefined || openRepair === undefined || returnToService === undefined)
    throw new TypeError("the lab can do everything that a vendor can");
  const operation = inner.operation?.bind(inner);
  let inventory: Page<Sighting> | undefined;
  let events: Awaited<ReturnType<typeof listEvents>> | undefined;
  const act = (what: WireAct["what"], node: string, key: string, run: () => Promise<VendorOp>): Promise<VendorOp> => {
    const begun = now();
    return life.call(what, async () => {
      if (now() - begun > LATE_MS) journal.askedLate.add(key);
      const written = await store.transaction(async (tx) => (await tx.get("intents", { key })) !== undefined);
      journal.asked.add(`${what} ${key}`);
      const op = await run().catch((error: unknown) => {
        journal.failedAsks.set(key, (journal.failedAsks.get(key) ?? 0) + 1);
        throw error;
      });
      journal.acts.push({ what, node, key, written, observed: looked.has(node), accepted: op.state === "accepted" });
      return op;
    });
  };
  const list = (page: Page<Sighting>): Page<Sighting> => {
    journal.listed.add(adapter, page.items, now());
    return page;
  };
  return {
    async listNodes(page, options) {
      if (inventory !== undefined && faults.strikes("stale-facts")) return list(inventory);
      return list((inventory = await life.call("listNodes", () => inner.listNodes(page, options))));
    },
    async listEvents(cursor, options) {
      if (events !== undefined && faults.strikes("stale-facts")) return events;
      return (events = await life.call("listEvents", () => listEvents(cursor, options)));
    },
    power: (node, op, options) => act("power", node.nodeName, options.key, () => power(node, op, options)),
    openRepair: (node, report, options) =>
      act("repair", node.nodeName, options.key, () => openRepair(node, report, options)),
    returnToService: (node, options) =>
      act("service", node.nodeName, options.key, () => returnToService(node, options)),
    ...(operation && { operation: (key, options) => life.call("operation", () => operation(key, options)) }),
    close: () => Promise.resolve(),
  };
}
