import { styleText } from "node:util";
import { loadChecks } from "@slipway/catalog";
import { SlipwayError, type Check } from "@slipway/plugin-sdk";
import { checkDocument, jsonLine, type ContentOf } from "@slipway/queries";
import type { Command } from "commander";

export function add(program: Command): void {
  program
    .command("checks")
    .description("list the checks, or explain one: its probes, expectations, finding codes and remedies")
    .argument("[id]", "a check")
    .option("--json", "one document a check")
    .action(async (id: string | undefined, { json }: { json?: boolean }) => {
      const checks = await loadChecks();
      if (id !== undefined && !checks.has(id))
        throw new SlipwayError("input", `checks ${id}: there is no such check`, {
          hint: `known: ${[...checks.keys()].join(", ")}`,
        });
      const shown = [...checks.values()].filter((check) => id === undefined || check.id === id);
      if (json === true) for (const check of shown) process.stdout.write(jsonLine(checkDocument, describe(check)));
      else if (id === undefined)
        for (const check of shown) process.stdout.write(`${check.id.padEnd(14)} ${check.version}  ${check.title}\n`);
      else for (const check of shown) process.stdout.write(explain(check));
    });
}

/** A check as plain data. */
function describe(check: Check): ContentOf<typeof checkDocument> {
  const { id, version, title, codes } = check;
  return {
    id,
    version,
    title,
    probes: check.probes.map(({ probe, optional, why }) => ({
      id: probe.id,
      title: probe.title,
      optional: optional === true,
      why,
    })),
    sections: Object.keys(check.sections),
    needs: check.needs({}),
    rackView: check.judgeRack !== undefined,
    codes,
  };
}

function explain(check: Check): string {
  const heading = (text: string): string => styleText("bold", text, { stream: process.stdout });
  const lines = [heading(`${check.id} ${check.version}: ${check.title}`), "", heading("Probes")];
  for (const { probe, optional, why } of check.probes)
    lines.push(`  ${probe.id}${optional === true ? " (optional)" : ""}: ${why}`);
  lines.push(
    "",
    heading("Expectations"),
    `  sections ${Object.keys(check.sections).join(", ") || "none"}; needed: ${check.needs({}).join(", ") || "none"}`,
    "",
    heading("Finding codes"),
  );
  for (const [code, { verdict, causes, meaning, remedy }] of Object.entries(check.codes))
    lines.push(`  ${code} (${verdict}; ${causes.join(", ")})`, `    ${meaning}`, `    Do: ${remedy}`);
  return `${lines.join("\n")}\n`;
}
