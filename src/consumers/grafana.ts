import { createHash } from "node:crypto";
import type { AccessModel } from "../access/model";
import { sharedName } from "../accounts/names";
import type { Consumer } from "../features/consumer";
import { type MonitoringRole, monitoringRoles } from "./active-accounts";

const FILE = "grafana/datasources.yaml";

/*
 * Sources: Grafana, "Provision Grafana" (apiVersion, datasources, prune), "Configure the Amazon CloudWatch data source"
 * (jsonData) and "Configure Grafana", [aws] (what is allowed by default); PMM's grafana.ini leaves [paths] provisioning
 * at its default.
 */
const HEAD = `# Data sources for Grafana: CloudWatch of each account, by the role that PMM's instance assumes there.
# Written by pmm-iam from accounts.yaml. No key is in this file.
#
# Where it goes:
#   PMM's own Grafana: /usr/share/grafana/conf/provisioning/datasources/pmm-iam.yaml in the container
#   Grafana from a package or its own image: /etc/grafana/provisioning/datasources/pmm-iam.yaml
# Grafana reads it when it starts.
#
# - authType default is the AWS SDK's own search for credentials: on the PMM instance it finds the instance's role. A
#   container reaches it only where the instance's metadata hop limit is 2 or more. Another Grafana needs credentials of
#   a role that the accounts trust: one of additional_principals.
# - Grafana has to allow both, as it does unless it is told otherwise: GF_AWS_ALLOWED_AUTH_PROVIDERS with default in it,
#   GF_AWS_ASSUME_ROLE_ENABLED=true.
# - One data source is enough for all regions of an account: a query names its region, and defaultRegion is where it
#   names none.
# - prune: Grafana removes a data source that is no longer in this file (Grafana 11.1 and later). An older Grafana keeps
#   it; remove it there by hand.
`;

/** A CloudWatch data source for each account. */
export const grafana: Consumer<AccessModel> = {
  readme: [
    {
      path: FILE,
      use: "For Grafana: a CloudWatch data source for each account. Copy it to `/usr/share/grafana/conf/provisioning/datasources/pmm-iam.yaml` in PMM's container (`/etc/grafana/provisioning/datasources/` of any other Grafana) and restart Grafana. Its first lines say what Grafana needs.",
    },
  ],

  files(access) {
    const roles = monitoringRoles(access);
    if (roles.length === 0) {
      return new Map();
    }
    const { name: deployment } = access.deployment;
    const sources = roles.map((role) => dataSource(role, deployment));
    return new Map([
      [FILE, `${[HEAD, "apiVersion: 1", "prune: true", "datasources:", ...sources].join("\n")}\n`],
    ]);
  },
};

/** One entry of `datasources`. Each text is a double-quoted scalar, as JSON writes it: no value is anything but text. */
function dataSource({ account, arn, externalId }: MonitoringRole, deployment: string): string {
  return [
    `  - name: ${JSON.stringify(sharedName(`CloudWatch ${account.name}`, deployment))}`,
    "    type: cloudwatch",
    `    uid: ${JSON.stringify(uidOf(account.name, deployment))}`,
    "    access: proxy",
    "    editable: false",
    "    jsonData:",
    "      authType: default",
    `      assumeRoleArn: ${JSON.stringify(arn)}`,
    ...(externalId === undefined ? [] : [`      externalId: ${JSON.stringify(externalId)}`]),
    `      defaultRegion: ${JSON.stringify(account.region)}`,
  ].join("\n");
}

/**
 * What dashboards name the data source by: 40 characters at most, and never another for an account and a deployment.
 * Grafana knows a provisioned source by its name, so both change together: an id that stayed under another name would
 * be two sources with one id, with which Grafana does not start.
 */
function uidOf(account: string, deployment: string): string {
  const hash = createHash("sha256").update(`${deployment}/${account}`).digest("hex");
  return `pmm-iam-${account.slice(0, 23)}-${hash.slice(0, 8)}`;
}
