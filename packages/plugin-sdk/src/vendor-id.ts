import { asciiLower } from "./text.ts";

/** A vendor's id of what a file, a bundle or a source calls it: `OCI` is `oci`. Names come in here, and ids are compared. */
export const vendorId = (name: string): string => asciiLower(name.trim());
