import { type Given, withAnswers, withoutQuestions } from "../../src/init/ask";

const NOTHING: Given = { answers: { name: "pmm-iam" }, pipeline: undefined, backend: undefined };

/** Answers each question in turn, and keeps what was asked and said. */
async function session(given: Given, lines: readonly string[]) {
  const left = [...lines];
  const seen: string[] = [];
  const chosen = await withAnswers(given, "/nowhere", {
    ask: async (question) => {
      const line = left.shift();
      if (line === undefined) {
        throw new Error(`nothing left for: ${question}`);
      }
      seen.push(question + line);
      return line;
    },
    say: (line) => seen.push(line),
  });
  expect(left).toEqual([]);
  return { chosen, seen };
}

test("every question, with what an empty answer takes", async () => {
  const lines = ["111111111111", "pmm-ec2-role", "", "", "orders-prod", "222222222222", "", ""];
  expect(await session(NOTHING, lines)).toEqual({
    chosen: {
      answers: {
        name: "pmm-iam",
        sourceAccount: "111111111111",
        pmmRole: "pmm-ec2-role",
        region: "us-east-1",
        adminRole: "pmm-iam-deployer",
        accountName: "orders-prod",
        accountId: "222222222222",
      },
      pipeline: "none",
      backend: "local",
    },
    seen: [
      "AWS account of the PMM EC2 instance: 111111111111",
      "Role of the PMM EC2 instance: pmm-ec2-role",
      "AWS region [us-east-1]: ",
      "Role that Terraform assumes in each account [pmm-iam-deployer]: ",
      "Name for the first account to monitor: orders-prod",
      "Its AWS account: 222222222222",
      "Pipeline: github, gitlab, atlantis or none [none]: ",
      "Terraform's state: s3 or local [local]: ",
    ],
  });
});

test("with a pipeline the state is in S3 unless somebody says otherwise, in a bucket of the same region", async () => {
  const lines = [
    "111111111111",
    "pmm-ec2-role",
    "eu-west-1",
    "",
    "a",
    "222222222222",
    "GitLab",
    "",
    "acme",
    "",
  ];
  const { chosen, seen } = await session(NOTHING, lines);
  expect(chosen).toMatchObject({
    pipeline: "gitlab",
    backend: "s3",
    answers: { bucket: "acme", bucketRegion: "eu-west-1" },
  });
  expect(seen.slice(-3)).toEqual([
    "Terraform's state: s3 or local [s3]: ",
    "S3 bucket of the states: acme",
    "The bucket's region [eu-west-1]: ",
  ]);
});

test("what a flag gives is not asked", async () => {
  const answers = {
    name: "staging",
    sourceAccount: "111111111111",
    region: "eu-west-1",
    adminRole: "Admin",
    accountName: "orders-prod",
    accountId: "222222222222",
    bucket: "acme",
    bucketRegion: "us-east-1",
  };
  const given: Given = { answers, pipeline: "atlantis", backend: "s3" };
  expect(await session(given, ["pmm-ec2-role"])).toEqual({
    chosen: { ...given, answers: { ...answers, pmmRole: "pmm-ec2-role" } },
    seen: ["Role of the PMM EC2 instance: pmm-ec2-role"],
  });
});

test("a wrong answer gets check's message, and the question again; quotes and white space are dropped", async () => {
  const lines = [
    "",
    "<source account id>",
    "1234",
    ' "111111111111" ',
    "pmm role",
    "'pmm-ec2-role'",
    "Ireland",
    "eu-west-1",
    "Admin",
    "Orders",
    "orders",
    "12345678901",
    "222222222222",
    "gihtub",
    "jenkins",
    "none",
    "disk",
    "local",
  ];
  const { chosen, seen } = await session(NOTHING, lines);
  expect(chosen.answers).toMatchObject({ sourceAccount: "111111111111", pmmRole: "pmm-ec2-role" });
  expect(seen.filter((line) => !/^[A-Z].*: /.test(line))).toEqual([
    'account_id is ""; expected 12 digits in quotes, such as "111111111111"',
    'account_id is the placeholder "<source account id>" (the AWS account of the PMM EC2 instance); type the value in its place: 12 digits in quotes, such as "111111111111"',
    'account_id is "1234" (4 digits); expected 12 digits in quotes, such as "111111111111"',
    'pmm_ec2_role_name is "pmm role"; expected an IAM role name, with its path in front if it has one: letters, digits or any of + = , . @ _ -, at most 64 in the name, such as service/pmm-ec2-role; a space is not among them',
    'region is "Ireland"; expected the name of an AWS region, such as eu-west-1; did you mean eu-west-1?',
    'name is "Orders"; expected a lower-case letter, then lower-case letters, digits or -, at most 50 in all, such as orders-prod; did you mean "orders"?',
    'account_id is "12345678901" (11 digits); expected 12 digits in quotes, such as "111111111111"; did you mean "012345678901"? (if a spreadsheet has dropped the zero in front; otherwise copy it again)',
    'found "gihtub"; expected github, gitlab, atlantis or none; did you mean github?',
    'found "jenkins"; expected github, gitlab, atlantis or none',
    'found "disk"; expected s3 or local',
  ]);
});

test("an answer is held against what was answered before", async () => {
  const lines = ["111111111111", "pmm", "cn-north-1", "Admin", "a", "222222222222", "none", "s3", "acme"];
  const { seen } = await session(NOTHING, [...lines, "us-east-1", "cn-northwest-1"]);
  expect(seen.slice(-2)).toEqual([
    expect.stringMatching(/^region us-east-1 is in the partition aws, the source account in aws-cn;/),
    "The bucket's region [cn-north-1]: cn-northwest-1",
  ]);
});

test("without questions, the state is on one machine only where there is no pipeline", () => {
  const backendOf = (pipeline: Given["pipeline"], backend?: Given["backend"]) =>
    withoutQuestions({ ...NOTHING, pipeline, backend }).backend;
  expect([
    backendOf(undefined),
    backendOf("none"),
    backendOf("github"),
    backendOf("gitlab", "local"),
  ]).toEqual(["local", "local", "s3", "local"]);
  expect(withoutQuestions(NOTHING)).toEqual({ ...NOTHING, pipeline: "none", backend: "local" });
});
