import { accessOutput, handedOnIn } from "../access/handovers";
import type { AccessModel } from "../access/model";
import type { ForgottenInstance, Stack, StackAccount } from "../access/stacks";
import type { ModuleCall } from "../features/feature";
import type { ModuleLibrary } from "../modules/library";
import { guard } from "./guard";
import { jsonExpression, jsonLiteral } from "./hcl";

/** The Terraform version that the modules need: secret_string_wo is a write-only argument. */
const REQUIRED_VERSION = ">= 1.11";

/** `pmm-iam.tf.json`, beside cdktf's own root file: what cdktf's HCL renderer breaks is here in both formats. */
export function secondRootFile(stack: Stack, model: AccessModel): string {
  const { accounts } = stack;
  const locals = accounts
    .flatMap(({ calls }) => calls)
    .flatMap(({ name, locals = {} }) =>
      Object.keys(locals).length === 0 ? [] : [[name, jsonExpression(locals)] as const],
    );
  const adopted = accounts.flatMap(adoptedObjects);
  const moved = accounts.flatMap(({ calls }) => calls.flatMap(movedObjects));
  const forgotten = accounts.flatMap((account) =>
    account.forgotten.flatMap((instance) => forgottenAddresses(instance, model.modules)),
  );
  const content = {
    ...(adopted.length === 0 ? {} : { import: adopted }),
    ...(locals.length === 0 ? {} : { locals: Object.fromEntries(locals.sort()) }),
    ...(moved.length === 0 ? {} : { moved }),
    ...(forgotten.length === 0
      ? {}
      : { removed: forgotten.map((from) => ({ from, lifecycle: { destroy: false } })) }),
    output: { access: accessBlock(stack, model) },
    resource: guard(model.deployment.name, stack.name),
    terraform: { required_version: REQUIRED_VERSION },
  };
  return `${JSON.stringify(content, undefined, 2)}\n`;
}

/** What people hand on, as AWS answered it. */
function accessBlock(stack: Stack, model: AccessModel): object {
  return {
    description:
      "What to hand on, by account: ARNs, external ids and the names of secrets. No secret is in it.",
    value: accessOutput(handedOnIn(stack, model), ({ value, reference }) =>
      reference === undefined ? jsonLiteral(value) : `\${${reference}}`,
    ),
  };
}

/** Import blocks: the plan takes over what was made by hand, or says that it is not there. */
function adoptedObjects({ account, calls }: StackAccount): { to: string; id: string }[] {
  const { adopt } = account;
  return calls.flatMap(({ name, adoptable = [], adopts = [] }) =>
    [...adoptable.filter(({ kind }) => adopt === "all" || adopt.includes(kind)), ...adopts].map(
      ({ address, id }) => ({ to: `module.${name}.${address}`, id }),
    ),
  );
}

/** Moved blocks: what the state has under another address is taken to its new one. */
function movedObjects({ name, moved = [] }: ModuleCall): { from: string; to: string }[] {
  return moved.map(({ from, to }) => ({ from: `module.${name}.${from}`, to: `module.${name}.${to}` }));
}

/**
 * What a closed account's instance may have made, by address. A team's module is forgotten whole, wherever its code is.
 * Of one of the program's own, each object in the account: the whole would take its secret with it, which is in
 * the source account and has to be destroyed.
 */
function forgottenAddresses({ name, module, team }: ForgottenInstance, modules: ModuleLibrary): string[] {
  const instance = `module.${name}`;
  return team === undefined
    ? modules.objectsOf(module).map((address) => `${instance}.${address}`)
    : [instance];
}
