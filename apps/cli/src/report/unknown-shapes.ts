import type { NodeJudgement } from "@slipway/domain";
import type { KeptEvidence, Format, ProbeOutput } from "@slipway/plugin-sdk";

/** What a probe printed that no check knows how to read. */
export interface UnknownShape {
  /** Folder of the bundle. */
  readonly dir: string;
  readonly probe: string;
  /** The command that printed it, where the bundle says. */
  readonly command: string;
  /** Versions that the output names, as `DCGM version 4.9.0`; of the driver, from `nvidia-smi`, where it names none. */
  readonly versions: readonly string[];
}

/** Takes whatever the probe printed, if it ended by itself. */
const ANYTHING: Format<ProbeOutput> = { exit: "any", parse: (output) => output };
const VERSIONS = [
  /"([\w .-]*version[\w .-]*)"\s*:\s*"([^"\n]{1,60})"/gi,
  /<([\w-]*version[\w-]*)>\s*([^<\n]{1,60}?)\s*</gi,
  /\b((?:[\w-]+[ \t]+)?version)[ \t]*[:=]?[ \t]*v?(\d[\w.+-]*)/gi,
];
const MOST_VERSIONS = 4;

/** The outputs of a bundle for which its judgement says that nobody knows their shape. */
export function unknownShapes(
  dir: string,
  { evidence, judgement }: { readonly evidence: KeptEvidence; readonly judgement: NodeJudgement },
): UnknownShape[] {
  const unusable = new Set(
    judgement.checks.flatMap(({ findings }) =>
      findings.filter(({ code }) => code === "evidence-unusable").map(({ evidence: [pointer] }) => pointer?.probe),
    ),
  );
  return evidence
    .unknownShapes()
    .filter((probe) => unusable.has(probe))
    .map((probe) => {
      const output = evidence.read(probe, ANYTHING);
      const command = output.usable ? output.output.record.argv.join(" ") : "";
      const own = versionsIn(evidence.printed(probe));
      return { dir, probe, command, versions: own.length > 0 ? own : versionsIn(evidence.printed("nvidia-smi")) };
    });
}

function versionsIn({ stdout, stderr }: { readonly stdout: string; readonly stderr: string }): string[] {
  const found = new Set<string>();
  for (const text of [stdout, stderr])
    for (const pattern of VERSIONS)
      for (const [, name = "", value = ""] of text.matchAll(pattern))
        if (found.size < MOST_VERSIONS) found.add(`${name.trim().replaceAll("_", " ")} ${value.trim()}`);
  return [...found];
}

/** What to do about outputs of no known shape, in lines for a report: one for each kind, and how to send it. */
export function shapeNotes(shapes: readonly UnknownShape[]): string[] {
  const [first] = shapes;
  if (first === undefined) return [];
  const kinds = Map.groupBy(shapes, ({ probe, command, versions }) => {
    const version = versions.length === 0 ? "it names no version" : versions.join(", ");
    return `${probe}${command === "" ? "" : ` (${command})`} printed a shape that this version of Slipway does not know; ${version}`;
  });
  return [
    ...[...kinds].map(([kind, same]) => (same.length === 1 ? `${kind}.` : `${kind}; ${String(same.length)} bundles.`)),
    `To have it read: \`./slipway bundle scrub ${first.dir} --out ${first.dir.replace(/\/+$/, "")}-scrubbed\` ` +
      "makes a copy without names, serials, addresses and users that is judged the same; attach it to an issue.",
  ];
}
