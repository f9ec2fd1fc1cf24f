import { createLimit } from "@slipway/collect";

/** Maps with at most `most` at a time, keeping the order. */
export function mapLimited<T, U>(items: readonly T[], most: number, work: (item: T) => Promise<U>): Promise<U[]> {
  const limit = createLimit(most);
  return Promise.all(items.map((item) => limit(() => work(item))));
}
