import { CreateAccessKeyCommand, DeleteAccessKeyCommand } from "@aws-sdk/client-iam";
import { describeE2e } from "../harness/gate";
import { type Lab, startLab } from "../harness/lab";
import { inventory } from "../harness/look";
import type { Folder } from "../harness/terraform";
import { FaultProxy } from "./proxy";
import { Eyes, held, stackOf, type Wanted, want, warnings } from "./stack";

/*
 * What must not be asked for while an apply is unfinished, and what must not be warned of once it is not.
 */

const USER = "PMMAWSIntegrationUser";

describeE2e("an unfinished rotation", () => {
  let proxy: FaultProxy;
  let lab: Lab;
  let eyes: Eyes;
  beforeAll(async () => {
    proxy = await FaultProxy.start();
    lab = await startLab({ url: (aws) => proxy.standBefore(aws), env: { AWS_MAX_ATTEMPTS: "1" } });
    eyes = new Eyes(lab);
  });
  afterAll(async () => {
    await lab?.stop();
    proxy?.stop();
  });

  async function at(account: string, ...steps: Wanted[]): Promise<Folder> {
    const folder = await stackOf(lab, account, [{ account, retries: false }]);
    for (const step of steps) await apply(folder, step);
    return folder;
  }

  async function apply(folder: Folder, wanted: Wanted): Promise<void> {
    want(folder, wanted);
    expect(await folder.apply()).not.toMatch(/Warning:/);
  }

  /** An apply in which AWS refuses one call. */
  async function fail(folder: Folder, account: string, wanted: Wanted, action: string): Promise<void> {
    want(folder, wanted);
    proxy.arm(account, { action, turn: 1, kind: "throttled" });
    expect((await folder.attempt("apply", "-no-color", "-auto-approve")).code).toBe(1);
    expect(proxy.struck(account)).toBe(true);
    proxy.arm(account);
  }

  async function refusal(folder: Folder, wanted: Wanted): Promise<string> {
    want(folder, wanted);
    const { code, stderr } = await folder.attempt("plan", "-no-color");
    expect(code).toBe(1);
    return stderr.replace(/\s+/g, " ");
  }

  async function statuses(account: string): Promise<Record<string, string>> {
    return Object.fromEntries((await eyes.see(account)).keys.map(({ id, status }) => [id, status]));
  }

  test("whose key was not made is finished before the next, and before the key in use is touched", async () => {
    const account = "600000000001";
    const folder = await at(account, { generation: 1, previous: "active" });
    const first = (await eyes.see(account)).current?.access_key_id ?? "";
    await fail(folder, account, { generation: 2, previous: "active" }, "CreateAccessKey");

    // Both slots would be made anew: the user's tag says 2 already.
    expect(await refusal(folder, { generation: 3, previous: "active" })).toContain(
      "key_generation is raised to 3 for the user PMMAWSIntegrationUser in account 600000000001, but the key of generation 2 is not there: its apply was cut off, or it was deleted by hand. Both keys would be replaced, and the key in use would stop working. Set key_generation to 2 and apply; then raise it.",
    );
    for (const previous of ["inactive", "deleted"] as const) {
      expect(await refusal(folder, { generation: 2, previous })).toContain(
        `previous_key is "${previous}" for the user PMMAWSIntegrationUser in account 600000000001, but the key of generation 2 is not there: its apply was cut off, or it was deleted by hand. No key that anyone has would work any more. Set previous_key to "active" and apply; change it once the consumers have moved.`,
      );
    }
    expect(await statuses(account)).toEqual({ [first]: "Active" });

    await apply(folder, { generation: 2, previous: "active" });
    const second = (await eyes.see(account)).current?.access_key_id ?? "";
    expect(await statuses(account)).toEqual({ [first]: "Active", [second]: "Active" });
    await apply(folder, { generation: 3, previous: "active" });
    await folder.expectEmptyPlan();
  });

  test("whose old key was not deleted does not pass that key off as the new one", async () => {
    const account = "600000000002";
    const folder = await at(
      account,
      { generation: 1, previous: "active" },
      { generation: 2, previous: "active" },
    );
    const old = held(folder, account).keys["odd"]?.id;
    await fail(folder, account, { generation: 3, previous: "active" }, "DeleteAccessKey");
    expect(await refusal(folder, { generation: 4, previous: "active" })).toContain(
      "key_generation is 4, but the user PMMAWSIntegrationUser in account 600000000002 is at generation 2",
    );
    await apply(folder, { generation: 3, previous: "active" });
    const { current } = await eyes.see(account);
    expect(current?.generation).toBe(3);
    expect(current?.access_key_id).not.toBe(old);
    await folder.expectEmptyPlan();
  });

  test("goes with everything else when the user is destroyed, lost key and all", async () => {
    const account = "600000000003";
    const folder = await at(account, { generation: 1, previous: "active" });
    want(folder, { generation: 2, previous: "active" });
    proxy.arm(account, { action: "CreateAccessKey", turn: 1, kind: "answer lost" });
    expect((await folder.attempt("apply", "-no-color", "-auto-approve")).code).toBe(1);
    proxy.arm(account);
    expect(Object.keys(await statuses(account))).toHaveLength(2);
    await folder.destroy();
    expect(await inventory(lab, [account])).toEqual([]);
    expect((await eyes.see(account)).secret).toBeUndefined();
  });

  test("is not what a newest key deleted by hand is: it is made anew, whatever the key before it is", async () => {
    const account = "600000000004";
    const folder = await at(
      account,
      { generation: 1, previous: "active" },
      { generation: 2, previous: "active" },
      { generation: 2, previous: "inactive" },
    );
    const { iam } = await lab.account(account);
    for (const previous of ["inactive", "deleted"] as const) {
      await apply(folder, { generation: 2, previous });
      const gone = (await eyes.see(account)).current?.access_key_id ?? "";
      await iam.send(new DeleteAccessKeyCommand({ UserName: USER, AccessKeyId: gone }));
      await apply(folder, { generation: 2, previous });
      const { keys, current } = await eyes.see(account);
      expect(current?.access_key_id).not.toBe(gone);
      expect(keys).toContainEqual({ id: current?.access_key_id, status: "Active" });
      await folder.expectEmptyPlan();
    }
  });

  test("no plan of a finished one warns, whatever the first generation was and the key before is", async () => {
    const account = "600000000005";
    const folder = await at(
      account,
      { generation: 6, previous: "active" },
      { generation: 7, previous: "active" },
      { generation: 7, previous: "deleted" },
      { generation: 8, previous: "active" },
      { generation: 8, previous: "inactive" },
      { generation: 9, previous: "active" },
      { generation: 9, previous: "deleted" },
      { generation: 9, previous: "active" },
    );
    await folder.expectEmptyPlan();

    // A key that came back is not the one that stood beside the newest when that was made.
    const [back] = (await eyes.see(account)).keys.filter(
      ({ id }) => id === held(folder, account).keys["even"]?.id,
    );
    want(folder, { generation: 10, previous: "active" });
    const [message] = (await warnings(folder)).get(account) ?? [];
    expect(message).toContain(`--access-key-id ${back?.id}`);
    expect(message).toContain(
      "If this very plan replaces or destroys an aws_iam_access_key.slot, it may be that key, and nothing is to be done.",
    );
    await folder.apply();
    await folder.expectEmptyPlan();
    expect(Object.keys(await statuses(account))).not.toContain(back?.id);
  });

  test("a key made by hand is named in every plan, and nothing else is", async () => {
    const account = "600000000006";
    const folder = await at(account, { generation: 1, previous: "active" });
    const { iam } = await lab.account(account);
    const made = await iam.send(new CreateAccessKeyCommand({ UserName: USER }));
    const id = made.AccessKey?.AccessKeyId;
    const command = `aws iam delete-access-key --user-name ${USER} --access-key-id ${id}`;
    for (const generation of [1, 2]) {
      want(folder, { generation, previous: "active" });
      const messages = (await warnings(folder)).get(account) ?? [];
      expect(messages).toHaveLength(1);
      expect(messages[0]?.match(/aws iam delete-access-key .*/g)).toEqual([command]);
    }
    // The room that a deleted key left.
    await eyes.deleteKey(account, command);
    await apply(folder, { generation: 2, previous: "active" });
    await apply(folder, { generation: 2, previous: "deleted" });
    const again = await iam.send(new CreateAccessKeyCommand({ UserName: USER }));
    want(folder, { generation: 3, previous: "active" });
    const [message] = (await warnings(folder)).get(account) ?? [];
    expect(message).toContain(`--access-key-id ${again.AccessKey?.AccessKeyId}`);
  });
});
