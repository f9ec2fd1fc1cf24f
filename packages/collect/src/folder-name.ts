/** The longest file name that common file systems hold, in bytes. */
export const LONGEST_FOLDER = 255;

/**
 * Folder of a node's bundle: its name, each byte outside `[A-Za-z0-9._-]` as `%XX`, and a dot at the
 * beginning too. Two names never share a folder.
 */
export function folderName(name: string): string {
  const encoded = [...Buffer.from(name)].map((byte, index) => {
    const letter = String.fromCharCode(byte);
    const plain = /[A-Za-z0-9_-]/.test(letter) || (letter === "." && index > 0);
    return plain ? letter : `%${byte.toString(16).toUpperCase().padStart(2, "0")}`;
  });
  return encoded.join("");
}
