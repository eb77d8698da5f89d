/**
 * The description in AWS of a role or managed policy: what it is for, a sentence, and which stack manages it. AWS
 * takes 1,000 characters of ASCII and Latin-1. It changes that of a role in place, and never that of a policy. The
 * modules put the same text together from `managed_by`.
 */
export function descriptionOf(purpose: string, stack: string): string {
  return `${purpose} Managed by Terraform, ${managedBy(stack)}.`;
}

/** What the modules' variable `managed_by` is. */
export function managedBy(stack: string): string {
  return `stack ${stack}`;
}
