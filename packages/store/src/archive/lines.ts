/**
 * Splits a stream into lines with their line feed. Only a line feed separates: COPY escapes line feeds in
 * values, and leaves Unicode's other separators as they are. A line is copied once, however many chunks it comes in.
 *
 * @throws Error for a stream that ends in the middle of a line
 */
export async function* linesOf(stream: AsyncIterable<Buffer>): AsyncGenerator<Buffer, undefined> {
  let begun: Buffer[] = [];
  for await (const chunk of stream) {
    let from = 0;
    for (let at = chunk.indexOf(10); at >= 0; at = chunk.indexOf(10, from)) {
      const end = chunk.subarray(from, at + 1);
      yield begun.length === 0 ? end : Buffer.concat([...begun, end]);
      begun = [];
      from = at + 1;
    }
    if (from < chunk.length) begun.push(chunk.subarray(from));
  }
  if (begun.length > 0) throw new Error("it ends in the middle of a line");
  return undefined;
}
