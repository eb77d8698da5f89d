import { readFileSync } from "node:fs";
import { join } from "node:path";
import { terraformCode } from "../../src/modules/blocks";
import { modulePolicy, ownModules } from "../../src/modules/own";
import { referenceOf } from "../../src/modules/syntax";
import { packageRoot } from "../../src/project";

test("the files of a module are what Terraform reads, as they are on disk", () => {
  const paths = [...ownModules.files.keys()].filter((path) => path.startsWith("modules/pmm-iam-target/"));
  expect(paths).toEqual([
    "modules/pmm-iam-target/main.tf",
    "modules/pmm-iam-target/outputs.tf",
    "modules/pmm-iam-target/policies/grafana.json",
    "modules/pmm-iam-target/policies/minimal.json",
    "modules/pmm-iam-target/policies/standard.json",
    "modules/pmm-iam-target/variables.tf",
    "modules/pmm-iam-target/versions.tf",
  ]);
  for (const path of paths) {
    expect(ownModules.files.get(path)).toEqual(readFileSync(join(packageRoot, path)));
  }
});

test("a process reads and scans each module once", () => {
  expect(ownModules.files).toBe(ownModules.files);
  expect(ownModules.objectsOf("pmm-iam-target")).toBe(ownModules.objectsOf("pmm-iam-target"));
  expect(modulePolicy("pmm-iam-target", "minimal", "aws")).toBe(
    modulePolicy("pmm-iam-target", "minimal", "aws"),
  );
});

test("the objects of a module are those of its account, in the modules that it calls too", () => {
  expect(ownModules.objectsOf("rotating-access-key")).toEqual(["aws_iam_access_key.slot"]);
  expect(ownModules.objectsOf("aurora-integration-user")).toEqual([
    "aws_iam_user.pmm_aws_integration",
    "aws_iam_user_policy.pmm_aws_integration",
    "aws_iam_user_policy.allowed_sources",
    "aws_iam_user_policies_exclusive.pmm_aws_integration",
    "aws_iam_user_policy_attachments_exclusive.pmm_aws_integration",
    "module.key.aws_iam_access_key.slot",
  ]);
});

test("what a removed block lets go is an object too: the state of an earlier version has it", () => {
  expect(ownModules.objectsOf("third-party-monitor")).toContain("aws_iam_role_policy_attachment.managed");
});

test("each resource of each module is in the account, in the source account, or in the state alone", () => {
  const blocks = [...ownModules.files]
    .filter(([path]) => path.endsWith(".tf"))
    .flatMap(([path, content]) =>
      terraformCode(path, content.toString("utf8"))
        .blocks.filter(({ keyword }) => keyword === "resource")
        .map((block) => ({ ...block, module: path.split("/")[1] ?? "" })),
    );
  const unknown = blocks.filter(({ module, labels, attributes }) => {
    // A closed account forgets it; destroys it in the source account; drops it from the state.
    const isForgotten = ownModules.objectsOf(module).includes(labels.join("."));
    const isDestroyed = referenceOf(attributes.get("provider")) === "aws.secrets";
    const isNothing = labels[0] === "terraform_data" && !attributes.has("provider");
    return [isForgotten, isDestroyed, isNothing].filter(Boolean).length !== 1;
  });
  expect(unknown.map(({ module, labels }) => `${module}: ${labels.join(".")}`)).toEqual([]);
  expect(blocks.length).toBeGreaterThan(30);
});

test("a policy is in the words of its partition", () => {
  const inChina = JSON.stringify(modulePolicy("pmm-iam-target", "minimal", "aws-cn"));
  expect(inChina).toContain('"arn:aws-cn:logs:*:*:log-group:RDSOSMetrics:*"');
  expect(inChina).not.toContain("arn:aws:");
});

test("a policy or module that is not there is a fault of the program", () => {
  expect(() => ownModules.objectsOf("none")).toThrow("there is no modules/none");
  expect(() => modulePolicy("pmm-iam-target", "none", "aws")).toThrow(
    "there is no modules/pmm-iam-target/policies/none.json",
  );
});
