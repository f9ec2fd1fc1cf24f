import type { SynthProfile } from "./types.ts";

/** What nvidia-smi prints of a board and is the same for every GPU of its kind. */
export type Board = (typeof BOARDS)[SynthProfile];

export const BOARDS = {
  gb300: {
    board: "900-2G548-B301-000",
    part: "31C2-895-A1",
    image: "G548.0301.00.04",
    vbios: "97.10.4C.00.3A",
    subsystem: "21E910DE",
    linkGen: "6",
    framebuffer: [284_208, 1024],
    bar1: 524_288,
    powerLimit: "1400.00",
    modulePower: ["452.10", "453.88", "2800.00", "500.00"],
    graphicsClock: 2032,
    memoryClock: 3996,
    videoClock: 1860,
    banks: 4096,
    bandwidth: "Full",
    flag: "False",
    addressing: "ATS",
    c2c: "Enabled",
    egm: "disabled",
  },
  h100: {
    board: "692-2G520-0200-000",
    part: "2330-885-A1",
    image: "G520.0200.00.05",
    vbios: "96.00.99.00.0D",
    subsystem: "16C110DE",
    linkGen: "5",
    framebuffer: [81_559, 551],
    bar1: 131_072,
    powerLimit: "700.00",
    modulePower: ["N/A", "N/A", "N/A", "N/A"],
    graphicsClock: 1980,
    memoryClock: 2619,
    videoClock: 1545,
    banks: 2560,
    bandwidth: "N/A",
    flag: "N/A",
    addressing: "None",
    c2c: "Disabled",
    egm: "N/A",
  },
} as const satisfies Record<SynthProfile, unknown>;

/** The clock list, cut to its first entries: the full list is 250 lines that no check reads. */
export function supportedClocks(profile: SynthProfile): string {
  const { graphicsClock, memoryClock } = BOARDS[profile];
  const clocks = Array.from(
    { length: 8 },
    (_, step) =>
      `\t\t\t\t<supported_graphics_clock>${String(Math.floor(graphicsClock - step * 7.5))} MHz</supported_graphics_clock>\n`,
  );
  return `\t\t\t<supported_mem_clock>
\t\t\t\t<value>${String(memoryClock)} MHz</value>
${clocks.join("")}\t\t\t</supported_mem_clock>
`;
}
