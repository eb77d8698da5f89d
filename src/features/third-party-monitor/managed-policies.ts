import { error, type Finding, type Path, warning } from "../../accounts/problem";
import { nearest } from "../../accounts/wording";
import { published, read, write } from "../../aws/managed-policies.json";
import { policyHandsOutAccess } from "./handed-out-access";

/*
 * AWS's managed policies as they were on the day `published`; `npm run refresh:managed-policies` reads them again.
 */

const READERS = "ReadOnlyAccess, SecurityAudit or job-function/ViewOnlyAccess";
const EXPECTED = `expected a policy that reads, such as ${READERS}`;

/** What is wrong with giving a third party this policy of AWS. */
export function* managedPolicyRules(policy: string, path: Path): Iterable<Finding> {
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
    yield unknownPolicy(policy, path);
  }
}

/** A warning, because AWS adds policies every week, and partitions other than aws have some of their own. */
function unknownPolicy(policy: string, path: Path): Finding {
  const near = nearestPolicy(policy);
  return warning(
    path,
    "policy",
    `AWS had no managed policy ${policy} on ${published}, so what it allows is not known; ${near === undefined ? EXPECTED : `did you mean ${near}?`}`,
  );
}

/** The same name with another path or case, else the nearest. */
function nearestPolicy(policy: string): string | undefined {
  const names = [...read, ...write];
  const withoutPath = (name: string) => name.slice(name.lastIndexOf("/") + 1).toLowerCase();
  return names.find((name) => withoutPath(name) === withoutPath(policy)) ?? nearest(policy, names);
}
