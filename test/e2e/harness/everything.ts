/** All that an account can ask for, but a team's modules: keys of its entry, beside vendor-policy.json of scenarios/. */
export const EVERYTHING = `    aurora:
      key_generation: 2
      allowed_source_ips: [198.51.100.7/32]
    teleport:
      databases:
        - name: orders
          engine: aurora-postgresql
          resource_id: cluster-ABCDEFGHIJKL01234
          endpoint: orders.cluster-abc.us-east-1.rds.amazonaws.com:5432
          db_users: [alice]
    cloudwatch_agent:
      server_role: true
      admin_role: true
      on_premises_server_user: true
      on_premises_admin_user: true
      hybrid_activation: true
      ssm_managed_policy: AmazonSSMManagedInstanceCore
    third_party_monitors:
      - name: site24x7
        account_id: "999999999999"
        external_id: 9b2d41c6-7f0e-4a53-8d1b-2f6c0a5e7d94
        policy: ReadOnlyAccess
      - name: vendor
        account_id: "888888888888"
        external_id: 5c0e71f4-3b1d-4a7c-9e51-70d9a1c4b6e2
        policy: ./vendor-policy.json
`;
