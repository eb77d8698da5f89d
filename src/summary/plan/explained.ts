import type { AccessModel } from "../../access/model";
import type { StackAccount } from "../../access/stacks";
import { contentOf } from "../../diff/modules";

/**
 * Which parts of a deployment say the same before and after a change of the file. What a plan does to such a part
 * comes from elsewhere: somebody changed it by hand, or it was not applied.
 */
export class Explanations {
  private readonly instances: readonly [ReadonlyMap<string, string>, ReadonlyMap<string, string>];
  private readonly roots: readonly [string, string];

  constructor(before: readonly AccessModel[], after: AccessModel) {
    this.instances = [instancesIn(before), instancesIn([after])];
    this.roots = [rootOf(before), rootOf([after])];
  }

  /** Whether the file explains what a plan does to a module instance or, where that is undefined, to the root. */
  explains(instance: string | undefined): boolean {
    const [was, is] =
      instance === undefined ? this.roots : this.instances.map((instances) => instances.get(instance));
    return was !== is;
  }
}

/** What each module instance at the root of a stack is made of. Its stack and its place in the file do not matter. */
function instancesIn(models: readonly AccessModel[]): ReadonlyMap<string, string> {
  return new Map(
    models.flatMap(({ deployment, stacks }) => {
      const { source, secrets } = deployment;
      // Secrets are made by the source account's provider.
      const around = [source.accountId, source.region, source.tags, secrets];
      return stacks.flatMap(({ accounts }) =>
        accounts.flatMap((member) => [
          ...member.calls.map((call): [string, string] => [
            call.name,
            text([
              contentOf(call),
              call.makes,
              call.adopts,
              settings(member),
              call.usesSecrets ? around : [],
            ]),
          ]),
          ...member.forgotten.map(({ name }): [string, string] => [name, "forgotten"]),
        ]),
      );
    }),
  );
}

/** What of an account reaches each of its instances. */
function settings({ account }: StackAccount): unknown[] {
  const { accountId, region, adminRoleName, tags, adopt, boundaries, iamPath } = account;
  return [accountId, region, adminRoleName, tags, adopt, boundaries, iamPath];
}

/** What is written at the root of the stacks: on PMM's and on Teleport's role. */
function rootOf(models: readonly AccessModel[]): string {
  return text(models.map(({ callers }) => callers.map(({ kind, role, grants }) => [kind, role, grants])));
}

/** Without where it is in the file. Both are lists: a tag may have such a name too. */
function text(value: unknown): string {
  return JSON.stringify(value, (key, inner: unknown) =>
    (key === "path" || key === "askedBy") && Array.isArray(inner) ? undefined : inner,
  );
}
