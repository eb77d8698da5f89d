import type { Path } from "../accounts/problem";
import { type Change, type ChangeFinding, isInUse, keptAccounts, refused } from "./change";

/** What is made in one account and would go to another IAM path. */
interface Moved {
  readonly name: string;
  readonly before: string;
  readonly path: Path;
}

/** What is made stays in its IAM path: AWS moves neither roles nor policies. */
export function* changedIamPaths(change: Change): Iterable<ChangeFinding> {
  const byPlace = new Map<string, Moved[]>();
  for (const moved of movedPaths(change)) {
    // What several accounts take from the defaults is said once.
    const place = `${moved.path.join(".")} ${moved.before}`;
    byPlace.set(place, [...(byPlace.get(place) ?? []), moved]);
  }
  for (const [first, ...others] of byPlace.values()) {
    if (first !== undefined) {
      const who = others.length === 0 ? first.name : `${first.name} and ${others.length} more`;
      const back =
        first.before === "/" ? "remove iam_path, or set iam_path: /" : `put iam_path: ${first.before} back`;
      yield refused(
        first.path,
        "iam-path-changed",
        `the IAM path of ${who} was ${first.before} at ${change.ref}, and AWS moves neither a role nor a policy to another path: the next apply destroys them and makes them again, and who uses them loses access; ${back}. For another path, retire the account, apply, and set the path when it is active again`,
      );
    }
  }
}

function* movedPaths(change: Change): Iterable<Moved> {
  const { base, head } = change;
  const ofDefaults: Path = ["defaults", "iam_path"];
  const isSameSource = base.source.accountId === head.source.accountId;
  if (isSameSource && hasPathIn(base.source) && base.source.iamPath !== head.source.iamPath) {
    yield { name: "the source account", before: base.source.iamPath, path: ofDefaults };
  }
  for (const kept of keptAccounts(change)) {
    const { before, after } = kept;
    const isSame = before.accountId === after.accountId && after.lifecycle === "active";
    if (isSame && isInUse(change, kept) && before.iamPath !== after.iamPath) {
      const isOwn = before.ownIamPath || after.ownIamPath;
      const path = isOwn ? [...after.path, "iam_path"] : ofDefaults;
      yield { name: `"${after.name}"`, before: before.iamPath, path };
    }
  }
}

/** Whether anything is made in the source account for no account of the list: PMM's role, or policies on it. */
function hasPathIn({ makesPmmRole, assumePolicy }: Change["base"]["source"]): boolean {
  return makesPmmRole || assumePolicy === "sharded";
}
