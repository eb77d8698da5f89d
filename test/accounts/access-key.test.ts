import { accessKeyShape } from "../../src/accounts/schema";

test.each([
  ["198.51.100.7", true],
  ["198.51.100.7/32", true],
  ["0.0.0.0/0", true],
  ["2001:db8::1", true],
  ["2001:DB8::/32", true],
  ["::ffff:198.51.100.7/128", true],
  ["::/0", true],
  ["", false],
  ["198.51.100", false],
  ["198.51.100.256", false],
  ["198.51.100.07", false],
  ["198.51.100.7/33", false],
  ["198.51.100.7/032", false],
  ["198.51.100.7/", false],
  ["198.51.100.7/32/32", false],
  [" 198.51.100.7", false],
  ["198.51.100.7\n", false],
  ["1::2::3", false],
  ["[::1]", false],
  ["::1]/[", false],
  ["fe80::1%eth0", false],
  ["2001:db8::/129", false],
  ["2001:db8::/032", false],
  ["2001:db8::/1e1", false],
  ["2001:db8::/32.5", false],
  ["vpc-0abc", false],
])("%j is an address or a block of addresses: %s", (range, expected) => {
  expect(accessKeyShape.allowed_source_ips.safeParse([range]).success).toBe(expected);
});
