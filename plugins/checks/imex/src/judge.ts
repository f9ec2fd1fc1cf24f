import {
  nodeScope,
  toolsWords,
  unusable,
  unusableFinding,
  type Evidence,
  type EvidencePointer,
  type Expectations,
  type Expected,
  type ImexExpectations,
  type Reading,
  type Scope,
} from "@slipway/plugin-sdk";
import { finding, type Found } from "./codes.ts";
import { localFormat, unitFormat, type Control, type LocalState, type Unit } from "./control.ts";
import type { Domain } from "./domain.ts";
import { judgeDomain } from "./judge-domain.ts";
import { judgeNames } from "./names.ts";
import { domainFormat } from "./parse-domain.ts";

type Sections = { imex: typeof ImexExpectations };
type Imex = NonNullable<Expected<Sections>["imex"]>;
/** A model of which IMEX is expected to run at some time (rule I10). */
type Model = Exclude<NonNullable<Imex["model"]>, "none">;

/** What the tools and the unit say of the daemons. */
interface Daemons {
  readonly local: Reading<Control<LocalState>>;
  readonly domain: Reading<Control<Domain>>;
  readonly unit: Reading<Unit>;
}

/** Rule I10: nothing is judged of a node without IMEX, whatever else its section holds. */
export function notApplicable({ imex }: Expectations): string | undefined {
  const none = typeof imex === "object" && imex !== null && "model" in imex && imex.model === "none";
  return none ? "This node has no IMEX: its expectations say imex.model none." : undefined;
}

/** Rules I1-I8 and I11. */
export function judge(evidence: Evidence, { imex }: Expected<Sections>): Found[] {
  const { model } = imex ?? {};
  if (imex === undefined || model === undefined || model === "none") return [];
  return judgeModel(evidence, model, imex);
}

function judgeModel(evidence: Evidence, model: Model, imex: Imex): Found[] {
  const { members = [], domainActive, version } = imex;
  const daemons: Daemons = {
    local: evidence.read("imex-local", localFormat),
    domain: evidence.read("imex-domain", domainFormat),
    unit: evidence.read("imex-service", unitFormat),
  };
  if (model === "per-domain" && domainActive === undefined) return [];
  if (model === "per-domain" && domainActive === false) return judgeIdle(daemons, nodeScope(evidence));

  const scope = nodeScope(evidence);
  const { members: resolved, findings: names } =
    members.length > 0 ? judgeNames(evidence, members, model === "dns-slots") : { members: [], findings: [] };
  const misconfigured = new Set(names.filter(({ verdict }) => verdict === "fail").map((finding) => finding.scope.id));
  const document = answerOf(daemons.domain);
  return [
    ...(imex.members?.length === 0 ? [emptyMembers(scope)] : []),
    ...judgeRunning(daemons, model, scope),
    ...judgeLocal(daemons.local, scope, misconfigured.size > 0),
    ...(document === undefined
      ? []
      : judgeDomain(document, {
          members: resolved,
          version,
          exactly: model !== "dns-slots",
          node: scope,
          misconfigured,
        })),
    ...names,
  ];
}

/** Whether a daemon runs at all, and whether the tools that ask it can be used (rules I2 and I8). */
function judgeRunning({ local, domain, unit }: Daemons, model: Model, scope: Scope): Found[] {
  const controls = [local, domain].flatMap((reading) => (reading.usable ? [reading.value] : []));
  const unconfigured = controls.filter((control) => control.kind === "unconfigured");
  const unreachable = controls.filter((control) => control.kind === "unreachable");
  const answered = answerOf(local) !== undefined || isAlive(answerOf(domain));
  // The unit decides nothing where a driver of Kubernetes starts the daemon (I1, dns-slots).
  const stopped = model !== "dns-slots" && unit.usable && unit.value.down && !answered ? unit.value : undefined;
  const findings: Found[] = [];
  if (unconfigured.length > 0) {
    findings.push(
      finding("daemon-not-configured", {
        cause: "configuration",
        scope,
        message: "The IMEX daemon could not read its nodes file.",
        observed: unconfigured[0]?.said ?? "",
        evidence: unconfigured.map(({ evidence }) => evidence),
      }),
    );
  } else if (unreachable.length > 0 || stopped !== undefined) {
    const observed = [
      ...new Set(unreachable.map(({ said }) => said)),
      ...(stopped === undefined ? [] : [`ActiveState=${stopped.activeState}`]),
    ].join("; ");
    const evidence = [...unreachable, ...(stopped === undefined ? [] : [stopped])].map((source) => source.evidence);
    findings.push(
      finding("daemon-not-running", {
        cause: "configuration",
        scope,
        message: "The IMEX daemon of this node does not run.",
        expected: "a daemon that answers",
        observed,
        evidence,
      }),
    );
  }
  const explained = findings.length > 0;
  return [...findings, ...[local, domain].flatMap((reading) => judgeControl(reading, scope, explained))];
}

