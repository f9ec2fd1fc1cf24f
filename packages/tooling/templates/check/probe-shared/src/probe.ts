import { probes } from "@slipway/plugin-sdk";

export const probe = probes.__PROBE_NAME__;
