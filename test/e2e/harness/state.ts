import { factLines, placed } from "./modelled";
import type { Folder } from "./terraform";

interface Resource {
  readonly address: string;
  readonly mode: string;
  readonly type: string;
  readonly values: Readonly<Record<string, unknown>>;
}

interface Module {
  readonly resources?: readonly Resource[];
  readonly child_modules?: readonly Module[];
}

/** Resources that are no object of their own in AWS, or are part of one that is told elsewhere. */
const NO_PLACE = /_exclusive$|^aws_iam_access_key$|^aws_secretsmanager_secret_(version|policy)$/;

/** What a stack's state has of AWS. */
export interface Held {
  /** By address, as `Part.addresses` has it. */
  readonly places: Map<string, string>;
  /** The output `access`, as `Part.handedOn` has it. */
  readonly handedOn: ReadonlySet<string>;
}

export async function heldIn(folder: Folder): Promise<Held> {
  const { values } = JSON.parse(await folder.run("show", "-json")) as {
    readonly values?: {
      readonly root_module: Module;
      readonly outputs?: Readonly<Record<string, { readonly value: unknown; readonly sensitive: boolean }>>;
    };
  };
  const access = values?.outputs?.["access"];
  if (access?.sensitive) throw new Error("the output access is sensitive: something secret is in it");
  return { places: placesIn(values?.root_module), handedOn: new Set(factLines(access?.value ?? {})) };
}

function placesIn(root: Module | undefined): Map<string, string> {
  const resources = resourcesOf(root).filter(
    ({ mode, type }) => mode === "managed" && type.startsWith("aws_") && !NO_PLACE.test(type),
  );
  return new Map(resources.map((resource) => [resource.address, placeOf(resource)]));
}

function resourcesOf(module: Module | undefined): Resource[] {
  return [...(module?.resources ?? []), ...(module?.child_modules ?? []).flatMap(resourcesOf)];
}

function placeOf({ type, values }: Resource): string {
  const value = (key: string) => String(values[key]);
  const owner = String(values["role"] ?? values["user"]);
  if (/_policy_attachment$/.test(type)) return placed.attached(owner, value("policy_arn"));
  if (/^aws_iam_(role|user)_policy$/.test(type)) return placed.inline(owner, value("name"));
  return type === "aws_secretsmanager_secret" ? placed.secret(value("name")) : value("arn");
}
