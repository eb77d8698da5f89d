import fc from "fast-check";
import { type Clause, conditionClause, negated, textClause, type Value } from "../../src/policy/clauses";
import { matchesAny } from "../../src/policy/patterns";
import {
  allowedOnlyBy,
  findRequest,
  isAllowedByBoth,
  type Permissions,
  type Requests,
  takenForGranted,
  without,
} from "../../src/policy/requests";

/** A request of the small world in which all requests can be tried. */
type Tried = Readonly<Record<"action" | "resource" | "aws:key" | "aws:sourceip", Value>>;

const ACTIONS = ["", "a", "b", "aa", "ab", "x"];
const KEYS = [undefined, "a", "b", "x"];
const ADDRESSES = [undefined, "198.51.100.7", "198.51.100.8", "203.0.113.1"];

const WORLD: readonly Tried[] = ACTIONS.flatMap((action) =>
  ACTIONS.flatMap((resource) =>
    KEYS.flatMap((key) =>
      ADDRESSES.map((address) => ({ action, resource, "aws:key": key, "aws:sourceip": address })),
    ),
  ),
);

function takes(clause: Clause, tried: Tried): boolean {
  const value = tried[clause.of as keyof Tried];
  if (clause.kind === "unread") throw new Error("nothing unread is in this world");
  if (value === undefined) return clause.takesAbsent;
  const isIn =
    clause.kind === "text"
      ? matchesAny(clause, value)
      : clause.blocks.some(
          (block) => block === value || (block.endsWith("/24") && value.startsWith(block.slice(0, 9))),
        );
  return isIn !== clause.isNegated;
}

const isIn = (requests: Requests, tried: Tried): boolean => requests.every((clause) => takes(clause, tried));

const isAllowed = ({ allow, deny }: Permissions, tried: Tried): boolean =>
  allow.some((requests) => isIn(requests, tried)) && !deny.some((requests) => isIn(requests, tried));

const patterns = fc.array(fc.string({ unit: fc.constantFrom("a", "b", "*", "?"), maxLength: 3 }), {
  minLength: 1,
  maxLength: 2,
});
const named = (of: "action" | "resource") =>
  fc.tuple(patterns, fc.boolean()).map(([names, isNegated]) => textClause(of, names, isNegated));
const condition = fc.oneof(
  fc
    .tuple(
      fc.constantFrom(
        "StringEquals",
        "StringNotEquals",
        "StringLike",
        "StringNotLikeIfExists",
        "StringEqualsIfExists",
      ),
      patterns,
    )
    .map(([operator, values]) => conditionClause(operator, "aws:Key", values)),
  fc.constantFrom("true", "false").map((value) => conditionClause("Null", "aws:Key", value)),
  fc
    .tuple(
      fc.constantFrom("IpAddress", "NotIpAddress", "IpAddressIfExists"),
      fc.constantFrom("198.51.100.7", "198.51.100.0/24", "203.0.113.1"),
    )
    .map(([operator, block]) => conditionClause(operator, "aws:SourceIp", block)),
);
const statement = fc
  .tuple(named("action"), named("resource"), fc.array(condition, { maxLength: 2 }))
  .map(([action, resource, conditions]): Requests => [action, resource, ...conditions]);
const permissions = fc.record({
  allow: fc.array(statement, { minLength: 1, maxLength: 3 }),
  deny: fc.array(statement, { maxLength: 2 }),
});

test("what one side alone allows is exactly the requests that it allows and the other does not", () => {
  fc.assert(
    fc.property(permissions, permissions, (side, other) => {
      const parts = side.allow.flatMap((requests) => allowedOnlyBy(requests, side, other));
      for (const tried of WORLD) {
        const isMore = isAllowed(side, tried) && !isAllowed(other, tried);
        expect(parts.some((part) => isIn(part, tried))).toBe(isMore);
      }
    }),
    { numRuns: 150 },
  );
});

test("a part that is named has a request, and what both allow is told", () => {
  fc.assert(
    fc.property(permissions, permissions, (side, other) => {
      for (const requests of side.allow) {
        for (const part of without(requests, other.allow)) {
          expect(findRequest(part)).toBeDefined();
        }
        const both = WORLD.some(
          (tried) => isIn(requests, tried) && isAllowed(side, tried) && isAllowed(other, tried),
        );
        if (both) expect(isAllowedByBoth(requests, side, other)).toBe(true);
      }
    }),
    { numRuns: 150 },
  );
});

