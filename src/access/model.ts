import type { Deployment } from "../accounts/model";
import type { Feature } from "../features/feature";
import type { Identity } from "../features/identity";
import { modulesOf } from "../features/modules";
import type { ModuleLibrary } from "../modules/library";
import { type Caller, callersOf, isSameRole } from "./callers";
import { type Edge, edgesOf } from "./edges";
import { type Stack, stacksOf } from "./stacks";

/**
 * All access that the output grants, computed once from the validated file. Terraform, the rules on names and
 * quotas, the judgement of a change and every report read it; none derives these facts again.
 */
export class AccessModel {
  /** Sorted by name. */
  readonly stacks: readonly Stack[];
  /** PMM's role first, then Teleport's where the file has one. */
  readonly callers: readonly Caller[];
  /**
   * Every role and user that the output makes, and those that exist already and that it writes policies on. Sorted
   * by ARN. What a team's module makes is not known here.
   */
  readonly identities: readonly Identity[];
  /** The Terraform modules that every stack carries. */
  readonly modules: ModuleLibrary;
  private known: readonly Edge[] | undefined;

  constructor(
    readonly deployment: Deployment,
    /** What accounts may ask for: those that the file was read with. */
    readonly features: readonly Feature[],
  ) {
    this.modules = modulesOf(features);
    this.stacks = stacksOf(deployment, features);
    const accounts = this.stacks.flatMap((stack) => stack.accounts);
    this.callers = callersOf(deployment, features, accounts);
    const made = accounts.flatMap(({ calls }) => calls.flatMap(({ makes }) => makes));
    const written = this.callers
      .map(({ role }) => role)
      .filter(({ origin, policies }) => origin === "made" || policies.length > 0);
    this.identities = [...joined(written), ...made].sort((a, b) =>
      a.arn === b.arn ? 0 : a.arn < b.arn ? -1 : 1,
    );
  }

  /** Who may assume each role, read each key and use it. */
  get edges(): readonly Edge[] {
    this.known ??= edgesOf(this.identities);
    return this.known;
  }
}

/** Parts that write on one role that exists already are one identity. */
function joined(roles: readonly Identity[]): Identity[] {
  const known: Identity[] = [];
  for (const role of roles) {
    const at = known.findIndex(
      (earlier) => earlier.origin === "existing" && role.origin === "existing" && isSameRole(earlier, role),
    );
    const earlier = known[at];
    if (earlier === undefined) {
      known.push(role);
    } else {
      known[at] = {
        ...earlier,
        policies: [...earlier.policies, ...role.policies],
        askedBy: [...earlier.askedBy, ...role.askedBy],
      };
    }
  }
  return known;
}
