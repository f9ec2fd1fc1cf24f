import type { EvidencePointer } from "@slipway/domain";
import { Unreadable } from "../errors.ts";
import type { Format, ProbeOutput } from "../evidence.ts";
import { atLine } from "../findings.ts";
import { valueOf } from "../no-value.ts";
import { asciiLower } from "../text.ts";
import { lines } from "./lines.ts";

/** One link of one GPU, as printed. */
export interface Link {
  readonly line: number;
  readonly text: string;
  /** GB/s, `inactive`, or undefined when it is damaged, contradictory or no speed anybody knows. */
  readonly speed: number | "inactive" | undefined;
}

/** What stands under the heading of one GPU. */
export interface LinkedGpu {
  readonly line: number;
  /** UUID of its heading; undefined where none is printed, it cannot be read, or two headings print two. */
  uuid: string | undefined;
  /** By link number. */
  readonly links: Map<number, Link>;
  /** The sentence that all its links are inactive. */
  allInactive: EvidencePointer | undefined;
}

/** `nvidia-smi nvlink -s`. */
export interface NvlinkStatus {
  /** By the printed number. */
  readonly gpus: ReadonlyMap<number, LinkedGpu>;
  /** The sentence that all links are inactive, where it stands under no heading or on stderr. */
  readonly allInactive: EvidencePointer | undefined;
}

const HEADING = /^GPU (\d{1,6}):/;
const HEADING_UUID = /\(UUID: ([^()\s]{1,64})\)$/i;
const LINK = /^Link (\d{1,6}): */;
const SPEED = /^(\d{1,9}(?:\.\d{1,9})?) GB\/s$/i;
const ALL_INACTIVE = "all links are inactive";
/** What ends a line that says something of links: text that stops here without a newline was not cut in a value. */
const LAST_WORD = /(?: GB\/s|<inactive>|all links are inactive)$/i;

/**
 * Reads `nvidia-smi nvlink -s`. A non-zero exit, or nothing on stdout, is read only when the tool
 * explains it by the sentence that all links are inactive (rules F5, G4); on stderr only where stdout
 * shows no link that would contradict it. A missing last newline is no cut where the last
 * line is whole: what would follow it is missed as a link or GPU that is not listed.
 */
export const nvlinkFormat: Format<NvlinkStatus> = {
  exit: "any",
  mayBeEmpty: true,
  parse(output) {
    const gpus = new Map<number, LinkedGpu>();
    let current: LinkedGpu | undefined;
    let allInactive: EvidencePointer | undefined;
    let explained = false;
    for (const line of lines(output, { lastNewline: LAST_WORD.test(output.stdout) ? "optional" : "required" })) {
      const text = line.text.trim();
      // Bytes that are no UTF-8 in the name or UUID of a heading leave its number whole (rule G3).
      const heading = HEADING.exec(text);
      const link = LINK.exec(text);
      if (heading !== null) {
        const index = Number(heading[1]);
        const uuid = valueOf(HEADING_UUID.exec(text)?.[1]);
        current = gpus.get(index) ?? { line: line.number, uuid, links: new Map(), allInactive: undefined };
        if (current.uuid !== uuid) current.uuid = undefined;
        gpus.set(index, current);
      } else if (link !== null) {
        if (current !== undefined) addLink(current, Number(link[1]), line, text.slice(link[0].length));
      } else if (line.damaged || /^GPU\b/.test(text)) {
        // It may have been a heading, so what follows belongs to no GPU that is known.
        current = undefined;
      }
      if (!line.damaged && asciiLower(text).includes(ALL_INACTIVE)) {
        explained = true;
        if (current === undefined) allInactive ??= atLine(output, line.number);
        else current.allInactive ??= atLine(output, line.number);
      }
    }
    if (!explained && [...gpus.values()].every(({ links }) => links.size === 0)) {
      allInactive = sentenceOnStderr(output);
      explained = allInactive !== undefined;
    }
    if (output.record.exitCode !== 0 && !explained) throw new Unreadable(exitReason(output));
    if (output.stdout.trim() === "" && !explained) throw new Unreadable("its output is empty");
    if (gpus.size === 0 && allInactive === undefined)
      throw new Unreadable("it has no known shape: no line names a GPU", { line: 1, fault: "unknown-shape" });
    return { gpus, allInactive };
  },
};

function addLink(
  gpu: LinkedGpu,
  number: number,
  { number: line, damaged }: { readonly number: number; readonly damaged: boolean },
  text: string,
): void {
  const match = SPEED.exec(text);
  const speed = asciiLower(text) === "<inactive>" ? "inactive" : match === null ? undefined : Number(match[1]);
  const link: Link = { line, text, speed: damaged ? undefined : speed };
  const earlier = gpu.links.get(number);
  // Two values for one link mean that a heading between them was lost: neither can be believed.
  if (earlier === undefined) gpu.links.set(number, link);
  else if (earlier.speed !== link.speed) gpu.links.set(number, { ...earlier, speed: undefined });
}

function sentenceOnStderr({ probe, stderr }: ProbeOutput): EvidencePointer | undefined {
  const index = stderr.split("\n").findIndex((line) => asciiLower(line).includes(ALL_INACTIVE));
  return index < 0 ? undefined : { probe, stream: "err", line: index + 1 };
}

const exitReason = (output: ProbeOutput): string => `it ended with exit code ${String(output.record.exitCode)}`;
