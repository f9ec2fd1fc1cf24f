export { loadPrivateKey, loadPublicKey, makeKeyPair, publicJwk, publicKeyOf } from "./key-file.ts";
export type { Key, KeyPurpose, SigningKey } from "./key-file.ts";
export { isSigned, signDocument, verifyDocument } from "./signed-document.ts";
export type { DocumentKind, SignedDocument, VerifiedDocument } from "./signed-document.ts";
