import { readFileSync } from "node:fs";
import { join } from "node:path";
import { App, TerraformStack } from "cdktf";
import { PmmIamStack } from "../../src/terraform/pmm-iam-stack";
import { accessOf } from "../support/synthesize";

const everything = readFileSync(join(__dirname, "../support/everything.yaml"), "utf8");

test("PmmIamStack renders what TerraformStack renders", () => {
  const access = accessOf(everything);
  for (const stack of access.stacks) {
    const built = new PmmIamStack(new App({ stackTraces: false }), {
      access,
      stack,
      rootFromStack: "../../..",
    });
    const own = JSON.parse(JSON.stringify(built.toTerraform()));
    const stock = JSON.parse(JSON.stringify(TerraformStack.prototype.toTerraform.call(built)));
    expect(own).toEqual(stock);
    expect(Object.keys(own.module).length).toBeGreaterThan(1);
  }
});

test("an override on the stack is refused, since it would be lost", () => {
  const access = accessOf(everything);
  const [stack] = access.stacks;
  if (stack === undefined) {
    throw new Error("no stack");
  }
  const built = new PmmIamStack(new App({ stackTraces: false }), { access, stack, rootFromStack: "." });
  expect(() => built.addOverride("module.x.y")).toThrow(
    "override module.x.y on an element of the stack instead",
  );
});
