import fc from "fast-check";
import { readAccess } from "../../src/access/read";
import { features } from "../../src/features";
import type { Identity } from "../../src/features/identity";
import { accessOf } from "../support/synthesize";

/**
 * Every part of a file that writes a role or user, in one account: the source account, listed as an account too.
 * `names` are what the parts that can be named are called.
 */
interface Names {
  readonly pmm: string;
  readonly teleport: string;
  readonly admin: string;
  readonly monitors: readonly [string, string];
}

const APART: Names = {
  pmm: "pmm-ec2-role",
  teleport: "teleport-db-service",
  admin: "Admin",
  monitors: ["one-monitoring", "two-monitoring"],
};

function fileOf({ pmm, teleport, admin, monitors }: Names, { isPmmRoleMade = false } = {}): string {
  return `source:
  account_id: "111111111111"
  admin_role_name: ${JSON.stringify(admin)}
  pmm_ec2_role_name: ${JSON.stringify(pmm)}
  create_pmm_ec2_role: ${isPmmRoleMade}
teleport:
  role_name: ${JSON.stringify(teleport)}
  proxy_address: teleport.example.com:443
accounts:
  - name: home
    account_id: "111111111111"
    aurora: true
    cloudwatch_agent: {admin_role: true, on_premises_server_user: true, on_premises_admin_user: true}
    teleport:
      databases:
        - {name: d, engine: postgres, resource_id: db-A, endpoint: "h:5432", db_users: [a]}
    third_party_monitors:
      - {name: one, role_name: ${JSON.stringify(monitors[0])}, account_id: "999999999999", external_id: 9b2d, policy: ReadOnlyAccess}
      - {name: two, role_name: ${JSON.stringify(monitors[1])}, account_id: "888888888888", external_id: 77aa, policy: ReadOnlyAccess}
`;
}

/** How a part writes: it makes what it writes, writes on what is there, or only counts as taken. */
type Way = "makes" | "writes on" | "taken";

interface Writer {
  readonly way: Way;
  /** The name that it has by itself; left out where the file says it. */
  readonly fixed?: string;
  /** Gives it a name; left out where it has a fixed one. */
  readonly called?: (names: Names, name: string) => Names;
  readonly isPmmRoleMade?: true;
  /** The line and column that messages cite it by, in fileOf. */
  readonly place: string;
}

const asPmm = (names: Names, name: string): Names => ({ ...names, pmm: name });
const agent = (name: string, place: string): Writer => ({ way: "makes", fixed: name, place });

const WRITERS: Readonly<Record<string, Writer>> = {
  "the PMM EC2 role, made": { way: "makes", called: asPmm, isPmmRoleMade: true, place: "4:22" },
  "the PMM EC2 role, existing": { way: "writes on", called: asPmm, place: "4:22" },
  "Teleport's role": {
    way: "writes on",
    called: (names, name) => ({ ...names, teleport: name }),
    place: "7:14",
  },
  "the role that Terraform assumes": {
    way: "taken",
    called: (names, name) => ({ ...names, admin: name }),
    place: "3:20",
  },
  "a monitor's role": {
    way: "makes",
    called: (names, name) => ({ ...names, monitors: [name, names.monitors[1]] }),
    place: "18:9",
  },
  "another monitor's role": {
    way: "makes",
    called: (names, name) => ({ ...names, monitors: [names.monitors[0], name] }),
    place: "19:9",
  },
  "role AmazonRDSforPMMrole": { way: "makes", fixed: "AmazonRDSforPMMrole", place: "10:5" },
  "role TeleportDatabaseAccess": { way: "makes", fixed: "TeleportDatabaseAccess", place: "15:7" },
  "role CloudWatchAgentServerRole": agent("CloudWatchAgentServerRole", "13:5"),
  "role CloudWatchAgentAdminRole": agent("CloudWatchAgentAdminRole", "13:36"),
  "user PMMAWSIntegrationUser": agent("PMMAWSIntegrationUser", "12:13"),
  "user CloudWatchAgentServerUser": agent("CloudWatchAgentServerUser", "13:67"),
  "user CloudWatchAgentAdminUser": agent("CloudWatchAgentAdminUser", "13:97"),
};

/** The table's name for what the model has. */
function nameInTable({ kind, name, origin, askedBy }: Identity): string {
  const [asked] = askedBy;
  if (asked?.what === "the PMM EC2 role") {
    return `the PMM EC2 role, ${origin}`;
  }
  return asked?.what === "Teleport's role" ? asked.what : (MONITOR_ROLES.get(name) ?? `${kind} ${name}`);
}

const MONITOR_ROLES = new Map([
  ["one-monitoring", "a monitor's role"],
  ["two-monitoring", "another monitor's role"],
]);

