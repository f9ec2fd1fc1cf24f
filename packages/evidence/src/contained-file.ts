import { isUtf8 } from "node:buffer";
import { closeSync, constants, fstatSync, lstatSync, openSync, readFileSync, readSync, realpathSync } from "node:fs";
import { join, sep } from "node:path";

/** Text of a file inside a folder, or why it was not read. */
export type ContainedText =
  | { readonly state: "read"; readonly text: string; readonly damaged: boolean; readonly cut: boolean }
  | { readonly state: "absent" }
  | { readonly state: "refused"; readonly reason: string };

/** Never followed blindly, and never waited for: a FIFO in a bundle must not hang the reader. */
const OPEN = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;

function codeOf(error: unknown): string {
  return (error as NodeJS.ErrnoException).code ?? "unknown error";
}

/**
 * Reads a file that must be a regular one inside `folder`, links included.
 *
 * @param folder a real path (no links in it)
 * @param name relative to the folder
 * @param maxBytes above it the file is refused, or with `cut` read up to it
 */
export function readContained(folder: string, name: string, maxBytes: number, cut = false): ContainedText {
  const path = join(folder, name);
  if (!path.startsWith(folder + sep)) return { state: "refused", reason: "it lies outside the bundle" };
  try {
    // A folder on the way may be a link as well.
    if (name.includes(sep) && !realpathSync.native(path).startsWith(folder + sep))
      return { state: "refused", reason: "it is a link that leaves the bundle" };
    const stat = lstatSync(path, { throwIfNoEntry: false });
    if (stat === undefined) return { state: "absent" };
    if (stat.isFile() && stat.size <= maxBytes) {
      // The usual case in one call; U+FFFD stands for damage only where the bytes are looked at again.
      const text = readFileSync(path, "utf8");
      return { state: "read", text, damaged: text.includes("\uFFFD") && !isUtf8(readFileSync(path)), cut: false };
    }
    if (!stat.isSymbolicLink()) return readOpened(path, maxBytes, cut);
    const target = realpathSync.native(path);
    return target.startsWith(folder + sep)
      ? readOpened(target, maxBytes, cut)
      : { state: "refused", reason: "it is a link that leaves the bundle" };
  } catch (error) {
    return codeOf(error) === "ENOENT"
      ? { state: "absent" }
      : { state: "refused", reason: `it cannot be read (${codeOf(error)})` };
  }
}

function readOpened(path: string, maxBytes: number, cut: boolean): ContainedText {
  const descriptor = openSync(path, OPEN);
  try {
    const stat = fstatSync(descriptor);
    if (!stat.isFile()) return { state: "refused", reason: "it is no regular file" };
    if (stat.size > maxBytes && !cut)
      return { state: "refused", reason: `it is larger than ${String(Math.floor(maxBytes / 2 ** 20))} MiB` };
    const bytes = Buffer.allocUnsafe(Math.min(stat.size, maxBytes));
    let length = 0;
    while (length < bytes.length) {
      const read = readSync(descriptor, bytes, length, bytes.length - length, length);
      if (read === 0) break;
      length += read;
    }
    const content = bytes.subarray(0, length);
    return { state: "read", text: content.toString("utf8"), damaged: !isUtf8(content), cut: stat.size > maxBytes };
  } finally {
    closeSync(descriptor);
  }
}
