import { type HandedOn, handedOn } from "../access/handovers";
import type { AccessModel } from "../access/model";
import type { Account, Lifecycle } from "../accounts/model";
import { counted } from "../accounts/wording";
import type { Handover } from "../features/handover";
import { filePath } from "../project";
import { type AccountPart, byAccount } from "./by-account";
import { codeSpan } from "./markdown";

/** What people have to do once a change is applied, by account: none where it is nothing. */
export function afterTheApply(before: readonly AccessModel[], after: AccessModel): AccountPart[] {
  const was = new Map(before.flatMap(handedOn).map((of) => [idOf(of), of]));
  return handedOn(after).flatMap((of): AccountPart[] => {
    const earlier = was.get(idOf(of));
    const lines = [
      ...of.handovers.flatMap((handover) => handoverLines(handover, earlier?.handovers)),
      ...leavingLines(of.account, earlier?.account),
    ];
    return lines.length === 0 ? [] : [{ name: of.name, counted: counted(lines.length, "step"), lines }];
  });
}

/** The steps of each account, within so many bytes. */
export function afterTheApplyLines(parts: readonly AccountPart[], most: number): string[] {
  return byAccount(
    parts,
    most,
    (rest) =>
      `and ${counted(rest.length, "more account")}; \`pmm-iam show\` prints what is handed on of each`,
  );
}

/** An account stays the same under another name. */
function idOf({ name, account }: HandedOn): string {
  return account?.accountId ?? name;
}

/** All steps of what is new or has other facts; else those that were not there before. */
function handoverLines({ to, key, facts, steps }: Handover, before: readonly Handover[] = []): string[] {
  const earlier = before.find(
    (other) => other.to === to && JSON.stringify(other.key) === JSON.stringify(key),
  );
  const line = (step: string) => `- ${codeSpan(to)}: ${codeSpan(step)}`;
  if (earlier === undefined) {
    return steps.map(line);
  }
  const [was, is] = [valuesOf(earlier), valuesOf({ facts })];
  if (was["key_generation"] !== is["key_generation"]) {
    return [`- ${codeSpan(to)}: ${newKeyText(to, is)}`];
  }
  const isSame = JSON.stringify(was) === JSON.stringify(is);
  return steps.filter((step) => !isSame || !earlier.steps.includes(step)).map(line);
}

function valuesOf({ facts }: Pick<Handover, "facts">): Readonly<Record<string, string | number>> {
  return Object.fromEntries(Object.entries(facts).map(([name, { value }]) => [name, value]));
}

function newKeyText(to: string, values: ReturnType<typeof valuesOf>): string {
  const generation = `the key of generation ${values["key_generation"]}`;
  const secret = codeSpan(String(values["secret_name"]));
  const push = to === "PMM" ? " (`rotate --push-pmm` gives it to PMM)" : "";
  return `move every consumer to ${generation}, which the secret ${secret} holds${push}, then set \`previous_key: inactive\` (\`${filePath("docs/rotate-a-key.md")}\`)`;
}

/** What is left to do for an account that leaves with this change. */
function leavingLines(account: Account | undefined, before: Account | undefined): readonly string[] {
  const lifecycle = account?.lifecycle;
  return lifecycle === undefined || lifecycle === before?.lifecycle ? [] : LEAVING[lifecycle];
}

const LEAVING: Readonly<Record<Lifecycle, readonly string[]>> = {
  active: [],
  retiring: [
    `- delete the account's entry, once its stack and the main stack are applied (\`${filePath("docs/retire-an-account.md")}\`)`,
  ],
  closed: [
    `- delete the account's entry, once its stack and the main stack are applied (\`${filePath("docs/account-closed.md")}\`)`,
  ],
};
