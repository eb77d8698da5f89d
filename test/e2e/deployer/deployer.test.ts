import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import {
  AttachRolePolicyCommand,
  AttachUserPolicyCommand,
  CreateAccessKeyCommand,
  CreatePolicyCommand,
  CreateRoleCommand,
  CreateUserCommand,
  PutRolePolicyCommand,
  PutUserPolicyCommand,
} from "@aws-sdk/client-iam";
import { describeE2e } from "../harness/gate";
import { type Lab, startLab } from "../harness/lab";
import { Project } from "../harness/project";
import { type Recorded, Recorder } from "../harness/recorder";
import { ROOT } from "../harness/tools";
import type { Document, Policy } from "../identities/applied";
import { type Call, evaluate, type Outcome } from "../identities/evaluate";
import { faults } from "../identities/semantics";
import { READERS } from "./readers";
import { type Request, requestsOf } from "./requests";
import { ALLOWED, ASSUMED, type Caller, DENIED, NOT_ASSUMED, RECORDED } from "./rows";

/** The policies of examples/deployer: against every call that terraform makes, and against those it must not make. */

const EXAMPLES = join(ROOT, "examples", "deployer");

function example(name: string): Policy {
  return { name, document: JSON.parse(readFileSync(join(EXAMPLES, `${name}.json`), "utf8")) as Document };
}

const [target, source, teleport, pipeline, refusals] = [
  "policy",
  "source-policy",
  "teleport-policy",
  "pipeline-policy",
  "refusals",
].map(example) as [Policy, Policy, Policy, Policy, Policy];

/** What each of the roles has: the source is listed as an account too, and Teleport runs in one. */
const POLICIES: Readonly<Record<Caller, readonly Policy[]>> = {
  target: [target, refusals],
  source: [source, refusals],
  teleport: [teleport, refusals],
  pipeline: [pipeline],
};

const ACCOUNTS: Readonly<Record<string, readonly Policy[]>> = {
  "111111111111": [source, target, refusals],
  "777777777777": [teleport, target, refusals],
  "222222222222": [target, refusals],
  "033333333333": [target, refusals],
  "131313131313": [target, refusals],
};

const CALLERS: Readonly<Record<Caller, string>> = {
  target: "arn:aws:iam::222222222222:role/pmm-iam-deployer",
  source: "arn:aws:iam::111111111111:role/pmm-iam-deployer",
  teleport: "arn:aws:iam::777777777777:role/pmm-iam-deployer",
  pipeline: "arn:aws:iam::111111111111:role/pmm-iam-pipeline",
};

const EVERYTHING: Policy = {
  name: "everything",
  document: { Version: "2012-10-17", Statement: [{ Effect: "Allow", Action: "*", Resource: "*" }] },
};

/** A KMS key's policy, as AWS makes it: the account's own policies decide. */
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

const outcome = (call: Call, identity: readonly Policy[], trust?: Document): Promise<Outcome> => {
  const resource = call.action.startsWith("kms:") ? KEY_POLICY : trust;
  return evaluate(call, { identity, boundary: undefined, resource });
};

function callOf(caller: Caller, action: string, on: string, context: Call["context"] = {}): Call {
  return { by: CALLERS[caller], action, on, context };
}

describe("the documents", () => {
  const names = ["policy", "source-policy", "teleport-policy", "pipeline-policy", "refusals"];

  test.each(names)("AWS ignores no part of %s.json", async (name) => {
    expect(await faults(example(name).document, "identity")).toEqual([]);
  });

  test.each(["trust", "pipeline-trust"])("AWS ignores no part of %s.json", async (name) => {
    expect(await faults(example(name).document, "trust")).toEqual([]);
  });

  test.each(names)("%s.json fits into a managed policy", (name) => {
    expect(JSON.stringify(example(name).document).length).toBeLessThanOrEqual(6144);
  });

  test("a target's, the source's and the refusals fit into one role together, as inline policies", () => {
    const together = [target, source, refusals].map(({ document }) => JSON.stringify(document).length);
    expect(together.reduce((sum, one) => sum + one)).toBeLessThanOrEqual(10240);
  });

  test("the deployer refuses to assume anything, whatever its other policies say", () => {
    const denials = ({ document }: Policy) => document.Statement.filter(({ Effect }) => Effect === "Deny");
    expect(denials(target).map(({ Sid }) => Sid)).toEqual(["BecomeNobody"]);
    expect(denials(refusals)).toEqual(refusals.document.Statement);
    expect([...denials(source), ...denials(teleport)]).toEqual([]);
  });
});

