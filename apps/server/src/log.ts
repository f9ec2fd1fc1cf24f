import { showHidden, type VendorPorts } from "@slipway/plugin-sdk";
import { pino, type DestinationStream } from "pino";

/**
 * Structured logs on standard error: JSON lines with `level`, `time`, `worker` and the fields of what is
 * said, hidden characters as escapes. `SLIPWAY_LOG` is the lowest level; `warn` when absent.
 */
export function createLog(
  worker: string,
  out: DestinationStream = pino.destination({ dest: 2, sync: true }),
): VendorPorts["log"] {
  const log = pino(
    {
      name: "slipway",
      level: process.env["SLIPWAY_LOG"] ?? "warn",
      base: { worker },
      timestamp: pino.stdTimeFunctions.isoTime,
    },
    {
      write: (line) => {
        out.write(`${showHidden(line.trimEnd())}\n`);
      },
    },
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
