import { ACCOUNT_CHANGES, type KeyChange } from "./changes";

/** A change in an account of its own. */
export interface Entry {
  readonly key: string;
  readonly change: KeyChange;
  /** The account's name, and so its alias. */
  readonly name: string;
}

/** Every change of a key of an account. */
export const ENTRIES: readonly Entry[] = Object.entries(ACCOUNT_CHANGES)
  .flatMap(([key, changes]) => changes.map((change) => ({ key, change })))
  .map((entry, index) => ({ ...entry, name: `a${index}` }));

/** A file in which each change has an account of its own. */
export function fileOf(side: "before" | "after", entries = ENTRIES): string {
  const listed = entries.map(({ name, change }, index) => {
    const id = `2${String(index).padStart(11, "0")}`;
    const settings = change[side].replaceAll("DATABASE", `${name}-db`);
    return `  - {name: ${name}, account_id: "${id}"${settings === "" ? "" : `, ${settings}`}}\n`;
  });
  return `source: {account_id: "111111111111", pmm_ec2_role_name: pmm-ec2-role, assume_policy: organization, organization_id: o-exampleorgid}
defaults: {admin_role_name: Admin}
teleport: {role_name: teleport, proxy_address: "teleport.example.com:443"}
accounts:
${listed.join("")}`;
}
