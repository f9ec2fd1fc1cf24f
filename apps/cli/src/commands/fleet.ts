import { loadChecks, loadVendor, vendorIds } from "@slipway/catalog";
import { checkFleet, compareSettings } from "@slipway/fleet";
import { fleetApplyDocument, fleetCheckDocument, fleetDiffDocument, fleetDifference } from "@slipway/queries";
import { applyCheckout, openDatabase, readCheckout, type Database } from "@slipway/server";
import { InvalidArgumentError, type Command } from "commander";
import { EXIT } from "../exit.ts";
import { fleetFolder } from "../fleet.ts";
import { say } from "../report/say.ts";
import { appliedText, checkText, differenceText } from "../report/fleet.ts";
import { signed } from "../signed.ts";

interface Json {
  readonly json?: boolean;
}

export function add(program: Command): void {
  const fleet = program
    .command("fleet")
    .description(
      "what the fleet is judged by: this checkout's checks, lanes, expectations and images against what is applied",
    );
  fleet
    .command("check")
    .description(
      "read the fleet's files as a whole, and say which checks of a lane are left out where; needs no database",
    )
    .option("--json")
    .action(check);
  fleet
    .command("diff")
    .description(
      "how this checkout differs from what is applied, and what applying it would do; exits 1 when it differs",
    )
    .option("--json")
    .action(diff);
  signed(
    fleet
      .command("apply")
      .description("apply this checkout: what differs is staged, and canary nodes try it first")
      .option(
        "--release <n>",
        "the deployer's number, which only rises; one more than the last when absent",
        wholeNumber,
      ),
  ).action(apply);
}

function wholeNumber(text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value) || value < 1) throw new InvalidArgumentError("has to be a whole number from 1 on");
  return value;
}

async function check({ json }: Json): Promise<void> {
  const folder = fleetFolder();
  const vendors = await Promise.all(vendorIds.map((id) => loadVendor(id)));
  const { lane_checks, ...counts } = checkFleet(folder, await loadChecks(), vendors);
  say(
    { json, document: fleetCheckDocument },
    { folder, ...counts, lane_checks },
    checkText(folder, counts, lane_checks),
  );
}

async function using(start: boolean, work: (database: Database) => Promise<void>): Promise<void> {
  const database = await openDatabase({ start });
  try {
    await work(database);
  } finally {
    await database.close();
  }
}

const diff = ({ json }: Json): Promise<void> =>
  using(false, async ({ store }) => {
    const folder = fleetFolder();
    const { offered } = await readCheckout(folder);
    const difference = await compareSettings(store, offered);
    say({ json, document: fleetDiffDocument }, fleetDifference(difference), differenceText(folder, difference));
    if (difference.changes.length > 0) process.exitCode = EXIT.fail;
  });

const apply = ({
  by,
  reason,
  release,
  json,
}: Json & { readonly by: string; readonly reason: string; readonly release?: number }): Promise<void> =>
  using(true, async (database) => {
    const applied = await applyCheckout(database, await readCheckout(fleetFolder()), { by, reason, release });
    say(
      { json, document: fleetApplyDocument },
      fleetDifference({ applied: applied.release, changes: applied.changes }),
      appliedText(applied),
    );
  });
