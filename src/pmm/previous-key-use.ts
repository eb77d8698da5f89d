import type { AccessModel } from "../access/model";
import { counted, firstOfMany } from "../accounts/wording";
import { InputError } from "../changes/input-error";
import { isOfPmm, type KeyedUser } from "../rotation/keyed-users";
import type { UseAnswer } from "../rotation/still-used";
import { type PmmAddress, pmmAddress } from "./address";
import { PmmConnection } from "./connection";
import { PmmInventory } from "./inventory";
import { heldKeys } from "./push";
import { type Reader, readKeys } from "./read-keys";

const MOST_NAMED = 10;

/** Asks PMM which of its agents still hold a previous key, where PMM_URL and PMM_TOKEN say where it is. */
export async function usesInPmm(
  users: readonly KeyedUser[],
  access: AccessModel,
  environment: Readonly<Record<string, string | undefined>>,
  reader: Reader,
): Promise<UseAnswer> {
  const ofPmm = users.filter(isOfPmm);
  const address = ofPmm.length === 0 ? undefined : pmmAddress(environment);
  if (address !== undefined) {
    const notAsked = users.filter((user) => !ofPmm.includes(user));
    return { ...(await agentsWithPrevious(ofPmm, access, address, reader)), notAsked };
  }
  const note =
    "PMM was not asked whether it still holds the previous key; set PMM_URL and PMM_TOKEN to have it asked";
  return { stillUsed: [], notes: ofPmm.length === 0 ? [] : [note], notAsked: users };
}

async function agentsWithPrevious(
  users: readonly KeyedUser[],
  access: AccessModel,
  address: PmmAddress,
  reader: Reader,
): Promise<Omit<UseAnswer, "notAsked">> {
  const { keys, problems } = await readKeys(users, access, reader);
  const [first, ...more] = problems;
  if (first !== undefined) {
    const rest = more.length === 0 ? "" : `; ${counted(more.length, "more user")} likewise`;
    throw new InputError(
      `PMM cannot be asked whether it still holds the previous key: ${first}${rest}; to go on without asking PMM, unset PMM_URL`,
      "rotation",
    );
  }
  const held = await heldKeys(new PmmInventory(new PmmConnection(address)), keys);
  const stillUsed = held.users
    .filter(({ toSwitch }) => toSwitch.length > 0)
    .map(({ user, toSwitch }) => {
      const names = firstOfMany(
        toSwitch.map(({ name }) => name),
        MOST_NAMED,
      );
      return {
        user,
        found: `is held by ${counted(toSwitch.length, "agent")} of PMM: ${names}`,
        remedy: `rotate ${user.account.name} --push-pmm`,
      };
    });
  return { stillUsed, notes: keys.flatMap(({ notes }) => notes) };
}
