import {
  DeactivateMFADeviceCommand,
  DeleteAccessKeyCommand,
  DeleteLoginProfileCommand,
  DeleteServiceSpecificCredentialCommand,
  DeleteSigningCertificateCommand,
  DeleteSSHPublicKeyCommand,
  DeleteVirtualMFADeviceCommand,
  ListAccessKeysCommand,
  ListMFADevicesCommand,
  ListServiceSpecificCredentialsCommand,
  ListSigningCertificatesCommand,
  ListSSHPublicKeysCommand,
  ListVirtualMFADevicesCommand,
} from "@aws-sdk/client-iam";
import type { Aws } from "./aws";
import { found } from "./drafts";
import { attached, policies, USER } from "./grants";

/** The access keys of a user; none where there is no such user. */
export async function keysOf(aws: Aws, UserName: string) {
  return (await found(aws.iam.send(new ListAccessKeysCommand({ UserName }))))?.AccessKeyMetadata ?? [];
}

/** Removes from a user what may hang on it without Terraform's knowledge: what `force_destroy` is for. */
export async function strip(aws: Aws, UserName: string): Promise<void> {
  for (const name of (await found(policies(aws, USER, UserName))) ?? [])
    await found(USER.drop(aws, UserName, name));
  for (const arn of (await found(attached(aws, USER, UserName))) ?? [])
    await found(USER.detach(aws, UserName, arn));
  for (const { AccessKeyId } of await keysOf(aws, UserName))
    await aws.iam.send(new DeleteAccessKeyCommand({ UserName, AccessKeyId }));
  const keys = await found(aws.iam.send(new ListSSHPublicKeysCommand({ UserName })));
  for (const { SSHPublicKeyId } of keys?.SSHPublicKeys ?? [])
    await aws.iam.send(new DeleteSSHPublicKeyCommand({ UserName, SSHPublicKeyId }));
  await stripDevices(aws, UserName);
  await found(aws.iam.send(new DeleteLoginProfileCommand({ UserName })));
  const certificates = await found(aws.iam.send(new ListSigningCertificatesCommand({ UserName })));
  for (const { CertificateId } of certificates?.Certificates ?? [])
    await aws.iam.send(new DeleteSigningCertificateCommand({ UserName, CertificateId }));
  const credentials = await found(aws.iam.send(new ListServiceSpecificCredentialsCommand({ UserName })));
  for (const { ServiceSpecificCredentialId } of credentials?.ServiceSpecificCredentials ?? [])
    await aws.iam.send(new DeleteServiceSpecificCredentialCommand({ UserName, ServiceSpecificCredentialId }));
}

async function stripDevices(aws: Aws, UserName: string): Promise<void> {
  const assigned = await aws.iam.send(new ListVirtualMFADevicesCommand({ AssignmentStatus: "Assigned" }));
  for (const { SerialNumber, User } of assigned.VirtualMFADevices ?? []) {
    if (User?.UserName !== UserName) continue;
    await aws.iam.send(new DeactivateMFADeviceCommand({ UserName, SerialNumber }));
    await aws.iam.send(new DeleteVirtualMFADeviceCommand({ SerialNumber }));
  }
  const devices = await found(aws.iam.send(new ListMFADevicesCommand({ UserName })));
  for (const { SerialNumber } of devices?.MFADevices ?? [])
    await aws.iam.send(new DeactivateMFADeviceCommand({ UserName, SerialNumber }));
}
