/** What the tool prints of a node with this firmware. */
export const printed = (version: string): string =>
  `<?xml version="1.0"?>
<list>
  <firmware>
    <vendor>AMI</vendor>
    <version>${version}</version>
    <date>11/24/2025</date>
  </firmware>
</list>
`;

/** Output that nothing may be read from. */
export const DAMAGED: readonly string[] = [
  "<list><firmware></firmware></list>\n",
  "<report><firmware><version>1.0</version></firmware></report>\n",
  printed("1.0").replace("<date>", "<version>2.0</version><date>"),
  printed("1.0").slice(0, -9),
];
