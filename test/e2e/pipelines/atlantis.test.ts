import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { z } from "zod";
import { describeE2e } from "../harness/gate";
import { type Ended, run } from "../harness/processes";
import { enginePath, ROOT } from "../harness/tools";
import { Estate } from "./estate";
import { git } from "./forge";
import { accountsFile, Repository } from "./repository";

/** The files of examples/pipelines/atlantis, run as Atlantis runs them, against the local AWS. */

const FOLDER = join(ROOT, "examples", "pipelines", "atlantis");
const textOf = (path: string) => readFileSync(join(FOLDER, path), "utf8");

const shell = z.strictObject({ run: z.string() });
const server = z
  .strictObject({
    repos: z.tuple([
      z.strictObject({
        id: z.string(),
        apply_requirements: z.array(z.enum(["approved", "mergeable", "undiverged"])),
        allowed_overrides: z.tuple([z.literal("workflow")]),
        pre_workflow_hooks: z.tuple([shell.extend({ description: z.string() })]),
      }),
    ]),
    workflows: z.strictObject({
      "pmm-iam": z.strictObject({
        plan: z.strictObject({ steps: z.array(z.union([z.enum(["plan", "show"]), shell])) }),
        apply: z.strictObject({ steps: z.tuple([z.literal("apply")]) }),
      }),
    }),
  })
  .parse(parse(textOf(".atlantis/repos.yaml")));

const repo = z.strictObject({
  version: z.literal(3),
  automerge: z.literal(false),
  parallel_plan: z.boolean(),
  parallel_apply: z.boolean(),
  autodiscover: z.strictObject({ mode: z.literal("disabled") }),
  projects: z.array(
    z.strictObject({
      name: z.string(),
      dir: z.string(),
      workflow: z.literal("pmm-iam"),
      autoplan: z.strictObject({ when_modified: z.array(z.string()) }),
    }),
  ),
});

describeE2e("the configuration of Atlantis", () => {
  let estate: Estate;
  let repository: Repository;
  let count = 0;

  beforeAll(async () => {
    estate = await Estate.start();
    const files = ["atlantis.yaml", ".atlantis/projects.sh", ".atlantis/repos.yaml"];
    const copied = Object.fromEntries(files.map((path) => [path, textOf(path)]));
    repository = new Repository(estate.lab.folder, undefined, copied);
  });

  afterAll(() => estate?.stop());

  async function shellIn(folder: string, text: string, more: Readonly<Record<string, string>> = {}) {
    const credentials = { AWS_ACCESS_KEY_ID: "test", AWS_SECRET_ACCESS_KEY: "test" };
    return run({
      command: "sh",
      args: ["-c", text],
      cwd: folder,
      env: { ...estate.env(), ...credentials, BASE_BRANCH_NAME: "main", ...more },
    }).ended;
  }

  const succeeded = (ended: Ended): Ended => {
    expect(ended).toMatchObject({ code: 0 });
    return ended;
  };

  /** A pull request's checkout, as Atlantis merges it, after the hook. */
  async function hooked(change: Readonly<Record<string, string>>): Promise<string> {
    const { merge } = repository.proposed(change);
    count += 1;
    const checkout = join(estate.lab.folder, `checkout-${count}`);
    git(estate.lab.folder, "clone", "--quiet", repository.origin, checkout);
    git(checkout, "fetch", "--quiet", "origin", merge);
    git(checkout, "checkout", "--quiet", "--detach", merge);
    const [{ pre_workflow_hooks }] = server.repos;
    // A plan, then an apply.
    for (let command = 0; command < 2; command += 1)
      succeeded(await shellIn(checkout, pre_workflow_hooks[0].run));
    return checkout;
  }

  const projectsOf = (checkout: string) =>
    repo.parse(parse(readFileSync(join(checkout, "atlantis.yaml"), "utf8"))).projects;

  /** What Atlantis does at `plan`; its own steps as it has them. */
  async function planned(checkout: string, { name, dir }: { readonly name: string; readonly dir: string }) {
    const folder = join(checkout, dir);
    const variables = {
      PROJECT_NAME: name,
      PLANFILE: join(folder, `${name}-default.tfplan`),
      SHOWFILE: join(folder, `${name}-default.json`),
    };
    const terraform = enginePath();
    for (const step of server.workflows["pmm-iam"].plan.steps) {
      if (step === "plan") {
        succeeded(
          await shellIn(folder, `"${terraform}" plan -input=false -refresh -out "$PLANFILE"`, variables),
        );
      } else if (step === "show") {
        const shown = await shellIn(folder, `"${terraform}" show -json "$PLANFILE"`, variables);
        writeFileSync(variables.SHOWFILE, succeeded(shown).stdout);
      } else {
        const ended = await shellIn(folder, step.run, variables);
        if (ended.code !== 0) return { ...ended, ...variables };
        if (ended.stdout.includes("**")) return { ...ended, ...variables };
      }
    }
    throw new Error("no verdict");
  }

  test("the first pull request: a project for each stack, planned, judged and applied", async () => {
    const checkout = await hooked({ "accounts.yaml": accountsFile() });
    const projects = projectsOf(checkout);
    expect(projects.map(({ name, dir }) => [name, dir])).toEqual([
      ["pmm-iam", "cdktf.out/stacks/pmm-iam"],
      ["pmm-iam-payments", "cdktf.out/stacks/pmm-iam-payments"],
    ]);
    for (const project of projects) {
      const { code, stdout, PLANFILE, SHOWFILE } = await planned(checkout, project);
      expect([code, stdout]).toEqual([0, expect.stringContaining("### Plans")]);
      expect(existsSync(SHOWFILE)).toBe(false);
      const apply = `"${enginePath()}" apply -input=false "${PLANFILE}"`;
      expect(succeeded(await shellIn(join(checkout, project.dir), apply)).stdout).toContain(
        "Apply complete!",
      );
    }
    repository.merged({ "accounts.yaml": accountsFile() });
  });

  test("a pull request that changes one account: one project; where the plan is refused, none to apply", async () => {
    const checkout = await hooked({ "accounts.yaml": accountsFile({ orders: "minimal" }) });
    const projects = projectsOf(checkout);
    expect(projects.map(({ name }) => name)).toEqual(["pmm-iam"]);
    await estate.byHand("444444444444", "adds");
    const [project = { name: "", dir: "" }] = projects;
    const { code, stdout, PLANFILE, SHOWFILE } = await planned(checkout, project);
    expect([code, stdout]).toEqual([1, expect.stringContaining("[`plan-drift`]")]);
    expect([existsSync(PLANFILE), existsSync(SHOWFILE)]).toEqual([false, false]);
  });

  test("a pull request that changes nothing of ours: no project", async () => {
    expect(projectsOf(await hooked({ "README.md": "Nothing of ours.\n" }))).toEqual([]);
  });
});
