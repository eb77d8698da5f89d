import { mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describeE2e } from "../harness/gate";
import { enginePath } from "../harness/tools";
import { Estate, filesWith } from "./estate";
import { Forge, git, script } from "./forge";
import { GitLab } from "./gitlab";
import { GITLAB, GitLabRunner, type JobEnd, type Start, scriptsOf } from "./gitlab-runner";
import { accountsFile, Repository } from "./repository";

/** The pipelines of examples/pipelines/gitlab, each shell text as it is written, against the local AWS. */

const VARIABLES = {
  PMM_IAM_PLAN_ROLE_ARN: "arn:aws:iam::111111111111:role/pmm-iam-plan",
  PMM_IAM_APPLY_ROLE_ARN: "arn:aws:iam::111111111111:role/pmm-iam-pipeline",
  PMM_IAM_GITLAB_TOKEN: "glpat-secret",
};

const PROJECT = {
  CI_API_V4_URL: "https://gitlab.example.com/api/v4",
  CI_DEFAULT_BRANCH: "main",
  CI_PROJECT_ID: "42",
  CI_PROJECT_PATH: "acme/access",
  CI_SERVER_HOST: "gitlab.example.com",
};

const INCLUDED = [".gitlab/pmm-iam-stack.yml", ".gitlab/pmm-iam-stacks.sh"];

