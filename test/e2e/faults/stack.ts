import { readFileSync } from "node:fs";
import { join } from "node:path";
import { DeleteAccessKeyCommand, GetUserCommand, NoSuchEntityException } from "@aws-sdk/client-iam";
import { DescribeSecretCommand, ResourceNotFoundException } from "@aws-sdk/client-secrets-manager";
import type { Account } from "../harness/accounts";
import type { Lab } from "../harness/lab";
import { type Key, keysOf, type SecretKey, secretOf } from "../harness/look";
import type { Folder } from "../harness/terraform";
import { ROOT } from "../harness/tools";

/*
 * A stack of accounts that have the Aurora user and nothing else, and what is to be seen of each.
 */

export const SOURCE = "111111111111";
export const USER = "PMMAWSIntegrationUser";

/** The secret of an account's Aurora user, whose entry has the name `u` and the account's id. */
export const secretName = (account: string): string => `pmm/aurora/u${account}`;

export type Previous = "active" | "inactive" | "deleted";

export interface Wanted {
  readonly generation: number;
  readonly previous: Previous;
}

export interface Target {
  readonly account: string;
  /** Whether its provider tries a call again that failed. */
  readonly retries: boolean;
}

function target({ account, retries }: Target): string {
  return `
provider "aws" {
  alias               = "u${account}"
  region              = "us-east-1"
  allowed_account_ids = ["${account}"]
  ${retries ? "max_retries = 2" : ""}
  assume_role {
    role_arn     = "arn:aws:iam::${account}:role/TerraformAdmin"
    session_name = "pmm-iam"
  }
}
module "u${account}" {
  source             = "./modules/aurora-integration-user"
  providers          = { aws = aws.u${account}, aws.secrets = ${retries ? "aws.retries" : "aws"} }
  secret_name        = "${secretName(account)}"
  key_generation     = var.generation
  previous_key       = var.previous
  allowed_source_ips = ["198.51.100.7/32"]
  secret_readers     = ["arn:aws:iam::${SOURCE}:role/pmm-ec2-role"]
}
`;
}

/** A stack of the accounts, initialized. */
export async function stackOf(lab: Lab, name: string, targets: readonly Target[]): Promise<Folder> {
  const folder = lab.terraform(name);
  folder.copy(join(ROOT, "modules"), "modules");
  folder.write(
    "main.tf",
    `
terraform {
  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = "6.25.0"
    }
  }
}
variable "generation" {
  type = number
}
variable "previous" {
  type = string
}
provider "aws" {
  region              = "us-east-1"
  allowed_account_ids = ["${SOURCE}"]
}
provider "aws" {
  alias               = "retries"
  region              = "us-east-1"
  allowed_account_ids = ["${SOURCE}"]
  max_retries         = 2
}
${targets.map(target).join("")}`,
  );
  await folder.init();
  return folder;
}

/** Asks for a generation. */
export function want(folder: Folder, wanted: Wanted): void {
  folder.write("terraform.tfvars.json", JSON.stringify(wanted));
}

/** What AWS holds of one account. */
export interface Seen {
  readonly user: boolean;
  /** The secret's ARN. */
  readonly secret: string | undefined;
  readonly keys: readonly Key[];
  /** What the secret says, once it says something. */
  readonly current: SecretKey | undefined;
}

async function unlessMissing<Found>(call: Promise<Found>): Promise<Found | undefined> {
  try {
    return await call;
  } catch (error) {
    if (error instanceof NoSuchEntityException || error instanceof ResourceNotFoundException)
      return undefined;
    throw error;
  }
}

/** A look into the accounts, past Terraform and past what stands before AWS. */
export class Eyes {
  private readonly accounts = new Map<string, Promise<Account>>();

  constructor(private readonly lab: Lab) {}

  private of(id: string): Promise<Account> {
    const known = this.accounts.get(id) ?? this.lab.account(id);
    this.accounts.set(id, known);
    return known;
  }

