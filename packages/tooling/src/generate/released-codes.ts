import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { codeNow, commonCodes, type Check } from "@slipway/plugin-sdk";
import type { GeneratedFiles } from "./catalog.ts";

/** Every finding code that was ever released, one `<check> <code>` a line. */
export const RELEASED_CODES = "packages/catalog/released-codes.txt";

/** Stands for the check in the lines of codes that every check has. */
const ANY_CHECK = "*";
const HEADER =
  "# Made by `./slipway generate`; a line is added for each finding code and none ever goes (docs/codes.md).";

/** What is read of a check. */
type Named = Pick<Check, "id" | "codes" | "version">;

const everyCheck: Named = { id: ANY_CHECK, codes: commonCodes, version: "1.0.0" };

/** Whether others may rely on a check: with a version 0 it is in the making, and its codes may still change. */
export const isReleased = ({ version }: Pick<Check, "version">): boolean => !version.startsWith("0.");

/** The codes that the list names now, as `<check> <code>`. */
export function releasedCodes(root: string): string[] {
  const path = join(root, RELEASED_CODES);
  if (!existsSync(path)) return [];
  return readFileSync(path, "utf8")
    .split("\n")
    .filter((line) => line !== "" && !line.startsWith("#"));
}

/** The list with the codes of these checks added, of those that are released. */
export function releasedFiles(root: string, checks: readonly Named[]): GeneratedFiles {
  const now = [everyCheck, ...checks]
    .filter(isReleased)
    .flatMap(({ id, codes }) => Object.keys(codes).map((code) => `${id} ${code}`));
  const lines = [...new Set([...releasedCodes(root), ...now])].sort();
  return new Map([[RELEASED_CODES, `${[HEADER, ...lines].join("\n")}\n`]]);
}

/** Released codes that nothing answers to any more, and former names that say something untrue. */
export function codeProblems(released: readonly string[], checks: readonly Named[]): string[] {
  const all = [everyCheck, ...checks];
  const gone = released.flatMap((line) => {
    const [id = "", code = ""] = line.split(" ");
    const check = all.find((one) => one.id === id);
    if (check === undefined) return [`${line}: was released, and the check ${id} is gone`];
    return Object.hasOwn(check.codes, codeNow(check, code))
      ? []
      : [`${line}: was released and is gone; the code that says it now names it in formerly (docs/codes.md)`];
  });
  const untrue = all.flatMap(({ id, codes }) => {
    const former = Object.entries(codes).flatMap(([code, { formerly = [] }]) =>
      formerly.map((name) => ({ code, name })),
    );
    return former.flatMap(({ code, name }, index) => {
      const where = `${id} ${code}: formerly ${name}`;
      if (Object.hasOwn(codes, name)) return [`${where}, which is a code still`];
      if (!released.includes(`${id} ${name}`)) return [`${where}, which was never released`];
      return former.findIndex((one) => one.name === name) < index ? [`${where}, as another code says too`] : [];
    });
  });
  return [...gone, ...untrue];
}
