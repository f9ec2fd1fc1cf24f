import { BAN_CAUSES, type BanCause } from "@slipway/domain";
import type { CallOptions, VendorEvent } from "@slipway/plugin-sdk";
import type { Precedence } from "@slipway/policy";
import { timeOf, type Row, type Tx } from "@slipway/store";
import { BY_VALIDATION, insertBan, type BanTurn } from "../bans/insert-ban.ts";
import { endBans, liftBan } from "../bans/lift-bans.ts";
import { ingest } from "../nodes/index.ts";
import { endOpenValidation } from "../validation/end-validation.ts";
import type { RunnerParts } from "../validation/parts.ts";
import { looseFields } from "../validation/node-facts.ts";
import { planValidations, type PlanRequest } from "../validation/plan-validations.ts";
import { Writes, type Turn } from "../validation/writes.ts";
import { listNodes, type IntakeMemory, type VendorAccount } from "./list-nodes.ts";

const CHUNK = 200;
const CURSOR = (adapter: string): string => `events/${adapter}`;

/**
 * Polls one vendor: takes in its list of nodes and its events, and plans the validation of every machine that is
 * unproven where it is placed.
 */
export async function lookAtVendor(
  parts: RunnerParts,
  { adapter, session, signal }: VendorAccount & { readonly signal: AbortSignal },
  precedence: Precedence,
  memory: IntakeMemory,
): Promise<{ readonly sightings: number; readonly refused: number; readonly planned: number }> {
  const call: CallOptions = { signal, deadlineMs: parts.limits.vendorCallMs };
  const now = await timeOf(parts.store);
  const { changed, refused } = await listNodes(parts, { adapter, session }, memory, { now, call });
  if (changed.length > 0)
    await ingest(
      parts.store,
      changed.map((sighting) => ({ sighting, path: `${adapter}:listNodes` })),
      { now, precedence },
    );
  await bookEvents(parts, { adapter, session }, call);
  return { sightings: changed.length, refused, planned: await planUnproven(parts, adapter) };
}

/** Takes in events of a vendor or a scheduler: bans, their end, repair. The same event twice is one. */
async function bookEvents(parts: RunnerParts, { adapter, session }: VendorAccount, call: CallOptions): Promise<void> {
  if (session.listEvents === undefined) return;
  const setting = await parts.store.transaction((tx) => tx.get("settings", { name: CURSOR(adapter) }));
  const { items, cursor } = await session.listEvents(
    typeof setting?.value === "string" ? setting.value : undefined,
    call,
  );
  for (let from = 0; from < items.length; from += CHUNK) {
    const chunk = items.slice(from, from + CHUNK);
    const writes = await parts.store.transaction(async (tx) => {
      const writes = new Writes(await tx.now(), parts.worker.id);
      const booked = new Set(
        (await tx.find("audit", { where: { object: { in: chunk.map((event) => eventOf(adapter, event)) } } })).map(
          ({ object }) => object,
        ),
      );
      for (const event of chunk) {
        const object = eventOf(adapter, event);
        if (booked.has(object)) continue;
        booked.add(object);
        await book({ parts, tx, writes }, adapter, event);
      }
      await writes.flush(tx, parts.queue);
      return writes;
    });
    for (const event of writes.events) parts.emit(event);
  }
  await parts.store.transaction((tx) => tx.upsert("settings", [{ name: CURSOR(adapter), value: cursor }]));
}

/** The audit's name of an event, by which the same event that comes again is recognised. */
const eventOf = (adapter: string, { id }: VendorEvent): string => `event/${adapter}/${id}`;

async function book(turn: Turn, adapter: string, event: VendorEvent): Promise<void> {
  const { tx, writes } = turn;
  const row = await machineOf(tx, event);
  if (row === undefined) return;
  const machine = { ...row, account: writes.accountOf(row) };
  const cause = `${adapter} ${event.id}`;
  writes.audit(eventOf(adapter, event), {
    from: null,
    to: event.kind,
    reason: event.reason ?? event.kind,
    detail: { machine: machine.id, at: event.at },
  });
  switch (event.kind) {
    case "ban":
      return banned(turn, machine, adapter, event);
    case "unban":
      return lifted(turn, machine, adapter, event);
    case "out-for-repair":
      await endOpenValidation({ tx, writes }, machine, {
        status: "cancelled",
        reason_code: "TakenOut",
        reason: `out for repair: ${event.reason ?? cause}`,
      });
      return writes.book(machine, "OFR", cause);
    case "returned":
      return returned(turn, machine, adapter, event);
    case "leave":
      if (machine.account === "InPool") writes.book(machine, "Spare", cause);
      return;
    case "enter":
      return;
  }
}

async function machineOf(tx: Tx, { systemSerial, node }: VendorEvent): Promise<Row<"machines"> | undefined> {
  if (systemSerial !== undefined) {
    const [known] = await tx.find("machines", { where: { system_serial: systemSerial, merged_into: null }, limit: 1 });
    if (known !== undefined) return known;
  }
  const places = await tx.find("placements", { where: { node_name: node.nodeName } });
  const place =
    places.find(
      ({ until_at, cluster }) => until_at === null && (node.cluster === undefined || cluster === node.cluster),
    ) ?? places.at(-1);
  return place === undefined ? undefined : tx.get("machines", { id: place.machine });
}

