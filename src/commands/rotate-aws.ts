import type { AccessModel } from "../access/model";
import { counted } from "../accounts/wording";
import type { KeyedUser } from "../rotation/keyed-users";
import { type AwsAnswer, keysInAws } from "../rotation/keys-in-aws";
import { notAskedLines } from "../rotation/not-asked";
import { isUnfinished } from "../rotation/steps";
import type { AskUse } from "../rotation/still-used";
import { type Asked, usesInAws } from "../rotation/use-in-aws";
import { adminRole } from "./environment";
import { withProgress } from "./progress";

/** Asks AWS for the keys of users, and for their last use where a rotation is not finished. */
export function askAws(users: readonly KeyedUser[], access: AccessModel): Promise<AwsAnswer[]> {
  const accounts = counted(new Set(users.map(({ account }) => account.name)).size, "account");
  return withProgress(
    (done) => `Asking AWS: ${done} of ${accounts}`,
    (advance) => keysInAws(users, access, { adminRole: adminRole(), withLastUse: isUnfinished, advance }),
  );
}

/** Asks AWS whether previous keys are still used. Where it cannot be asked, a note says so: the file can be edited anywhere. */
export function askUseInAws(asked: Asked): AskUse {
  return async (users, access) => {
    const answers = await askAws(users, access);
    const uses = usesInAws(answers, asked);
    const notAsked = answers.flatMap(({ user, found, notAsked: all = found?.usesNotAsked }) =>
      all === undefined ? [] : [{ user, notAsked: all }],
    );
    const missed = (keys: number): string =>
      `AWS was not asked whether ${counted(keys, "previous key is", "previous keys are")} still used`;
    return {
      ...uses,
      notes: [...uses.notes, ...notAskedLines(notAsked, missed, "skip this with --offline")],
    };
  };
}