/** What is left to say of a control tool that gave no usable answer; `explained` when no daemon runs. */
function judgeControl(reading: Reading<Control<unknown>>, scope: Scope, explained: boolean): Found[] {
  if (!reading.usable) return [unusableFinding(reading, scope)];
  const { value, output } = reading;
  const because = (reason: string): Found => {
    const quoted = toolsWords(output.probe, output);
    return unusable(output.probe, quoted === undefined ? reason : `${reason} (${quoted.words})`, scope, [
      quoted?.at ?? { probe: output.probe },
    ]);
  };
  if (value.kind === "silent")
    return explained
      ? []
      : [because(`it ended with exit code ${String(value.exitCode)} and said nothing of the daemon`)];
  if (value.kind === "answer" && value.exitCode !== 0)
    return [because(`it ended with exit code ${String(value.exitCode)} although it printed an answer`)];
  return [];
}

function judgeLocal(local: Daemons["local"], scope: Scope, misconfigured: boolean): Found[] {
  const answer = answerOf(local);
  if (answer === undefined || answer.state === "ready") return [];
  const base = { scope, expected: "READY", observed: answer.shown, evidence: [{ probe: "imex-local", line: 1 }] };
  if (answer.state === "unavailable")
    return [
      finding("daemon-unavailable", {
        ...base,
        cause: misconfigured ? "configuration" : "unknown",
        message: "The IMEX daemon of this node is UNAVAILABLE.",
      }),
    ];
  const message =
    answer.state === "transient"
      ? "The IMEX daemon of this node is on its way up or down."
      : "The state of this node's IMEX daemon is one that nobody knows.";
  return [finding("daemon-not-ready", { ...base, cause: "unknown", message })];
}

/** Rule I1 where IMEX is started for each domain and none is active: not running is right. */
function judgeIdle({ local, domain, unit }: Daemons, scope: Scope): Found[] {
  const state = answerOf(local);
  const whole = answerOf(domain);
  const leftOver = (observed: string, evidence: Found["evidence"]): Found[] => [
    finding("daemon-left-over", {
      cause: "configuration",
      scope,
      message: "A daemon answers although no IMEX domain is active on this node.",
      expected: "no daemon",
      observed,
      evidence,
    }),
  ];
  if (state !== undefined) return leftOver(state.shown, [{ probe: "imex-local", line: 1 }]);
  if (whole !== undefined && isAlive(whole)) return leftOver(`a domain that is ${whole.shown}`, [whole.at.status]);
  const stopped =
    (unit.usable && unit.value.down) ||
    [local, domain].some((reading) => reading.usable && reading.value.kind === "unreachable");
  if (stopped) return [];
  const unconfigured = local.usable && local.value.kind === "unconfigured" ? local.value : undefined;
  return [
    ...(unconfigured === undefined
      ? judgeControl(local, scope, false)
      : [idleUnknown(unconfigured.said, unconfigured.evidence, scope)]),
    ...(unit.usable ? [] : [unusableFinding(unit, scope)]),
  ];
}

function idleUnknown(said: string, evidence: EvidencePointer, scope: Scope): Found {
  return unusable("imex-local", `it does not tell whether a daemon runs (${said})`, scope, [evidence]);
}

function emptyMembers(scope: Scope): Found {
  return {
    code: "expectation-missing",
    verdict: "inconclusive",
    cause: "configuration",
    scope,
    message: "The expectation imex.members of this node is empty.",
    expected: "imex.members",
    evidence: [],
  };
}

function answerOf<T>(reading: Reading<Control<T>>): T | undefined {
  return reading.usable && reading.value.kind === "answer" ? reading.value.value : undefined;
}

/** Whether an answer about the domain shows that a daemon of it runs. */
function isAlive(domain: Domain | undefined): boolean {
  return (
    domain !== undefined &&
    (domain.status === "up" ||
      domain.status === "degraded" ||
      domain.nodes.some(({ state }) => state !== "unavailable"))
  );
}
