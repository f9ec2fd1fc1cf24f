/**
 * Takes the dump of a running lab that `running-lab.test.ts` goes on from, with what the lab was asked until then.
 *
 * The committed one is of the newest migration of its time, and is not taken again for a newer one: it is what an
 * earlier release leaves behind. `node slipway.mjs exec node packages/simulation/test/running-lab/take.ts`
 */
import { createWriteStream, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import type { Adapter } from "@slipway/collect";
import { applyFirstSettings, applySettings, digestOf, type Setting } from "@slipway/fleet";
import { VendorError, type VendorSession } from "@slipway/plugin-sdk";
import { startRunner, type RunnerParts } from "@slipway/runner";
import { dump } from "@slipway/store";
import { postgresWorld } from "../../src/postgres-world.ts";
import { HOUR, START } from "../../src/simulate.ts";
import { DUMP, JOURNAL, labWorld, MINUTE, nodeThat, TAKEN_AT, type Doing } from "./lab.ts";

/** How long before the dump a node is listed for the first time: a pass takes about ten minutes, a boot four. */
const LISTED_BEFORE: Readonly<Record<Doing, number>> = {
  passes: 18 * MINUTE,
  boots: 13 * MINUTE,
  isToBoot: 14 * MINUTE,
  isToBootLater: 20 * MINUTE,
  isRepaired: 22 * MINUTE,
  isToBeRepaired: 22 * MINUTE,
  isReturned: 45 * MINUTE,
  isToBeReturned: 45 * MINUTE,
  isHeld: 3 * HOUR,
  serves: 3 * HOUR,
};
const listedFrom = new Map(
  Object.entries(LISTED_BEFORE).map(([doing, before]) => [nodeThat(doing as Doing), TAKEN_AT - before]),
);

const folder = mkdtempSync(join(tmpdir(), "slipway-running-lab-"));
const journal = join(folder, "journal.jsonl");
const database = await postgresWorld(START);
const { parts, clock } = await labWorld(database, {
  journal,
  force: {
    [nodeThat("isRepaired")]: "xid-79-fallen-off-bus",
    [nodeThat("isToBeRepaired")]: "xid-79-fallen-off-bus",
    [nodeThat("isHeld")]: "xid-log-rotated",
  },
});

const never = new Promise<never>(() => undefined);
const refuseNow = (node: string, doing: Doing): void => {
  if (node === nodeThat(doing)) throw new VendorError("throttled", "too many requests", { retryAfterMs: 10 * MINUTE });
};

/** The lab as a vendor that lists nodes one after the other, leaves two calls unanswered, and has no time for three. */
function hindered(inner: VendorSession): VendorSession {
  const [power, openRepair] = [inner.power?.bind(inner), inner.openRepair?.bind(inner)];
  const returnToService = inner.returnToService?.bind(inner);
  if (power === undefined || openRepair === undefined || returnToService === undefined)
    throw new TypeError("the lab cannot do what this dump is about");
  return {
    ...inner,
    async listNodes(page, options) {
      const list = await inner.listNodes(page, options);
      return {
        ...list,
        items: list.items.filter(({ node_name }) => (listedFrom.get(node_name ?? "") ?? 0) <= clock.now()),
      };
    },
    power: async (node, op, options) => {
      refuseNow(node.nodeName, "isToBootLater");
      return power(node, op, options);
    },
    openRepair: async (node, report, options) => {
      refuseNow(node.nodeName, "isToBeRepaired");
      const op = await openRepair(node, report, options);
      return node.nodeName === nodeThat("isRepaired") ? never : op;
    },
    returnToService: async (node, options) => {
      refuseNow(node.nodeName, "isToBeReturned");
      const op = await returnToService(node, options);
      return node.nodeName === nodeThat("isReturned") ? never : op;
    },
  };
}

/** The lab's nodes, of which one is not reached any more when it is to boot. */
function reached({ transport, vendor }: Adapter): Adapter {
  return {
    transport: {
      connect: async (host, signal) =>
        host.name === nodeThat("isToBoot") && (await openIntents()).some(isBootOf("isToBoot"))
          ? never
          : transport.connect(host, signal),
      close: () => undefined,
    },
    ...(vendor === undefined ? {} : { vendor: { session: hindered(vendor.session) } }),
  };
}

interface OpenIntent {
  readonly act: string;
  readonly node: string | undefined;
  readonly sent: boolean;
}
const openIntents = (): Promise<readonly OpenIntent[]> =>
  parts.store.transaction(async (tx) => {
    const places = await tx.find("placements", { where: { until_at: null } });
    const nodes = new Map(places.map(({ machine, node_name }) => [machine, node_name ?? undefined]));
    return (await tx.find("intents", { where: { outcome: null } })).map(({ act, machine, sent_at }) => ({
      act,
      node: nodes.get(machine ?? 0),
      sent: sent_at !== null,
    }));
  });
const isBootOf =
  (doing: Doing) =>
  ({ act, node }: OpenIntent): boolean =>
    act === "boot" && node === nodeThat(doing);

/** One setting decides, and another content of it is staged. */
async function stageSetting(): Promise<void> {
  const [first, second] = [1, 2].map((passes): Setting => {
    const body = JSON.stringify({ passes });
    return { kind: "lane", name: "tried", version: "", digest: digestOf(body), body };
  });
  if (first === undefined || second === undefined) throw new TypeError("there are two");
  await applyFirstSettings(parts.store, [first], { by: "deployer", reason: "the first" });
  await applySettings(parts.store, [second], { by: "deployer", reason: "another" });
}

const adapters = new Map([...parts.adapters].map(([id, adapter]) => [id, reached(adapter)]));
const mine: RunnerParts = { ...parts, adapters, limits: { ...parts.limits, sweepMs: 5_000, lookMs: MINUTE } };
await startRunner(mine);
await clock.runUntil(TAKEN_AT);
await stageSetting();
for (const { act, node = "", sent } of await openIntents())
  process.stdout.write(`${act} of ${node}: ${sent ? "sent" : "not sent"}\n`);
// The worker goes on until this process ends: what it has in hand is never told.
await dump(database.url, createWriteStream(DUMP));
writeFileSync(JOURNAL, gzipSync(readFileSync(journal), { level: 9 }));
rmSync(folder, { recursive: true });
await database.close();
process.exit(0);
