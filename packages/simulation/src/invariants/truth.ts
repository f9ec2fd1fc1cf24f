import { isSpecific } from "@slipway/plugin-sdk";
import type { WireSession } from "../wire-journal.ts";
import { nameOf, objectOf, type Pass, type View } from "./view.ts";

/** Every conclusive pass is of one connection of its own, to the machine that it is credited to. */
export function* passesHappened({ tables, machine, validation, wire }: View): Iterable<string> {
  const used = new Map<WireSession, string>();
  for (const pass of tables.passes) {
    const adapter = validation.get(pass.validation)?.adapter ?? "";
    const session = wire.sessionOf(`${adapter}/${pass.node}`, begunOf(pass));
    const credited = machine.get(pass.machine)?.system_serial;
    if (pass.system_serial !== null && pass.system_serial !== credited)
      yield `${nameOf(pass)} is of the machine ${pass.system_serial}, and credited to ${String(credited)}`;
    if (session === undefined) {
      if (pass.verdict !== "inconclusive")
        yield `${nameOf(pass)} is ${pass.verdict}, and no connection to ${pass.node} gave its evidence`;
      continue;
    }
    if (used.has(session)) yield `${nameOf(pass)} was counted from the same answers as ${used.get(session) ?? ""}`;
    used.set(session, nameOf(pass));
    if (pass.verdict === "pass" && !isOf(session, machine.get(pass.machine)))
      yield `${nameOf(pass)} passed on the machine ${String(session.serial)}, and is credited to ${String(credited)}`;
    const printed = session.spoiled.has("nvidia-smi") ? [] : (session.gpus ?? []);
    if (pass.gpu_serials.length > 0 && printed.length > 0 && pass.gpu_serials.join() !== printed.join())
      yield `${nameOf(pass)} names the GPUs ${pass.gpu_serials.join(", ")}, and ${pass.node} printed ${printed.join(", ")}`;
    if (pass.boot_id !== null && !session.spoiled.has("boot-id") && pass.boot_id !== session.bootId)
      yield `${nameOf(pass)} names the boot ${pass.boot_id}, and it was ${String(session.bootId)}`;
  }
}

/** Whether a machine gave these answers: by its serial, or by most of its GPUs where none was filled in. */
function isOf({ serial, gpus = [] }: WireSession, credited: View["tables"]["machines"][number] | undefined): boolean {
  if (credited === undefined) return false;
  if (isSpecific(serial) || credited.system_serial !== null) return serial === credited.system_serial;
  const left = [...credited.gpu_serials];
  for (const gpu of gpus) if (left.includes(gpu)) left.splice(left.indexOf(gpu), 1);
  return (credited.gpu_serials.length - left.length) * 2 > Math.min(gpus.length, credited.gpu_serials.length);
}

/** When each probe began that was run at all. */
const begunOf = ({ evidence }: Pass): ReadonlyMap<string, string> =>
  new Map(
    Object.entries(evidence).flatMap(([probe, { record }]) =>
      record["startError"] === null ? [[probe, String(record["startedAt"])] as const] : [],
    ),
  );

/** Where the policy wants fresh boots, the boot before such a pass is another than that of the pass before. */
export function* bootsAreFresh({ tables, passesOf }: View): Iterable<string> {
  for (const validation of tables.validations) {
    const every = validation.policy.freshBootEvery;
    if (every === 0) continue;
    const required = (passesOf.get(validation.id) ?? []).filter(
      ({ kind, verdict }) => kind === "required" && verdict !== "inconclusive",
    );
    for (const pass of required) {
      const before = required.find(
        ({ attempt, run_index }) => attempt === pass.attempt && run_index === pass.run_index - 1,
      );
      const due = pass.run_index > 1 && (pass.run_index - 1) % every === 0;
      if (due && pass.boot_id !== null && before?.boot_id === pass.boot_id)
        yield `${nameOf(pass)} ran on the boot of the pass before, and ${objectOf(validation)} wants a fresh one`;
    }
  }
}

/** No act is done that was not written down, none without a look after the process began, and none twice. */
export function* actsAreObserved({ wire }: View): Iterable<string> {
  const accepted = new Set<string>();
  for (const { what, node, key, written, observed, accepted: taken } of wire.acts) {
    if (!written) yield `${what} of ${node} was asked for under ${key}, which no intent has`;
    if (what === "power" && !observed)
      yield `${what} of ${node} was asked for under ${key} by a process that had not looked at its boot`;
    if (taken && accepted.has(key)) yield `${what} of ${node} was done twice under ${key}`;
    if (taken) accepted.add(key);
  }
}
