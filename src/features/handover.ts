import { CONSUMERS_FOLDER } from "./consumer";

/**
 * What people hand on of what is made: to Grafana, PMM, Teleport, a vendor. The output `access` of its stack has the
 * facts as AWS answered them, and `show` as the file says them, with the steps. No secret is in it.
 */
export interface Handover {
  /** Who gets it, as a heading has it: `Grafana`, `the vendor`. */
  readonly to: string;
  /** Below which keys its facts are in the account's part of the output: `["third_party_roles", "site24x7"]`. */
  readonly key: readonly [outer?: string, inner?: string];
  /** By the names that they have in the output. */
  readonly facts: Readonly<Record<string, Fact>>;
  /** What to do with it: a sentence each. No full stop follows a value at its end, which is copied. */
  readonly steps: readonly string[];
}

/** One value that is handed on. */
export interface Fact {
  /** As the file says it. Of a secret's ARN: without the six characters that AWS adds. */
  readonly value: string | number;
  /** Where Terraform has it after an apply, at the root of the stack; left out where AWS has no word in it. */
  readonly reference?: string;
}

/** A fact that the module instance has as an output. */
export function outputOf(instance: string, output: string, value: string): Fact {
  return { value, reference: `module.${instance}.${output}` };
}

/** What a step calls a file of the consumers; `path` is that below their folder. */
export function consumerFile(path: string): string {
  return `${CONSUMERS_FOLDER}/${path} in the output folder`;
}

/** The step that gives an EC2 instance its role. */
export function attachInstanceProfile(name: string, region: string): string {
  return `Attach the instance profile ${name}: aws ec2 associate-iam-instance-profile --region ${region} --iam-instance-profile Name=${name} --instance-id <instance>`;
}
