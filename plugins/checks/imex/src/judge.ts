import {
  nodeScope,
  unusableFinding,
  type Evidence,
  type Expected,
  type ImexExpectations,
  type Reading,
  type Scope,
} from "@slipway/plugin-sdk";
import { localFormat, unitFormat, type Control, type LocalState, type Unit } from "./control.ts";
import type { Domain } from "./domain.ts";
import { judgeDomain } from "./judge-domain.ts";
import { judgeNames, type Found } from "./names.ts";
import { domainFormat } from "./parse-domain.ts";

type Sections = { imex: typeof ImexExpectations };
type Model = NonNullable<NonNullable<Expected<Sections>["imex"]>["model"]>;

/** What the tools and the unit say of the daemons. */
interface Daemons {
  readonly local: Reading<Control<LocalState>>;
  readonly domain: Reading<Control<Domain>>;
  readonly unit: Reading<Unit>;
}

/** Rules I1-I8. */
export function judge(evidence: Evidence, { imex }: Expected<Sections>): Found[] {
  const { model, members = [], domainActive, version } = imex ?? {};
  if (model === undefined) return [];
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
    ...(imex?.members?.length === 0 ? [emptyMembers(scope)] : []),
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
    findings.push({
      code: "daemon-not-configured",
      verdict: "fail",
      cause: "configuration",
      scope,
      message: "The IMEX daemon could not read its nodes file.",
      observed: unconfigured[0]?.said ?? "",
      evidence: unconfigured.map(({ evidence }) => evidence),
    });
  } else if (unreachable.length > 0 || stopped !== undefined) {
    const observed = [
      ...new Set(unreachable.map(({ said }) => said)),
      ...(stopped === undefined ? [] : [`ActiveState=${stopped.activeState}`]),
    ].join("; ");
    const evidence = [...unreachable, ...(stopped === undefined ? [] : [stopped])].map((source) => source.evidence);
    findings.push({
      code: "daemon-not-running",
      verdict: "fail",
      cause: "configuration",
      scope,
      message: "The IMEX daemon of this node does not run.",
      expected: "a daemon that answers",
      observed,
      evidence,
    });
  }
  const explained = findings.length > 0;
  return [...findings, ...[local, domain].flatMap((reading) => judgeControl(reading, scope, explained))];
}

/** What is left to say of a control tool that gave no usable answer; `explained` when no daemon runs. */
function judgeControl(reading: Reading<Control<unknown>>, scope: Scope, explained: boolean): Found[] {
  if (!reading.usable) return [unusableFinding(reading, scope)];
  const {
    value,
    output: { probe },
  } = reading;
  const unusable = (reason: string, evidence: Found["evidence"]): Found[] => [
    {
      code: "evidence-unusable",
      verdict: "inconclusive",
      cause: "tool",
      scope,
      message: `The probe ${probe} cannot be used: ${reason}.`,
      evidence,
    },
  ];
  if (value.kind === "silent")
    return explained
      ? []
      : unusable(`it ended with exit code ${String(value.exitCode)} and said nothing of the daemon`, [value.evidence]);
  if (value.kind === "answer" && value.exitCode !== 0)
    return unusable(`it ended with exit code ${String(value.exitCode)} although it printed an answer`, [{ probe }]);
  return [];
}

function judgeLocal(local: Daemons["local"], scope: Scope, misconfigured: boolean): Found[] {
  const answer = answerOf(local);
  if (answer === undefined || answer.state === "ready") return [];
  const base = { scope, expected: "READY", observed: answer.shown, evidence: [{ probe: "imex-local", line: 1 }] };
  if (answer.state === "unavailable")
    return [
      {
        ...base,
        code: "daemon-unavailable",
        verdict: "fail",
        cause: misconfigured ? "configuration" : "unknown",
        message: "The IMEX daemon of this node is UNAVAILABLE.",
      },
    ];
  const message =
    answer.state === "transient"
      ? "The IMEX daemon of this node is on its way up or down."
      : "The state of this node's IMEX daemon is one that nobody knows.";
  return [{ ...base, code: "daemon-not-ready", verdict: "inconclusive", cause: "unknown", message }];
}

/** Rule I1 where IMEX is started for each domain and none is active: not running is right. */
function judgeIdle({ local, domain, unit }: Daemons, scope: Scope): Found[] {
  const state = answerOf(local);
  const whole = answerOf(domain);
  const leftOver = (observed: string, evidence: Found["evidence"]): Found[] => [
    {
      code: "daemon-left-over",
      verdict: "inconclusive",
      cause: "configuration",
      scope,
      message: "A daemon answers although no IMEX domain is active on this node.",
      expected: "no daemon",
      observed,
      evidence,
    },
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

function idleUnknown(said: string, evidence: Found["evidence"][number], scope: Scope): Found {
  return {
    code: "evidence-unusable",
    verdict: "inconclusive",
    cause: "tool",
    scope,
    message: "The probe imex-local does not tell whether a daemon runs.",
    observed: said,
    evidence: [evidence],
  };
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
