import { setTimeout as sleep } from "node:timers/promises";
import { ValidationStatus } from "@slipway/domain";
import { SlipwayError } from "@slipway/plugin-sdk";
import type { HostKeyDetail } from "@slipway/runner";
import type { Row, Store } from "@slipway/store";
import { Option, type Command } from "commander";
import { openDatabase } from "../database.ts";
import { signed } from "../signed.ts";
import { validationText, validationsText } from "../report/validations.ts";

interface ListOptions {
  readonly status?: ValidationStatus;
  readonly cluster?: string;
  readonly all?: boolean;
  readonly limit: string;
  readonly watch?: boolean;
  readonly json?: boolean;
}

const OPEN: readonly ValidationStatus[] = ["queued", "running", "held"];

export function add(program: Command): void {
  const validations = program
    .command("validations")
    .description("machines on their way back: lanes, passes, and why each stands as it stands");
  validations
    .command("list")
    .description("open validations, or all")
    .addOption(new Option("--status <status>").choices(ValidationStatus.options))
    .option("--cluster <cluster>")
    .option("--all", "ended ones too, the newest first")
    .option("--limit <n>", "rows shown", "40")
    .option("--watch", "again every second until Ctrl-C")
    .option("--json", "one JSON line per validation")
    .action(list);
  validations
    .command("show")
    .description("one validation: its lane, every pass, every finding")
    .argument("<id>", "its number")
    .option("--watch", "again every second until it ends")
    .option("--json")
    .action(show);
  signed(validations.command("retry").description("take a held validation up again").argument("<id>")).action(retry);
}

async function list(options: ListOptions): Promise<void> {
  const limit = Number(options.limit);
  if (!Number.isSafeInteger(limit) || limit < 1)
    throw new SlipwayError("input", `--limit ${options.limit}: has to be a whole number above 0`);
  const database = await openDatabase({ start: false });
  try {
    do {
      const status = options.status === undefined ? (options.all === true ? undefined : OPEN) : [options.status];
      const where = {
        ...(status === undefined ? {} : { status: { in: status } }),
        ...(options.cluster === undefined ? {} : { cluster: options.cluster }),
      };
      const rows = await database.store.transaction((tx) =>
        tx.find("validations", {
          where,
          orderBy: options.all === true ? ["-id"] : ["status", "-passes_done", "id"],
          limit,
        }),
      );
      if (options.json === true)
        for (const row of rows) process.stdout.write(`${JSON.stringify({ schema: "slipway/validation@1", ...row })}\n`);
      else
        process.stdout.write(
          `${options.watch === true && process.stdout.isTTY ? "\u001b[2J\u001b[H" : ""}${validationsText(rows, Date.now())}`,
        );
      if (options.watch === true) await sleep(1_000);
    } while (options.watch === true);
  } finally {
    await database.close();
  }
}

/** A validation with its passes and what each check said. */
export interface ShownValidation {
  readonly validation: Row<"validations">;
  readonly passes: readonly Row<"passes">[];
  readonly results: readonly Row<"results">[];
  readonly audit: readonly Row<"audit">[];
}

/** @throws SlipwayError of kind `input` for a number that no validation has */
export async function readValidation(store: Store, text: string): Promise<ShownValidation> {
  const id = Number(text.replace(/^validation\//, ""));
  if (!Number.isSafeInteger(id))
    throw new SlipwayError("input", `${text}: a validation is a number, as validations list prints it`);
  return store.transaction(async (tx) => {
    const validation = await tx.get("validations", { id });
    if (validation === undefined) throw new SlipwayError("input", `there is no validation ${String(id)}`);
    return {
      validation,
      passes: await tx.find("passes", { where: { validation: id }, orderBy: ["attempt", "run_index", "try"] }),
      results: await tx.find("results", {
        where: { validation: id },
        orderBy: ["attempt", "run_index", "try", "check"],
      }),
      audit: await tx.find("audit", { where: { object: `validation/${String(id)}` }, orderBy: ["id"] }),
    };
  });
}

async function show(id: string, { watch, json }: { readonly watch?: boolean; readonly json?: boolean }): Promise<void> {
  const database = await openDatabase({ start: false });
  try {
    for (;;) {
      const shown = await readValidation(database.store, id);
      const { validation, passes, results, audit } = shown;
      const document = { schema: "slipway/validation@1", ...validation, passes, results, audit };
      if (json === true) process.stdout.write(`${JSON.stringify(document)}\n`);
      else
        process.stdout.write(
          `${watch === true && process.stdout.isTTY ? "\u001b[2J\u001b[H" : ""}${validationText(shown)}`,
        );
      if (watch !== true || !OPEN.includes(shown.validation.status)) return;
      await sleep(1_000);
    }
  } finally {
    await database.close();
  }
}

async function retry(
  id: string,
  { by, reason, json }: { readonly by: string; readonly reason: string; readonly json?: boolean },
): Promise<void> {
  const database = await openDatabase({ start: false });
  try {
    const { validation, audit } = await readValidation(database.store, id);
    if (validation.status !== "held")
      throw new SlipwayError(
        "input",
        `validation ${id} is ${validation.status}; only a held one can be taken up again`,
      );
    const now = Date.now();
    const policy = {
      ...validation.policy,
      inconclusiveRetries: validation.policy.inconclusiveRetries + validation.tries + 1,
    };
    await database.store.transaction(async (tx) => {
      const changed = await tx.update("validations", [
        {
          key: { id: validation.id },
          set: {
            status: "queued",
            reason_code: "AskedAgain",
            reason,
            policy,
            due_at: now,
            generation: validation.generation + 1,
          },
          when: { generation: validation.generation },
        },
      ]);
      if (changed.length === 0) throw new SlipwayError("input", `validation ${id} changed meanwhile; look again`);
      const [event = 0] = await tx.nextIds("event", 1);
      await tx.insert("audit", [
        {
          id: event,
          at: now,
          actor: by,
          object: `validation/${String(validation.id)}`,
          from_state: "held",
          to_state: "queued",
          reason,
          detail: answersHostKey(audit),
        },
      ]);
    });
    process.stdout.write(
      json === true
        ? `${JSON.stringify({ schema: "slipway/validation@1", id: validation.id, status: "queued" })}\n`
        : `validation ${String(validation.id)} of ${validation.node} is in line again\n`,
    );
  } finally {
    await database.close();
  }
}

/** Taking up a validation that is held for a changed host key accepts that key for it. */
function answersHostKey(audit: readonly Row<"audit">[]): HostKeyDetail | null {
  const held = audit.findLast(({ to_state }) => to_state === "held");
  const { hostKey } = (held?.detail ?? {}) as HostKeyDetail;
  return hostKey === undefined ? null : { acceptedHostKey: hostKey };
}
