import { missing } from "./gate";
import { findProvider, PROVIDER_VERSION } from "./provider";

/** Before every run of the suite: looks for the provider once, for all files, and says which it is. */
async function setup(): Promise<void> {
  // What is missing is told by each file that is skipped for it.
  if (missing() !== undefined) return;
  const kind = await findProvider();
  process.stderr.write(
    kind === "real"
      ? `AWS provider: hashicorp/aws ${PROVIDER_VERSION}\n`
      : `AWS provider: the stand-in, since no hashicorp/aws ${PROVIDER_VERSION} was found\n`,
  );
}

module.exports = setup;