  async see(account: string): Promise<Seen> {
    const [own, source] = [await this.of(account), await this.of(SOURCE)];
    const name = secretName(account);
    const user = await unlessMissing(own.iam.send(new GetUserCommand({ UserName: USER })));
    const secret = await unlessMissing(
      source.secrets("us-east-1").send(new DescribeSecretCommand({ SecretId: name })),
    );
    return {
      user: user !== undefined,
      secret: secret?.ARN,
      keys: user === undefined ? [] : await keysOf(own, USER),
      current: secret === undefined ? undefined : await unlessMissing(secretOf(source, name)),
    };
  }

  /** Runs the command that a message gives. */
  async deleteKey(account: string, command: string): Promise<void> {
    const [, UserName, AccessKeyId] =
      /^aws iam delete-access-key --user-name (\S+) --access-key-id (\S+)$/.exec(command) ?? [];
    await (await this.of(account)).iam.send(new DeleteAccessKeyCommand({ UserName, AccessKeyId }));
  }
}

/** A key as the state holds it. */
export interface HeldKey {
  readonly id: string;
  readonly secret: string;
}

/** What the state holds of one account. */
export interface Held {
  readonly user: boolean;
  readonly secret: boolean;
  /** By slot. */
  readonly keys: Readonly<Record<string, HeldKey>>;
}

interface StateJson {
  readonly resources?: readonly {
    readonly module?: string;
    readonly type: string;
    readonly mode: string;
    readonly instances: readonly { readonly index_key?: string; readonly attributes: HeldKey }[];
  }[];
}

export function held(folder: Folder, account: string): Held {
  // Terraform makes the file, empty, to lock it: killed at its first call it leaves it so.
  const text = readFileSync(join(folder.path, "terraform.tfstate"), "utf8");
  const state = (text === "" ? {} : JSON.parse(text)) as StateJson;
  const own = (state.resources ?? []).filter(
    ({ mode, module = "" }) => mode === "managed" && `${module}.`.startsWith(`module.u${account}.`),
  );
  const instances = (type: string) =>
    own.filter((resource) => resource.type === type).flatMap((r) => r.instances);
  return {
    user: instances("aws_iam_user").length > 0,
    secret: instances("aws_secretsmanager_secret").length > 0,
    keys: Object.fromEntries(
      instances("aws_iam_access_key").map(({ index_key = "", attributes: { id, secret } }) => [
        index_key,
        { id, secret },
      ]),
    ),
  };
}

interface CheckedPlan {
  readonly checks?: readonly {
    readonly instances?: readonly {
      readonly address: { readonly to_display: string };
      readonly problems?: readonly { readonly message: string }[];
    }[];
  }[];
}

/** What the plan warns of, by account. */
export async function warnings(folder: Folder): Promise<Map<string, string[]>> {
  await folder.run("plan", "-no-color", "-out=plan");
  const { checks = [] } = JSON.parse(await folder.run("show", "-json", "plan")) as CheckedPlan;
  const found = new Map<string, string[]>();
  for (const { address, problems = [] } of checks.flatMap(({ instances = [] }) => instances)) {
    const account = /u(\d{12})\./.exec(address.to_display)?.[1] ?? "";
    found.set(account, [...(found.get(account) ?? []), ...problems.map(({ message }) => message)]);
  }
  return found;
}

/** Something that AWS holds and the state does not. */
export interface Stray {
  readonly account: string;
  readonly what: "user" | "secret";
  readonly arn: string | undefined;
}

/** Takes what is AWS's into the state, by import blocks: the import command cannot read what the module reads. */
export async function takeOver(folder: Folder, strays: readonly Stray[]): Promise<void> {
  const blocks = strays.map(({ account, what, arn }) =>
    what === "user"
      ? `import {\n  to = module.u${account}.aws_iam_user.pmm_aws_integration\n  id = "${USER}"\n}\n`
      : `import {\n  to = module.u${account}.module.key.aws_secretsmanager_secret.key\n  id = "${arn}"\n}\n`,
  );
  folder.write("imports.tf", blocks.join(""));
  await folder.apply();
  folder.write("imports.tf", "");
}
