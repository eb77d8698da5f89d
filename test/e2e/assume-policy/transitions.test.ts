import { describeE2e } from "../harness/gate";
import { type Accounts, SOURCE, startWatched, TOOLS, type Watched, WatchedProject } from "./watched-project";

/*
 * assume_policy moves from mode to mode, and after every single call that changes IAM each target that is in
 * both the old file and the new one is in a policy of the role that assumes it.
 */

describeE2e("a change of assume_policy", () => {
  let watched: Watched;

  beforeAll(async () => {
    watched = await startWatched();
  });

  afterAll(() => watched?.stop());

  describe("the watch sees a gap where there is one", () => {
    const setting = { ownRole: false, teleportIn: SOURCE, format: "json" } as const;
    const explicit: Accounts = { mode: "explicit", accounts: [0, 1], databases: [0] };

    test("attachments that are not create_before_destroy go before the inline policy is full", async () => {
      const project = await WatchedProject.start(
        watched,
        "gap",
        setting,
        { ...explicit, mode: "sharded" },
        (text) => text.replaceAll('"create_before_destroy": true', '"create_before_destroy": false'),
      );
      const { gaps } = await project.move(explicit);
      expect(gaps.filter((gap) => gap.startsWith("after DetachRolePolicy"))).not.toEqual([]);
    });
  });

  describe.each([
    [
      "a PMM EC2 role that exists, Teleport in an account of its own, JSON",
      { ownRole: false, teleportIn: TOOLS, format: "json" },
    ],
    [
      "a PMM EC2 role of the program's, Teleport beside it, HCL",
      { ownRole: true, teleportIn: SOURCE, format: "hcl" },
    ],
  ] as const)("%s", (name, setting) => {
    /** Each way between two modes once, with accounts that come and go in the same change. */
    const STEPS: readonly Accounts[] = [
      { mode: "explicit", accounts: [0, 1, 2], databases: [0, 1] },
      { mode: "sharded", accounts: [0, 1, 3, 8], databases: [0, 1, 3] },
      // Shard 3 is emptied and shard 5 is new, while the inline policy stays as it is.
      { mode: "sharded", accounts: [0, 1, 5, 8], databases: [0, 1, 5] },
      { mode: "explicit", accounts: [0, 1, 5, 9], databases: [0, 5] },
      { mode: "organization", accounts: [0, 1, 5, 9], databases: [0, 5] },
      { mode: "sharded", accounts: [0, 1, 5, 6], databases: [0, 5, 6] },
      { mode: "organization", accounts: [0, 1, 5], databases: [0, 5] },
      { mode: "explicit", accounts: [0, 1, 5], databases: [0, 5] },
    ];

    test("every change of mode, from a saved plan", async () => {
      const [first, ...others] = STEPS as [Accounts, ...Accounts[]];
      const project = await WatchedProject.start(watched, name.replaceAll(/\W/g, "-"), setting, first);
      for (const step of others) {
        const { calls, gaps } = await project.move(step, async (folder) => {
          await folder.run("plan", "-no-color", "-out=plan");
          await folder.run("apply", "-no-color", "plan");
        });
        expect(gaps).toEqual([]);
        expect(calls.length).toBeGreaterThanOrEqual(2);
      }
      await project.folder.expectEmptyPlan();
    });
  });
});
