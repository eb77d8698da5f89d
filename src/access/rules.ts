import type { Finding, Path } from "../accounts/problem";
import { adoptedElsewhereByParts, sharedAddresses, sharedFolders, unusedAdoptions } from "./addresses";
import { boundariesLeftOut } from "./boundaries";
import { assumePolicyHeadroom, connectPolicyHeadroom, stackSizes } from "./capacity";
import { namesTaken, roleSpellings } from "./collisions";
import type { AccessModel } from "./model";
import { quotas } from "./quotas";

/** What only all access together shows. `cite` says where a path is: "12:5". */
export type AccessRule = (access: AccessModel, cite: (path: Path) => string) => Iterable<Finding>;

export const ACCESS_RULES: readonly AccessRule[] = [
  quotas,
  assumePolicyHeadroom,
  connectPolicyHeadroom,
  stackSizes,
  namesTaken,
  roleSpellings,
  boundariesLeftOut,
  sharedAddresses,
  sharedFolders,
  unusedAdoptions,
  adoptedElsewhereByParts,
];
