import { freeNames, nearName } from "../../src/accounts/entry-names";

test.each([
  ["Log Archive", "log-archive"],
  ["acme.dev", "acme-dev"],
  ["Audit (EU)", "audit-eu"],
  ["R&D", "r-d"],
  ["2ndline-tools", "a2ndline-tools"],
  ["100%", "a100"],
  ["Zürich", "zurich"],
  ["Straße 1", "strasse-1"],
  ["Ålesund Øst", "alesund-ost"],
  ["Łódź", "lodz"],
  ["orders_prod", "orders-prod"],
  ["ORDERS", "orders"],
  ["OrdersProd", "orders-prod"],
  ["AWSAudit", "aws-audit"],
  ["ProdDB", "prod-db"],
  ["Prod DBs", "prod-dbs"],
  ["eBay GmbH & Co. KG", "ebay-gmbh-co-kg"],
  ["O'Brien’s team", "obriens-team"],
  ["orders-", "orders"],
  ["--x--", "x"],
  ["a\u00a0b", "a-b"],
  ["fin\u200bance", "finance"],
  ["Ｗｉｄｅ", "wide"],
  ["本番 prod", "prod"],
  ["a".repeat(51), "a".repeat(50)],
  [`${"a".repeat(49)} b`, "a".repeat(49)],
  [`1${"a".repeat(50)}`, `a1${"a".repeat(48)}`],
])("%j becomes %s", (text, name) => {
  expect(nearName(text)).toBe(name);
});

test.each(["", " ", "🚀", "本番", "Прод", "---", "\u043erders-prod", "o\u0440s"])(
  "%j has no near name: a letter that only looks like one of a-z is not dropped",
  (text) => {
    expect(nearName(text)).toBeUndefined();
  },
);

test("a name that another entry has, or is told to take, gets the first free number", () => {
  const list = [
    { name: "Log Archive" },
    { name: "log_archive" },
    { name: "log-archive" },
    { name: "Log.Archive.2" },
    { name: "audit" },
    { name: "audit" },
    { Name: "Audit" },
    { name: 7 },
    { name: null },
    "audit",
  ];
  expect(freeNames(list)).toEqual(
    new Map([
      [0, { name: "log-archive-2", taken: { name: "log-archive", index: 2 } }],
      [1, { name: "log-archive-3", taken: { name: "log-archive", index: 2 } }],
      [3, { name: "log-archive-2-2", taken: { name: "log-archive-2", index: 0 } }],
      [5, { name: "audit-2", taken: { name: "audit", index: 4 } }],
      [6, { name: "audit-3", taken: { name: "audit", index: 4 } }],
    ]),
  );
});

test("a number still fits in 50 characters", () => {
  const long = "a".repeat(50);
  expect(freeNames([{ name: long }, { name: long }]).get(1)?.name).toBe(`${"a".repeat(48)}-2`);
});