describeE2e("the pipelines of GitLab CI", () => {
  let estate: Estate;
  let forge: Forge;
  let repository: Repository;
  let runner: GitLabRunner;
  let unset: GitLabRunner;
  const gitlab = new GitLab();

  beforeAll(async () => {
    estate = await Estate.start();
    const { lab, bin } = estate;
    forge = await Forge.start(bin, "curl", gitlab.answer);
    script(bin, "apk", "true");
    // The credentials of a web identity: the role's name and the token's file are all that Terraform is told.
    const known =
      '[ "$(cat "$AWS_WEB_IDENTITY_TOKEN_FILE")" = a.web.identity ] && echo "role $AWS_ROLE_ARN" && unset AWS_WEB_IDENTITY_TOKEN_FILE AWS_ROLE_ARN';
    script(
      bin,
      "terraform",
      `{ ${known}; } >&2 || exit 1\nAWS_ACCESS_KEY_ID=test AWS_SECRET_ACCESS_KEY=test exec "${enginePath()}" "$@"`,
    );
    const included = INCLUDED.map((path) => [path, readFileSync(join(GITLAB, path), "utf8")] as const);
    repository = new Repository(lab.folder, accountsFile(), Object.fromEntries(included));
    git(repository.origin, "config", "receive.advertisePushOptions", "true");
    const setting = {
      origin: repository.origin,
      folder: join(lab.folder, "runs"),
      env: {
        ...estate.env(),
        GIT_CONFIG_COUNT: "1",
        GIT_CONFIG_KEY_0: `url.${repository.origin}.insteadOf`,
        GIT_CONFIG_VALUE_0: "https://oauth2:glpat-secret@gitlab.example.com/acme/access.git",
      },
    };
    for (const name of ["runs", "unset"]) mkdirSync(join(lab.folder, name));
    runner = new GitLabRunner({ ...setting, variables: VARIABLES });
    unset = new GitLabRunner({ ...setting, folder: join(lab.folder, "unset"), variables: {} });
  });

  afterAll(async () => {
    forge?.stop();
    await estate?.stop();
  });

  const results = (ends: readonly JobEnd[]) =>
    Object.fromEntries(ends.map(({ name, result }) => [name, result]));
  const logOf = (ends: readonly JobEnd[], name: string) => ends.find((one) => one.name === name)?.log ?? "";

  const push = (sha: string): Start => ({
    sha,
    variables: {
      ...PROJECT,
      CI_COMMIT_BRANCH: "main",
      CI_COMMIT_SHA: sha,
      CI_PIPELINE_SOURCE: "push",
    },
  });

  function schedule(kind: string, sha: string): Start {
    return {
      sha,
      variables: { ...push(sha).variables, CI_PIPELINE_SOURCE: "schedule", PMM_IAM_SCHEDULE: kind },
    };
  }

  function mergeRequest(
    change: Readonly<Record<string, string>>,
    { labels = "", from = "acme/access" }: { readonly labels?: string; readonly from?: string } = {},
  ): Start {
    const { merge, head } = repository.proposed(change);
    return {
      sha: merge,
      variables: {
        ...PROJECT,
        CI_COMMIT_SHA: head,
        CI_MERGE_REQUEST_DIFF_BASE_SHA: git(repository.origin, "rev-parse", "main"),
        CI_MERGE_REQUEST_IID: "7",
        CI_MERGE_REQUEST_LABELS: labels,
        CI_MERGE_REQUEST_PROJECT_PATH: "acme/access",
        CI_MERGE_REQUEST_SOURCE_PROJECT_PATH: from,
        CI_PIPELINE_SOURCE: "merge_request_event",
      },
    };
  }

  async function apply(sha: string): Promise<JobEnd[]> {
    const ends = await runner.run(push(sha));
    if (ends.every(({ result }) => result === "success")) gitlab.applied.push(sha);
    return ends;
  }

  const MINIMAL = { "accounts.yaml": accountsFile({ orders: "minimal" }) };

  test("the first push applies every stack, with the role that writes", async () => {
    const ends = await apply(repository.merged({}));
    expect(results(ends)).toEqual({
      affected: "success",
      "apply pmm-iam": "success",
      "apply pmm-iam-payments": "success",
    });
    expect(logOf(ends, "apply pmm-iam")).toContain(`role ${VARIABLES.PMM_IAM_APPLY_ROLE_ARN}`);
    expect(logOf(ends, "apply pmm-iam")).toMatch(/Apply complete! Resources: \d+ added/);
    expect(estate.assumed()).toEqual(["pmm-iam-deployer"]);
  });

  test("a merge request that changes one account: one plan that reads, one comment, which is updated", async () => {
    const ends = await runner.run(mergeRequest(MINIMAL));
    expect(results(ends)).toEqual({ check: "success", "plan pmm-iam": "success", comment: "success" });
    expect(logOf(ends, "plan pmm-iam")).toContain(`role ${VARIABLES.PMM_IAM_PLAN_ROLE_ARN}`);
    expect(estate.assumed()).toEqual(["pmm-iam-reader"]);
    expect(gitlab.notes.map(({ id }) => id)).toEqual([1, 2]);
    expect(gitlab.notes[0]?.body).toBe("<!-- pmm-iam -->");
    expect(gitlab.notes[1]?.body).toMatch(/^<!-- pmm-iam -->\n\*\*Less access\.\*\* /);
    expect(gitlab.notes[1]?.body).toContain("- `pmm-iam`: 0 to add, 1 to change, 0 to destroy\n");

    const same = await runner.run(mergeRequest({ "README.md": "Nothing of ours.\n" }));
    expect(results(same)).toEqual({ check: "success", comment: "success" });
    expect(gitlab.notes.map(({ id }) => id)).toEqual([1, 2]);
    expect(gitlab.notes[1]?.body).toMatch(/^<!-- pmm-iam -->\n\*\*No change of access\.\*\* /);
  });

  test("a fork: checked, and nothing with credentials", async () => {
    const before = structuredClone(gitlab.notes);
    const labels = 'ready,allow:x"};evil';
    const ends = await runner.run(mergeRequest(MINIMAL, { from: "mallory/access", labels }));
    expect(results(ends)).toEqual({ check: "success" });
    expect(estate.assumed()).toEqual([]);
    expect(gitlab.notes).toEqual(before);
  });

  test("drift: found in the stack in which somebody changed something, and refused as part of a change", async () => {
    await estate.byHand("444444444444", "adds");
    const night = await runner.run(schedule("drift", repository.merged({})));
    expect(results(night)).toEqual({
      stacks: "success",
      "drift pmm-iam": "failure",
      "drift pmm-iam-payments": "success",
    });
    expect(logOf(night, "drift pmm-iam")).toContain("Drift in pmm-iam: AWS is not what");

    const refused = await runner.run(mergeRequest(MINIMAL));
    expect(results(refused)).toEqual({ check: "success", "plan pmm-iam": "failure", comment: "success" });
    expect(gitlab.notes[1]?.body).toMatch(/^<!-- pmm-iam -->\n\*\*Refused: a plan does what/);

    const merged = repository.merged(MINIMAL);
    expect(results(await apply(merged))).toEqual({ affected: "success", "apply pmm-iam": "failure" });
    const next = repository.merged({ "README.md": "More.\n" });
    gitlab.labels.set(merged, ["ready", "allow:plan-drift"]);
    expect(results(await apply(next))).toEqual({ affected: "success", "apply pmm-iam": "success" });
    expect(results(await apply(next))).toEqual({ affected: "success", nothing: "success" });
  });

  test("a pipeline that is not the newest applies nothing", async () => {
    const older = repository.merged({ "accounts.yaml": accountsFile() });
    const newest = repository.merged({ "README.md": "Newer.\n" });
    const ends = await runner.run(push(older));
    expect(results(ends)).toEqual({ affected: "success", "apply pmm-iam": "failure" });
    expect(logOf(ends, "apply pmm-iam")).toContain(`main is at ${newest} now.`);
  });

  test("keys: none is due; then one is, on a branch with a merge request", async () => {
    const sha = git(repository.origin, "rev-parse", "main");
    const none = await runner.run(schedule("keys", sha));
    expect(results(none)).toEqual({ keys: "success" });
    expect(logOf(none, "keys")).toMatch(/^No key is due\.$/m);
    await estate.changeState("pmm-iam-payments", (text) =>
      text.replaceAll(/"create_date": *"\d{4}/g, '"create_date": "2020'),
    );
    expect(results(await runner.run(schedule("keys", sha)))).toEqual({ keys: "success" });
    expect(repository.text("pmm-iam/keys-due", "accounts.yaml")).toBe(accountsFile({ generation: 2 }));
    gitlab.open.push({ iid: 8 });
    const again = await runner.run(schedule("keys", sha));
    expect(logOf(again, "keys")).toMatch(/^Merge request !8 has keys/m);
  });

  test("a variable that is missing is named", async () => {
    const sha = git(repository.origin, "rev-parse", "main");
    const change = { "accounts.yaml": accountsFile({ generation: 2 }) };
    const plan = await unset.run(mergeRequest(change));
    expect(results(plan)).toEqual({
      check: "success",
      "plan pmm-iam-payments": "failure",
      comment: "failure",
    });
    expect(logOf(plan, "plan pmm-iam-payments")).toMatch(/^The variable PMM_IAM_PLAN_ROLE_ARN is missing/m);
    expect(logOf(plan, "comment")).toMatch(/^The variable PMM_IAM_GITLAB_TOKEN is missing/m);
    for (const [job, variable, start] of [
      ["affected", "PMM_IAM_GITLAB_TOKEN", push(sha)],
      ["keys", "PMM_IAM_PLAN_ROLE_ARN", schedule("keys", sha)],
    ] as const)
      expect(logOf(await unset.run(start), job)).toMatch(
        new RegExp(`^The variable ${variable} is missing`, "m"),
      );
  });

  test("no key is in what a job left, kept or posted", async () => {
    const { secret_access_key = "", access_key_id = "" } = await estate.key();
    expect(await estate.state("pmm-iam-payments")).toContain(secret_access_key);
    expect(filesWith(join(estate.lab.folder, "runs"), [secret_access_key, access_key_id])).toEqual([]);
    expect(filesWith(join(estate.lab.folder, "runs"), ["a.web.identity"])).toEqual([]);
    expect(JSON.stringify(gitlab.notes)).not.toContain(access_key_id);
  });

  test("every shell text of the pipelines was run", () => {
    const texts = [".gitlab-ci.yml", ".gitlab/pmm-iam-stack.yml"].flatMap(scriptsOf);
    expect(texts.filter((text) => !runner.ran.has(text))).toEqual([]);
  });
});
