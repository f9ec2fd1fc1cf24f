import { loadPrivateKey, makeKeyPair, type KeyPurpose } from "@slipway/signing";

const APPROVAL_KEY: KeyPurpose = {
  name: "approval key",
  variable: "SLIPWAY_APPROVAL_KEY",
  file: "approval-key.json",
  make: "./slipway propose keygen",
};

/**
 * Makes an approver's key pair: the private half in a file that only its owner reads.
 *
 * @returns the public half, as `owners.yaml` lists it
 * @throws SlipwayError of kind `config` when a key is there already; nothing is overwritten
 */
export const makeApprovalKey = (file?: string): ReturnType<typeof makeKeyPair> => makeKeyPair(APPROVAL_KEY, file);

/** @throws SlipwayError of kind `config` when there is no key, it is none, or others than its owner may read it */
export const loadApprovalKey = (file?: string): ReturnType<typeof loadPrivateKey> => loadPrivateKey(APPROVAL_KEY, file);