test("the table has every part that writes a role or user", () => {
  const made = accessOf(fileOf(APART, { isPmmRoleMade: true })).identities;
  const found = [...accessOf(fileOf(APART)).identities, ...made].map(nameInTable);
  expect([...new Set(found), "the role that Terraform assumes"].sort()).toEqual(Object.keys(WRITERS).sort());
});

test("no two parts with fixed names have the same", () => {
  const fixed = Object.values(WRITERS).flatMap((writer) => writer.fixed ?? []);
  expect(new Set(fixed.map((name) => name.toLowerCase())).size).toBe(fixed.length);
});

/** Each two of the table that can meet: at least one can be named, and both can be in one file. */
const PAIRS = Object.entries(WRITERS).flatMap(([one, a], index) =>
  Object.entries(WRITERS)
    .slice(index + 1)
    .filter(([, b]) => a.called !== undefined || b.called !== undefined)
    .filter(([, b]) => a.called !== asPmm || b.called !== asPmm)
    .filter(([two]) => !one.startsWith("user ") && !two.startsWith("user "))
    .map(([two, b]) => [one, two, a, b] as const),
);

/** The letters of a name in any case: IAM takes them for one name. */
const inAnyCase = (name: string): fc.Arbitrary<string> =>
  fc
    .array(fc.boolean(), { minLength: name.length, maxLength: name.length })
    .map((upper) => [...name].map((letter, at) => (upper[at] ? letter.toUpperCase() : letter)).join(""));

const ROLE_NAME = fc
  .stringMatching(/^[A-Za-z0-9+=,.@_-]{1,40}$/)
  .filter((name) => !Object.values(APART).flat().includes(name));

describe("two parts with one name", () => {
  test.each(PAIRS)("%s and %s", (_, __, a, b) => {
    const fixed = a.fixed ?? b.fixed;
    const base = fixed === undefined ? ROLE_NAME : fc.constant(fixed);
    const names = base.chain((name) => fc.tuple(inAnyCase(name), inAnyCase(name)));
    fc.assert(
      fc.property(names, ([first = "", second = ""]) => {
        const named = [a, b].reduce<Names>(
          (all, writer, index) => writer.called?.(all, index === 0 ? first : second) ?? all,
          APART,
        );
        const isPmmRoleMade = a.isPmmRoleMade ?? b.isPmmRoleMade ?? false;
        const { access, problems } = readAccess(
          { name: "accounts.yaml", path: "/accounts.yaml", text: fileOf(named, { isPmmRoleMade }) },
          features,
        );
        const taken = problems.filter(({ rule }) => rule === "name-taken");
        if (a.way === "writes on" && b.way === "writes on") {
          expect(taken).toEqual([]);
          const both = access?.identities.filter(({ askedBy }) => askedBy.length > 1) ?? [];
          expect(both.map(({ askedBy }) => askedBy.map(({ what }) => what))).toEqual([
            ["the PMM EC2 role", "Teleport's role"],
          ]);
        } else {
          expect(taken).toHaveLength(1);
          const [{ line = 0, column = 0, message = "" } = {}] = taken;
          const places = [`${line}:${column}`, / at (\d+:\d+),/.exec(message)?.[1]];
          expect(places.sort()).toEqual([a.place, b.place].sort());
          expect(message).toMatch(/; give this one another (?:pmm_ec2_role_name|role_name|admin_role_name)$/);
        }
      }),
      { numRuns: 8 },
    );
  });
});

test("a part of another account takes no name", () => {
  const file = `
source: {account_id: "111111111111", pmm_ec2_role_name: AmazonRDSforPMMrole}
defaults: {admin_role_name: pmm-deployer}
teleport: {role_name: TeleportDatabaseAccess, proxy_address: "t.example.com:443"}
accounts:
  - name: orders
    account_id: "222222222222"
    teleport: {databases: [{name: d, engine: postgres, resource_id: db-A, endpoint: "h:5432", db_users: [a]}]}
  - {name: billing, account_id: "033333333333", admin_role_name: TeleportDatabaseAccess}
`;
  expect(accessOf(file).identities.map(({ arn }) => arn)).toEqual([
    "arn:aws:iam::033333333333:role/AmazonRDSforPMMrole",
    "arn:aws:iam::111111111111:role/AmazonRDSforPMMrole",
    "arn:aws:iam::111111111111:role/TeleportDatabaseAccess",
    "arn:aws:iam::222222222222:role/AmazonRDSforPMMrole",
    "arn:aws:iam::222222222222:role/TeleportDatabaseAccess",
  ]);
});

