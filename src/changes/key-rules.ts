import type { KeyedSetting } from "../features/feature";
import {
  type Change,
  type ChangeFinding,
  isActive,
  keptAccounts,
  noted,
  refused,
  type SettingPlace,
  settingPlace,
} from "./change";
import type { KeyedUserSnapshot } from "./settings";
import type { AccountSnapshot } from "./snapshot";

/** Key generations move by one at a time, and only while the key before is still active. */
export function* keyGenerations(change: Change): Iterable<ChangeFinding> {
  const base = new Map(keptAccounts(change).map(({ before, after }) => [after, before]));
  for (const account of change.head.accounts.filter(({ lifecycle }) => lifecycle === "active")) {
    const before = base.get(account);
    for (const user of account.users.filter(({ retiring }) => !retiring)) {
      const place = settingPlace({ before, after: account }, user.setting.keys);
      const earlier = before && userOf(before, user.setting);
      const wasThere = earlier !== undefined && !earlier.retiring && before?.lifecycle === "active";
      if (wasThere) {
        yield* movedGeneration(change.ref, user, earlier, place);
      } else if (earlier?.generation !== user.generation && !(before === undefined && place.isInherited)) {
        // An account that joins takes the generation of defaults as it is.
        yield* returns(user, earlier)
          ? returnedGeneration(change.ref, user, earlier, place)
          : firstGeneration(user, place);
      }
    }
  }
}

/** Whether a user comes back with a generation that it could not have had, had it stayed. */
function returns(
  { generation: to }: KeyedUserSnapshot,
  earlier: KeyedUserSnapshot | undefined,
): earlier is KeyedUserSnapshot {
  const from = earlier?.generation;
  return from !== undefined && to !== undefined && ![1, from, from + 1].includes(to);
}

/** Whether the retirement was applied is not known here, so the user may have its keys still. */
function* returnedGeneration(
  ref: string,
  { generation, setting }: KeyedUserSnapshot,
  { generation: from = 1 }: KeyedUserSnapshot,
  { path, whose }: SettingPlace,
): Iterable<ChangeFinding> {
  yield refused(
    [...path, "key_generation"],
    "key-generation",
    `key_generation of ${setting.userName} in ${whose} was ${from} at ${ref}, when it was retiring, and is ${generation}; expected 1 if the retirement was applied, else ${from} or ${from + 1}`,
  );
}

function* firstGeneration(user: KeyedUserSnapshot, { path, whose }: SettingPlace): Iterable<ChangeFinding> {
  if (user.generation !== undefined && user.generation !== 1) {
    yield noted(
      [...path, "key_generation"],
      "key-generation",
      `${user.setting.userName} is new in ${whose} and starts at key_generation ${user.generation}; expected 1: the plan refuses any other number for a user that exists already and has no generation`,
    );
  }
}

/** How a rotation is undone, by what became of the key before it. */
function undoOf({ previousKey }: KeyedUserSnapshot): string {
  if (previousKey === "deleted") {
    return "a rotation cannot be undone once the previous key is deleted";
  }
  return previousKey === "inactive"
    ? "to undo a rotation, set previous_key: active, apply, and give the consumers the previous key"
    : "to undo a rotation, give the consumers the previous key, which is active";
}

function* movedGeneration(
  ref: string,
  user: KeyedUserSnapshot,
  earlier: KeyedUserSnapshot,
  { path, whose }: SettingPlace,
): Iterable<ChangeFinding> {
  const { generation: to, previousKey } = user;
  const { generation: from } = earlier;
  if (to === undefined || from === undefined || to === from) {
    return;
  }
  const who = `key_generation of ${user.setting.userName} in ${whose}`;
  if (to !== from + 1) {
    const advice =
      to > from
        ? `raise it to ${from + 1} and apply; the key in use would be deleted by two steps at once`
        : `put ${from} back; ${undoOf(earlier)}`;
    yield refused(
      [...path, "key_generation"],
      "key-generation",
      `${who} was ${from} at ${ref} and is ${to}; expected ${from} or ${from + 1}: ${advice}`,
    );
  }
  if (to > from && previousKey !== "active") {
    yield refused(
      [...path, "previous_key"],
      "previous-key",
      `${who} goes from ${from} to ${to} with previous_key: ${previousKey}, which would cut off the key in use; set previous_key: active, and ${previousKey} once every consumer has the new key`,
    );
  }
}

/** The key before the newest: it goes in two steps, and what is deleted does not come back. */
export function* previousKeys(change: Change): Iterable<ChangeFinding> {
  for (const { before, after } of keptAccounts(change).filter((kept) => kept.after.lifecycle === "active")) {
    for (const user of after.users) {
      const earlier = userOf(before, user.setting);
      const isSame = earlier?.generation === user.generation && user.generation !== 1;
      if (earlier === undefined || !isSame || user.retiring) {
        continue;
      }
      const wasThere = before.lifecycle === "active" && !earlier.retiring;
      if (wasThere || (user.previousKey === "deleted" && !isGone(change, before, user))) {
        yield* movedPreviousKey(
          change.ref,
          user,
          earlier,
          settingPlace({ before, after }, user.setting.keys),
        );
      }
    }
  }
}

