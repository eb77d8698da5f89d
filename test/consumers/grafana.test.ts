import { parse } from "yaml";
import { z } from "zod";
import { consumerFile, EVERYTHING } from "./written";

const FILE = "grafana/datasources.yaml";

/**
 * Grafana's provisioning file, as its documentation has it: "Provision Grafana", and for jsonData "Configure the Amazon
 * CloudWatch data source". Grafana ignores a key that it does not know, so here each has to be one.
 */
const PROVISIONING = z.strictObject({
  apiVersion: z.literal(1),
  prune: z.boolean().optional(),
  datasources: z.array(
    z.strictObject({
      name: z.string().min(1).max(190),
      type: z.literal("cloudwatch"),
      // Source: Grafana's ValidateUID, and the column of its database.
      uid: z.string().regex(/^[a-zA-Z0-9_-]{1,40}$/),
      access: z.literal("proxy"),
      orgId: z.int().optional(),
      version: z.int().optional(),
      isDefault: z.boolean().optional(),
      editable: z.boolean(),
      jsonData: z.strictObject({
        authType: z.enum(["default", "keys", "credentials", "ec2_iam_role"]),
        assumeRoleArn: z.string().regex(/^arn:aws[a-z-]*:iam::\d{12}:role\/\S+$/),
        externalId: z.string().optional(),
        defaultRegion: z.string(),
      }),
    }),
  ),
});

function sourcesOf(yaml: string) {
  return PROVISIONING.parse(parse(consumerFile(yaml, FILE))).datasources;
}

test("one data source for each account, by the role that it assumes", () => {
  const sources = sourcesOf(EVERYTHING);
  expect(sources.map(({ name }) => name)).toEqual([
    "CloudWatch billing-prod",
    "CloudWatch home",
    "CloudWatch orders-prod",
    "CloudWatch tools",
  ]);
  expect(sources[0]).toEqual({
    name: "CloudWatch billing-prod",
    type: "cloudwatch",
    uid: "pmm-iam-billing-prod-ecc88963",
    access: "proxy",
    editable: false,
    jsonData: {
      authType: "default",
      assumeRoleArn: "arn:aws:iam::033333333333:role/AmazonRDSforPMMrole",
      externalId: "7d0a2f4c-1111-4222-8333-9f6d2f1f4f1c",
      defaultRegion: "eu-west-1",
    },
  });
  expect(sources[2]?.jsonData).toEqual({
    authType: "default",
    assumeRoleArn: "arn:aws:iam::222222222222:role/AmazonRDSforPMMrole",
    defaultRegion: "us-east-1",
  });
});

const small = (accounts: string, top = "") => `
${top}
source: {account_id: "111111111111", pmm_ec2_role_name: pmm-ec2-role}
defaults: {admin_role_name: Admin}
accounts:
${accounts}`;

test.each(["12", "0123456", "1e5", "true", "null", "yes", "=x", "@x", "a:b", "--"])(
  "an external id that YAML may take for something else stays text: %s",
  (id) => {
    const [source] = sourcesOf(
      small(`  - {name: a, account_id: "222222222222", external_id: ${JSON.stringify(id)}}`),
    );
    expect(source?.jsonData.externalId).toBe(id);
  },
);

test("the ids of long names that begin alike are 40 characters and differ", () => {
  const long = "a".repeat(49);
  const [first, second] = sourcesOf(
    small(
      `  - {name: ${long}b, account_id: "222222222222"}\n  - {name: ${long}c, account_id: "333333333333"}`,
    ),
  );
  expect(first?.uid).toMatch(/^pmm-iam-a{23}-[0-9a-f]{8}$/);
  expect(first?.uid).toHaveLength(40);
  expect(second?.uid).not.toBe(first?.uid);
});

test("a deployment of another name has sources of other names", () => {
  const account = '  - {name: a, account_id: "222222222222"}';
  const [ours] = sourcesOf(small(account));
  const [theirs] = sourcesOf(small(account, "name: staging"));
  expect([ours?.name, theirs?.name]).toEqual(["CloudWatch a", "CloudWatch a-staging"]);
  expect(theirs?.uid).not.toBe(ours?.uid);
});

test("the first lines say what Grafana needs", () => {
  const head = consumerFile(EVERYTHING, FILE).split("\napiVersion")[0] ?? "";
  expect(head.split("\n").filter((line) => line !== "" && !line.startsWith("#"))).toEqual([]);
  expect(head).toContain("GF_AWS_ASSUME_ROLE_ENABLED=true");
  expect(head).toContain("/usr/share/grafana/conf/provisioning/datasources/");
});