describe("allowed", () => {
  const rows = ALLOWED.map(([caller, what, ...rest]) => [caller, what, callOf(caller, ...rest)] as const);

  test.each(rows)("%s: %s", async (caller, _, call) => {
    expect(await outcome(call, POLICIES[caller])).toBe("Allowed");
    expect(await outcome(call, [])).toBe("ImplicitlyDenied");
  });

  test.each(ASSUMED)("%s", async (_, by) => {
    const call = { by, action: "sts:AssumeRole", on: CALLERS.target };
    expect(await outcome(call, [pipeline], example("trust").document)).toBe("Allowed");
  });
});

describe("denied", () => {
  const rows = DENIED.map(
    ([caller, why, expected, ...rest]) => [caller, why, expected, callOf(caller, ...rest)] as const,
  );

  test.each(rows)("%s: %s", async (caller, _, expected, call) => {
    expect(await outcome(call, POLICIES[caller])).toBe(expected);
    // The call makes sense, and nothing but the policy stops it.
    expect(await outcome(call, [EVERYTHING])).toBe("Allowed");
  });

  test.each(NOT_ASSUMED)("%s", async (_, by) => {
    const call = { by, action: "sts:AssumeRole", on: CALLERS.target };
    expect(await outcome(call, [EVERYTHING], example("trust").document)).toBe("ImplicitlyDenied");
  });
});

