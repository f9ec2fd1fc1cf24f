import { globSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { loadChecks } from "@slipway/catalog";
import type { CheckJudgement, Finding, NodeJudgement, RackJudgement, Verdict } from "@slipway/domain";
import { judgeNode, judgeRacks, readBundle, type JudgedNode } from "@slipway/evidence";
import { repositoryRoot } from "./workspace.ts";

/** Where the README's picture lies, and the evidence it is made from. */
const PICTURE = "docs/rack.svg";
const RACK = "examples/rack-r01";

const COLOURS: Readonly<Record<Verdict, string>> = {
  pass: "#2ea043",
  fail: "#f85149",
  inconclusive: "#d29922",
  "not-applicable": "#484f58",
};
const MARKS: Readonly<Record<Verdict, string>> = { pass: "✓", fail: "✕", inconclusive: "?", "not-applicable": "–" };
const CAUSES: Readonly<Record<string, string>> = {
  hardware: "#ff7b72",
  fabric: "#ffa657",
  platform: "#d2a8ff",
  configuration: "#79c0ff",
  unknown: "#8b949e",
  tool: "#8b949e",
  workload: "#7ee787",
};

const ROW = 36;
const CELL = 44;
const TOP = 132;
const LEFT = 158;
const TEXT_COLUMNS = 84;
const STYLE =
  'text{font:13px ui-monospace,SFMono-Regular,Menlo,Consolas,"DejaVu Sans Mono",monospace;fill:#e6edf3}' +
  ".dim{fill:#8b949e}.head{font-weight:700;font-size:15px}" +
  ".mark{text-anchor:middle;fill:#fff;font-weight:700}.small{font-size:12px}";

/**
 * Judges the shipped example rack and draws it as an SVG; with `--check` writes nothing and only
 * says whether the committed picture is the one drawn now.
 *
 * @returns exit code: 1 when `--check` finds another picture, 3 for other arguments
 */
export async function main(args: readonly string[]): Promise<number> {
  const check = args.length === 1 && args[0] === "--check";
  if (!check && args.length > 0) {
    process.stderr.write("slipway: picture takes --check or nothing\n");
    return 3;
  }
  const drawn = await drawExampleRack();
  const path = join(repositoryRoot, PICTURE);
  if (check) {
    const same = readFileSync(path, "utf8") === drawn;
    process.stdout.write(
      `${PICTURE}: ${same ? "is what judge says now" : "differs; run `./slipway picture` and look at it"}\n`,
    );
    return same ? 0 : 1;
  }
  writeFileSync(path, drawn);
  process.stdout.write(`${PICTURE}: written\n`);
  return 0;
}

/** The SVG of the example rack as judged by the checks of this checkout. */
export async function drawExampleRack(): Promise<string> {
  const checks = await loadChecks();
  const judged = globSync("*/bundle.json", { cwd: join(repositoryRoot, RACK) })
    .sort()
    .map((file): JudgedNode => {
      const { evidence, expect: expectations = {} } = readBundle(join(repositoryRoot, RACK, file, ".."));
      return { evidence, expectations, judgement: judgeNode(evidence, expectations, checks) };
    });
  const [rack] = judgeRacks(judged, checks);
  if (rack === undefined) throw new Error(`${RACK} holds no rack`);
  return draw(
    judged.map(({ judgement }) => judgement),
    rack,
    [...checks.keys()],
  );
}

function escape(text: string): string {
  return text.replace(/[&<>"]/g, (char) => `&#${String(char.charCodeAt(0))};`);
}

function clip(text: string): string {
  return text.length > TEXT_COLUMNS ? `${text.slice(0, TEXT_COLUMNS - 1)}…` : text;
}

function draw(nodes: readonly NodeJudgement[], rack: RackJudgement, checks: readonly string[]): string {
  const findings = listFindings(nodes, rack);
  const tableWidth = LEFT + checks.length * CELL + 96;
  const width = tableWidth + 640;
  const height = TOP + Math.max(nodes.length * ROW, findings.height) + 64;
  const legend = (["pass", "fail", "inconclusive", "not-applicable"] as const)
    .map(
      (verdict, index) =>
        `<g transform="translate(${String(24 + index * 132)} ${String(height - 34)})">` +
        `<rect width="18" height="18" rx="4" fill="${COLOURS[verdict]}"/>` +
        `<text x="9" y="14" class="mark">${MARKS[verdict]}</text>` +
        `<text x="26" y="14" class="dim">${verdict}</text></g>`,
    )
    .join("\n");
  const [w, h] = [String(width), String(height)];
  const label = `Rack ${escape(rack.rack)} judged by Slipway: ${escape(rack.verdict)}`;
  const subtitle = [
    `rack ${escape(rack.rack)} of ${escape(rack.cluster ?? "?")}`,
    `${String(nodes.length)} nodes`,
    escape(rack.verdict),
    "invented evidence",
  ].join(" · ");
  const headings = checks
    .map((check, index) => {
      const place = `translate(${String(LEFT + index * CELL + 16)} ${String(TOP - 10)}) rotate(-32)`;
      return `<text transform="${place}" class="dim small">${escape(check)}</text>`;
    })
    .join("\n");
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${w} ${h}" width="${w}" height="${h}" role="img" aria-label="${label}">
<style>${STYLE}</style>
<rect width="100%" height="100%" rx="12" fill="#0d1117"/>
<text x="24" y="36" class="head">$ ./slipway judge --rack ${RACK}/*</text>
<text x="24" y="58" class="dim">${subtitle}</text>
${headings}
${nodes.map((node, index) => row(node, checks, index)).join("\n")}
<g transform="translate(${String(tableWidth)} ${String(TOP)})">
${findings.svg}
</g>
${legend}
</svg>
`;
}

function row(node: NodeJudgement, checks: readonly string[], index: number): string {
  const y = TOP + index * ROW;
  const middle = String(y + ROW / 2);
  const cells = checks.map((check, column) => {
    const judgement: CheckJudgement | undefined = node.checks.find((one) => one.check === check);
    if (judgement === undefined) return "";
    const { verdict } = judgement;
    const x = LEFT + column * CELL;
    const [width, height] = [String(CELL - 6), String(ROW - 8)];
    const opacity = verdict === "pass" ? ' fill-opacity="0.55"' : "";
    return (
      `<rect x="${String(x)}" y="${String(y)}" width="${width}" height="${height}" rx="4" fill="${COLOURS[verdict]}"${opacity}/>` +
      `<text x="${String(x + (CELL - 6) / 2)}" y="${middle}" class="mark">${MARKS[verdict]}</text>`
    );
  });
  const right = String(LEFT + checks.length * CELL + 4);
  const word = node.verdict === "inconclusive" ? "inconcl." : node.verdict;
  return (
    `<text x="24" y="${middle}">${escape(node.node)}</text>${cells.join("")}` +
    `<text x="${right}" y="${middle}" style="fill:${COLOURS[node.verdict]}">${word}</text>`
  );
}

/** Findings that are no pass, and the workload's that are, by cause. */
function listFindings(nodes: readonly NodeJudgement[], rack: RackJudgement): { svg: string; height: number } {
  const all: (Finding & { where: string; check: string })[] = [
    ...nodes.flatMap(({ node, checks }) =>
      checks.flatMap(({ check, findings }) => findings.map((finding) => ({ ...finding, where: node, check }))),
    ),
    ...rack.findings.map((finding) => ({ ...finding, where: `rack ${rack.rack}` })),
  ];
  const lines: string[] = [];
  let y = 0;
  for (const [cause, colour] of Object.entries(CAUSES)) {
    const own = all.filter((finding) => finding.cause === cause);
    if (own.length === 0) continue;
    lines.push(`<text x="0" y="${String(y + 2)}" class="head" style="fill:${colour}">${cause}</text>`);
    y += 20;
    for (const { where, check, code, scope, verdict, message } of own) {
      const what = escape(clip(`${where}  ${check}/${code}  ${scope.kind} ${scope.id}`));
      lines.push(
        `<text x="0" y="${String(y + 2)}" style="fill:${COLOURS[verdict]}">${MARKS[verdict]}</text>` +
          `<text x="16" y="${String(y + 2)}" class="small">${what}</text>`,
      );
      lines.push(`<text x="16" y="${String(y + 17)}" class="dim small">${escape(clip(message))}</text>`);
      y += 36;
    }
    y += 8;
  }
  return { svg: lines.join("\n"), height: y };
}
