import { BAN_CAUSES, type BanCause } from "@slipway/domain";
import { StatsInputError } from "../input-error.ts";
import type { Endpoint } from "../model.ts";

/** Every endpoint by its name (A8). */
export const ENDPOINTS: readonly Endpoint[] = [
  "hardware",
  "any",
  "hardware-only",
  "fabric",
  "platform",
  "configuration",
  "unknown",
  "workload",
];

/** The classes whose terminal bans are events of an endpoint (A8). */
export function causesOf(endpoint: Endpoint): readonly BanCause[] {
  if (endpoint === "any") return BAN_CAUSES;
  if (endpoint === "hardware") return BAN_CAUSES.filter((cause) => cause !== "workload");
  return [endpoint === "hardware-only" ? "hardware" : endpoint];
}

/** @throws StatsInputError for a name that is no endpoint */
export function parseEndpoint(text: string): Endpoint {
  const endpoint = ENDPOINTS.find((known) => known === text);
  if (endpoint === undefined)
    throw new StatsInputError(`${JSON.stringify(text)} is no endpoint: ${ENDPOINTS.join(", ")}`);
  return endpoint;
}