describeE2e("every call that terraform makes is allowed", () => {
  const BOUNDARIES = readdirSync(join(ROOT, "examples", "boundary"))
    .filter((file) => file.endsWith(".json"))
    .map((file) => ({
      PolicyName: `pmm-boundary-${file.replace(".json", "")}`,
      PolicyDocument: readFileSync(join(ROOT, "examples", "boundary", file), "utf8"),
    }));
  const KEY = "arn:aws:kms:us-east-1:111111111111:key/1a2b3c4d-1111-4222-8333-444455556666";
  const TEXT = readFileSync(join(__dirname, "accounts.yaml"), "utf8");
  const AT_FIRST = {
    MODE: "sharded",
    TAGS: "{team: dba}",
    READERS: "[pmm_ec2_role]",
    KEY: "true",
    AGENT: "true",
    ADOPT: "true",
    LEGACY: "active",
    PERMISSIONS: "standard",
    EXTRA: "",
  };

  const NEXT = "{key_generation: 2}";
  const MOVED = "{key_generation: 2, previous_key: inactive}";

  let lab: Lab;
  let recorder: Recorder;
  let project: Project;
  /** What plans alone called. */
  const planned: Recorded[] = [];

  beforeAll(async () => {
    recorder = await Recorder.start();
    lab = await startLab({ url: recorder.url });
    project = new Project(lab, "project");
  });

  afterAll(async () => {
    await lab?.stop();
    recorder?.stop();
  });

  /** The same file but for some places, applied. */
  async function apply(changed: Partial<typeof AT_FIRST>): Promise<void> {
    const values: Record<string, string> = { ...AT_FIRST, ADOPT: "false", ...changed };
    await project.synth(TEXT.replace(/\{([A-Z]+)\}/g, (all, name: string) => values[name] ?? all));
    const stack = await project.init();
    const before = recorder.calls.length;
    await stack.run("plan", "-no-color", "-lock=false");
    planned.push(...recorder.calls.slice(before));
    await stack.apply();
  }

  test("apply, adopt, plan, rotate, change, mend, retire, destroy", async () => {
    for (const id of Object.keys(ACCOUNTS)) {
      const { iam } = await lab.account(id);
      for (const boundary of BOUNDARIES) await iam.send(new CreatePolicyCommand(boundary));
    }
    const ec2 = {
      Version: "2012-10-17",
      Statement: [{ Effect: "Allow", Principal: { Service: "ec2.amazonaws.com" }, Action: "sts:AssumeRole" }],
    };
    const trust = { AssumeRolePolicyDocument: JSON.stringify(ec2) };
    const { iam: tools } = await lab.account("777777777777");
    const PermissionsBoundary = "arn:aws:iam::777777777777:policy/pmm-boundary-teleport-service";
    await tools.send(
      new CreateRoleCommand({ RoleName: "teleport-db-service", ...trust, PermissionsBoundary }),
    );

    // By hand, and bounded as docs/adopt.md says: what is adopted.
    const { iam: legacy } = await lab.account("222222222222");
    const [role, user] = [{ RoleName: "AmazonRDSforPMMrole" }, { UserName: "PMMAWSIntegrationUser" }];
    const PolicyDocument = JSON.stringify(EVERYTHING.document);
    const ReadOnly = { PolicyArn: "arn:aws:iam::aws:policy/ReadOnlyAccess" };
    const bound = (kind: string) => ({
      PermissionsBoundary: `arn:aws:iam::222222222222:policy/pmm-boundary-${kind}`,
    });
    await legacy.send(new CreateRoleCommand({ ...role, ...trust, ...bound("monitoring-role") }));
    for (const PolicyName of ["pmm-cloudwatch-rds-access", "console-policy"])
      await legacy.send(new PutRolePolicyCommand({ ...role, PolicyName, PolicyDocument }));
    await legacy.send(new CreateUserCommand({ ...user, ...bound("aurora-user") }));
    await legacy.send(
      new PutUserPolicyCommand({ ...user, PolicyName: "pmm-aurora-os-metrics", PolicyDocument }),
    );
    await legacy.send(new AttachUserPolicyCommand({ ...user, ...ReadOnly }));
    await legacy.send(new CreateAccessKeyCommand(user));
    const stock = '  - {name: stock, account_id: "131313131313"}';

    await apply({ ADOPT: "true" });
    await project.stack().expectEmptyPlan();
    // One account more and so another version of a shard (both are 1 modulo 8), other tags and grants, no readers.
    await apply({ EXTRA: stock, TAGS: "{owner: dba}", PERMISSIONS: "minimal", READERS: "[]", AGENT: NEXT });
    // Something by hand, the shards go, a user leaves alone, a second generation.
    await legacy.send(new AttachRolePolicyCommand({ ...role, ...ReadOnly }));
    await apply({ EXTRA: stock, MODE: "explicit", KEY: "{lifecycle: retiring}", AGENT: MOVED });
    await apply({ EXTRA: stock, MODE: "explicit", LEGACY: "retiring", AGENT: MOVED });
    await project.stack().destroy();

    const boundaries = new Map([
      ["arn:aws:iam::777777777777:role/teleport-db-service", PermissionsBoundary],
      ["arn:aws:iam::222222222222:role/AmazonRDSforPMMrole", bound("monitoring-role").PermissionsBoundary],
      ["arn:aws:iam::222222222222:user/PMMAWSIntegrationUser", bound("aurora-user").PermissionsBoundary],
    ]);
    const requests = requestsOf(recorder.calls, boundaries, KEY);
    const distinct = new Map(requests.map((request) => [JSON.stringify(request), request]));
    const denied: string[] = [];
    for (const [text, { account, action, on, context }] of distinct) {
      const by = `arn:aws:iam::${account}:role/pmm-iam-deployer`;
      const answer = await outcome({ by, action, on, context }, ACCOUNTS[account] ?? []);
      if (answer !== "Allowed") denied.push(`${answer}: ${text}`);
    }
    process.stderr.write(
      `${recorder.calls.length} calls, ${distinct.size} distinct requests of ${actionsOf(requests).length} actions\n`,
    );
    expect(denied).toEqual([]);
    expect(actionsOf(requests)).toEqual(expect.arrayContaining(RECORDED));

    const reads = requestsOf(planned, boundaries, KEY);
    const byReader = ({ account, action, on, context }: Request) =>
      outcome(
        { by: `arn:aws:iam::${account}:role/pmm-iam-reader`, action, on, context },
        READERS[account] ?? [],
      );
    for (const request of new Map(reads.map((one) => [JSON.stringify(one), one])).values())
      expect([await byReader(request), request]).toEqual(["Allowed", request]);
    const writes = [...distinct.values()].filter(({ action }) => !READS.test(action));
    expect(actionsOf(writes)).toEqual(
      expect.arrayContaining(RECORDED.filter((action) => !READS.test(action))),
    );
    for (const request of writes)
      expect([await byReader(request), request]).toEqual(["ImplicitlyDenied", request]);
    // No read that a plan does not make, but two. Later providers list the versions of a secret whose value is
    // write-only, and `rotate` asks when a key was last used.
    const others = ["secretsmanager:ListSecretVersionIds", "iam:GetAccessKeyLastUsed"];
    const granted = [...new Set(Object.values(READERS).flat())]
      .flatMap(({ document }) => document.Statement)
      .filter(({ Effect }) => Effect === "Allow")
      .flatMap(({ Action }) => Action as string | string[]);
    expect([...new Set(granted)].sort()).toEqual([...actionsOf(reads), ...others].sort());
  });
});

/** The actions that change nothing. */
const READS = /^(iam:(Get|List)|secretsmanager:(Describe|Get|List)|kms:Decrypt$)/;

function actionsOf(requests: readonly Request[]): string[] {
  return [...new Set(requests.map(({ action }) => action))].sort();
}
