/** An IP address, read from its text. */
export interface Address {
  readonly family: 4 | 6;
  /** One spelling for each address. */
  readonly canonical: string;
  /** In 127.0.0.0/8: the sentinel of slots that nobody fills (rule I3). */
  readonly sentinel: boolean;
}

/** Reads an IPv4 or IPv6 address; undefined for a name. */
export function parseAddress(text: string): Address | undefined {
  const octets = parseOctets(text);
  if (octets !== undefined) return { family: 4, canonical: octets.join("."), sentinel: octets[0] === 127 };
  if (!text.includes(":")) return undefined;
  const [address = "", zone, more] = text.length > 100 ? [] : text.split("%");
  const groups = more === undefined && zone !== "" ? parseGroups(address) : undefined;
  if (groups === undefined) return undefined;
  const canonical = groups.map((group) => group.toString(16)).join(":");
  return { family: 6, canonical: zone === undefined ? canonical : `${canonical}%${zone}`, sentinel: false };
}

const OCTETS = /^(0|[1-9]\d{0,2})\.(0|[1-9]\d{0,2})\.(0|[1-9]\d{0,2})\.(0|[1-9]\d{0,2})$/;

function parseOctets(text: string): number[] | undefined {
  const match = OCTETS.exec(text);
  if (match === null) return undefined;
  const octets = match.slice(1).map(Number);
  return octets.every((octet) => octet <= 255) ? octets : undefined;
}

/** The eight groups of an IPv6 address; `::` stands once for one or more groups of zero. */
function parseGroups(text: string): number[] | undefined {
  const halves = text.split("::").map((half) => (half === "" ? [] : half.split(":")));
  if (halves.length > 2) return undefined;
  const [head = [], tail] = halves;
  const last = (tail ?? head).at(-1);
  const octets = last?.includes(".") === true ? parseOctets(last) : undefined;
  if (octets !== undefined) {
    const [a = 0, b = 0, c = 0, d = 0] = octets;
    (tail ?? head).splice(-1, 1, (a * 256 + b).toString(16), (c * 256 + d).toString(16));
  }
  const given = [...head, ...(tail ?? [])];
  if (!given.every((group) => /^[\da-f]{1,4}$/i.test(group))) return undefined;
  const zeros = 8 - given.length;
  if (tail === undefined ? zeros !== 0 : zeros < 1) return undefined;
  return [...head, ...Array.from({ length: zeros }, () => "0"), ...(tail ?? [])].map((group) =>
    Number.parseInt(group, 16),
  );
}

/** What two spellings of one entry share: the canonical address, or the name as it stands. */
export function entryKey(text: string): string {
  return parseAddress(text)?.canonical ?? text;
}
