import { describeE2e } from "../harness/gate";
import type { Folder } from "../harness/terraform";
import type { Verdict } from "./watched-aws";
import {
  type Accounts,
  type Seen,
  SOURCE,
  startWatched,
  type Watched,
  WatchedProject,
} from "./watched-project";

/*
 * An apply that changes assume_policy dies, at any of its calls, and is run again. Each target that is in both
 * the old file and the new one is in a policy of the role that assumes it, all the while.
 */

/** The role is the program's own, so that the exclusive resources, which take away what is not listed, have their part. */
const SETTING = { ownRole: true, teleportIn: SOURCE, format: "json" } as const;
const EXPLICIT: Accounts = { mode: "explicit", accounts: [0, 1], databases: [0] };
const SHARDED: Accounts = { ...EXPLICIT, mode: "sharded" };
const ORGANIZATION: Accounts = { ...EXPLICIT, mode: "organization" };

/** When to kill terraform: the number of a change or what it is, before AWS sees it or when AWS has made it. */
interface Moment {
  readonly when: "before" | "after";
  readonly at: number | string;
}

/** Applies a file, with one call after the other, so that what was done before is in the state. */
async function killed(
  project: WatchedProject,
  to: Accounts,
  { when, at }: Moment,
): Promise<Seen & { dead: boolean }> {
  let running: ReturnType<Folder["start"]> | undefined;
  let [count, dead] = [0, false];
  const judge = async (moment: Moment["when"], action: string): Promise<Verdict> => {
    if (!dead && moment === when && (at === count || at === action)) {
      dead = true;
      running?.kill();
      await running?.ended;
    }
    return dead ? "refuse" : "pass";
  };
  const seen = await project.move(
    to,
    async (folder) => {
      running = folder.start("apply", "-no-color", "-auto-approve", "-parallelism=1");
      const { code, stderr } = await running.ended;
      if (!dead && code !== 0) throw new Error(stderr);
      return !dead;
    },
    {
      before: ({ action }) => {
        count += 1;
        return judge("before", action);
      },
      after: ({ action }) => judge("after", action),
    },
  );
  return { ...seen, dead };
}

describeE2e("a change of assume_policy that is cut off", () => {
  let watched: Watched;

  beforeAll(async () => {
    watched = await startWatched();
  });

  afterAll(() => watched?.stop());

  // Two shards for PMM and one for Teleport. To sharded: three policies made and attached, two inline policies
  // written. Back: two written, two taken from a PMM role of the program's own by what owns it, then three detached
  // and deleted. Between the others: two written.
  test.each([
    [SETTING, EXPLICIT, SHARDED, [8, 10]],
    [SETTING, ORGANIZATION, SHARDED, [8, 10]],
    [SETTING, EXPLICIT, ORGANIZATION, [2, 2]],
    [{ ...SETTING, ownRole: false }, EXPLICIT, SHARDED, [8, 8]],
  ] as const)(
    "at each call in turn, both ways; run again it ends as it should (%#)",
    async (setting, from, to, calls) => {
      const name = `each-${from.mode}-${to.mode}-${setting.ownRole}`;
      const project = await WatchedProject.start(watched, name, setting, from);
      const reached = [0, 0];
      for (let at = 1, open = true; open; at += 1) {
        open = false;
        for (const [way, accounts] of [to, from].entries()) {
          const first = await killed(project, accounts, { when: "before", at });
          expect(first.gaps).toEqual([]);
          if (first.dead) {
            open = true;
            reached[way] = at;
            expect((await project.move(accounts)).gaps).toEqual([]);
            await project.folder.expectEmptyPlan();
          }
        }
      }
      expect(reached).toEqual(calls);
    },
  );

  test.each([
    ["attached", "AttachRolePolicy", EXPLICIT, SHARDED],
    ["emptied the inline policy", "PutRolePolicy", EXPLICIT, SHARDED],
    ["filled the inline policy", "PutRolePolicy", SHARDED, EXPLICIT],
    ["detached", "DetachRolePolicy", SHARDED, EXPLICIT],
    ["deleted a policy", "DeletePolicy", SHARDED, EXPLICIT],
  ] as const)("when AWS has %s and Terraform does not know it (%s)", async (_, at, from, to) => {
    const project = await WatchedProject.start(watched, `unknown-${at}-${to.mode}`, SETTING, from);
    const first = await killed(project, to, { when: "after", at });
    expect(first).toMatchObject({ dead: true, gaps: [] });
    expect((await project.move(to)).gaps).toEqual([]);
    await project.folder.expectEmptyPlan();
  });

  test("when AWS has made a policy and Terraform does not know it: refused, and to be imported", async () => {
    const project = await WatchedProject.start(watched, "unknown-policy", SETTING, EXPLICIT);
    const first = await killed(project, SHARDED, { when: "after", at: "CreatePolicy" });
    expect(first).toMatchObject({ dead: true, gaps: [] });
    const name = first.calls.at(-1)?.replace("CreatePolicy ", "") ?? "";
    const address = `aws_iam_policy.${name.startsWith("pmm") ? "pmm_assume_target_roles" : "teleport_assume_database_roles"}_${name.at(-1)}`;
    const again = await project.move(SHARDED, async (folder) => {
      const refused = await folder.attempt("apply", "-no-color", "-auto-approve");
      expect(refused.stderr).toContain("already exists");
      expect(refused.stderr).toContain(address);
      await folder.run("import", "-no-color", address, `arn:aws:iam::${SOURCE}:policy/${name}`);
      await folder.apply();
    });
    expect(again.gaps).toEqual([]);
    await project.folder.expectEmptyPlan();
  });

  test("when AWS stops answering once something is attached: the plan says tainted, and untaint is the way on", async () => {
    const project = await WatchedProject.start(watched, "tainted", SETTING, EXPLICIT);
    let deaf = false;
    const first = await project.move(
      SHARDED,
      async (folder) => (await folder.attempt("apply", "-no-color", "-auto-approve")).code === 0,
      {
        before: async ({ action }) => {
          deaf ||= action === "AttachRolePolicy";
          return "pass";
        },
        reading: () => (deaf ? "refuse" : "pass"),
      },
    );
    expect(first.gaps).toEqual([]);
    // Terraform would attach, which changes nothing, empty the inline policy, and then detach.
    const replaced = Object.entries(await project.folder.changes()).filter(
      ([, how]) => how === "create delete",
    );
    expect(replaced.map(([address]) => address.replace(/_\d$/, ""))).toContain(
      "aws_iam_role_policy_attachment.pmm_assume_target_roles",
    );
    const again = await project.move(SHARDED, async (folder) => {
      for (const [address] of replaced) await folder.run("untaint", "-no-color", address);
      await folder.apply();
    });
    expect(again.gaps).toEqual([]);
    await project.folder.expectEmptyPlan();
  });

  test.each([
    ["to sharded, and back before it is done", EXPLICIT, SHARDED, EXPLICIT],
    ["to sharded, and on to organization instead", EXPLICIT, SHARDED, ORGANIZATION],
    ["to explicit, and back before it is done", SHARDED, EXPLICIT, SHARDED],
  ] as const)("on the way %s", async (name, from, to, instead) => {
    const project = await WatchedProject.start(watched, name.replaceAll(/\W/g, "-"), SETTING, from);
    expect(await killed(project, to, { when: "before", at: 6 })).toMatchObject({ dead: true, gaps: [] });
    expect((await project.move(instead)).gaps).toEqual([]);
    await project.folder.expectEmptyPlan();
  });
});
