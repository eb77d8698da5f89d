/** The account and the name of a role or user, whatever its path. */
interface Named {
  readonly accountId: string;
  readonly kind: string;
  readonly name: string;
}

const SESSION = /^arn:[^:]+:sts::(\d{12}):assumed-role\/([^/]+)\//;
const ROLE_OR_USER = /^arn:[^:]+:iam::(\d{12}):(role|user)\/(?:.*\/)?([^/]+)$/;

/**
 * Whether a caller, as AWS names who calls, is one of these ARNs of roles and users. A role's session has no path, and
 * no account has two roles of one name.
 */
export function isOneOf(caller: string, arns: readonly string[]): boolean {
  const called = namedBy(caller);
  return (
    called !== undefined &&
    arns.some((arn) => {
      const named = namedBy(arn);
      return (
        named !== undefined &&
        named.accountId === called.accountId &&
        named.kind === called.kind &&
        named.name === called.name
      );
    })
  );
}

function namedBy(arn: string): Named | undefined {
  const [, sessionAccount, role] = SESSION.exec(arn) ?? [];
  if (sessionAccount !== undefined && role !== undefined) {
    return { accountId: sessionAccount, kind: "role", name: role };
  }
  const [, accountId, kind, name] = ROLE_OR_USER.exec(arn) ?? [];
  return accountId === undefined || kind === undefined || name === undefined
    ? undefined
    : { accountId, kind, name };
}
