import { cpSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { stripVTControlCharacters } from "node:util";
import { pageBlocks } from "../../readme/pages";
import { AppliedModel, modelOf } from "../harness/applied-model";
import { describeE2e } from "../harness/gate";
import { type Lab, startLab } from "../harness/lab";
import { inventory, makeRole, rolePolicies, secretOf } from "../harness/look";
import { type Ended, run } from "../harness/processes";
import { commandEnvironment } from "../harness/project";
import { ROOT } from "../harness/tools";

/*
 * The commands as README.md and its pages have them, and the cdktf command: in a copy of the project, and in a user's
 * folder where the packed program is installed, without a network, and cdktf-cli by choice.
 */

const marked = (marker: string) => pageBlocks().filter((block) => block.marker === marker);

/** All that the commands need of the project; the packages stay where they are. */
const COPIED = [
  ".swcrc",
  "accounts.schema.json",
  "accounts.yaml",
  "bin",
  "cdktf.json",
  "main.ts",
  "modules",
  "package.json",
  "src",
  "tsconfig.json",
];

type Run = (folder: string, script: string) => Promise<unknown>;

async function copyOfTheProject(folder: string): Promise<void> {
  for (const name of COPIED) cpSync(join(ROOT, name), join(folder, name), { recursive: true });
  symlinkSync(join(ROOT, "node_modules"), join(folder, "node_modules"));
}

async function usersFolder(folder: string, sh: Run): Promise<void> {
  const packed = `${folder}-packed`;
  mkdirSync(packed);
  mkdirSync(folder);
  await sh(ROOT, `npm pack --silent --pack-destination ${packed}`);
  writeFileSync(join(folder, "package.json"), '{ "private": true }\n');
  const [tarball = ""] = readdirSync(packed);
  await sh(folder, `npm install --offline --no-audit --no-fund --save-dev ${join(packed, tarball)}`);
  await sh(folder, "npx pmm-iam init");
  cpSync(join(ROOT, "accounts.yaml"), join(folder, "accounts.yaml"));
  symlinkSync(join(ROOT, "node_modules/.bin/cdktf"), join(folder, "node_modules/.bin/cdktf"));
}

testCommands("in a copy of the project", copyOfTheProject);
testCommands("with the packed program", usersFolder);

function testCommands(where: string, prepare: (folder: string, sh: Run) => Promise<void>): void {
  describeE2e(`the commands ${where}`, () => {
    let lab: Lab;
    let folder: string;
    let env: Record<string, string>;
    let applied: AppliedModel;

    beforeAll(async () => {
      lab = await startLab();
      applied = new AppliedModel(lab);
      folder = join(lab.folder, "project");
      env = {
        ...commandEnvironment(lab),
        // The answer to what cdktf asks before it applies.
        CDKTF_AUTO_APPROVE: "true",
        CI: "true",
        NO_COLOR: "1",
      };
      await prepare(folder, (cwd, script) => sh(script, (text) => attempt(text, cwd)));
      const source = await lab.account("111111111111");
      await makeRole(source, "pmm-ec2-role");
      await makeRole(source, "teleport-db-service");
    });
    afterAll(() => lab?.stop());

    const attempt = (script: string, cwd = folder): Promise<Ended> =>
      run({ command: "sh", args: ["-e", "-c", script], cwd, env }).ended;

    /** Runs a script and returns what it says; fails with that where it fails. */
    async function sh(script: string, run: (script: string) => Promise<Ended> = attempt): Promise<string> {
      const { code, stdout, stderr } = await run(script);
      if (code !== 0) throw new Error(`${script}\nended with ${code}\n${stdout}${stderr}`);
      // cdktf colours what terraform prints, wherever it goes.
      return stripVTControlCharacters(stdout);
    }

    /** Runs a script that applies a stack; fails too unless AWS and the state are then what the model says. */
    const applying = (stack: string, script: string) =>
      sh(script, () => {
        const access = modelOf(join(folder, "accounts.yaml"));
        const stackFolder = lab.terraform(join("project", "cdktf.out", "stacks", stack));
        return applied.around(
          { stack, folder: stackFolder, access },
          () => attempt(script),
          ({ code }) => code === 0,
        );
      });

    const emptyPlan = (stack: string) =>
      sh(`terraform -chdir=cdktf.out/stacks/${stack} plan -no-color -detailed-exitcode`);

    function edit(change: (accounts: string) => string): void {
      const file = join(folder, "accounts.yaml");
      const before = readFileSync(file, "utf8");
      const after = change(before);
      expect(after).not.toBe(before);
      writeFileSync(file, after);
    }

    test("the pages have the commands that are tested here, and no other", () => {
      const known = [/npm run synth\n.*terraform plan/, /npx cdktf deploy /];
      expect(marked("e2e").map(({ text }) => known.findIndex((pattern) => pattern.test(text)))).toEqual([
        0, 1,
      ]);
      expect(marked("e2e: aws")).toHaveLength(1);
      expect(marked("e2e: staging")).toHaveLength(1);
    });

    const [plain = "", deploy = ""] = marked("e2e").map(({ text }) => text);

    test("plain terraform, as docs/plan-and-apply.md has it", async () => {
      expect(await applying("pmm-iam", plain)).toMatch(
        /Apply complete! Resources: \d+ added, 0 changed, 0 destroyed/,
      );
      await emptyPlan("pmm-iam");
      expect(await inventory(lab, ["222222222222"])).toEqual(["222222222222 role AmazonRDSforPMMrole"]);
    });

    test("aws, as docs/keys.md has it", async () => {
      const [block] = marked("e2e: aws");
      const command =
        /^aws secretsmanager get-secret-value --secret-id (\S+) --query SecretString --output text$/;
      const name = command.exec(block?.text.trim() ?? "")?.[1] ?? "";
      expect(await secretOf(await lab.account("111111111111"), name)).toMatchObject({
        account_id: "033333333333",
        generation: 1,
      });
    });

    test("cdktf deploy, as docs/plan-and-apply.md has it", async () => {
      edit((accounts) => accounts.replace('"222222222222"\n', '"222222222222"\n    permissions: minimal\n'));
      const target = await lab.account("222222222222");
      const before = await rolePolicies(target, "AmazonRDSforPMMrole");
      const said = await applying("pmm-iam", deploy);
      expect(said).toMatch(/0 added, 1 changed, 0 destroyed/);
      const after = await rolePolicies(target, "AmazonRDSforPMMrole");
      expect(Object.keys(after)).toEqual(Object.keys(before));
      expect(after).not.toEqual(before);
      await emptyPlan("pmm-iam");
    });

    test("cdktf diff and cdktf deploy of a group", async () => {
      const said = await sh("npx cdktf diff pmm-iam-payments --skip-provider-lock");
      expect(said).toMatch(/Plan: \d+ to add, 0 to change, 0 to destroy/);
      expect(await inventory(lab, ["444444444444"])).toEqual([]);

      await applying(
        "pmm-iam-payments",
        "npx cdktf deploy pmm-iam-payments --auto-approve --skip-provider-lock",
      );
      await emptyPlan("pmm-iam-payments");
      expect(await inventory(lab, ["444444444444"])).toEqual([
        "444444444444 instance-profile CloudWatchAgentServerRole",
        "444444444444 policy CloudWatchAgentServerPolicy",
        "444444444444 role AmazonRDSforPMMrole",
        "444444444444 role CloudWatchAgentServerRole",
        "444444444444 role site24x7-monitoring",
        "444444444444 user CloudWatchAgentServerUser",
      ]);
    });

    test("a second deployment, as docs/plan-and-apply.md has it", async () => {
      const source = 'source: {account_id: "111111111111", pmm_ec2_role_name: pmm-ec2-role}';
      const account =
        'accounts: [{name: orders-staging, account_id: "666666666666", admin_role_name: Admin}]';
      writeFileSync(join(folder, "staging.yaml"), `name: staging\n${source}\n${account}\n`);
      const said = await sh(marked("e2e: staging")[0]?.text ?? "");
      expect(said).toContain("in staging.out/stacks:\n  staging  1 account");
      await sh("cd staging.out/stacks/staging && terraform init && terraform apply -auto-approve");
      expect(Object.keys(await rolePolicies(await lab.account("111111111111"), "pmm-ec2-role"))).toEqual([
        "CloudWatchAgentServerPolicy",
        "pmm-assume-rds-monitoring-roles",
        "pmm-assume-rds-monitoring-roles-staging",
      ]);
      await emptyPlan("pmm-iam");
    });

    test("state is beside accounts.yaml, where docs/plan-and-apply.md says it is", async () => {
      for (const stack of ["pmm-iam", "pmm-iam-payments", "staging"]) {
        const state = JSON.parse(readFileSync(join(folder, `terraform.${stack}.tfstate`), "utf8"));
        expect(state.resources.length).toBeGreaterThan(3);
      }
    });
  });
}
