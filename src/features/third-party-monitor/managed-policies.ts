import { distance } from "fastest-levenshtein";
import { error, type Finding, type Path, warning } from "../../accounts/problem";
import { nearest } from "../../accounts/wording";
import { published, read, write } from "../../aws/managed-policies.json";
import type { Partition } from "../../aws/partitions";
import { policyHandsOutAccess } from "./handed-out-access";

/*
 * AWS's managed policies as they were on the day `published`; `npm run refresh:managed-policies` reads them again.
 */

const READERS = "ReadOnlyAccess, SecurityAudit or job-function/ViewOnlyAccess";
const EXPECTED = `expected a policy that reads, such as ${READERS}`;

/** What is wrong with giving a third party this policy of AWS. */
export function* managedPolicyRules(
  policy: string,
  path: Path,
  partition: Partition | undefined,
): Iterable<Finding> {
  const name = policy.slice(policy.lastIndexOf("/") + 1);
  if (/^(?:aws-service-role|root-task)\//i.test(policy)) {
    yield error(path, "policy", `AWS attaches ${policy} to its own roles and sessions only; ${EXPECTED}`);
  } else if (policyHandsOutAccess(name)) {
    yield error(
      path,
      "policy",
      `${policy} lets the third party hand out access: it allows actions that make, attach or pass identities, policies, keys or sessions; ${EXPECTED}`,
    );
  } else if (write.includes(policy)) {
    yield warning(
      path,
      "policy",
      `${policy} lets the third party change what it monitors, not only read it; ${EXPECTED}`,
    );
  } else if (!read.includes(policy)) {
    yield unknownPolicy(policy, path, partition);
  }
}

/**
 * An error where the name is surely one of AWS's misspelt. Else a warning, because AWS adds policies every week, and
 * partitions other than aws have some of their own.
 */
function unknownPolicy(policy: string, path: Path, partition: Partition | undefined): Finding {
  const misspelt = misspeltPolicy(policy);
  if (misspelt !== undefined && (partition ?? "aws") === "aws") {
    return error(path, "policy", `AWS has no managed policy ${policy}; did you mean ${misspelt}?`);
  }
  const near = misspelt ?? nearest(policy, KNOWN);
  return warning(
    path,
    "policy",
    `AWS had no managed policy ${policy} on ${published}, so what it allows is not known; ${near === undefined ? EXPECTED : `did you mean ${near}?`}`,
  );
}

const KNOWN = [...read, ...write];

/** A few letters: more of them may make the name of a policy that AWS has added. */
const MOST_SLIPS = 2;

/**
 * The policy of the same name with another path or case: AWS has each name once. Else the one that differs in two
 * letters, but not in a digit: AWS numbers the versions of a policy.
 */
function misspeltPolicy(policy: string): string | undefined {
  const plain = (name: string): string =>
    name
      .slice(name.lastIndexOf("/") + 1)
      .toLowerCase()
      .replace(/[_-]/g, "");
  const digits = (name: string): string => name.replace(/\D/g, "");
  const wanted = plain(policy);
  const ranked = KNOWN.map((name) => ({ name, far: distance(plain(name), wanted) }))
    .filter(({ name, far }) => far <= MOST_SLIPS && digits(plain(name)) === digits(wanted))
    .sort((a, b) => a.far - b.far);
  return ranked[0]?.name;
}
