import { asciiLower, child, SMI_FABRIC_STATE, smiField, type SmiField, type SmiGpu } from "@slipway/plugin-sdk";

/** What `nvidia-smi -q -x` says of one GPU's place in the NVLink fabric. */
export interface Fabric {
  readonly state: SmiField;
  readonly status: SmiField;
  readonly clusterUuid: SmiField;
  readonly cliqueId: SmiField;
  readonly summary: SmiField;
  /** Every other health field, as `name value`. */
  readonly healthDetails: readonly string[];
}

export function readFabric({ element: gpu }: SmiGpu): Fabric {
  const health = child(gpu, "fabric", "health");
  return {
    state: smiField(gpu, ...SMI_FABRIC_STATE),
    status: smiField(gpu, "fabric", "status"),
    clusterUuid: smiField(gpu, "fabric", "clusterUuid"),
    cliqueId: smiField(gpu, "fabric", "cliqueId"),
    summary: smiField(gpu, "fabric", "health", "summary"),
    healthDetails: (health?.children ?? [])
      .filter(({ name }) => name !== "summary")
      .map(({ name, text }) => `${name} ${text}`),
  };
}

/** A cluster's UUID in lower case; undefined for N/A and whatever else is no UUID. */
export function uuidOf({ text }: SmiField): string | undefined {
  return text !== undefined && /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(text) ? asciiLower(text) : undefined;
}

/** The UUID of a GPU that is in no cluster. */
export const NO_CLUSTER = "00000000-0000-0000-0000-000000000000";

/** A clique's number; undefined for N/A and whatever else is no number. */
export function cliqueOf({ text }: SmiField): string | undefined {
  return text !== undefined && /^\d{1,20}$/.test(text) ? text : undefined;
}
