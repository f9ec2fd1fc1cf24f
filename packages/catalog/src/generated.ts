// Made by `./slipway generate` from the `slipway` field of each plugin's package.json. Not edited by hand.
import type { Check, Vendor, Step } from "@slipway/plugin-sdk";

export type CheckId = "dcdiag" | "gpu-inventory" | "gpu-memory" | "hypervisor" | "ib-errors" | "ib-xdr" | "imex" | "nccl" | "nvl-fabric" | "xid";

/** Every check by its id, imported when it is asked for. */
export const checks: Readonly<Record<CheckId, () => Promise<{ readonly default: Check }>>> = {
  "dcdiag": () => import("@slipway/check-dcdiag"),
  "gpu-inventory": () => import("@slipway/check-gpu-inventory"),
  "gpu-memory": () => import("@slipway/check-gpu-memory"),
  "hypervisor": () => import("@slipway/check-hypervisor"),
  "ib-errors": () => import("@slipway/check-ib-errors"),
  "ib-xdr": () => import("@slipway/check-ib-xdr"),
  "imex": () => import("@slipway/check-imex"),
  "nccl": () => import("@slipway/check-nccl"),
  "nvl-fabric": () => import("@slipway/check-nvl-fabric"),
  "xid": () => import("@slipway/check-xid"),
};

export type VendorId = "lab";

/** Every vendor by its id, imported when it is asked for. */
export const vendors: Readonly<Record<VendorId, () => Promise<{ readonly default: Vendor }>>> = {
  "lab": () => import("@slipway/vendor-lab"),
};

export type StepId = "await-boot" | "open-repair" | "reboot" | "return-to-service";

/** Every step by its id, imported when it is asked for. */
export const steps: Readonly<Record<StepId, () => Promise<{ readonly default: Step }>>> = {
  "await-boot": () => import("@slipway/step-await-boot"),
  "open-repair": () => import("@slipway/step-open-repair"),
  "reboot": () => import("@slipway/step-reboot"),
  "return-to-service": () => import("@slipway/step-return-to-service"),
};
