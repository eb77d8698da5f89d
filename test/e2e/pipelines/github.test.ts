import { join } from "node:path";
import { describeE2e } from "../harness/gate";
import { rolePolicies } from "../harness/look";
import { Estate, filesWith } from "./estate";
import { Forge } from "./forge";
import { GitHub } from "./github";
import { type Event, GitHubRunner, type JobEnd } from "./github-runner";
import { accountsFile, Repository } from "./repository";
import { WORKFLOWS } from "./workflow";

/** The workflows of examples/pipelines/github, each shell text as it is written, against the local AWS. */

const PLAN_ROLE = "arn:aws:iam::111111111111:role/pmm-iam-plan";
const APPLY_ROLE = "arn:aws:iam::111111111111:role/pmm-iam-pipeline";
const VARS = { PMM_IAM_PLAN_ROLE_ARN: PLAN_ROLE, PMM_IAM_APPLY_ROLE_ARN: APPLY_ROLE };

const ORDERS = { role: "AmazonRDSforPMMrole", policy: "pmm-cloudwatch-rds-access" };

describeE2e("the workflows of GitHub Actions", () => {
  let estate: Estate;
  let forge: Forge;
  let repository: Repository;
  let runner: GitHubRunner;
  let withoutVariables: GitHubRunner;
  const github = new GitHub();

  beforeAll(async () => {
    estate = await Estate.start();
    const { lab, bin } = estate;
    forge = await Forge.start(bin, "gh", github.answer);
    repository = new Repository(lab.folder, accountsFile());
    const setting = {
      origin: repository.origin,
      folder: join(lab.folder, "runs"),
      env: estate.env(),
      credentials: { AWS_ACCESS_KEY_ID: "test", AWS_SECRET_ACCESS_KEY: "test" },
    };
    runner = new GitHubRunner({ ...setting, vars: VARS });
    withoutVariables = new GitHubRunner({ ...setting, folder: join(lab.folder, "unset"), vars: {} });
  });

  afterAll(async () => {
    forge?.stop();
    await estate?.stop();
  });

  const results = (ends: readonly JobEnd[]) =>
    Object.fromEntries(ends.map(({ name, result }) => [name, result]));
  const logOf = (ends: readonly JobEnd[], name: string) => {
    const end = ends.find((one) => one.name === name);
    return `${end?.log}${end?.summary}`;
  };

  /** The apply of what is on main now; where it succeeds, it is what was applied last. */
  async function apply(sha: string): Promise<JobEnd[]> {
    github.head = sha;
    const ends = await runner.run("apply", { name: "push", sha, payload: {} });
    if (ends.every(({ result }) => result !== "failure")) github.applied.push(sha);
    return ends;
  }

  function pullRequest(
    change: Readonly<Record<string, string>>,
    {
      labels = [],
      from = "acme/access",
    }: { readonly labels?: readonly string[]; readonly from?: string } = {},
  ): Event {
    const { merge } = repository.proposed(change);
    const pull_request = {
      head: { repo: { full_name: from } },
      labels: labels.map((name) => ({ name })),
    };
    return {
      name: "pull_request",
      sha: merge,
      baseRef: "main",
      payload: { number: 7, pull_request },
    };
  }

  const comments = () => github.comments.get(7) ?? [];
  const merged = (change: Readonly<Record<string, string>>) => repository.merged(change);

  test("the first push applies every stack, with the role that writes", async () => {
    const ends = await apply(merged({}));
    expect(results(ends)).toEqual({
      affected: "success",
      "apply pmm-iam": "success",
      "apply pmm-iam-payments": "success",
    });
    expect(ends.map(({ role }) => role)).toEqual([undefined, APPLY_ROLE, APPLY_ROLE]);
    expect(estate.assumed()).toEqual(["pmm-iam-deployer"]);
    expect(Object.keys(await rolePolicies(await estate.lab.account("222222222222"), ORDERS.role))).toEqual([
      ORDERS.policy,
    ]);
    expect(logOf(ends, "apply pmm-iam")).toMatch(/Apply complete! Resources: \d+ added/);
    expect(logOf(ends, "apply pmm-iam")).toContain("### Plans");
  });

  test("drift: none; then a stack in which somebody changed something", async () => {
    const night: Event = { name: "schedule", sha: github.head, payload: {} };
    expect(results(await runner.run("drift", night))).toEqual({
      stacks: "success",
      "drift pmm-iam": "success",
      "drift pmm-iam-payments": "success",
    });
    expect(estate.assumed()).toEqual(["pmm-iam-reader"]);

    await estate.byHand("444444444444", "adds");
    const ends = await runner.run("drift", night);
    expect(results(ends)).toEqual({
      stacks: "success",
      "drift pmm-iam": "failure",
      "drift pmm-iam-payments": "success",
    });
    expect(logOf(ends, "drift pmm-iam")).toContain("::error title=Drift in pmm-iam::");
    await estate.byHand("444444444444", "removes");
  });

  const MINIMAL = { "accounts.yaml": accountsFile({ orders: "minimal" }) };

  test("a pull request that changes one account: one plan that reads, one comment, which is updated", async () => {
    const ends = await runner.run("pull-request", pullRequest(MINIMAL));
    expect(results(ends)).toEqual({ check: "success", "plan pmm-iam": "success", verdict: "success" });
    expect(ends.map(({ role }) => role)).toEqual([undefined, PLAN_ROLE, undefined]);
    expect(estate.assumed()).toEqual(["pmm-iam-reader"]);
    expect(logOf(ends, "check")).toContain("narrowed");
    expect(comments()).toHaveLength(1);
    const [{ id, body } = { id: 0, body: "" }] = comments();
    expect(body).toMatch(/^<!-- pmm-iam -->\n\*\*Less access\.\*\* /);
    expect(body).toContain("### Plans\n\n- `pmm-iam`: 0 to add, 1 to change, 0 to destroy\n\n### Access\n");

    github.comments.set(7, [{ id: 1, login: "reviewer", body: "<!-- pmm-iam -->" }, ...comments()]);
    const same = await runner.run("pull-request", pullRequest({ "README.md": "Nothing of ours.\n" }));
    // An empty matrix.
    expect(results(same)).toEqual({ check: "success", plan: "skipped", verdict: "success" });
    expect(comments().map((comment) => comment.id)).toEqual([1, id]);
    expect(comments()[0]?.body).toBe("<!-- pmm-iam -->");
    expect(comments()[1]?.body).toMatch(/^<!-- pmm-iam -->\n\*\*No change of access\.\*\* /);
    expect(comments()[1]?.body).not.toContain("### Plans");
  });

  test("a fork: checked, and nothing with credentials or a token that writes", async () => {
    const posted = github.changes.length;
    estate.assumed();
    const ends = await runner.run("pull-request", pullRequest(MINIMAL, { from: "mallory/access" }));
    expect(results(ends)).toEqual({ check: "success", plan: "skipped", verdict: "skipped" });
    expect(estate.assumed()).toEqual([]);
    expect(github.changes).toHaveLength(posted);
  });

  test("a change that check refuses is refused in the comment too, and passes with the reviewers' label", async () => {
    const skipped = { "accounts.yaml": accountsFile({ generation: 3 }) };
    const ends = await runner.run("pull-request", pullRequest(skipped));
    expect(results(ends)).toEqual({ check: "failure", plan: "skipped", verdict: "failure" });
    expect(logOf(ends, "check")).toMatch(/^::error file=accounts\.yaml/m);
    expect(comments()[1]?.body).toMatch(/^<!-- pmm-iam -->\n\*\*Refused: the change has errors\.\*\*/);

    const labels = ["ready", "allow:key-generation"];
    const allowed = await runner.run("pull-request", pullRequest(skipped, { labels }));
    expect(results(allowed)).toMatchObject({ check: "success" });
    expect(comments()[1]?.body).not.toContain("**Refused: the change has errors.**");
  });

  test("a plan that the change does not explain is refused, unless the reviewers let it pass", async () => {
    await estate.byHand("444444444444", "adds");
    const ends = await runner.run("pull-request", pullRequest(MINIMAL));
    expect(results(ends)).toEqual({ check: "success", "plan pmm-iam": "failure", verdict: "failure" });
    expect(comments()[1]?.body).toMatch(/^<!-- pmm-iam -->\n\*\*Refused: a plan does what/);
    expect(comments()[1]?.body).toContain("[`plan-drift`]");

    const labels = ["allow:plan-drift"];
    const allowed = await runner.run("pull-request", pullRequest(MINIMAL, { labels }));
    expect(results(allowed)).toEqual({ check: "success", "plan pmm-iam": "success", verdict: "success" });
    await estate.byHand("444444444444", "removes");
  });

  test("a merge applies the stacks that differ from what was applied last, and a drift stops it", async () => {
    await estate.byHand("444444444444", "adds");
    const refused = await apply(merged(MINIMAL));
    expect(results(refused)).toEqual({ affected: "success", "apply pmm-iam": "failure" });
    expect(logOf(refused, "apply pmm-iam")).not.toContain("Apply complete!");
    expect(logOf(refused, "apply pmm-iam")).toContain("plan-drift");

    // What was not applied is applied with the next merge. Its reviewers saw the drift.
    const next = merged({ "README.md": "Something else.\n" });
    github.labels.set(next, ["allow:plan-drift", "ready"]);
    const ends = await apply(next);
    expect(results(ends)).toEqual({ affected: "success", "apply pmm-iam": "success" });
    const account = await estate.lab.account("222222222222");
    expect(Object.keys(await rolePolicies(account, ORDERS.role))).toEqual([ORDERS.policy]);
    expect((await rolePolicies(account, ORDERS.role))[ORDERS.policy]).not.toContain("logs:GetLogEvents");
  });

  test("a merge that changes nothing of ours applies nothing", async () => {
    const ends = await apply(merged({ "README.md": "Something else again.\n" }));
    expect(results(ends)).toEqual({ affected: "success", apply: "skipped" });
  });

  test("a run that is not the newest applies nothing", async () => {
    estate.assumed();
    const older = merged({ "accounts.yaml": accountsFile() });
    github.head = merged({ "README.md": "Newer.\n" });
    const ends = await runner.run("apply", { name: "push", sha: older, payload: {} });
    expect(results(ends)).toEqual({ affected: "success", "apply pmm-iam": "failure" });
    expect(logOf(ends, "apply pmm-iam")).toContain(`::error::main is at ${github.head} now.`);
    expect(estate.assumed()).toEqual([]);
    expect(results(await apply(github.head))).toEqual({ affected: "success", "apply pmm-iam": "success" });
  });

  test("keys: none is due; then one is, as a pull request that is not made twice", async () => {
    const week: Event = { name: "schedule", sha: github.head, payload: {} };
    const none = await runner.run("keys", week);
    expect(results(none)).toEqual({ due: "success" });
    expect(logOf(none, "due")).toContain("No key is due.");
    expect(github.pulls).toEqual([]);

    await estate.changeState("pmm-iam-payments", (text) =>
      text.replaceAll(/"create_date": *"\d{4}/g, '"create_date": "2020'),
    );
    const due = await runner.run("keys", week);
    expect(results(due)).toEqual({ due: "success" });
    expect(github.pulls).toEqual([
      { number: 40, head: "pmm-iam/keys-due", title: "Rotate the keys that are due" },
    ]);
    expect(repository.text("pmm-iam/keys-due", "accounts.yaml")).toBe(accountsFile({ generation: 2 }));
    expect(results(await runner.run("keys", week))).toEqual({ due: "success" });
    expect(github.pulls).toHaveLength(1);
  });

  test("a variable that is missing is named", async () => {
    const sha = repository.merged({ "accounts.yaml": accountsFile({ orders: "minimal" }) });
    github.head = sha;
    const plan = await withoutVariables.run(
      "pull-request",
      pullRequest({ "accounts.yaml": accountsFile({ generation: 2 }) }),
    );
    expect(logOf(plan, "plan pmm-iam-payments")).toContain("variable PMM_IAM_PLAN_ROLE_ARN is missing");
    expect(results(plan)).toMatchObject({ "plan pmm-iam-payments": "failure", verdict: "failure" });
    expect(comments()[1]?.body).toContain("- `pmm-iam-payments`: no plan; its job says why");
    const ends = await withoutVariables.run("apply", { name: "push", sha, payload: {} });
    expect(results(ends)).toMatchObject({ affected: "success", "apply pmm-iam": "failure" });
    expect(logOf(ends, "apply pmm-iam")).toContain("variable PMM_IAM_APPLY_ROLE_ARN is missing");
  });

  test("no key is in what a job left, uploaded, printed or posted", async () => {
    const { secret_access_key = "", access_key_id = "" } = await estate.key();
    expect(secret_access_key).toMatch(/^[A-Za-z0-9+/]{40}$/);
    expect(await estate.state("pmm-iam-payments")).toContain(secret_access_key);
    for (const folder of ["runs", "unset"])
      expect(filesWith(join(estate.lab.folder, folder), [secret_access_key, access_key_id])).toEqual([]);
    for (const { body } of comments()) expect(body).not.toContain(access_key_id);
  });

  test("every shell text of the workflows was run", () => {
    expect(runner.unrun(WORKFLOWS)).toEqual([]);
  });
});
