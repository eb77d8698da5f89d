import { moveSteps } from "../../src/changes/move-group";

/** The commands themselves are in refusals.test.ts, and run by test/e2e/check. */

test("names that a shell would act on are in quotes, and the file before stands beside today's", () => {
  const steps = moveSteps({
    from: "pmm-iam-shop",
    to: "pmm-iam",
    addresses: [],
    fromVanishes: true,
    isLocal: true,
    ref: "it's;here",
    pathBefore: "iam/the accounts.yaml",
    file: "iam/the accounts.yaml",
  });
  expect(steps.slice(1, 3)).toEqual([
    "git show 'it'\\''s;here:iam/the accounts.yaml' >'iam/before.the accounts.yaml'",
    "ACCOUNTS_FILE='iam/before.the accounts.yaml' npm run synth -- --output before.out",
  ]);
});
