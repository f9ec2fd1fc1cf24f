import {
  atLine,
  byText,
  excerpt,
  gpuMarks,
  gpuName,
  nodeScope,
  readGpuCards,
  toolsWords,
  unusableFinding,
  type Evidence,
  type FindingOf,
  type ProbeOutput,
  type Scope,
} from "@slipway/plugin-sdk";
import { codes, finding, type Code } from "./codes.ts";
import { kernelLogFormat, slotOf, type KernelLog } from "./parse.ts";
import { remarksOf, type Remark } from "./remarks.ts";

type Found = FindingOf<Code>;

/** Rules Y1-Y6. */
export function judge(evidence: Evidence): Found[] {
  const log = evidence.read("kernel-log", kernelLogFormat);
  const node = nodeScope(evidence);
  if (!log.usable) return [unusableFinding(log, node)];
  return [...judgeRemarks(evidence, log.value, log.output), ...judgeCompleteness(log.value, log.output, node)];
}

/** Rule Y4. What an incomplete log proves all the same stays proven (G1). */
function judgeCompleteness({ complete, cut }: KernelLog, output: ProbeOutput, node: Scope): Found[] {
  const findings: Found[] = [];
  if (cut !== undefined)
    findings.push(
      finding("log-cut", {
        scope: node,
        message: `Line ${String(cut)} of the kernel log has no end: the log was cut there.`,
        evidence: [atLine(output, cut)],
      }),
    );
  if (!complete) {
    const said = toolsWords(output.probe, output);
    const speaker = said?.at.stream === "err" ? "the tool says" : "it begins";
    const quoted = said === undefined ? "" : ` (${speaker}: ${said.words})`;
    findings.push(
      finding("log-incomplete", {
        scope: node,
        message: `The kernel log does not reach back to the start of this boot${quoted}.`,
        expected: "a line `Linux version …`",
        evidence: said === undefined ? [] : [said.at],
      }),
    );
  }
  return findings;
}

interface Group {
  /** The first line that says by itself what the group says. */
  first: Remark;
  lines: number;
}

/** One finding for each part, name and meaning, however many lines there are. */
function judgeRemarks(evidence: Evidence, log: KernelLog, output: ProbeOutput): Found[] {
  const remarks = remarksOf(log);
  if (remarks.length === 0) return [];
  const groups = new Map<string, Group>();
  for (const remark of remarks) {
    const { meaning, name, part, address } = remark;
    const key = [
      slotOf(address),
      part,
      name.replace(/\d+/, (code) => code.padStart(9, "0")),
      meaning.code,
      meaning.words,
    ].join(" ");
    const group = groups.get(key);
    if (group === undefined) groups.set(key, { first: remark, lines: 1 });
    else {
      group.lines += 1;
      if (group.first.further === true) group.first = remark;
    }
  }
  const printed = addressesOf(remarks);
  const scopeOf = scopes(evidence, log, printed);
  return [...groups]
    .sort(([a], [b]) => byText(a, b))
    .map(([, group]) => findingOf(group, printed.get(slotOf(group.first.address)), scopeOf, output));
}

/** Of several spellings of one address the one that an Xid line prints, and of those the one that sorts first (G8). */
function addressesOf(remarks: readonly Remark[]): ReadonlyMap<string, string> {
  const spelled = new Map<string, { address: string; rank: string }>();
  for (const { name, address } of remarks) {
    if (address === undefined) continue;
    const one = { address, rank: `${name === "NVRM" ? "1" : "0"}${address}` };
    const known = spelled.get(slotOf(address));
    if (known === undefined || one.rank < known.rank) spelled.set(slotOf(address), one);
  }
  return new Map([...spelled].map(([slot, { address }]) => [slot, address]));
}

/** The scope of a part, with what the bundle prints of a card: its lists, else the log itself (G8). */
function scopes(evidence: Evidence, log: KernelLog, printed: ReadonlyMap<string, string>): (remark: Remark) => Scope {
  const cards = readGpuCards(evidence);
  return ({ meaning, part, address }) => {
    const slot = slotOf(address);
    const id = printed.get(slot);
    if (id === undefined || meaning.code === "event-quoted") return nodeScope(evidence);
    if (part === "fabric") return { kind: "fabric", id };
    const card = cards.find({ pci: id });
    const logged = log.cards.get(slot);
    const { uuid = logged?.uuid, serial = logged?.serial, pci = id } = card ?? {};
    return { kind: "gpu", id, ...gpuMarks({ uuid, serial, pci }) };
  };
}

function findingOf(
  { first, lines }: Group,
  address: string | undefined,
  scopeOf: (remark: Remark) => Scope,
  output: ProbeOutput,
): Found {
  const { meaning, name, part, text, line } = first;
  const { code, words } = meaning;
  const scope = scopeOf(first);
  const where =
    address === undefined
      ? ""
      : ` on ${part === "gpu" ? gpuName({ id: address, pci: scope.pci }) : `NVSwitch ${address}`}`;
  const count = lines === 1 ? "1 line" : `${String(lines)} lines`;
  const { verdict, causes } = codes[code];
  return finding(code, {
    cause: causes[0],
    scope,
    message: `${name}${where}: ${words}.`,
    expected: verdict === "pass" ? undefined : "no such line since the boot",
    observed: text === "" ? count : `${count}: ${excerpt(text)}`,
    evidence: [atLine(output, line)],
  });
}
