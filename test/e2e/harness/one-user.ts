/** An accounts file with one account, in which the integration user is all that has a key. */
export const oneUser = (aurora: string) => `
source:
  account_id: "111111111111"
  pmm_ec2_role_name: pmm-ec2-role
  create_pmm_ec2_role: true
defaults:
  admin_role_name: Admin
accounts:
  - name: billing-prod
    account_id: "033333333333"
    aurora: ${aurora}
`;
