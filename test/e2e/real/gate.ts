import { describeE2e } from "../harness/gate";

/**
 * The tests of one file against the real provider. Without one they are skipped, in CI too: no registry or mirror
 * need be in reach there, and setup.ts has said so.
 */
export function describeReal(name: string, tests: () => void): void {
  if (process.env.E2E_PROVIDER_HOME === undefined)
    describe.skip(`${name}: skipped, no real AWS provider`, tests);
  else describeE2e(name, tests);
}
