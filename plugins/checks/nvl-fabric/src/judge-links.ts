import {
  absentNumbers,
  atLine,
  gpuMarks,
  gpuName,
  gpuScope,
  nodeScope,
  nvlinkFormat,
  readGpuCards,
  unusableFinding,
  type Evidence,
  type GpuCard,
  type GpuCards,
  type Link,
  type LinkedGpu,
  type NvlinkStatus,
  type ProbeOutput,
  type Scope,
} from "@slipway/plugin-sdk";
import { finding } from "./codes.ts";
import type { Expectation, Found } from "./expectation.ts";
import { migReader } from "./mig.ts";

/** What every link is judged by. */
interface Context {
  readonly output: ProbeOutput;
  readonly cards: GpuCards;
  readonly nvlink: Expectation["nvlink"];
  readonly unused: ReadonlySet<number>;
  readonly hasMig: (card: GpuCard) => boolean;
}

/** Rule F5, by `nvidia-smi nvlink -s`. */
export function judgeLinks(evidence: Evidence, { gpus: expectedGpus, nvlink }: Expectation): Found[] {
  const status = evidence.read("nvlink", nvlinkFormat);
  if (!status.usable) return [unusableFinding(status, nodeScope(evidence))];
  const { value, output } = status;
  const cards = readGpuCards(evidence);
  const context: Context = { output, cards, nvlink, unused: new Set(nvlink.unused), hasMig: migReader(cards) };
  const listed = [...value.gpus].sort(([one], [other]) => one - other);
  const findings = listed.flatMap(([number, gpu]) => judgeGpu(cards.numbered(number), gpu, context));
  if (value.allInactive !== undefined) return [...judgeNodeInactive(evidence, value.allInactive, context), ...findings];
  const unlisted = withoutHeading(cards, value, expectedGpus?.count ?? 0);
  return [
    ...findings,
    ...unlisted.map((card) =>
      finding("gpu-without-links", {
        scope: gpuScope(card),
        message: `The links of ${gpuName(card)} are not listed.`,
        expected: `${String(nvlink.links)} links`,
        observed: "absent",
        evidence: [{ probe: output.probe }],
      }),
    ),
  ];
}

/** The GPUs that have no heading: those that the XML lists, else the numbers that are not printed. */
function withoutHeading(cards: GpuCards, { gpus }: NvlinkStatus, count: number): GpuCard[] {
  const { unnumbered } = cards;
  const strange = [...gpus.keys()].map((number) => cards.numbered(number)).filter(({ smi }) => smi === undefined);
  if (unnumbered.length === 0) {
    const enough = strange.length === 0 && gpus.size >= count;
    return enough ? [] : absentNumbers(count, (number) => gpus.has(number)).map((number) => cards.numbered(number));
  }
  const anonymous = strange.filter(({ uuid }) => uuid === undefined);
  // A heading whose UUID cannot be read may be that of any GPU, and that of a GPU without one may be any heading.
  return unnumbered.filter(({ uuid }) => (uuid === undefined ? strange : anonymous).length < unnumbered.length);
}

function judgeGpu(card: GpuCard, gpu: LinkedGpu, context: Context): Found[] {
  const { output, nvlink, unused, hasMig } = context;
  const printed = [...gpu.links]
    .filter(([number]) => !unused.has(number))
    .sort(([one], [other]) => one - other)
    .flatMap(([number, link]) => judgeLink(card, number, link, context));
  if (gpu.allInactive !== undefined) {
    const code = hasMig(card) ? "mig-links-inactive" : "links-all-inactive";
    return [
      inactive(code, gpuScope(card), `All NVLinks of ${gpuName(card)} are inactive`, gpu.allInactive),
      ...printed,
    ];
  }
  const unlisted = absentNumbers(nvlink.links + unused.size, (number) => gpu.links.has(number) || unused.has(number));
  return [
    ...printed,
    ...unlisted.map((number) =>
      finding("link-not-listed", {
        scope: linkScope(card, number),
        message: `Link ${String(number)} of ${gpuName(card)} is not listed.`,
        expected: `${String(nvlink.links)} links`,
        observed: "absent",
        evidence: [atLine(output, gpu.line)],
      }),
    ),
  ];
}

/** Every link that is printed is judged, also one more than expected: a part that is down is down. */
function judgeLink(card: GpuCard, number: number, { speed, text, line }: Link, context: Context): Found[] {
  const { output, nvlink, hasMig } = context;
  const { gbps } = nvlink;
  if (typeof speed === "number" && (gbps === undefined || speed >= gbps)) return [];
  const expected = gbps === undefined ? "an active link" : `${String(gbps)} GB/s`;
  const place = { scope: linkScope(card, number), expected, observed: text, evidence: [atLine(output, line)] };
  const name = `Link ${String(number)} of ${gpuName(card)}`;
  if (speed === undefined)
    return [finding("link-unreadable", { ...place, message: `${name} prints nothing that can be read.` })];
  if (speed === "inactive")
    return hasMig(card)
      ? [finding("mig-links-inactive", { ...place, message: `${name} is inactive while MIG is enabled.` })]
      : [finding("link-inactive", { ...place, message: `${name} is inactive.` })];
  return [finding("link-slow", { ...place, message: `${name} runs slower than expected.` })];
}

/** The sentence that all links of the node are inactive; MIG explains those of the GPUs that have it. */
function judgeNodeInactive(
  evidence: Evidence,
  sentence: Found["evidence"][number],
  { cards, hasMig }: Context,
): Found[] {
  const mig = cards.listed.filter(hasMig);
  const ofNode = "All NVLinks of the node are inactive";
  if (mig.length > 0 && mig.length === cards.listed.length)
    return [inactive("mig-links-inactive", nodeScope(evidence), ofNode, sentence)];
  return [
    inactive("links-all-inactive", nodeScope(evidence), ofNode, sentence),
    ...mig.map((card) =>
      inactive("mig-links-inactive", gpuScope(card), `All NVLinks of ${gpuName(card)} are inactive`, sentence),
    ),
  ];
}

function inactive(
  code: "links-all-inactive" | "mig-links-inactive",
  scope: Scope,
  what: string,
  sentence: Found["evidence"][number],
): Found {
  return finding(code, {
    scope,
    message: code === "mig-links-inactive" ? `${what} while MIG is enabled.` : `${what}.`,
    expected: "active links",
    observed: "all links are inactive",
    evidence: [sentence],
  });
}

/** A link carries the marks of its GPU, by which people find it (rule G8). */
function linkScope(card: GpuCard, number: number): Scope {
  return { kind: "link", id: `${card.id}/${String(number)}`, ...gpuMarks(card) };
}
