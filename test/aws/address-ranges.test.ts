import { containers, contains, coverage, parseRange, rangeText } from "../../src/aws/address-ranges";

test.each([
  ["198.51.100.7", "198.51.100.7/32", false],
  ["198.51.100.7/24", "198.51.100.0/24", true],
  ["198.51.100.0/24", "198.51.100.0/24", false],
  ["255.255.255.255/1", "128.0.0.0/1", true],
  ["0.0.0.0/0", "0.0.0.0/0", false],
  ["2001:DB8::7/48", "2001:db8::/48", true],
  ["2001:db8:0:0:1::", "2001:db8:0:0:1::/128", false],
  ["::ffff:198.51.100.7", "::ffff:c633:6407/128", false],
  ["::/0", "::/0", false],
  ["ffff::1/1", "8000::/1", true],
])("%s is %s", (text, network, hasHostBits) => {
  const range = parseRange(text);
  expect(rangeText(range)).toBe(network);
  expect(range.hasHostBits).toBe(hasHostBits);
});

const all = parseRange("0.0.0.0/0");

test.each([
  [["0.0.0.0/1", "128.0.0.0/1"], 1],
  [["0.0.0.0/0", "10.0.0.0/8"], 1],
  [["0.0.0.0/1", "0.0.0.0/2", "64.0.0.0/2"], 0.5],
  [["0.0.0.0/2", "0.0.0.0/2"], 0.25],
  [["::/0"], 0],
  [[], 0],
  [Array.from({ length: 256 }, (_, first) => `${first}.0.0.0/8`), 1],
])("%j cover %d of IPv4", (texts, share) => {
  expect(coverage(all, texts.map(parseRange))).toBe(share);
});

test("a block is in a larger one, not in one beside it or of the other family", () => {
  expect(contains(parseRange("198.51.100.0/24"), parseRange("198.51.100.255"))).toBe(true);
  expect(contains(parseRange("198.51.100.0/24"), parseRange("198.51.101.0"))).toBe(false);
  expect(contains(parseRange("::/0"), parseRange("198.51.101.0"))).toBe(false);
  const ranges = ["10.1.0.0/16", "10.0.0.0/8", "10.1.2.0/24", "11.0.0.0/8", "10.0.0.0/8"].map(parseRange);
  const outers = containers(ranges);
  expect(ranges.map((range) => ranges.indexOf(outers.get(range) ?? range))).toEqual([1, 1, 1, 3, 1]);
});
