import type { Document, Policy } from "../identities/applied";
import { type Call, evaluate, type Outcome } from "../identities/evaluate";
import { faults } from "../identities/semantics";
import { example, READERS } from "./readers";

/** The roles that plan, of examples/deployer, and who a pipeline's token lets in. deployer.test.ts has what a plan calls. */

const PLAN = "arn:aws:iam::111111111111:role/pmm-iam-plan";
const PIPELINE = "arn:aws:iam::111111111111:role/pmm-iam-pipeline";
const READER = "arn:aws:iam::222222222222:role/pmm-iam-reader";
const STATE = "arn:aws:s3:::acme-tfstate/pmm-iam/pmm-iam.tfstate";
const KEY = "arn:aws:kms:us-east-1:111111111111:key/1a2b3c4d-1111-4222-8333-444455556666";
const through = (service: string, alias: string) => ({
  "kms:ViaService": `${service}.us-east-1.amazonaws.com`,
  "kms:ResourceAliases": alias,
});

const KEY_POLICY: Document = {
  Version: "2012-10-17",
  Statement: [
    {
      Effect: "Allow",
      Principal: { AWS: "arn:aws:iam::111111111111:root" },
      Action: "kms:*",
      Resource: "*",
    },
  ],
};

const EVERYTHING: Policy = {
  name: "everything",
  document: { Version: "2012-10-17", Statement: [{ Effect: "Allow", Action: "*", Resource: "*" }] },
};

const outcome = (call: Call, identity: readonly Policy[], trust?: Document): Promise<Outcome> =>
  evaluate(call, {
    identity,
    boundary: undefined,
    resource: call.action.startsWith("kms:") ? KEY_POLICY : trust,
  });

const POLICIES = ["plan-policy", "reader-policy", "reader-source-policy", "reader-teleport-policy"];
const TRUSTS = [
  "reader-trust",
  "plan-trust-github",
  "plan-trust-gitlab",
  "pipeline-trust-github",
  "pipeline-trust-gitlab",
];

describe("the documents", () => {
  test.each(POLICIES)("AWS ignores no part of %s.json", async (name) => {
    expect(await faults(example(name).document, "identity")).toEqual([]);
  });

  test("AWS ignores no part of reader-trust.json", async () => {
    expect(await faults(example("reader-trust").document, "trust")).toEqual([]);
  });

  test("a reader's fit into one role together, as inline policies", () => {
    const sizes = POLICIES.slice(1).map((name) => JSON.stringify(example(name).document).length);
    expect(sizes.reduce((sum, size) => sum + size)).toBeLessThanOrEqual(10240);
  });

  test.each(POLICIES)("%s.json allows reads alone", (name) => {
    const allowed = example(name)
      .document.Statement.filter(({ Effect }) => Effect === "Allow")
      .flatMap(({ Action }) => Action as string | string[]);
    const reads =
      /^(iam:(Get|List)|secretsmanager:(Describe|Get|List)|s3:(GetObject|ListBucket)$|kms:Decrypt$)/;
    expect(allowed.filter((action) => !reads.test(action))).toEqual(
      name === "plan-policy" ? ["sts:AssumeRole"] : [],
    );
  });

  test.each(TRUSTS)("%s.json trusts no more than its own account and the forge", (name) => {
    const principals = example(name).document.Statement.map(({ Principal }) => Principal);
    const admin = name.startsWith("pipeline") || name === "reader-trust";
    const forge = name.endsWith("github") ? "token.actions.githubusercontent.com" : "gitlab.com";
    expect(principals).toEqual([
      ...(admin ? [{ AWS: "arn:aws:iam::111111111111:root" }] : []),
      ...(name === "reader-trust" ? [] : [{ Federated: `arn:aws:iam::111111111111:oidc-provider/${forge}` }]),
    ]);
  });
});

