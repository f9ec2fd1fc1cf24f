/** What the tool prints of a node with this firmware. */
export const printed = (version: string): string =>
  `${JSON.stringify({ Hostname: "node-1", HardwareModel: "HGX", FirmwareVersion: version })}\n`;

/** Output that nothing may be read from. */
export const DAMAGED: readonly string[] = [
  '{"Hostname":"node-1"}\n',
  '{"FirmwareVersion":1}\n',
  printed("1.0").slice(0, -4),
  printed("1.0").repeat(2),
];
