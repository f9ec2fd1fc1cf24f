import { jsonDocument, shaped, type Format } from "@slipway/plugin-sdk";
import { z } from "zod";

/** What the tool prints as the version, and where. */
export interface Firmware {
  readonly text: string;
  readonly where: { readonly path: string };
}

const Report = z.looseObject({ FirmwareVersion: z.string() });

/** One JSON object, of which one key says the version. */
export const firmwareFormat: Format<Firmware> = {
  parse(output) {
    const { FirmwareVersion } = shaped(Report, jsonDocument(output));
    return { text: FirmwareVersion, where: { path: "/FirmwareVersion" } };
  },
};
