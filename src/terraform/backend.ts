import { LocalBackend, S3Backend, type TerraformStack } from "cdktf";
import type { Deployment } from "../accounts/model";
import { stateKey } from "../accounts/names";

/**
 * Where the stack's state lives. `rootFromStack` leads from the stack's folder to the accounts file's, where a local
 * state stays when the output folder is thrown away.
 */
export function addBackend(
  stack: TerraformStack,
  { backend }: Pick<Deployment, "backend">,
  rootFromStack: string,
): void {
  const name = stack.node.id;
  if (backend === undefined) {
    new LocalBackend(stack, { path: `${rootFromStack}/terraform.${name}.tfstate` });
    return;
  }
  const { bucket, region, key_prefix, kms_key_id } = backend.s3;
  const s3 = new S3Backend(stack, {
    bucket,
    region,
    key: stateKey(key_prefix, name),
    encrypt: true,
    // Terraform knows the regions of its own day, and accounts.yaml those of src/aws/partitions.ts.
    skipRegionValidation: true,
    ...(kms_key_id === undefined ? {} : { kmsKeyId: kms_key_id }),
  });
  // cdktf 0.21 does not know the argument, which Terraform has had since 1.10.
  s3.addOverride("use_lockfile", true);
}
