import { type AccountsFile, place } from "../../accounts/file";
import { laterOfSame } from "../../accounts/file-order";
import { error, type Finding, type Path } from "../../accounts/problem";
import { repeated } from "../../accounts/rules";
import type { ThirdPartyMonitorInput } from "../../accounts/schema";
import { MANAGED_POLICY_CHARACTERS } from "../../aws/limits";
import { policySize } from "../../aws/policies";
import { managedPolicyRules } from "./managed-policies";
import { filesOf, isPolicyFile, type ManagedFilePolicy, placeFiles, policiesOf } from "./policies";

/** A monitor's role, and where the file asks for it. */
interface MonitorRole {
  readonly path: Path;
  readonly roleName: string;
}

export function* policyRules(
  file: AccountsFile,
  settings: ThirdPartyMonitorInput,
  role: MonitorRole,
): Iterable<Finding> {
  const named = policiesOf(settings, role.path);
  const { policy: short, policies: listed } = settings;
  if (short !== undefined && listed !== undefined) {
    const way = listed.includes(short)
      ? "policies has it already: remove policy"
      : "add it to policies and remove policy";
    yield error(
      [...role.path, "policy"],
      "policy",
      `policy is short for policies with one, and both are here; ${way}`,
      "key",
    );
  } else if (named.length === 0) {
    yield error(
      role.path,
      "policy",
      "policies is missing; expected what the vendor may do, such as policies: [ReadOnlyAccess]",
    );
  }
  yield* repeated(
    file,
    named.map(({ policy: value, path }) => ({ value, path })),
    "policy",
    (policy, first) => `"${policy}" is there already at ${first}; expected each policy once`,
  );
  for (const { policy, path } of named.filter(({ policy }) => !isPolicyFile(policy))) {
    yield* managedPolicyRules(policy, path, file.partition);
  }
  yield* placeRules(file, settings, role);
}

/** Files that find no place on the role, or no name of their own. */
function* placeRules(
  file: AccountsFile,
  settings: ThirdPartyMonitorInput,
  { path, roleName }: MonitorRole,
): Iterable<Finding> {
  const files = filesOf(file.folder, policiesOf(settings, path));
  const { managed, misfits, room } = placeFiles(files, settings, file.partition ?? "aws");
  for (const { policy, path: at, document } of misfits) {
    const others = files.length > misfits.length ? " with the other files" : "";
    yield error(
      at,
      "policy-size",
      `${policy} has ${policySize(document)} characters; the role itself holds ${room}${others}, and a managed policy ${MANAGED_POLICY_CHARACTERS}: split it into files of at most ${MANAGED_POLICY_CHARACTERS} characters, or shorten it with Get*, List* and Describe*`,
    );
  }
  for (const { policy, path: at } of managed.filter(({ document }) => document.Version !== "2012-10-17")) {
    yield error(
      at,
      "policy",
      `${policy} becomes a managed policy, and IAM takes the older Version in inline policies only; write "Version": "2012-10-17" in it`,
    );
  }
  yield* nameRules(file, managed, roleName);
}

const LONGEST_POLICY_NAME = 128;

function* nameRules(
  file: AccountsFile,
  managed: readonly ManagedFilePolicy[],
  roleName: string,
): Iterable<Finding> {
  for (const { policy, path, key } of managed) {
    const policyName = `${roleName}-${key}`;
    if (policyName.length > LONGEST_POLICY_NAME) {
      yield error(
        path,
        "policy-name",
        `${policy} becomes the policy ${policyName}, whose name has ${policyName.length} characters; IAM allows ${LONGEST_POLICY_NAME}: give the file a shorter name`,
      );
    }
  }
  const same = laterOfSame(managed, {
    // IAM's names have no case.
    key: ({ key }) => key.toLowerCase(),
    place: ({ path }) => place(file, path),
  });
  for (const { first, later } of same) {
    yield error(
      later.path,
      "policy-name",
      `${later.policy} becomes the policy ${roleName}-${later.key}, as ${first.policy} at ${place(file, first.path)} does; give one of the files another name`,
    );
  }
}