async function banned(turn: Turn, machine: Row<"machines">, adapter: string, event: VendorEvent): Promise<void> {
  const cause: BanCause = BAN_CAUSES.find((known) => known === event.cause) ?? "unknown";
  await insertBan(banTurn(turn), machine, {
    cause,
    at: Date.parse(event.at),
    by: adapter,
    reason: event.reason ?? cause,
    source: adapter,
    externalId: event.id,
  });
}

/** The sender lifts the ban that its event names, else the one that it has open. */
async function lifted(
  { tx, writes }: Turn,
  machine: Row<"machines">,
  adapter: string,
  event: VendorEvent,
): Promise<void> {
  const bans = await tx.find("bans", { where: { machine: machine.id, source: adapter } });
  const [named] = bans
    .filter(({ external_id }) => external_id !== null && event.id.startsWith(external_id))
    .sort((a, b) => (b.external_id?.length ?? 0) - (a.external_id?.length ?? 0));
  const ban = named ?? bans.find(({ lifted_at }) => lifted_at === null);
  if (ban?.lifted_at !== null) return;
  await liftBan({ tx, writes }, machine, ban, {
    at: Date.parse(event.at),
    by: adapter,
    reason: event.reason ?? "lifted",
    givesBack: true,
  });
}

/** A machine that its vendor gives back is the vendor's no more to ban; it stands unproven, or banned by another. */
async function returned(
  { tx, writes }: Turn,
  machine: Row<"machines">,
  adapter: string,
  event: VendorEvent,
): Promise<void> {
  if (machine.account !== "OFR" && machine.account !== "Banned") return;
  const open = await tx.find("bans", { where: { machine: machine.id, lifted_at: null } });
  const [own, others] = [
    open.filter(({ source }) => source === adapter),
    open.filter(({ source }) => source !== adapter && source !== BY_VALIDATION),
  ];
  await endBans({ tx, writes }, own, { at: Date.parse(event.at), by: adapter, reason: event.reason ?? "returned" });
  writes.book(machine, others.length > 0 ? "Banned" : "Spare", `${adapter} ${event.id}`);
}

const banTurn = ({ parts, tx, writes }: Turn): BanTurn => ({ tx, writes, fleet: parts.fleet });

/**
 * Plans a validation for every machine of this vendor that is placed and unproven, and for each in service whose
 * identity changed. Machines known only from files wait for the command `validate`.
 */
export async function planUnproven(parts: RunnerParts, adapter: string): Promise<number> {
  const { requests, last } = await parts.store.transaction(
    async (tx): Promise<{ requests: PlanRequest[]; last: number | undefined }> => {
      const cursor = Number((await tx.get("settings", { name: "identity-cursor" }))?.value ?? 0);
      const changes = await tx.find("identity_events", {
        where: { id: { gt: cursor }, kind: { in: ["move", "part-swap", "reimage", "rehost", "contradiction"] } },
        orderBy: ["id"],
        limit: 1_000,
      });
      const moved = await tx.find("machines", {
        where: { id: { in: changes.map(({ machine }) => machine) }, account: "InPool", merged_into: null },
      });
      const spare = await tx.find("machines", {
        where: { account: "Spare", merged_into: null },
        orderBy: ["id"],
        limit: 1_000,
      });
      const open = new Set(
        (
          await tx.find("validations", {
            where: { machine: { in: spare.map(({ id }) => id) }, status: { in: ["queued", "running", "held"] } },
          })
        ).map(({ machine }) => machine),
      );
      const returned = new Set(
        (await tx.find("bans", { where: { machine: { in: spare.map(({ id }) => id) } } })).map(
          ({ machine }) => machine,
        ),
      );
      const proven = new Set(
        (await tx.find("releases", { where: { machine: { in: spare.map(({ id }) => id) } } })).map(
          ({ machine }) => machine,
        ),
      );
      const loose = await looseFields(
        tx,
        [...moved, ...spare].map(({ id }) => id),
      );
      const ours = ({ id }: { readonly id: number }): boolean => loose.get(id)?.adapter === adapter;
      const requests = [
        ...moved.filter(ours).map(({ id }): PlanRequest => ({ machine: id, trigger: "re-entry" })),
        ...spare
          .filter(ours)
          .filter(({ id }) => !open.has(id))
          .map(({ id }): PlanRequest => ({
            machine: id,
            trigger: returned.has(id) ? "post-repair" : proven.has(id) ? "re-entry" : "new-hardware",
          })),
      ];
      return { requests, last: changes.at(-1)?.id };
    },
  );
  let planned = 0;
  for (let from = 0; from < requests.length; from += CHUNK)
    planned += (await planValidations(parts, requests.slice(from, from + CHUNK))).length;
  // Only now: after a crash before it, the next poll plans them.
  if (last !== undefined)
    await parts.store.transaction((tx) => tx.upsert("settings", [{ name: "identity-cursor", value: last }]));
  return planned;
}
