import { engines, missing } from "./gate";
import { findProvider, PROVIDER_VERSION } from "./provider";
import { terraformPath, WrongVersion } from "./tools";

/**
 * Before every run of the suite: ends it where a tool's version is wrong, looks for the provider once, for all
 * files, and says which it is.
 */
async function setup(): Promise<void> {
  try {
    // What is missing is told by each file that is skipped for it.
    if (missing() !== undefined) return;
    for (const engine of engines()) terraformPath(engine);
  } catch (error) {
    if (!(error instanceof WrongVersion)) throw error;
    // Jest would put a stack trace around it, and each file would say it again.
    process.stderr.write(`${error.message}\n`);
    process.exit(1);
  }
  const kind = await findProvider();
  process.stderr.write(
    kind === "real"
      ? `AWS provider: hashicorp/aws ${PROVIDER_VERSION}\n`
      : `AWS provider: the stand-in, since no hashicorp/aws ${PROVIDER_VERSION} was found\n`,
  );
}

module.exports = setup;
