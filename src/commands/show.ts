import { type HandedOn, handedOn } from "../access/handovers";
import { cut, firstOfMany, nearest } from "../accounts/wording";
import { InputError } from "../changes/input-error";
import type { Feature } from "../features/feature";
import { readAccounts } from "./read-accounts";
import { reportResult } from "./report";
import { EXIT_USER } from "./run";
import { formatShow, type ShowFormat } from "./show-formats";

export interface ShowOptions {
  readonly format: ShowFormat;
}

/** Prints what to hand to whom, of one account or of all, as the file says it. Returns the exit code. */
export async function show(
  features: readonly Feature[],
  account: string | undefined,
  { format }: ShowOptions,
): Promise<number> {
  const read = readAccounts(features);
  if (read === undefined) {
    return EXIT_USER;
  }
  const all = handedOn(read.access);
  reportResult(formatShow(format, account === undefined ? all : [named(account, all)]));
  return 0;
}

function named(asked: string, all: readonly HandedOn[]): HandedOn {
  const accounts = all.filter(({ account }) => account !== undefined);
  const found = accounts.find(({ name }) => name === asked);
  if (found === undefined) {
    const names = accounts.map(({ name }) => name);
    const expected = nearest(asked, names) ?? firstOfMany(names, 10);
    throw new InputError(`no account has the name "${cut(asked)}"; expected ${expected}`, "account");
  }
  return found;
}
