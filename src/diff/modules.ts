import type { AccessModel } from "../access/model";
import type { Account } from "../accounts/model";
import type { ModuleCall } from "../features/feature";
import type { Change } from "./row";
import type { Unsaid } from "./rows";

interface TeamCall {
  readonly account: Account;
  readonly call: ModuleCall;
}

/** The teams' own modules that came, went or changed: what they make is not known here. */
export function changedModules(before: readonly AccessModel[], after: readonly AccessModel[]): Unsaid[] {
  const [was, is] = [teamCalls(before), teamCalls(after)];
  return [...new Set([...was.keys(), ...is.keys()])].flatMap((id): Unsaid[] => {
    const [old, now] = [was.get(id), is.get(id)];
    if (now === undefined) {
      return old === undefined ? [] : [moduleRow("lost", old)];
    }
    if (old === undefined) {
      return [moduleRow("gained", now)];
    }
    return contentOf(old.call) === contentOf(now.call) ? [] : [moduleRow("widened", now)];
  });
}

function teamCalls(models: readonly AccessModel[]): ReadonlyMap<string, TeamCall> {
  return new Map(
    models.flatMap(({ stacks }) =>
      stacks.flatMap(({ accounts }) =>
        accounts.flatMap(({ account, calls }) =>
          calls
            .filter(({ team }) => team !== undefined)
            .map((call) => [`${account.accountId} ${call.name}`, { account, call }] as const),
        ),
      ),
    ),
  );
}

/** All that decides what the module makes. */
export function contentOf({ team, variables, locals }: ModuleCall): string {
  const code =
    team?.kind === "local"
      ? [...team.files].map(([name, content]) => [name, content.toString("base64")])
      : [team?.source, team?.version];
  return JSON.stringify([code, variables, locals]);
}

function moduleRow(change: Change, { account, call }: TeamCall): Unsaid {
  return {
    change,
    kind: "module",
    who: { kind: "module", id: call.team?.name ?? call.module },
    where: { account: account.name, account_id: account.accountId, target: `module.${call.name}` },
    actions: [],
    resources: [],
    condition: {},
  };
}
