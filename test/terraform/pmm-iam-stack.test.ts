import { readFileSync } from "node:fs";
import { join } from "node:path";
import { IamRole } from "@cdktf/provider-aws/lib/iam-role";
import { AwsProvider } from "@cdktf/provider-aws/lib/provider";
import { SnsTopic } from "@cdktf/provider-aws/lib/sns-topic";
import {
  App,
  Aspects,
  Fn,
  TerraformHclModule,
  TerraformOutput,
  TerraformStack,
  TerraformVariable,
} from "cdktf";
import { Construct } from "constructs";
import type { Stack } from "../../src/access/stacks";
import { LiteralProvider } from "../../src/terraform/literal-provider";
import { ModuleInstance } from "../../src/terraform/module-instance";
import { PmmIamStack } from "../../src/terraform/pmm-iam-stack";
import { type OutputFormat, renderStacks } from "../../src/terraform/render";
import { accessOf, textOf } from "../support/synthesize";

const everything = readFileSync(join(__dirname, "../support/everything.yaml"), "utf8");
const access = accessOf(everything);

function built(stack: Stack): PmmIamStack {
  return new PmmIamStack(new App({ stackTraces: false }), { access, stack, rootFromStack: "../../.." });
}

function mainStack(): Stack {
  const stack = access.stacks.find(({ name }) => name === "pmm-iam");
  if (stack === undefined) {
    throw new Error("no main stack");
  }
  return stack;
}

/** As TerraformStack itself renders the same elements. */
function stock(stack: PmmIamStack): object {
  return JSON.parse(JSON.stringify(TerraformStack.prototype.toTerraform.call(stack)));
}

test("PmmIamStack renders what TerraformStack renders", () => {
  for (const stack of access.stacks) {
    const pmmIam = built(stack);
    const own = JSON.parse(JSON.stringify(pmmIam.toTerraform()));
    expect(own).toEqual(stock(pmmIam));
    expect(Object.keys(own.module).length).toBeGreaterThan(1);
  }
});

test("providers and module instances render what those of cdktf render", () => {
  const plain = (rendered: object) => JSON.parse(JSON.stringify(rendered));
  for (const stack of access.stacks) {
    const pmmIam = built(stack);
    const elements = pmmIam.node.findAll();
    const providers = elements.filter((element) => element instanceof LiteralProvider);
    const instances = elements.filter((element) => element instanceof ModuleInstance);
    expect(Math.min(providers.length, instances.length)).toBeGreaterThan(1);
    for (const provider of providers) {
      expect(plain(provider.toTerraform())).toEqual(plain(AwsProvider.prototype.toTerraform.call(provider)));
    }
    for (const instance of instances) {
      expect(plain(instance.toTerraform())).toEqual(
        plain(TerraformHclModule.prototype.toTerraform.call(instance)),
      );
      const name = instance.friendlyUniqueId;
      instance.resetOverrideLogicalId();
      expect(name).toBe(pmmIam.getLogicalId(instance));
    }
  }
});

test("an override on the stack is refused, since it would be lost", () => {
  expect(() => built(mainStack()).addOverride("module.x.y")).toThrow(
    "override module.x.y on an element of the stack instead",
  );
});

/** What a platform team may add: references, functions, a variable, an output. */
class Alarms extends Construct {
  readonly topic: SnsTopic;

  constructor(scope: Construct, id: string) {
    super(scope, id);
    const suffix = new TerraformVariable(this, "suffix", { type: "string", default: "alarms" });
    this.topic = new SnsTopic(this, "topic", { name: Fn.join("-", ["pmm", suffix.stringValue]) });
    const role = new IamRole(this, "role", {
      name: "alarms",
      assumeRolePolicy: "{}",
      tags: { topic: this.topic.arn },
    });
    new TerraformOutput(this, "arn", { value: role.arn, staticId: true });
  }
}

