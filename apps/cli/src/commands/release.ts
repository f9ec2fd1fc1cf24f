import { readFileSync, renameSync, writeFileSync } from "node:fs";
import { loadChecks } from "@slipway/catalog";
import { SlipwayError } from "@slipway/plugin-sdk";
import type { ReleaseDocument } from "@slipway/domain";
import { lastRelease, releaseDocument, releaseKeyDocument, releaseVerificationDocument } from "@slipway/queries";
import {
  buildRelease,
  inconsistencies,
  judgedAgain,
  loadReleaseKey,
  loadReleasePublicKeys,
  makeReleaseKeys,
  signRelease,
  verifyRelease,
} from "@slipway/runner";
import { findNode } from "@slipway/nodes";
import type { Store } from "@slipway/store";
import type { Command } from "commander";
import { openDatabase } from "../database.ts";
import { EXIT } from "../exit.ts";
import { fleetFolder } from "../fleet.ts";
import { printable } from "../report/printable.ts";
import { say } from "../report/say.ts";

const WHICH = "its number, or a node: then its newest";

export function add(program: Command): void {
  const release = program.command("release").description("what was proven of a machine when it was let in");
  release
    .command("keygen")
    .description("make a signing key: private outside the repository, public in fleet/keys")
    .option("--json")
    .action(keygen);
  release
    .command("show")
    .description("a release as a person reads it")
    .argument("<release>", WHICH)
    .option("--json")
    .action(show);
  release
    .command("export")
    .description("a release as a signed document")
    .argument("<release>", WHICH)
    .option("-o, --out <file>", "instead of standard output")
    .action(exportRelease);
  release
    .command("verify")
    .description("check a signed release offline: exit 0 verified, 1 not, 3 unreadable")
    .argument("<file>")
    .option("--key <file>", "a public key, instead of those in fleet/keys")
    .option("--evidence <folder>", "bundles of its passes, which are hashed and judged again")
    .option("--json")
    .action(verify);
}

async function keygen({ json }: { readonly json?: boolean }): Promise<void> {
  const made = await makeReleaseKeys(fleetFolder());
  say(
    { json, document: releaseKeyDocument },
    made,
    `key ${made.kid}\n  private: ${printable(made.privateFile)} (keep it)\n  public:  ${printable(made.publicFile)} (commit it)\n`,
  );
}

async function documentOf(store: Store, name: string): Promise<ReleaseDocument> {
  if (/^\d{1,15}$/.test(name)) return buildRelease(store, Number(name));
  const { machine } = await findNode(store, name);
  const last = await lastRelease(store, machine.id);
  if (last === undefined) throw new SlipwayError("input", `${name} was never released`);
  return buildRelease(store, last);
}

async function withDocument(name: string, use: (document: ReleaseDocument) => Promise<void> | void): Promise<void> {
  const database = await openDatabase({ start: false });
  try {
    await use(await documentOf(database.store, name));
  } finally {
    await database.close();
  }
}

const show = (name: string, { json }: { readonly json?: boolean }): Promise<void> =>
  withDocument(name, (document) => {
    say({ json, document: releaseDocument }, { node_name: document.node, ...document }, releaseText(document));
  });

const exportRelease = (name: string, { out }: { readonly out?: string }): Promise<void> =>
  withDocument(name, async (document) => {
    const signed = await signRelease(document, await loadReleaseKey());
    if (out === undefined) return void process.stdout.write(signed);
    writeFileSync(`${out}.part`, signed);
    renameSync(`${out}.part`, out);
    process.stderr.write(
      `slipway: release ${String(document.release)} of ${printable(document.node)} is in ${printable(out)}\n`,
    );
  });

async function verify(
  file: string,
  { key, evidence, json }: { readonly key?: string; readonly evidence?: string; readonly json?: boolean },
): Promise<void> {
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch (error) {
    throw new SlipwayError(
      "input",
      `${file}: cannot be read (${(error as NodeJS.ErrnoException).code ?? "unknown error"})`,
    );
  }
  const verified = await verifyRelease(text, await loadReleasePublicKeys(fleetFolder(), key), file);
  const problems = verified.ok
    ? [
        ...inconsistencies(verified.document),
        ...(evidence === undefined ? [] : judgedAgain(verified.document, evidence, await loadChecks())),
      ]
    : [verified.why];
  const ok = problems.length === 0;
  say(
    { json, document: releaseVerificationDocument },
    {
      node_name: verified.ok ? verified.document.node : null,
      file,
      verified: ok,
      problems,
      ...(verified.ok ? { kid: verified.kid, release: verified.document } : {}),
    },
    ok && verified.ok
      ? `${printable(file)}: verified, signed by ${verified.kid}` +
          `${evidence === undefined ? "" : ", evidence hashed and judged again"}\n${releaseText(verified.document)}`
      : `${printable(file)}: NOT verified\n${problems.map((problem) => `  ${printable(problem)}\n`).join("")}`,
  );
  process.exitCode = ok ? EXIT.ok : EXIT.fail;
}

/** A release as a person reads it. */
function releaseText(document: ReleaseDocument): string {
  const {
    release,
    node,
    cluster,
    machine,
    system_serial,
    entry,
    decided_by,
    reason,
    released_at,
    boot_id,
    lane,
    notRequired = [],
    passes,
  } = document;
  const marked = entry === "override" || entry === "canary" ? `  LET IN WITHOUT ITS PASSES, by ${entry}\n` : "";
  const counted = passes.filter(({ verdict, kind }) => verdict === "pass" && kind === "required").length;
  return [
    `release ${String(release)}: ${printable(node)} in ${printable(cluster ?? "no cluster")} (machine m-${String(machine)}` +
      `, serial ${printable(system_serial ?? "unknown")})`,
    `${marked}  ${entry}, decided by ${printable(decided_by)} at ${released_at}: ${printable(reason)}`,
    lane === null
      ? "  no lane"
      : `  lane ${lane.name} (${lane.digest.slice(0, 12)}), because ${printable(lane.reason)}: ${String(counted)} of ` +
        `${String(lane.passes_required)} passes of ${lane.checks.join(", ")}`,
    ...notRequired.map(({ check, file }) => `  ${check} was not run: ${printable(file)} does not ask for it`),
    `  on boot ${boot_id ?? "unknown"}`,
    ...passes.map(
      (pass) =>
        `    ${String(pass.attempt)}/${String(pass.run_index)}${pass.try === 0 ? "" : `/${String(pass.try)}`}  ` +
        `${pass.verdict}  ${pass.finished_at}  ${String(Object.keys(pass.evidence).length)} probes kept`,
    ),
    "",
  ].join("\n");
}