/** What was to retire has its keys until that is applied, as the state says. */
function isGone({ evidence }: Change, before: AccountSnapshot, { setting }: KeyedUserSnapshot): boolean {
  const module = before.instances.find(({ key }) => key === setting.keys[0])?.module;
  return module !== undefined && evidence.objectsOf(before, { module })?.length === 0;
}

function* movedPreviousKey(
  ref: string,
  { setting, previousKey: to }: KeyedUserSnapshot,
  { previousKey: from }: KeyedUserSnapshot,
  { path, whose }: SettingPlace,
): Iterable<ChangeFinding> {
  const place = [...path, "previous_key"];
  const who = `previous_key of ${setting.userName} in ${whose}`;
  if (from === "active" && to === "deleted") {
    yield refused(
      place,
      "previous-key-deleted",
      `${who} goes from active to deleted in one step: a consumer that still has the key is cut off for good; set previous_key: inactive first and apply, which can be taken back, then deleted once nothing fails`,
    );
  }
  if (from === "deleted" && to !== "deleted") {
    yield refused(
      place,
      "previous-key-restored",
      `${who} was deleted at ${ref} and is ${to}: the key does not come back, and the apply would make another one that nobody holds; put previous_key: deleted back, or rotate: key_generation one higher beside previous_key: active`,
    );
  }
}

/** Users that are no longer asked for. */
export function* droppedUsers(change: Change): Iterable<ChangeFinding> {
  for (const kept of keptAccounts(change).filter(isActive)) {
    const { before, after } = kept;
    for (const { setting, retiring } of before.users) {
      if (retiring || userOf(after, setting) !== undefined) {
        continue;
      }
      const place = settingPlace(kept, setting.keys);
      if (after.keyless.includes(setting)) {
        yield movedToRole(setting, place);
        continue;
      }
      const { path, whose, accountName } = place;
      const secret = setting.secretName(accountName);
      yield setting.retires
        ? refused(
            path,
            "aurora-dropped",
            `${setting.userName} of ${whose} is dropped without retiring, and with it PMM loses the key in ${secret}; put ${setting.keys.join(".")} back with lifecycle: retiring in it, apply, then remove it`,
            { on: "key" },
          )
        : noted(
            path,
            "user-dropped",
            `${setting.userName} of ${whose} is dropped: the next apply destroys it with its keys and the secret ${secret}; servers that use the key lose access`,
            { on: "key" },
          );
    }
  }
}

/** A user and a role in its stead are two steps: between them, who has the key is given the role. */
function movedToRole(setting: KeyedSetting, { path, whose, accountName }: SettingPlace): ChangeFinding {
  const { keys, userName, secretName, unless } = setting;
  const [name, choice] = [keys.join("."), choiceOf(setting)];
  return refused(
    [...path, ...(unless === undefined ? [] : [unless.key])],
    "credentials-changed",
    `${choice} drops ${userName} of ${whose} in one step, and with it PMM loses the key in ${secretName(accountName)}; give the role to each of PMM's agents that has the key, set ${name}: {lifecycle: retiring} and apply, then set ${name}: {${choice}}`,
  );
}

/**
 * A role and a user in its stead are two steps as well: in one, as where an older change is reverted, a key would be
 * made that nobody holds, while PMM's agents have the role.
 */
export function* usersInPlaceOfRoles(change: Change): Iterable<ChangeFinding> {
  for (const kept of keptAccounts(change).filter(isActive)) {
    const { before, after } = kept;
    for (const { setting } of after.users.filter(({ retiring }) => !retiring)) {
      if (before.keyless.includes(setting)) {
        const { path, whose } = settingPlace(kept, setting.keys);
        const name = setting.keys.join(".");
        yield refused(
          path,
          "credentials-changed",
          `${name} of ${whose} goes from ${choiceOf(setting)} to ${setting.userName} in one step: the apply would make a key that none of PMM's agents holds, for they have the role; remove ${name} and apply, which changes nothing in AWS, then set ${name}: true and give PMM the key`,
        );
      }
    }
  }
}

/** What the entry says where a role is used instead, such as `credentials: role`. */
function choiceOf({ unless }: KeyedSetting): string {
  return `${unless?.key}: ${unless?.is}`;
}

function userOf({ users }: AccountSnapshot, setting: KeyedSetting): KeyedUserSnapshot | undefined {
  return users.find((user) => user.setting === setting);
}
