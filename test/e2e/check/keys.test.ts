import { join } from "node:path";
import { CreatePolicyCommand, CreateRoleCommand } from "@aws-sdk/client-iam";
import { ENTRIES, type Entry, fileOf } from "../../changes/keys/entries";
import { changedFile, FILE, FILE_CHANGES } from "../../changes/keys/file";
import { describeE2e } from "../harness/gate";
import { type Lab, startLab } from "../harness/lab";
import { PlannedStack, worstOf } from "./planned";

/** What each key's effect says is what Terraform plans: every change of the tables, from an applied state. */

const FILES = join(__dirname, "..", "..", "changes", "keys");

/** A hundred accounts at once, in milliseconds. */
const APPLY_ALL = 60 * 60_000;

let lab: Lab;

/** Makes in an account what the files take for granted. */
async function prepare(accountId: string, boundaries: readonly string[], roles: readonly string[] = []) {
  const { iam } = await lab.account(accountId);
  const PolicyDocument = JSON.stringify({
    Version: "2012-10-17",
    Statement: [{ Effect: "Allow", Action: "*", Resource: "*" }],
  });
  for (const PolicyName of boundaries) {
    await iam.send(new CreatePolicyCommand({ PolicyName, PolicyDocument }));
  }
  const trust = { Effect: "Allow", Principal: { Service: "ec2.amazonaws.com" }, Action: "sts:AssumeRole" };
  const AssumeRolePolicyDocument = JSON.stringify({ Version: "2012-10-17", Statement: [trust] });
  for (const RoleName of roles) {
    await iam.send(new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument }));
  }
}

describeE2e("a change of a key", () => {
  beforeAll(async () => {
    lab = await startLab();
  });

  afterAll(() => lab?.stop());

  describe("of an account", () => {
    const done = new Map<Entry, string>();

    beforeAll(async () => {
      await prepare("111111111111", [], ["pmm-ec2-role", "teleport"]);
      for (const [index, { change }] of ENTRIES.entries()) {
        if (/boundary: (?:\{\w+: )?boundary/.test(change.before)) {
          await prepare(`2${String(index).padStart(11, "0")}`, ["boundary"]);
        }
      }
      const stack = new PlannedStack(lab, "accounts", FILES);
      await stack.apply(fileOf("before"));
      const deeds = await stack.plan(fileOf("after"));
      for (const entry of ENTRIES) {
        const own = new RegExp(`^module\\.\\w+_${entry.name}\\.`);
        done.set(
          entry,
          worstOf(deeds, (address) => own.test(address)),
        );
      }
    }, APPLY_ALL);

    test.each(ENTRIES.map((entry) => [label(entry), entry] as const))("%s", (_, entry) => {
      expect(done.get(entry)).toBe(entry.change.does);
    });
  });

  describe("of the file", () => {
    let stack: PlannedStack;

    beforeAll(async () => {
      await lab.reset();
      await prepare("111111111111", ["source-boundary", "boundary"], ["teleport", "reader"]);
      await prepare("222222222222", ["boundary"]);
      await prepare("333333333333", ["boundary"]);
      stack = new PlannedStack(lab, "file", FILES);
      await stack.apply(FILE);
    });

    test("the file as it is: nothing", async () => {
      expect(worstOf(await stack.plan(FILE))).toBe("nothing");
    });

    test.each(
      Object.entries(FILE_CHANGES).flatMap(([key, all]) =>
        all.map((change) => [`${key}: ${change.parts[0]?.join(" to ")}`, change] as const),
      ),
    )("%s", async (_, change) => {
      expect(worstOf(await stack.plan(changedFile(change)))).toBe(change.does);
    });
  });
});

function label({ key, change }: Entry): string {
  return `${key}: ${change.before || "nothing"} to ${change.after || "nothing"}`;
}
