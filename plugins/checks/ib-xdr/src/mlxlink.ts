import { asciiLower, isWord, jsonDocument, shaped, Unreadable, type Format, type Rail } from "@slipway/plugin-sdk";
import { z } from "zod";

/** Rule X3's words of mlxlink, each with the lanes it may end in: `IB-XDR`, `NDR`, `400G_4X`. */
const INFINIBAND_SPEED = /^(?:ib-)?(sdr|ddr|qdr|fdr10|fdr|edr|hdr|ndr|xdr)(?:_(\d+)x)?$/;
const ETHERNET_SPEED = /^(10|25|40|50|100|200|400|800)g(?:_(\d+)x)?$/;

/** The firmware's word on a link; speed and width are undefined where the tool does not tell them. */
export interface FirmwareLink {
  readonly active: boolean;
  readonly state: string;
  /** InfiniBand's label in small letters, or Ethernet's rate. */
  readonly speed: { readonly label: string } | { readonly gbps: number } | undefined;
  readonly width: number | undefined;
  /** Speed and width as printed. */
  readonly shown: string;
}

const Mlxlink = z.object({
  status: z.object({ code: z.number() }).optional(),
  result: z.object({
    output: z.object({
      "Operational Info": z.object({ State: z.string(), Speed: z.string().optional(), Width: z.string().optional() }),
    }),
  }),
});

/** `mlxlink -d <device> --json`: the operational info alone. */
export const mlxlinkFormat: Format<FirmwareLink> = {
  parse(output) {
    const { status, result } = shaped(Mlxlink, jsonDocument(output));
    if (status !== undefined && status.code !== 0)
      throw new Unreadable(`mlxlink answers status ${String(status.code)}`, { path: "/status/code" });
    const { State: state, Speed: speed = "", Width: width = "" } = result.output["Operational Info"];
    const label = INFINIBAND_SPEED.exec(asciiLower(speed));
    const rate = ETHERNET_SPEED.exec(asciiLower(speed));
    return {
      active: isWord(state, "Active"),
      state,
      speed: label !== null ? { label: label[1] ?? "" } : rate !== null ? { gbps: Number(rate[1]) } : undefined,
      width: agreedWidth(/^(\d+)x$/i.exec(width)?.[1], label?.[2] ?? rate?.[2]),
      shown: `${speed || "no speed"}, ${width || "no width"}`,
    };
  },
};

/** Lanes by the field and by the ending of the speed; where they contradict each other nothing is known. */
function agreedWidth(field: string | undefined, ending: string | undefined): number | undefined {
  const [lanes = Number.NaN, ...others] = new Set([field, ending].filter((text) => text !== undefined).map(Number));
  return Number.isNaN(lanes) || others.length > 0 ? undefined : lanes;
}

/** Whether a speed is the rail's: InfiniBand's words by their label, Ethernet's by the rate (rule X3). */
export function isSpeedOf(rail: Rail, speed: NonNullable<FirmwareLink["speed"]>): boolean {
  return "label" in speed ? isWord(rail.label, speed.label) : rail.rateGbps === speed.gbps;
}
