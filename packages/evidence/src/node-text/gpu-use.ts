import { createHash } from "node:crypto";
import type { ProbeRecord } from "@slipway/domain";
import {
  child,
  createEvidence,
  nvidiaSmiFormat,
  smiField,
  Unreadable,
  type Format,
  type XmlElement,
  isFiled,
} from "@slipway/plugin-sdk";
import { capturesOf, type ProbeBytes } from "./outputs.ts";

/** Whether programs use a node's GPUs. Only `idle` is proof that they may be loaded. */
export type GpuUse =
  | { readonly state: "idle" }
  | { readonly state: "in-use"; readonly by: string }
  | { readonly state: "unknown"; readonly why: string };

/** What was read, by the digest of what nvidia-smi printed: it prints much the same each time, and reading it takes milliseconds. */
const usesRead = new Map<string, GpuUse>();
const READ_KEPT = 20_000;

/**
 * Whether programs use a node's GPUs, as `nvidia-smi -q -x` says. Idle takes a whole document that lists
 * every attached GPU, each with one list of processes that is empty; a word in place of the list
 * (`N/A`, `Not Supported`, `GPU is lost`) says nothing of processes.
 *
 * @param smi what `nvidia-smi -q -x` left; undefined where it was not asked
 */
export function gpuUse(smi: ProbeBytes | undefined): GpuUse {
  if (smi?.stdout === undefined || isFiled(smi.stdout)) return useIn(smi);
  const { exitCode, signal, timedOut, startError, truncated } = smi.record as Partial<ProbeRecord>;
  const digest = createHash("sha256")
    .update(JSON.stringify([exitCode, signal, timedOut, startError, truncated]))
    .update(smi.stdout)
    .digest("base64");
  const known = usesRead.get(digest);
  if (known !== undefined) return known;
  // A copy, for a name cut out of the output keeps the whole output in memory.
  const use = structuredClone(useIn(smi));
  if (usesRead.size >= READ_KEPT) usesRead.delete(usesRead.keys().next().value ?? "");
  usesRead.set(digest, use);
  return use;
}

function useIn(smi: ProbeBytes | undefined): GpuUse {
  const captures = capturesOf(new Map(smi === undefined ? [] : [["nvidia-smi", smi]]));
  const reading = createEvidence({ name: "" }, captures).read("nvidia-smi", gpuUseFormat);
  return reading.usable ? reading.value : { state: "unknown", why: `nvidia-smi: ${reading.reason}` };
}

const gpuUseFormat: Format<GpuUse> = {
  parse(output) {
    const gpus = nvidiaSmiFormat.parse(output).map(({ element }) => element);
    const [first] = gpus;
    if (first?.parent === undefined) throw new Unreadable("it lists no GPU");
    const by = gpus.flatMap(programsOf)[0];
    if (by !== undefined) return { state: "in-use", by };
    const attached = smiField(first.parent, "attached_gpus");
    if (attached.text !== String(gpus.length))
      throw new Unreadable(`it lists ${String(gpus.length)} GPUs, and attached_gpus is ${attached.shown}`, {
        line: attached.element.line,
      });
    const unread = gpus.find((gpu) => !hasEmptyList(gpu));
    if (unread !== undefined)
      throw new Unreadable(`it does not say which processes use GPU ${String(gpus.indexOf(unread))}`, {
        line: unread.line,
      });
    return { state: "idle" };
  },
};

const listsOf = (gpu: XmlElement): XmlElement[] => gpu.children.filter(({ name }) => name === "processes");

function programsOf(gpu: XmlElement): string[] {
  return listsOf(gpu)
    .flatMap(({ children }) => children.filter(({ name }) => name === "process_info"))
    .map((process) => {
      const [name, pid, type] = ["process_name", "pid", "type"].map(
        (field) => child(process, field)?.text || undefined,
      );
      return `${name ?? "a program"} (pid ${pid ?? "?"}, type ${type ?? "?"}) uses a GPU`;
    });
}

function hasEmptyList(gpu: XmlElement): boolean {
  const [list, second] = listsOf(gpu);
  return list !== undefined && second === undefined && list.children.length === 0 && list.text === "";
}
