import type { VendorPorts } from "@slipway/plugin-sdk";
import { pino } from "pino";

/**
 * Structured logs on standard error: JSON lines with `level`, `time`, `worker` and the fields of what is
 * said. `SLIPWAY_LOG` is the lowest level; `warn` when absent.
 */
export function createLog(worker: string): VendorPorts["log"] {
  const log = pino(
    {
      name: "slipway",
      level: process.env["SLIPWAY_LOG"] ?? "warn",
      base: { worker },
      timestamp: pino.stdTimeFunctions.isoTime,
    },
    pino.destination({ dest: 2, sync: true }),
  );
  return {
    info: (fields, message) => {
      log.info(fields, message);
    },
    warn: (fields, message) => {
      log.warn(fields, message);
    },
  };
}
