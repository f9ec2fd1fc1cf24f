import { BAN_CAUSES, type Attribution, type BanCause, type CheckJudgement } from "@slipway/domain";

/**
 * What a failed pass is put down to: the first cause present of hardware, fabric, platform,
 * configuration, unknown (settled.md B, Configuration). A finding of cause `tool` never becomes a
 * ban's cause, and no check fails by workload.
 */
export function attribute(checks: readonly CheckJudgement[]): {
  readonly cause: BanCause;
  readonly attribution: Attribution;
  readonly failedChecks: readonly string[];
} {
  const findings = checks.flatMap(({ check, findings: all }) =>
    all.filter(({ verdict }) => verdict === "fail").map((finding) => ({ check, finding })),
  );
  const causes = new Set(findings.map(({ finding }) => finding.cause));
  const cause = BAN_CAUSES.find((one) => causes.has(one)) ?? "unknown";
  return {
    cause,
    failedChecks: checks.filter(({ verdict }) => verdict === "fail").map(({ check }) => check),
    attribution: {
      rule: `first present of ${BAN_CAUSES.join(" > ")}`,
      findings: findings.map(({ check, finding: { code, cause: of, scope, message } }) => ({
        check,
        code,
        cause: of,
        scope: `${scope.kind} ${scope.id}`,
        ...(scope.serial === undefined ? {} : { serial: scope.serial }),
        message,
      })),
    },
  };
}