describe("a team's own constructs", () => {
  test("with tokens render as TerraformStack renders them, beside all that the stack has by itself", () => {
    const before = built(mainStack()).toTerraform() as { module: object; provider: { aws: object[] } };
    const stack = built(mainStack());
    new Alarms(stack, "alarms");
    new AwsProvider(stack, "second", { alias: "second", region: Fn.lower("EU-WEST-1") });
    stack.prepareStack();
    const own = JSON.parse(JSON.stringify(stack.toTerraform()));
    expect(own).toEqual(stock(stack));
    expect(own.resource.aws_sns_topic.alarms_topic_CB6504A9.name).toMatch(
      /^\$\{join\("-", \["pmm", var\.\w+\]\)\}$/,
    );
    expect(own.resource.aws_iam_role.alarms_role_C2F3AF3E.tags).toEqual({
      topic: "${aws_sns_topic.alarms_topic_CB6504A9.arn}",
    });
    expect(own.output.arn.value).toMatch(/^\$\{aws_iam_role\.alarms_role_\w+\.arn\}$/);
    expect(Object.keys(own.module)).toEqual(Object.keys(before.module));
    expect(own.provider.aws).toHaveLength(before.provider.aws.length + 1);
    expect(own.provider.aws.at(-1)).toEqual({ alias: "second", region: '${lower("EU-WEST-1")}' });
  });

  test("overrides reach what the stack has by itself", () => {
    const stack = built(mainStack());
    const provider = stack.node.findAll().find((node) => node instanceof AwsProvider);
    (provider as AwsProvider).addOverride("max_retries", 3);
    const instance = stack.node.findAll().find((node) => node instanceof ModuleInstance);
    (instance as ModuleInstance).addOverride("depends_on", ["aws_iam_role.pmm_ec2"]);
    const own = JSON.parse(JSON.stringify(stack.toTerraform()));
    expect(own).toEqual(stock(stack));
    expect(own.provider.aws[0].max_retries).toBe(3);
    expect(own.provider.aws[1].max_retries).toBeUndefined();
    expect(own.module[instance?.node.id ?? ""].depends_on).toEqual(["aws_iam_role.pmm_ec2"]);
  });

  test.each<OutputFormat>(["json", "hcl"])("may refer to another stack, as %s", async (format) => {
    let topic: SnsTopic | undefined;
    const files = await renderStacks(access, {
      format,
      rootFromStack: "../../..",
      extend: (stack) => {
        if (topic === undefined) {
          topic = new Alarms(stack, "alarms").topic;
        } else {
          new IamRole(stack, "reader", {
            name: "reader",
            assumeRolePolicy: "{}",
            tags: { topic: topic.arn },
          });
        }
      },
    });
    const roots = access.stacks.map(({ name }) =>
      textOf(files, `stacks/${name}/${format === "json" ? "cdk.tf.json" : "cdk.tf"}`),
    );
    expect(roots.join("")).not.toContain("TfToken");
    expect(roots[0]).toMatch(/cross-stack-output-aws_sns_topicalarms_topic_\w+arn/);
    expect(roots[1]).toMatch(
      /data\.terraform_remote_state\.[\w-]+\.outputs\.cross-stack-output-aws_sns_topicalarms/,
    );
  });

  test.each<OutputFormat>(["json", "hcl"])("may change what is there by an aspect, as %s", async (format) => {
    const files = await renderStacks(access, {
      format,
      rootFromStack: "../../..",
      extend: (stack) =>
        Aspects.of(stack).add({
          visit: (node) => {
            if (node instanceof AwsProvider) {
              node.addOverride("max_retries", 3);
            }
          },
        }),
    });
    for (const stack of access.stacks) {
      const root = textOf(files, `stacks/${stack.name}/${format === "json" ? "cdk.tf.json" : "cdk.tf"}`);
      const set = root.match(/max_retries"?(?:: | += )3/g) ?? [];
      // Each account's provider, and the source account's.
      expect(set).toHaveLength(stack.accounts.length + 1);
    }
  });
});
