import { mkdirSync, writeFileSync } from "node:fs";
import { availableParallelism, loadavg } from "node:os";
import { join } from "node:path";
import { CreateSecretCommand } from "@aws-sdk/client-secrets-manager";
import { describeE2e } from "../harness/gate";
import { type Lab, startLab } from "../harness/lab";
import { run } from "../harness/processes";
import { commandEnvironment } from "../harness/project";
import { ROOT } from "../harness/tools";
import { makeDatabase, SOURCE } from "./estate";

const ACCOUNTS = 200;
const REGIONS = ["us-east-1", "eu-west-1", "ap-south-1"];
/** On a machine that does nothing else. Most of it is the local AWS, which answers one call after the other. */
const SECONDS = 60;

const name = (index: number) => `account-${String(index).padStart(3, "0")}`;
const id = (index: number) => String(200_000_000_000 + index);

/*
 * Many accounts: 200 keys and 200 roles, in three regions each, which are some 4,000 calls. The local AWS takes a key that
 * it does not know for one of the source account, where the databases are.
 */
describeE2e("verify of many accounts", () => {
  let lab: Lab;
  beforeAll(async () => {
    lab = await startLab();
    const secrets = (await lab.account(SOURCE)).secrets("us-east-1");
    for (let index = 0; index < ACCOUNTS; index += 1) {
      const key = {
        access_key_id: `AKIA${String(index).padStart(16, "0")}`,
        secret_access_key: "made-up-secret-access-key-of-forty-letters",
        account_id: id(index),
        generation: 1,
      };
      const SecretString = JSON.stringify(key);
      await secrets.send(new CreateSecretCommand({ Name: `pmm/aurora/${name(index)}`, SecretString }));
    }
    for (const region of REGIONS) await makeDatabase(lab, SOURCE, region, `db-${region}`);
    mkdirSync(join(lab.folder, "many"));
    const entries = Array.from(
      { length: ACCOUNTS },
      (_, index) => `  - {name: ${name(index)}, account_id: "${id(index)}", aurora: true}\n`,
    );
    writeFileSync(
      join(lab.folder, "many", "accounts.yaml"),
      `source: {account_id: "${SOURCE}", pmm_ec2_role_name: pmm-ec2-role, assume_policy: sharded}
defaults: {admin_role_name: Admin}
secrets: {readers: [pmm_ec2_role]}
accounts:
${entries.join("")}`,
    );
  });
  afterAll(() => lab?.stop());

  test(`${ACCOUNTS} accounts in ${REGIONS.length} regions under ${SECONDS} s`, async () => {
    const startedAt = Date.now();
    const { code, stdout } = await run({
      command: process.execPath,
      args: [join(ROOT, "bin", "pmm-iam.js"), "verify", "--region", ...REGIONS],
      cwd: join(lab.folder, "many"),
      env: { ...commandEnvironment(lab), ACCOUNTS_FILE: "accounts.yaml" },
    }).ended;
    const seconds = (Date.now() - startedAt) / 1000;
    process.stderr.write(`verify of ${ACCOUNTS} accounts: ${seconds.toFixed(1)} s\n`);
    expect({ code, stdout }).toEqual({ code: 0, stdout: `${ACCOUNTS} of ${ACCOUNTS} accounts pass\n` });
    // Where others use the processors too, it has its share of them.
    expect(seconds).toBeLessThan(SECONDS * Math.max(1, (loadavg()[0] ?? 1) / availableParallelism()));
  });
});