describe("the plan role", () => {
  const plan = [example("plan-policy")];

  test.each<readonly [what: string, action: string, on: string, context: Record<string, string>]>([
    ["becomes a reader", "sts:AssumeRole", READER, {}],
    ["finds the states", "s3:ListBucket", "arn:aws:s3:::acme-tfstate", {}],
    ["reads a state", "s3:GetObject", STATE, {}],
    ["decrypts a state", "kms:Decrypt", KEY, through("s3", "alias/tf")],
  ])("%s", async (_, action, on, context) => {
    const trust = action === "sts:AssumeRole" ? example("reader-trust").document : undefined;
    expect(await outcome({ by: PLAN, action, on, context }, plan, trust)).toBe("Allowed");
  });

  test.each<
    readonly [why: string, expected: Outcome, action: string, on: string, context: Record<string, string>]
  >([
    ["becomes a deployer", "ExplicitlyDenied", "sts:AssumeRole", READER.replace("reader", "deployer"), {}],
    ["becomes the pipeline", "ExplicitlyDenied", "sts:AssumeRole", PIPELINE, {}],
    ["writes a state", "ImplicitlyDenied", "s3:PutObject", STATE, {}],
    ["deletes a state", "ImplicitlyDenied", "s3:DeleteObject", STATE, {}],
    ["locks a state", "ImplicitlyDenied", "s3:PutObject", `${STATE}.tflock`, {}],
    ["unlocks a state", "ImplicitlyDenied", "s3:DeleteObject", `${STATE}.tflock`, {}],
    [
      "reads another project's state",
      "ImplicitlyDenied",
      "s3:GetObject",
      "arn:aws:s3:::acme-tfstate/net.tfstate",
      {},
    ],
    ["encrypts a state", "ImplicitlyDenied", "kms:GenerateDataKey", KEY, through("s3", "alias/tf")],
    ["decrypts with another key", "ImplicitlyDenied", "kms:Decrypt", KEY, through("s3", "alias/other")],
    ["makes a role", "ImplicitlyDenied", "iam:CreateRole", "arn:aws:iam::111111111111:role/helper", {}],
  ])("never %s", async (_, expected, action, on, context) => {
    const call = { by: PLAN, action, on, context };
    const trust = action === "sts:AssumeRole" ? { ...WELCOME } : undefined;
    expect(await outcome(call, plan, trust)).toBe(expected);
    expect(await outcome(call, [EVERYTHING], trust)).toBe("Allowed");
  });
});

const WELCOME: Document = {
  Version: "2012-10-17",
  Statement: [
    { Effect: "Allow", Principal: { AWS: "arn:aws:iam::111111111111:root" }, Action: "sts:AssumeRole" },
  ],
};

describe("a reader", () => {
  const trust = example("reader-trust").document;

  test.each([
    ["the pipeline", PIPELINE],
    ["another role of the source", "arn:aws:iam::111111111111:role/developer"],
    ["a plan role under a path", "arn:aws:iam::111111111111:role/team/pmm-iam-plan"],
    ["the plan role of another account", "arn:aws:iam::666666666666:role/pmm-iam-plan"],
  ])("is not assumed by %s", async (_, by) => {
    const call = { by, action: "sts:AssumeRole", on: READER };
    expect(await outcome(call, [EVERYTHING], trust)).toBe("ImplicitlyDenied");
  });

  test.each([
    ["another role", "iam:GetRole", "arn:aws:iam::222222222222:role/Admin"],
    ["another user's keys", "iam:ListAccessKeys", "arn:aws:iam::222222222222:user/alice"],
    [
      "a secret of the account",
      "secretsmanager:GetSecretValue",
      secret("222222222222", "pmm/aurora/orders-prod"),
    ],
  ])("of an account does not read %s", async (_, action, on) => {
    expect(await outcome({ by: READER, action, on }, READERS["222222222222"] ?? [])).toBe("ImplicitlyDenied");
  });

  test("of the source does not read another secret, nor assume anything", async () => {
    const by = "arn:aws:iam::111111111111:role/pmm-iam-reader";
    const policies = READERS["111111111111"] ?? [];
    const read = {
      by,
      action: "secretsmanager:GetSecretValue",
      on: secret("111111111111", "billing/database"),
    };
    expect(await outcome(read, policies)).toBe("ImplicitlyDenied");
    const assume = { by, action: "sts:AssumeRole", on: PIPELINE };
    expect(await outcome(assume, policies, WELCOME)).toBe("ExplicitlyDenied");
  });
});

/**
 * The same with keys of Google, the provider whose keys the simulation knows: to AWS `<provider>:sub` and
 * `<provider>:aud` mean the same for every provider. It has none like `ref`, which is compared as `oaud` is.
 */
function asGoogle<Of>(of: Of): Of {
  const text = JSON.stringify(of)
    .replaceAll(/token\.actions\.githubusercontent\.com|gitlab\.com/g, "accounts.google.com")
    .replaceAll("accounts.google.com:ref", "accounts.google.com:oaud");
  return JSON.parse(text) as Of;
}

function secret(account: string, name: string): string {
  return `arn:aws:secretsmanager:us-east-1:${account}:secret:${name}-AbCdEf`;
}

