import {
  SlipwayError,
  VendorError,
  type Connection,
  type ExecResult,
  type VendorOp,
  type VendorSession,
} from "@slipway/plugin-sdk";
import { execResult } from "../exec-result.ts";
import type { StepWorld } from "./step-world.ts";

/** A vendor with one node, for the contract suites of steps. */
export interface OneNode extends StepWorld {
  vendor(account: string): VendorSession;
  exec(): Promise<Connection>;
  /** The boot that the node is on; it does not answer where it is undefined. */
  boot: string | undefined;
}

/** A connection to a node that answers each command as `answer` says, by its program and arguments. */
export const answering = (answer: (argv: readonly string[]) => Partial<ExecResult>): Promise<Connection> =>
  Promise.resolve({
    lost: undefined,
    exec: ({ argv }) => Promise.resolve(execResult("", answer(argv))),
    close: () => undefined,
  });

/** The first boot of {@link oneNode}. */
export const FIRST_BOOT = "00000000-0000-4000-8000-000000000001";
export const SECOND_BOOT = "00000000-0000-4000-8000-000000000002";

/**
 * A node `n1` of the account `acme`. It comes back on another boot when it `settle`s after a boot was asked for.
 *
 * @param booting one was asked for
 */
export function oneNode({ booting = false }: { readonly booting?: boolean } = {}): OneNode {
  const done: string[] = [];
  const keys = new Set<string>();
  let asked = booting;
  const act = (what: string, node: string, key: string): Promise<VendorOp> => {
    if (node !== "n1") return Promise.reject(new VendorError("not-found", `there is no node ${node}`));
    const already = keys.has(key);
    keys.add(key);
    if (!already) done.push(what);
    asked ||= what.startsWith("power");
    return Promise.resolve({ id: `op-${key}`, state: already ? "already" : "accepted" });
  };
  const session: VendorSession = {
    listNodes: () => Promise.resolve({ items: [] }),
    power: ({ nodeName }, op, { key }) => act(`power ${op}`, nodeName, key),
    openRepair: ({ nodeName }, { category }, { key }) => act(`repair of ${category}`, nodeName, key),
    returnToService: ({ nodeName }, { key }) => act("return to service", nodeName, key),
    operation: (key) => Promise.resolve({ state: keys.has(key) ? "succeeded" : "unknown" }),
    close: () => Promise.resolve(),
  };
  const world: OneNode = {
    boot: FIRST_BOOT,
    vendor: (account) => {
      if (account !== "acme") throw new SlipwayError("contract", `no session of ${account} is open`);
      return session;
    },
    exec: () =>
      world.boot === undefined
        ? Promise.reject(new SlipwayError("unreachable", "n1: connection timed out"))
        : answering(() => ({ stdout: Buffer.from(`${world.boot ?? ""}\n`) })),
    changes: () => done,
    settle: () => {
      if (asked) world.boot = SECOND_BOOT;
    },
  };
  return world;
}
