import { isUtf8 } from "node:buffer";

/** Characters of UTF-8 that are more than one byte long, in a text of bytes (latin1). */
const LONGER = [
  /[\xc2-\xdf][\x80-\xbf]/,
  /\xe0[\xa0-\xbf][\x80-\xbf]/,
  /[\xe1-\xec\xee\xef][\x80-\xbf]{2}/,
  /\xed[\x80-\x9f][\x80-\xbf]/,
  /\xf0[\x90-\xbf][\x80-\xbf]{2}/,
  /[\xf1-\xf3][\x80-\xbf]{3}/,
  /\xf4[\x80-\x8f][\x80-\xbf]{2}/,
].map(({ source }) => source);
/** Characters of UTF-8 in such a text, or one byte that belongs to none. */
const SEQUENCE = new RegExp(`[\\x00-\\x7f]+|(?:${LONGER.join("|")})+|[\\x80-\\xff]`, "g");
const LONE = /([\udc80-\udcff])/u;

/** Text of bytes; a byte that is no UTF-8 stands as a lone surrogate U+DC80…U+DCFF, so that nothing is lost. */
export function textOfBytes(bytes: Uint8Array): string {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (isUtf8(buffer)) return buffer.toString("utf8");
  return buffer.toString("latin1").replaceAll(SEQUENCE, (part) => {
    const piece = Buffer.from(part, "latin1");
    return isUtf8(piece) ? piece.toString("utf8") : String.fromCharCode(0xdc00 + part.charCodeAt(0));
  });
}

/** The bytes of a text that {@link textOfBytes} made. */
export function bytesOfText(text: string): Uint8Array {
  if (!LONE.test(text)) return Buffer.from(text, "utf8");
  return Buffer.concat(
    text
      .split(LONE)
      .map((part) => (LONE.test(part) ? Buffer.from([part.charCodeAt(0) - 0xdc00]) : Buffer.from(part, "utf8"))),
  );
}
