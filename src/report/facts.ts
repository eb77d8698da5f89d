import { relative, sep } from "node:path";
import type { AccessModel } from "../access/model";
import type { StackAccount } from "../access/stacks";
import type { Row } from "../diff/row";
import type { Identity } from "../features/identity";
import { version } from "../project";
import { Documents } from "./documents";
import type { GivenStates } from "./given-states";
import { IdentityReports } from "./identities";
import type { AccessReport, ReportAccount, ReportModule } from "./report";

/** What a report is made of beside the model. */
export interface ReportSources {
  /** The accounts file, as the user calls it. */
  readonly file: string;
  /** Ages are counted to it. */
  readonly today: Date;
  /** What changed, and since when; undefined where that was not asked for. */
  readonly since:
    | { readonly ref: string; readonly commit: string; readonly rows: readonly Row[] }
    | undefined;
  readonly states: GivenStates;
}

/** The whole access that a model grants, as the report says it. */
export function reportOf(access: AccessModel, { file, today, since, states }: ReportSources): AccessReport {
  const { deployment, identities } = access;
  const documents = new Documents();
  const reports = new IdentityReports(access, documents, states);
  const byAccount = new Map<string, Identity[]>();
  for (const identity of identities) {
    byAccount.set(identity.accountId, [...(byAccount.get(identity.accountId) ?? []), identity]);
  }
  const listed = access.stacks.flatMap((stack) => stack.accounts);
  const ids = new Set(listed.map(({ account }) => account.accountId));
  const identitiesOf = (accountId: string) => (byAccount.get(accountId) ?? []).map((one) => reports.of(one));
  const unlisted = [...byAccount]
    .filter(([accountId]) => !ids.has(accountId))
    .map(
      ([accountId, [first]]): ReportAccount => ({
        name: `account ${accountId}`,
        account_id: accountId,
        is_listed: false,
        stack: first?.stack ?? "",
        region: accountId === deployment.source.accountId ? deployment.source.region : "",
        lifecycle: "active",
        permissions: "",
        identities: identitiesOf(accountId),
        modules: [],
      }),
    );
  const accounts = listed
    .map(
      ({ account, calls }): ReportAccount => ({
        name: account.name,
        account_id: account.accountId,
        is_listed: true,
        stack: account.stack,
        region: account.region,
        lifecycle: account.lifecycle,
        permissions: account.permissions,
        identities: identitiesOf(account.accountId),
        modules: modulesOf(calls, deployment.folder.path),
      }),
    )
    .sort((a, b) => (a.name < b.name ? -1 : 1));
  return {
    deployment: {
      name: deployment.name,
      file,
      partition: deployment.partition,
      source_account_id: deployment.source.accountId,
      pmm_role_arn: deployment.source.pmmRoleArn,
      version,
    },
    made_on: today.toISOString().slice(0, 10),
    since: since === undefined ? null : { ref: since.ref, commit: since.commit },
    states: states.stacks,
    accounts: [...unlisted, ...accounts],
    documents: documents.all(),
    changes: since?.rows ?? [],
    left: states.left(),
  };
}

function modulesOf(calls: StackAccount["calls"], folder: string): ReportModule[] {
  return calls.flatMap(({ team }) => {
    if (team === undefined) {
      return [];
    }
    return team.kind === "remote"
      ? [{ name: team.name, source: team.source, version: team.version ?? null }]
      : [
          {
            name: team.name,
            source: `./${relative(folder, team.folder).replaceAll(sep, "/")}`,
            version: null,
          },
        ];
  });
}