test("a monitor of one name in two accounts takes the deployer's name in both", () => {
  const monitors = '[{name: x, account_id: "999999999999", external_id: 9b2d, policy: ReadOnlyAccess}]';
  const text = `source: {account_id: "111111111111", pmm_ec2_role_name: pmm}
defaults: {admin_role_name: x-monitoring}
accounts:
  - {name: orders, account_id: "222222222222", third_party_monitors: ${monitors}}
  - {name: billing, account_id: "033333333333", third_party_monitors: ${monitors}}
`;
  const { problems } = readAccess({ name: "accounts.yaml", path: "/accounts.yaml", text }, features);
  expect(problems.map(({ line, column, message }) => `${line}:${column} ${message}`)).toEqual([
    '4:71 the role "x-monitoring" in account 222222222222 is written by the role of the monitor "x" here and by the role that Terraform assumes at 2:29, and each would undo the other; give this one another role_name',
    '5:72 the role "x-monitoring" in account 033333333333 is written by the role of the monitor "x" here and by the role that Terraform assumes at 2:29, and each would undo the other; give this one another role_name',
  ]);
});

test.each([
  ["service/shared", "service/shared", []],
  ["service/shared", "other", []],
  ["service/shared", "shared", ["service/shared", "shared"]],
  ["shared", "Shared", ["shared", "Shared"]],
])("PMM runs with %s and Teleport with %s", (pmm, teleport, spellings) => {
  const text = `source: {account_id: "111111111111", pmm_ec2_role_name: ${pmm}}
defaults: {admin_role_name: Admin}
teleport: {role_name: ${teleport}, proxy_address: "teleport.example.com:443"}
accounts:
  - name: orders
    account_id: "222222222222"
    teleport: {databases: [{name: d, engine: postgres, resource_id: db-A, endpoint: "h:5432", db_users: [a]}]}
`;
  const { problems } = readAccess({ name: "accounts.yaml", path: "/accounts.yaml", text }, features);
  const [first, second] = spellings;
  expect(
    problems.map(({ severity, line, column, message }) => `${severity} ${line}:${column} ${message}`),
  ).toEqual(
    first === undefined
      ? []
      : [
          `warning 3:23 arn:aws:iam::111111111111:role/${second} and arn:aws:iam::111111111111:role/${first} at 1:57 are one role to IAM, which has one path and one spelling of its name; trust policies compare the whole ARN, so one of the two is never trusted: write the role in both places as IAM shows it`,
        ],
  );
});

test("a role that exists already is met, also where nothing is written on it", () => {
  const file = `
source: {account_id: "111111111111", pmm_ec2_role_name: pmm}
defaults: {admin_role_name: Admin}
teleport: {role_name: v-monitoring, proxy_address: "t.example.com:443"}
accounts:
  - name: home
    account_id: "111111111111"
    third_party_monitors: [{name: v, account_id: "999999999999", external_id: 9b2d, policy: ReadOnlyAccess}]
`;
  const source = { name: "accounts.yaml", path: "/accounts.yaml", text: file };
  expect(readAccess(source, features).problems).toMatchObject([{ rule: "name-taken", line: 8 }]);
});

test("three writers of one role are two errors: each later one, and none of what hangs on the role", () => {
  const named = { ...APART, admin: "x-monitoring", monitors: ["x-monitoring", "X-monitoring"] } as const;
  const source = { name: "accounts.yaml", path: "/accounts.yaml", text: fileOf(named) };
  const taken = readAccess(source, features).problems.filter(({ rule }) => rule === "name-taken");
  expect(taken.map(({ line, message }) => [line, /^the role "[xX]-/.test(message)])).toEqual([
    [18, true],
    [19, true],
  ]);
});

describe("of monitors whose roles have one name, each later one of the file cites the first", () => {
  const monitor = (name: string, role: string): string =>
    `{name: ${name}, role_name: ${role}, account_id: "999999999999", external_id: 9b2d, policy: ReadOnlyAccess}`;
  const taken = (place: string, role: string, [name, first]: [string, string], at: string): string =>
    `${place} the role "${role}" in account 222222222222 is written by the role of the monitor "${name}" here and by the role of the monitor "${first}" at ${at}, and each would undo the other; give this one another role_name`;
  const told = (monitors: string): string[] => {
    const text = `source: {account_id: "111111111111", pmm_ec2_role_name: pmm}
defaults: {admin_role_name: dep}
accounts:
  - {name: orders, account_id: "222222222222", third_party_monitors: [${monitors}]}
`;
    const { problems } = readAccess({ name: "accounts.yaml", path: "/accounts.yaml", text }, features);
    return problems.map(({ line, column, message }) => `${line}:${column} ${message}`);
  };

  test("on one line", () => {
    expect(told(`${monitor("v", "v-monitoring")}, ${monitor("w", "V-monitoring")}`)).toEqual([
      taken("4:178", "V-monitoring", ["w", "v"], "4:71"),
    ]);
  });

  test("in another order than their names", () => {
    expect(
      told(`${monitor("a", "x-role")},\n      ${monitor("b", "X-role")},\n      ${monitor("c", "X-Role")}`),
    ).toEqual([taken("5:7", "X-role", ["b", "a"], "4:71"), taken("6:7", "X-Role", ["c", "a"], "4:71")]);
  });
});