describe("who a token lets in", () => {
  const github = (sub: string, ref = "refs/heads/main", aud = "sts.amazonaws.com") => ({
    by: "arn:aws:iam::111111111111:oidc-provider/token.actions.githubusercontent.com",
    context: {
      "token.actions.githubusercontent.com:aud": aud,
      "token.actions.githubusercontent.com:sub": sub,
      "token.actions.githubusercontent.com:ref": ref,
    },
  });
  const gitlab = (sub: string, aud = "sts.amazonaws.com") => ({
    by: "arn:aws:iam::111111111111:oidc-provider/gitlab.com",
    context: { "gitlab.com:aud": aud, "gitlab.com:sub": sub },
  });
  const REPO = "repo:acme@123456/access@456789";
  const FORK = "repo:mallory@666666/access@777777";
  const PULL = "refs/pull/7/merge";
  const OURS = "project_path:acme/access:ref_type:branch:ref";
  const THEIRS = "project_path:mallory/access:ref_type:branch:ref";

  test.each<
    readonly [
      what: string,
      token: { readonly by: string; readonly context: Record<string, string> },
      plans: boolean,
      applies: boolean,
    ]
  >([
    ["a pull request", github(`${REPO}:pull_request`, PULL), true, false],
    ["a nightly run on main", github(`${REPO}:ref:refs/heads/main`), true, false],
    ["a job of the environment, on main", github(`${REPO}:environment:production`), false, true],
    [
      "a job of the environment, in a pull request",
      github(`${REPO}:environment:production`, PULL),
      false,
      false,
    ],
    [
      "a job of the environment, on a branch",
      github(`${REPO}:environment:production`, "refs/heads/x"),
      false,
      false,
    ],
    ["a job of another environment", github(`${REPO}:environment:test`), false, false],
    ["a push to a branch", github(`${REPO}:ref:refs/heads/main-2`, "refs/heads/main-2"), false, false],
    ["a tag", github(`${REPO}:ref:refs/tags/main`, "refs/tags/main"), false, false],
    ["a pull request within a fork", github(`${FORK}:pull_request`, PULL), false, false],
    ["main of a fork", github(`${FORK}:ref:refs/heads/main`), false, false],
    ["the environment of a fork", github(`${FORK}:environment:production`), false, false],
    ["another repository of ours", github("repo:acme@123456/site@456790:pull_request", PULL), false, false],
    [
      "a repository that took our name",
      github("repo:acme@123457/access@456790:pull_request", PULL),
      false,
      false,
    ],
    [
      "a token for someone else",
      github(`${REPO}:pull_request`, PULL, "https://vault.example.com"),
      false,
      false,
    ],
    [
      "an apply's token for someone else",
      github(`${REPO}:environment:production`, "refs/heads/main", "x"),
      false,
      false,
    ],
    ["a merge request on GitLab", gitlab(`${OURS}:change`), true, false],
    ["main on GitLab", gitlab(`${OURS}:main`), true, true],
    ["a branch on GitLab that begins like main", gitlab(`${OURS}:main/x`), true, false],
    ["a tag on GitLab", gitlab("project_path:acme/access:ref_type:tag:ref:main"), false, false],
    ["a merge request from a fork on GitLab", gitlab(`${THEIRS}:change`), false, false],
    ["main of a fork on GitLab", gitlab(`${THEIRS}:main`), false, false],
    [
      "a project below ours on GitLab",
      gitlab("project_path:acme/access/x:ref_type:branch:ref:main"),
      false,
      false,
    ],
    ["a token on GitLab for someone else", gitlab(`${OURS}:main`, "https://vault.example.com"), false, false],
  ])("%s", async (_, { by, context }, plans, applies) => {
    const forge = by.endsWith("gitlab.com") ? "gitlab" : "github";
    const enters = (role: string, trust: string) =>
      outcome(
        asGoogle({ by, action: "sts:AssumeRoleWithWebIdentity", on: role, bare: true, context }),
        [],
        asGoogle(example(`${trust}-trust-${forge}`).document),
      );
    expect(await enters(PLAN, "plan")).toBe(plans ? "Allowed" : "ImplicitlyDenied");
    expect(await enters(PIPELINE, "pipeline")).toBe(applies ? "Allowed" : "ImplicitlyDenied");
  });

  test.each(["pipeline-trust-github", "pipeline-trust-gitlab"])(
    "%s.json keeps the administrators' way in",
    (name) => {
      expect(example(name).document.Statement[0]).toEqual(example("pipeline-trust").document.Statement[0]);
    },
  );
});
