import {
  at,
  CONFIGURATION,
  fails,
  faultsOf,
  inconclusive,
  memberScope,
  nodeScope,
  passes,
  type FaultTable,
} from "./fault.ts";
import type { Machine } from "./machine.ts";
import type { Prng } from "./prng.ts";

const TEXT = { imex: "host", imexDomainFormat: "text" } as const;
const HOST = { imex: "host" } as const;
const GPU_ONLY = ["gb300"] as const;

/** What the control tool logs before its answer when it cannot write its log file. */
const NOISE = [
  "WARNING: failed to open IMEX log file  errno = No such file or directory",
  "INFO: using stderr for IMEX logging",
];

/** Puts comments, blank lines and carriage returns around the entries of the nodes file. */
function annotate(machine: Machine, rng: Prng): void {
  const { imex } = machine;
  const entries = (imex.nodesFile ?? []).map((entry) =>
    rng.pick([entry, `${entry}\r`, `  ${entry} # tray`, `${entry}#`]),
  );
  imex.nodesFile = ["# written by the prolog\r", "\r", ...entries, "", "   # end"];
}

/** Puts `#` before one member's entry. */
function commentOut(machine: Machine, rng: Prng) {
  const { imex } = machine;
  const entry = rng.pick(imex.nodesFile ?? []);
  imex.nodesFile = (imex.nodesFile ?? []).map((line) => (line === entry ? `#${line}` : line));
  imex.resolve = imex.resolve.filter(({ name }) => name !== entry);
  return fails("I4", CONFIGURATION, [memberScope(entry)]);
}

/** I10 and I11: nodes without IMEX, and what is no part of the domain's text or of the nodes file. */
export const IMEX_TEXT_FAULTS: FaultTable = faultsOf("imex", {
  "imex-none": {
    describe: "The node has no IMEX, and its expectations say so.",
    strike: (machine) => {
      const missing = { stdout: "", stderr: "sh: nvidia-imex-ctl: command not found\n", exitCode: 127 };
      machine.imex.local = missing;
      machine.imex.domainAnswer = { ...missing };
      machine.imex.nodesFile = null;
      machine.imex.service = { LoadState: "not-found", ActiveState: "inactive", SubState: "dead", UnitFileState: "" };
      machine.expect.imex = { model: "none" };
      return { verdict: "not-applicable", causes: null, scopes: null, rule: "I10" };
    },
  },
  "imex-none-daemon-answers": {
    describe: "The expectations say that the node has no IMEX, and a daemon answers.",
    needs: HOST,
    profiles: GPU_ONLY,
    strike: (machine) => {
      machine.expect.imex = { model: "none" };
      return { verdict: "not-applicable", causes: null, scopes: null, rule: "I10" };
    },
  },
  "imex-log-before-text": {
    describe: "The control tool logs two lines before its text.",
    needs: TEXT,
    profiles: GPU_ONLY,
    strike: (machine) => {
      machine.imex.reprint.push((domain) => `${NOISE.join("\n")}\n${domain}`);
      return passes("I11");
    },
  },
  "imex-node-line-before-list": {
    describe: "A line that looks like a node stands before the list of nodes.",
    needs: TEXT,
    profiles: GPU_ONLY,
    strike: (machine) => {
      machine.imex.reprint.push((domain) => `Node #0   - 10.255.0.1 - UNAVAILABLE\nDomain State: DOWN\n${domain}`);
      return passes("I11");
    },
  },
  "imex-node-listed-twice": {
    describe: "The text lists a node number twice.",
    needs: TEXT,
    profiles: GPU_ONLY,
    strike: (machine) => {
      machine.imex.reprint.push((domain) => domain.replace(/^Node #0 .*\n/mu, "$&$&"));
      return inconclusive("I11", [nodeScope(machine)]);
    },
  },
  "imex-nodes-file-annotated": {
    describe: "The nodes file has comments, blank lines and carriage returns.",
    needs: HOST,
    profiles: GPU_ONLY,
    strike: (machine, rng) => {
      annotate(machine, rng);
      return passes("I11");
    },
  },
  "imex-nodes-file-commented-member": {
    describe: "A member stands behind # in the nodes file.",
    needs: HOST,
    profiles: GPU_ONLY,
    strike: commentOut,
  },
  "imex-nodes-file-surplus-behind-comment": {
    describe: "A stranger stands behind # in the nodes file.",
    needs: HOST,
    profiles: GPU_ONLY,
    strike: (machine) => {
      const { imex } = machine;
      imex.nodesFile = [...(imex.nodesFile ?? []), `# ${at(imex.members, 0).name}-old`];
      return passes("I11");
    },
  },
});
