import { isSpecific } from "@slipway/plugin-sdk";

/** What a machine is known by: its own serial, or the serials of its GPUs where none was filled in. */
export const hardwareName = (systemSerial: string | null, gpuSerials: readonly string[]): string =>
  isSpecific(systemSerial) ? systemSerial : gpuSerials.join("+");
