import { commandProbe } from "@slipway/plugin-sdk";

export const probe = commandProbe("Version of the firmware", {
  id: "__PROBE__",
  argv: __ARGV__,
  timeoutMs: 10_000,
  usualSeconds: __SECONDS__,
});
