import { rm } from "node:fs/promises";
import type { OutputBudget } from "@slipway/plugin-sdk";
import { newOutputFile, removeLeftOutput } from "./output-files.ts";

/** Most that is kept of the output of one node in one collection or pass, over all its probes. */
export const NODE_BYTES = 256 * 2 ** 20;
/** Of these, what is held in memory: as much as all probes print of a sound node. */
const MEMORY_BYTES = 4 * 2 ** 20;

/** What is left for the output of one node, and the files that took what memory is not for. */
class NodeBudget implements OutputBudget {
  left = NODE_BYTES;
  memory = MEMORY_BYTES;
  readonly #files: string[] = [];

  newFile(): string {
    const file = newOutputFile();
    this.#files.push(file);
    return file;
  }

  async removeFiles(): Promise<void> {
    for (const file of this.#files) await rm(file, { force: true });
  }
}

let cleaned: Promise<void> | undefined;

/**
 * Does work on what a node prints, which is there until the work is over: up to its budget, beyond which it is cut; the
 * small part of it in memory and the rest in files, so that nodes that print without end fill no memory.
 */
export async function withNodeBudget<T>(work: (budget: OutputBudget) => Promise<T>): Promise<T> {
  // What an earlier process left behind when it was killed; nobody waits for that.
  cleaned ??= removeLeftOutput().catch(() => undefined);
  const budget = new NodeBudget();
  try {
    return await work(budget);
  } finally {
    await budget.removeFiles();
  }
}