test.each<[string, Clause, Clause, boolean]>([
  [
    "an address of a block",
    conditionClause("IpAddress", "aws:SourceIp", "198.51.100.7/32"),
    conditionClause("IpAddress", "aws:SourceIp", "198.51.100.0/24"),
    true,
  ],
  [
    "two halves of a block",
    conditionClause("IpAddress", "aws:SourceIp", "198.51.100.0/24"),
    conditionClause("IpAddress", "aws:SourceIp", ["198.51.100.0/25", "198.51.100.128/25"]),
    true,
  ],
  [
    "a key in another case",
    conditionClause("StringEquals", "sts:ExternalID", "a"),
    conditionClause("StringEquals", "sts:ExternalId", "a"),
    true,
  ],
  [
    "another value",
    conditionClause("StringEquals", "sts:ExternalId", "a"),
    conditionClause("StringEquals", "sts:ExternalId", "b"),
    false,
  ],
  [
    "what is not read, written alike",
    conditionClause("DateLessThan", "aws:CurrentTime", ["b", "a"]),
    conditionClause("DateLessThan", "aws:CurrentTime", ["a", "b"]),
    true,
  ],
  [
    "what is not read, written otherwise",
    conditionClause("DateLessThan", "aws:CurrentTime", "a"),
    conditionClause("DateLessThan", "aws:CurrentTime", "b"),
    false,
  ],
])("%s is within the other: %#", (_, inner, outer, expected) => {
  expect(without([inner], [[outer]]).length === 0).toBe(expected);
});

describe("conditions whose meaning is not known", () => {
  const SOURCE = conditionClause("ArnLike", "aws:SourceArn", "arn:aws:ssm:*:222222222222:*");
  const FEW = conditionClause("NumericLessThan", "s3:max-keys", "10");
  const TAGS = conditionClause("ForAllValues:StringEquals", "aws:TagKeys", ["team"]);
  const ANY_TAG = conditionClause("ForAnyValue:StringEquals", "aws:TagKeys", ["team", "cost"]);
  const OWN_TAG = conditionClause("StringEquals", "aws:ResourceTag/team", "${aws:PrincipalTag/team}");
  const OTHERS = conditionClause("NumericNotEquals", "s3:max-keys", "10");

  test.each<[string, Clause[], Record<string, Value>, string[]]>([
    ["an ARN's pattern", [SOURCE], { "aws:SourceArn": "arn:aws:ssm:us-east-1:222222222222:example" }, []],
    ["none of them", [negated(SOURCE)], { "aws:SourceArn": undefined }, []],
    ["one of a set", [ANY_TAG], { "aws:TagKeys": "team" }, []],
    ["all of no tags", [TAGS], { "aws:TagKeys": undefined }, []],
    ["not all of no tags", [negated(TAGS)], { "aws:TagKeys": undefined }, ["ForAllValues:StringEquals"]],
    ["a number", [FEW], { "s3:max-keys": undefined }, ["NumericLessThan"]],
    ["another number, or none", [OTHERS], { "s3:max-keys": undefined }, []],
    ["no such number", [negated(FEW)], { "s3:max-keys": undefined }, []],
    ["a variable", [OWN_TAG], { "aws:ResourceTag/team": undefined }, ["StringEquals"]],
    [
      "one pattern and another",
      [SOURCE, conditionClause("ArnLike", "aws:SourceArn", "arn:aws:ssm:eu-west-1:*:*")],
      { "aws:SourceArn": undefined },
      ["ArnLike", "ArnLike"],
    ],
  ])("%s", (_, clauses, request, operators) => {
    const found = findRequest(clauses);
    expect(found && Object.fromEntries(found)).toEqual(request);
    const granted = found === undefined ? [] : takenForGranted(clauses, found);
    expect(granted.map(({ says }) => says.split(" ")[1])).toEqual(operators);
  });

  test("in words", () => {
    expect(FEW).toMatchObject({ says: "s3:max-keys NumericLessThan 10" });
    expect(ANY_TAG).toMatchObject({ says: "aws:TagKeys ForAnyValue:StringEquals team or cost" });
  });
});
