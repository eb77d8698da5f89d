import type { AccessModel } from "../access/model";
import type { Consumer } from "../features/consumer";

/** The program's own consumers, in the order in which consumers/README.md has them. */
export const consumers: readonly Consumer<AccessModel>[] = [];
