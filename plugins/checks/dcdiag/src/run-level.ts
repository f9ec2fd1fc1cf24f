/** DCGM's own words for its levels. */
const NAMED_LEVELS: Readonly<Record<string, number>> = { short: 1, medium: 2, long: 3, xlong: 4 };

/**
 * The level a `diag` command ran at (rule D7): the number after `-r` or `--run`, in any spelling.
 * Undefined for another command, for a list of test names, and when no level is given.
 */
export function runLevel(argv: readonly string[]): number | undefined {
  // A command that a shell or ssh was given arrives as one argument.
  const words = argv.flatMap((argument) => argument.split(/\s+/));
  const options = words.slice(words.indexOf("diag") + 1);
  if (options.length === words.length) return undefined;
  for (const [position, word] of options.entries()) {
    const match = /^(?:-r|--run)(?:=?(.+))?$/.exec(word);
    if (match === null) continue;
    const value = match[1] ?? options[position + 1] ?? "";
    if (/^\d{1,9}$/.test(value)) return Number(value);
    return Object.hasOwn(NAMED_LEVELS, value) ? NAMED_LEVELS[value] : undefined;
  }
  return undefined;
}
