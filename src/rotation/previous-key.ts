import type { AwsKey, AwsUser } from "./keys-in-aws";

/**
 * The key before the newest, of a user that has two: the inactive one, else the older one. A key does not say its
 * generation in AWS. Where Terraform had to make the older generation's key again, which nobody holds, it takes the key
 * in use for the previous one, and what follows is a refusal too many.
 */
export function previousKeyOf({ keys }: AwsUser): AwsKey | undefined {
  const [newer, older, third] = keys;
  if (newer === undefined || older === undefined || third !== undefined) {
    return undefined;
  }
  return older.isActive && !newer.isActive ? newer : older;
}
