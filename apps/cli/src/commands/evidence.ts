import { mkdirSync } from "node:fs";
import { SlipwayError } from "@slipway/plugin-sdk";
import { evidenceExpiryDocument, evidenceExportDocument, showValidation } from "@slipway/queries";
import { confirmRemoval, exportBundle } from "@slipway/runner";
import type { Command } from "commander";
import { openDatabase } from "../database.ts";
import { EXIT } from "../exit.ts";
import { printable } from "../report/printable.ts";
import { say } from "../report/say.ts";

export function add(program: Command): void {
  const evidence = program.command("evidence").description("what probes returned, verbatim, as it was judged");
  evidence
    .command("export")
    .description(
      "write the bundles of a validation, or of one pass, for ./slipway judge. Exit 3 when bytes that have not expired are missing",
    )
    .argument("<pass>", "a validation's number, or <validation>/<attempt>/<run>[/<try>]")
    .requiredOption("--out <folder>")
    .option("--json", "one JSON line per bundle")
    .action(exportEvidence);
  evidence
    .command("expire")
    .description("let go what a clean-up did not dare to remove: exactly the list of its item (./slipway status)")
    .requiredOption("--confirm <item>", "the item's number")
    .requiredOption("--by <name>", "who says so")
    .requiredOption("--reason <text>", "why it may go")
    .option("--json", "one JSON object")
    .action(expireEvidence);
}

async function expireEvidence({
  confirm,
  by,
  reason,
  json,
}: {
  readonly confirm: string;
  readonly by: string;
  readonly reason: string;
  readonly json?: boolean;
}): Promise<void> {
  if (!/^\d{1,15}$/.test(confirm)) throw new SlipwayError("input", `--confirm ${confirm}: an item is a number`);
  const database = await openDatabase({ start: false });
  try {
    const removed = await confirmRemoval(database, { item: Number(confirm), by, reason });
    say(
      { json, document: evidenceExpiryDocument },
      { item: Number(confirm), removed },
      `item ${confirm}: ${String(removed)} pieces of evidence are removed; their hashes stay\n`,
    );
  } finally {
    await database.close();
  }
}

async function exportEvidence(
  name: string,
  { out, json }: { readonly out: string; readonly json?: boolean },
): Promise<void> {
  const [validation = "", attempt, run, tried] = name.split("/");
  if (name.split("/").some((part) => !/^\d{1,15}$/.test(part)))
    throw new SlipwayError("input", `${name}: a pass is <validation>/<attempt>/<run>[/<try>], in numbers`);
  const database = await openDatabase({ start: false });
  try {
    const { passes } = await showValidation(database.store, validation);
    const wanted = passes.filter(
      (pass) =>
        (attempt === undefined || pass.attempt === Number(attempt)) &&
        (run === undefined || pass.run_index === Number(run)) &&
        (tried === undefined || pass.try === Number(tried)),
    );
    if (wanted.length === 0) throw new SlipwayError("input", `there is no pass ${name}`);
    mkdirSync(out, { recursive: true });
    for (const pass of wanted) {
      const { dir, expired, missing } = await exportBundle(database.store, database.blobs, pass, out);
      say(
        { json, document: evidenceExportDocument },
        {
          node_name: pass.node,
          dir,
          validation: pass.validation,
          attempt: pass.attempt,
          run_index: pass.run_index,
          try: pass.try,
          verdict: pass.verdict,
          expired,
          missing,
        },
        `${printable(dir)}: ${pass.verdict}${named("expired", expired)}${named("missing", missing)}\n`,
      );
      if (missing.length > 0) process.exitCode = EXIT.usage;
    }
  } finally {
    await database.close();
  }
}

const named = (what: string, files: readonly string[]): string =>
  files.length === 0 ? "" : `, ${what}: ${printable(files.join(", "))}`;
