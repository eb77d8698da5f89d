import type { Row } from "../../src/diff/row";
import { diffRows } from "../../src/diff/rows";
import { accessOf } from "../support/synthesize";

/** A file with something of every kind, as parts that a test replaces. */
export const FILE = `
source:
  account_id: "111111111111"
  pmm_ec2_role_name: pmm-ec2-role
defaults: {region: us-east-1, admin_role_name: Admin}
teleport: {role_name: teleport, proxy_address: "teleport.example.com:443"}
secrets: {readers: [pmm_ec2_role]}
accounts:
  - name: orders
    account_id: "222222222222"
    aurora: {allowed_source_ips: [198.51.100.7/32]}
    permissions: minimal
    permissions_boundary: boundary
    teleport:
      databases:
        - {name: orders, engine: postgres, resource_id: db-ORDERS, endpoint: "db:5432", db_users: [alice]}
    third_party_monitors:
      - {name: vendor, principals: ["999999999999"], external_id: 9b2d41c6, policies: [SecurityAudit]}
  - name: billing
    account_id: "033333333333"
    aurora: true
`;

/** The rows of a change: each part of the file is replaced where it is. */
export function rowsOf(...parts: readonly (readonly [before: string, after: string])[]): Row[] {
  const after = parts.reduce((text, [from, to]) => {
    if (!text.includes(from)) throw new Error(`there is no ${from}`);
    return text.replace(from, to);
  }, FILE);
  return diffRows([accessOf(FILE)], [accessOf(after)]);
}

export function said(rows: readonly Row[]): string[] {
  return rows.map(({ change, says }) => `${change}: ${says}`);
}
