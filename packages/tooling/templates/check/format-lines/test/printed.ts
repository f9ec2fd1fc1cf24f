/** What the tool prints of a node with this firmware. */
export const printed = (version: string): string =>
  `driver: mlx5_core\nversion: 6.8.0-1045-azure\nfirmware-version: ${version}\n`;

/** Output that nothing may be read from. */
export const DAMAGED: readonly string[] = [
  "driver: mlx5_core\n",
  `${printed("1.0")}firmware-version: 2.0\n`,
  printed("1.0").trimEnd(),
  ` ${printed("1.0").split("\n").at(-2) ?? ""}\n`,
];
