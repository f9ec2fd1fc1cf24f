import { commonCodes, type Check, type CodeMeaning } from "./check.ts";

/**
 * The name that a finding code has now. Dashboards, bans and stored findings keep the name under which a code was
 * released; whoever compares codes of two times compares what this gives.
 *
 * @param check the check as it judges now; undefined for one that is gone, whose codes keep their names
 */
export function codeNow(check: Pick<Check, "codes"> | undefined, code: string): string {
  const codes: Readonly<Record<string, CodeMeaning>> = { ...commonCodes, ...check?.codes };
  if (Object.hasOwn(codes, code)) return code;
  return Object.entries(codes).find(([, { formerly }]) => formerly?.includes(code) === true)?.[0] ?? code;
}
