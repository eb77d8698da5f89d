import type { LastUse } from "../aws-calls/index";
import { type KeyedUser, whose } from "./keyed-users";
import type { AwsAnswer, AwsKey, AwsUser } from "./keys-in-aws";
import { previousKeyOf } from "./previous-key";
import type { Step } from "./steps";
import type { StillUsed, UseAnswer } from "./still-used";

const HOUR = 60 * 60 * 1000;

/**
 * How long a key has to be unused by what AWS says, in hours. AWS does not document how late it is; of the services
 * that an identity last accessed it says that recent activity shows within four hours. Agents ask every minute.
 */
const QUIET_HOURS = 4;

export interface Asked {
  readonly step: Step;
  readonly now: Date;
  /** Uses up to this time were before the switch, as a person says. */
  readonly usedUntil: Date | undefined;
}

/**
 * Whether AWS shows that a previous key was used since the switch, for users of generation 2 and later.
 *
 * Nobody records when the last consumer got the newest key: it was after AWS made that key. A use before that is before
 * the switch. A use after it is of a consumer that had not got the key yet, or that never will: it is refused for as
 * long as the key was not left alone for some hours since, unless a person says that it was before the switch. What AWS
 * has and what the file says must agree as well, else the previous key would be another one. A user without the tag of
 * its generation counts as applied: the plan refuses to go on without it.
 */
export function usesInAws(answers: readonly AwsAnswer[], asked: Asked): UseAnswer {
  const results = answers.map((answer) =>
    answer.notAsked === undefined ? useOf(answer.user, answer.found, asked) : {},
  );
  return {
    stillUsed: results.flatMap(({ stillUsed }) => stillUsed ?? []),
    notes: results.flatMap(({ note }) => note ?? []),
    notAsked: answers.flatMap(({ user, found, notAsked = found?.usesNotAsked }) =>
      notAsked === undefined ? [] : [user],
    ),
  };
}

interface Use {
  readonly stillUsed?: StillUsed;
  readonly note?: string;
}

function useOf(user: KeyedUser, found: AwsUser | undefined, asked: Asked): Use {
  const notYet = (reason: string, remedy: string): Use => ({ stillUsed: { user, found: reason, remedy } });
  const { generation } = user;
  if (found === undefined) {
    return {
      note: `AWS has no ${user.user.setting.userName} in "${user.account.name}", so no previous key of it`,
    };
  }
  const { generation: applied = generation } = found;
  if (applied > generation) {
    return notYet(
      `is another one in AWS, which is at generation ${applied} already`,
      "bring the file up to date with what was applied",
    );
  }
  if (applied < generation) {
    return notYet(
      `is the newest one that AWS has, at generation ${applied}`,
      `apply key_generation: ${generation} and give each consumer the new key`,
    );
  }
  const previous = previousKeyOf(found);
  const newest = found.keys.find((key) => key !== previous);
  if (previous === undefined || newest === undefined) {
    return notYet(
      `cannot be told from the newest, for AWS has ${found.keys.length} of the 2 keys that the file asks for`,
      APPLY,
    );
  }
  if (asked.step !== "revoke" && found.keys[0]?.isActive === false) {
    return notYet("cannot be told from the newest, for the newer of the two is inactive in AWS", APPLY);
  }
  if (asked.step === "revoke" && previous.isActive) {
    return notYet(
      "is active in AWS",
      "apply previous_key: inactive, and see that nothing fails without the key",
    );
  }
  return found.usesNotAsked === undefined ? lastUseOf(user, { previous, newest }, asked) : {};
}

const APPLY = "apply the file as it is, and run this again";

/** The keys of a user that has two. */
interface Pair {
  readonly previous: AwsKey;
  readonly newest: AwsKey;
}

function lastUseOf(user: KeyedUser, { previous, newest }: Pair, { step, now, usedUntil }: Asked): Use {
  const { lastUse } = previous;
  const quietSince = now.getTime() - QUIET_HOURS * HOUR;
  if (lastUse === undefined || latestOf(lastUse) < newest.createdAt.getTime()) {
    return newest.createdAt.getTime() < quietSince ? {} : { note: tooEarly(user, newest) };
  }
  const shown = useText(lastUse);
  const isBeforeSwitch =
    usedUntil === undefined
      ? lastUse.at.getTime() < quietSince
      : inSeconds(lastUse.at) <= inSeconds(usedUntil);
  return isBeforeSwitch
    ? { note: `AWS shows the last use of the previous key of ${whose(user)}: ${shown}` }
    : {
        stillUsed: {
          user,
          found: `was used ${shown}, and AWS made the newest key at ${timeText(newest.createdAt)}`,
          remedy: `find who has it, move them to the newest key, and wait until AWS shows no use of ${QUIET_HOURS} hours; where that use was the last before they moved: ${commandOf(user, step)} --used-until ${timeText(lastUse.at)}`,
        },
      };
}

/** Whose keys is said where the account has several users. */
function commandOf({ account, key }: KeyedUser, step: Step): string {
  const isOnly = account.users.filter(({ retiring }) => !retiring).length === 1;
  return `rotate ${account.name}${step === "raise" ? "" : ` --${step}`}${isOnly ? "" : ` --user ${key}`}`;
}

function tooEarly(user: KeyedUser, newest: AwsKey): string {
  return `AWS shows no use of the previous key of ${whose(user)} since it made the newest one, at ${timeText(newest.createdAt)}; AWS may show a use hours after it`;
}

/** AWS rounds down to the minute: then the key was used at any time in it. */
function latestOf({ at }: LastUse): number {
  return at.getTime() + (at.getTime() % 60_000 === 0 ? 59_999 : 0);
}

function inSeconds(time: Date): number {
  return Math.floor(time.getTime() / 1000);
}

/** `at 2026-11-26T18:04:00Z by rds in us-east-1`. */
export function useText({ at, service, region }: LastUse): string {
  const where = [
    ...(service === "" || service === NOT_KNOWN ? [] : [` by ${service}`]),
    ...(region === "" || region === NOT_KNOWN ? [] : [` in ${region}`]),
  ];
  return `at ${timeText(at)}${where.join("")}`;
}

/** What AWS says for a service or region that it does not know. */
const NOT_KNOWN = "N/A";

/** 2026-11-26T18:04:00Z. */
function timeText(time: Date): string {
  return `${time.toISOString().slice(0, 19)}Z`;
}
