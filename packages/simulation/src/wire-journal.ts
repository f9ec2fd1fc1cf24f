import { answerOf, isSpecific, type ExecResult } from "@slipway/plugin-sdk";
import { Listed } from "./listed.ts";

/** One connection to a node, as the wire saw it: what the node really is, whatever was made of its answers. */
export interface WireSession {
  /** `<adapter>/<name>`: two vendors may give one name to two nodes. */
  readonly node: string;
  /** Serials that the machine gave, before anything spoiled the answers: its own, and those of its GPUs as they were listed. */
  serial: string | undefined;
  gpus: readonly string[] | undefined;
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
  /** Whether the process that asks had read the node's boot id: after a start it looks before it acts. */
  readonly observed: boolean;
  /** Whether the vendor took it for a new one. */
  readonly accepted: boolean;
}

/** Everything that crossed between the processes and the world, written by neither. */
export class WireJournal {
  readonly acts: WireAct[] = [];
  /** What the vendors listed. */
  readonly listed = new Listed();
  /** What a vendor was asked for, and the key, whether it answered or not. */
  readonly asked = new Set<string>();
  /** How often each key's act was asked for in vain: the process was told so. */
  readonly failedAsks = new Map<string, number>();
  /** Keys that a process asked for long after it had looked, because it stood still: another may have asked meanwhile. */
  readonly askedLate = new Set<string>();
  readonly #sessions = new Map<string, WireSession[]>();

  open(adapter: string, node: string): WireSession {
    const unsaid = { serial: undefined, gpus: undefined, bootId: undefined };
    return { node: `${adapter}/${node}`, ...unsaid, begun: new Map(), spoiled: new Set() };
  }

  answered(session: WireSession, probe: string, result: ExecResult): void {
    session.begun.set(probe, result.startedAt);
    if (result.startError !== null) return;
    const text = answerOf(result.stdout) ?? "";
    if (probe === "dmi") session.serial = /^product_serial:(.*)$/m.exec(text)?.[1]?.trim();
    if (probe === "nvidia-smi")
      session.gpus = [...text.matchAll(/<serial>([^<]*)<\/serial>/g)]
        .map(([, serial = ""]) => serial)
        .filter(isSpecific);
    if (probe !== "boot-id") return;
    session.bootId = text.trim();
    const key = `${session.node} ${result.startedAt}`;
    this.#sessions.set(key, [...(this.#sessions.get(key) ?? []), session]);
  }

  /**
   * The session that gave some evidence.
   *
   * @param node `<adapter>/<name>`
   * @param begun when each probe began, as the evidence says
   */
  sessionOf(node: string, begun: ReadonlyMap<string, string>): WireSession | undefined {
    const sessions = this.#sessions.get(`${node} ${begun.get("boot-id") ?? ""}`) ?? [];
    return sessions.find((session) => [...begun].every(([probe, at]) => session.begun.get(probe) === at));
  }
}
