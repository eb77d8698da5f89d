import { error, type Finding, type Path, warning } from "../accounts/problem";
import {
  type AddressRange,
  containers,
  contains,
  coverage,
  parseRange,
  rangeText,
} from "../aws/address-ranges";

/** The addresses that calls can come from: all of IPv4, and what IANA gives out of IPv6. */
const ALL = { 4: parseRange("0.0.0.0/0"), 6: parseRange("2000::/3") } as const;

/** Shorter prefixes are more than one organization has. */
const SHORTEST_USUAL = { 4: 8, 6: 16 } as const;

/** Half of all addresses is no limit any more. */
const NO_LIMIT = 0.5;

/** AWS sees calls from none of these. (IANA's registries of special-purpose addresses.) */
const NEVER_SEEN = [
  "0.0.0.0/8",
  "10.0.0.0/8",
  "100.64.0.0/10",
  "127.0.0.0/8",
  "169.254.0.0/16",
  "172.16.0.0/12",
  "192.168.0.0/16",
  "224.0.0.0/3",
].map(parseRange);

/** What is wrong with the list of addresses that a key works from. `path` is the list's. */
export function* allowedSourceIps(texts: readonly string[], path: Path): Iterable<Finding> {
  const ranges = texts.map((text, index) => ({ text, range: parseRange(text), path: [...path, index] }));
  const limitless = ranges.filter(({ range }) => range.prefix === 0);
  for (const { text, path } of limitless) {
    yield problem(
      path,
      `${text} is every address, so it limits nothing; name the addresses that the consumers call from, or remove the list`,
    );
  }
  if (limitless.length === 0) {
    yield* together(
      ranges.map(({ range }) => range),
      path,
    );
  }
  const outers = containers(ranges.map(({ range }) => range));
  const written = new Map(ranges.map(({ text, range }) => [range, text]));
  for (const { text, range, path } of ranges) {
    yield* oneRange(text, range, path);
    const outer = outers.get(range) ?? range;
    if (outer !== range && outer.prefix > 0) {
      yield warning(
        path,
        "allowed-source-ips",
        `${text} is ${contains(range, outer) ? "the same as" : "in"} ${written.get(outer)}, which is in the list too; remove one of them`,
      );
    }
  }
}

function* together(ranges: readonly AddressRange[], path: Path): Iterable<Finding> {
  for (const family of [4, 6] as const) {
    const share = coverage(ALL[family], ranges);
    // The module counts each range by itself.
    const counted = ranges.reduce((sum, range) => sum + coverage(ALL[family], [range]), 0);
    if (share >= NO_LIMIT) {
      const part = share === 1 ? "every" : `${Math.floor(share * 100)} % of all`;
      yield problem(
        path,
        `these ranges are ${part} IPv${family} ${share === 1 ? "address" : "addresses"}, so they limit ${share === 1 ? "nothing" : "next to nothing"}; name the addresses that the consumers call from, or remove the list`,
        "key",
      );
    } else if (counted >= NO_LIMIT) {
      yield problem(
        path,
        `these ranges overlap, and counted one by one they are ${Math.floor(counted * 100)} % of all IPv${family} addresses, which the plan refuses; remove each that is in another of them`,
        "key",
      );
    }
  }
}

function* oneRange(text: string, range: AddressRange, path: Path): Iterable<Finding> {
  if (range.hasHostBits) {
    const [address = text] = text.split("/");
    yield problem(
      path,
      `${text} has an address that is not the first of its block; expected ${rangeText(range)} for the block, or ${address}/${range.family === 4 ? 32 : 128} for the address`,
    );
  }
  if (isNeverSeen(range)) {
    yield warning(
      path,
      "allowed-source-ips",
      `${text} is ${range.family === 4 ? "a private or reserved range" : "outside the public addresses of IPv6"}, which AWS never sees as a source address; name the public address, or the VPC under allowed_source_vpcs`,
    );
  } else if (range.prefix > 0 && range.prefix < SHORTEST_USUAL[range.family]) {
    yield warning(
      path,
      "allowed-source-ips",
      `${text} is ${2 ** (SHORTEST_USUAL[range.family] - range.prefix)} times a /${SHORTEST_USUAL[range.family]}, more than one organization has; name the addresses that the consumers call from`,
    );
  }
}

function isNeverSeen(range: AddressRange): boolean {
  return range.family === 4
    ? NEVER_SEEN.some((reserved) => contains(reserved, range))
    : coverage(ALL[6], [range]) === 0 && !contains(ALL[6], range) && !contains(range, ALL[6]);
}

function problem(path: Path, message: string, at?: "key"): Finding {
  return error(path, "allowed-source-ips", message, at);
}
