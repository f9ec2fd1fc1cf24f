import { Option, type Command } from "commander";
import { ProposalState } from "@slipway/policy";
import { amend, draft } from "../proposals/write.ts";
import { byOption, reasonOption, signed, words } from "../signed.ts";
import { apply, list, post, reject, revert, show } from "../proposals/act.ts";
import { approve, keygen } from "../proposals/approve.ts";

const many = (value: string, before: readonly string[] = []): readonly string[] => [...before, value];

export function add(program: Command): void {
  const propose = program
    .command("propose")
    .description(
      "changes of what the fleet is judged by: simulated, backtested, agreed by their owners, and tried on canary nodes first",
    );
  content(
    propose
      .command("new")
      .description("draft a change; nothing of the fleet changes")
      .argument("<id>", "lower-case words joined by '-'"),
  )
    .requiredOption("--title <text>", "what changes, in one line", words)
    .requiredOption("--author <who>", "whose it is; an author's own approval does not count", words)
    .addOption(reasonOption())
    .action(draft);
  content(
    propose
      .command("amend")
      .description("change a draft or an open proposal; what was agreed before does not count any more")
      .argument("<id>"),
  )
    .option("--title <text>")
    .addOption(byOption())
    .addOption(reasonOption())
    .action(amend);
  addShowing(propose);
  addAgreeing(propose);
  addApplying(propose);
}

function addShowing(propose: Command): void {
  propose
    .command("list", { isDefault: true })
    .description("all proposals")
    .addOption(new Option("--state <state>").choices(ProposalState.options))
    .option("--json", "one JSON line per proposal")
    .action(list);
  propose
    .command("show")
    .description("a proposal: its diff, effect, plan, and who has agreed")
    .argument("<id>")
    .option("--json")
    .action(show);
}

function addAgreeing(propose: Command): void {
  propose
    .command("post")
    .description("open a draft, and tell the channel of SLIPWAY_WEBHOOK_URL its state, once")
    .argument("<id>")
    .addOption(byOption())
    .option("--again", "send it once more, where somebody looked and it is not there")
    .option("--json")
    .action(post);
  propose
    .command("approve")
    .description(
      "agree to a proposal as it is now: signed by your key, or as yourself on the server; a name alone is no approval",
    )
    .argument("<id>")
    .option("--sign [key]", "sign with your private key: SLIPWAY_APPROVAL_KEY, or the file that keygen made")
    .option("-o, --out <file>", "with --sign: write the signed approval there instead of adding it")
    .option("--file <file>", "add an approval that somebody signed")
    .option("--server <url>", "on the server there, with the bearer token in SLIPWAY_TOKEN")
    .option("--reason <text>", "with --server")
    .option("--json")
    .action(approve);
  propose
    .command("keygen")
    .description(
      "make your approval key: the private half outside the repository; the public half goes into fleet/owners.yaml",
    )
    .option("--json")
    .action(keygen);
  signed(propose.command("reject").description("end a proposal that is not applied").argument("<id>")).action(reject);
}

function addApplying(propose: Command): void {
  propose
    .command("apply")
    .description(
      "write an approved change so that canary nodes try it, and let it decide once their gate is open; call again to go on",
    )
    .argument("<id>")
    .addOption(byOption())
    .option("--json")
    .action(apply);
  signed(
    propose
      .command("revert")
      .description("take back what was written, where it is still there; what was active before decides again")
      .argument("<id>"),
  ).action(revert);
}

const content = (command: Command): Command =>
  command
    .option("--policy <file>", "a lane, or clusters.yaml with other images, as it is to be", many)
    .option("--expect <file>", "an expectations file as it is to be", many)
    .option("--at <path>", "its place below fleet/, where its name does not tell")
    .option("--remove <path>", "a file below fleet/ that is to go", many)
    .option("--check <id@rev>", "a check as a commit has it")
    .option("--against <rev>", "with --check: the commit before it; the parent when absent")
    .option("--simulation <file>", "what simulate --json printed; - for standard input")
    .option("--backtest <file>", "what backtest --json printed")
    .option("--canary <node>", "a canary node that tries it first", many)
    .option("--arm-probability <p>", "the canary arm's coin, where a threshold is relaxed")
    .option("--arm-segment <segment>", "where the arm runs")
    .option("--arm-canaries <n>", "after how many canaries it ends")
    .option("--arm-stop <p0,p1,alpha,beta>", "Wald's test that ends it earlier")
    .option("--expires <when>", "14d, or a time in UTC; 14d when absent")
    .option("--json");
