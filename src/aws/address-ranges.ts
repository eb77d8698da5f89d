/** A block of addresses: an address is a block of one. */
export interface AddressRange {
  readonly family: 4 | 6;
  /** The first and the last address, as numbers. */
  readonly first: bigint;
  readonly last: bigint;
  readonly prefix: number;
  /** Whether the address before the slash is not the block's first. */
  readonly hasHostBits: boolean;
}

const BITS = { 4: 32, 6: 128 } as const;

/** Reads an IPv4 or IPv6 address or CIDR block that is known to be well-formed. */
export function parseRange(text: string): AddressRange {
  const [address = "", length] = text.split("/");
  const family = address.includes(":") ? 6 : 4;
  const given = family === 4 ? ipv4(address) : ipv6(address);
  const prefix = length === undefined ? BITS[family] : Number(length);
  const size = 1n << BigInt(BITS[family] - prefix);
  const first = given - (given % size);
  return { family, first, last: first + size - 1n, prefix, hasHostBits: given !== first };
}

/** The block as CIDR notation writes it. */
export function rangeText({ family, first, prefix }: AddressRange): string {
  return `${addressText(family, first)}/${prefix}`;
}

/** An address, given as a number, as people write it. */
export function addressText(family: 4 | 6, address: bigint): string {
  return family === 4 ? ipv4Text(address) : ipv6Text(address);
}

export function contains(outer: AddressRange, inner: AddressRange): boolean {
  return outer.family === inner.family && outer.first <= inner.first && inner.last <= outer.last;
}

/** How much of a block the others cover together, from 0 to 1. */
export function coverage(block: AddressRange, ranges: readonly AddressRange[]): number {
  const inside = outermost(ranges.filter(({ family }) => family === block.family));
  if (inside.some((range) => contains(range, block))) {
    return 1;
  }
  const covered = inside
    .filter((range) => contains(block, range))
    .reduce((sum, { first, last }) => sum + last - first + 1n, 0n);
  const size = block.last - block.first + 1n;
  return covered === size ? 1 : Number(covered) / Number(size);
}

/** Those that no other contains; of equal ones the first. Two blocks never overlap in part. */
function outermost(ranges: readonly AddressRange[]): AddressRange[] {
  return [...containers(ranges)].filter(([range, outer]) => range === outer).map(([range]) => range);
}

/** For each block the largest of the list that contains it, itself where there is none: of equal ones the first. */
export function containers(ranges: readonly AddressRange[]): ReadonlyMap<AddressRange, AddressRange> {
  const sorted = [...ranges].sort(
    (a, b) =>
      a.family - b.family || Number(a.first > b.first) - Number(a.first < b.first) || a.prefix - b.prefix,
  );
  const outers = new Map<AddressRange, AddressRange>();
  let outer: AddressRange | undefined;
  for (const range of sorted) {
    outer = outer !== undefined && contains(outer, range) ? outer : range;
    outers.set(range, outer);
  }
  return outers;
}

function ipv4(address: string): bigint {
  return address.split(".").reduce((sum, part) => (sum << 8n) + BigInt(part), 0n);
}

function ipv6(address: string): bigint {
  const [before = "", after] = canonical(address).split("::");
  const groups = (part: string) => (part === "" ? [] : part.split(":"));
  const left = groups(before);
  const right = groups(after ?? "");
  const zeros = Array<string>(8 - left.length - right.length).fill("0");
  return [...left, ...zeros, ...right].reduce((sum, group) => (sum << 16n) + BigInt(`0x${group}`), 0n);
}

/** In hexadecimal groups, lower-case, the longest run of zeros as `::`. (RFC 5952, as WHATWG's URL applies it.) */
function canonical(address: string): string {
  return new URL(`http://[${address}]`).hostname.slice(1, -1);
}

function ipv4Text(address: bigint): string {
  return [24n, 16n, 8n, 0n].map((shift) => (address >> shift) & 0xffn).join(".");
}

function ipv6Text(address: bigint): string {
  const digits = address.toString(16).padStart(32, "0");
  return canonical(digits.replace(/.{4}(?!$)/g, "$&:"));
}
