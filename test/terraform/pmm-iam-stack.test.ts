import { readFileSync } from "node:fs";
import { join } from "node:path";
import { App, TerraformStack } from "cdktf";
import { features } from "../../src/features";
import { PmmIamStack } from "../../src/terraform/pmm-iam-stack";
import { buildStack } from "../../src/terraform/render";
import { planStacks } from "../../src/terraform/stack-plan";
import { deploymentOf } from "../support/synthesize";

const everything = readFileSync(join(__dirname, "../support/everything.yaml"), "utf8");

test("PmmIamStack renders what TerraformStack renders", () => {
  const deployment = deploymentOf(everything);
  const options = { format: "json", rootFromStack: "../../.." } as const;
  for (const plan of planStacks(deployment, features)) {
    const stack = buildStack(new App({ stackTraces: false }), plan, deployment, options);
    expect(stack).toBeInstanceOf(PmmIamStack);
    const own = JSON.parse(JSON.stringify(stack.toTerraform()));
    const stock = JSON.parse(JSON.stringify(TerraformStack.prototype.toTerraform.call(stack)));
    expect(own).toEqual(stock);
    expect(Object.keys(own.module).length).toBeGreaterThan(1);
  }
});

test("an override on the stack is refused, since it would be lost", () => {
  const stack = new PmmIamStack(new App({ stackTraces: false }), "stack");
  expect(() => stack.addOverride("module.x.y")).toThrow(
    "override module.x.y on an element of the stack instead",
  );
});
