import type { LastUse } from "../aws-calls/index";
import { ageSince, type KeyAge, type KeyAges } from "./due";
import type { KeyedUser } from "./keyed-users";
import type { AwsAnswer, NotAsked } from "./keys-in-aws";
import { previousKeyOf } from "./previous-key";
import { isUnfinished } from "./steps";

/** The ages of keys by what AWS answered. Of several keys the newest is the one that AWS made last. */
export class AgesInAws implements KeyAges {
  private readonly answers: ReadonlyMap<KeyedUser, AwsAnswer>;

  constructor(
    answers: readonly AwsAnswer[],
    private readonly today: Date,
  ) {
    this.answers = new Map(answers.map((answer) => [answer.user, answer]));
  }

  ageOf(user: KeyedUser): KeyAge {
    const answer = this.answers.get(user);
    if (answer?.notAsked !== undefined) {
      return { unknown: answer.notAsked };
    }
    const found = answer?.found;
    if (found === undefined) {
      return { unknown: "not-applied" };
    }
    const { generation = user.generation } = found;
    if (generation !== user.generation) {
      return { unknown: generation < user.generation ? "not-applied" : "ahead" };
    }
    const [newest] = found.keys;
    return newest === undefined ? { unknown: "no-key" } : ageSince(newest.createdAt, this.today);
  }

  previousUse(user: KeyedUser): LastUse | null | undefined {
    const found = this.answers.get(user)?.found;
    const previous = found && previousKeyOf(found);
    return previous === undefined || found?.usesNotAsked !== undefined
      ? undefined
      : (previous.lastUse ?? null);
  }

  /** Where the user's keys could not be asked for either, `ageOf` says why. */
  useNotAsked(user: KeyedUser): NotAsked | undefined {
    return this.answers.get(user)?.found?.usesNotAsked;
  }

  isUntagged(user: KeyedUser): boolean {
    const found = this.answers.get(user)?.found;
    return found !== undefined && found.generation === undefined;
  }

  /** A key made by hand, or one that the file says deleted. */
  hasOtherKey(user: KeyedUser): boolean {
    const { generation = user.generation, keys = [] } = this.answers.get(user)?.found ?? {};
    return generation === user.generation && keys.length > (isUnfinished(user) ? 2 : 1);
  }
}
