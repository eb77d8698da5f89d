import { join } from "node:path";
import { parseArgs } from "node:util";
import { packageRoot } from "../../src/project";
import { fuzz } from "./fuzz";

/** `npm run fuzz -- --seed 1 --accounts 100000 --policies 10000 --modules 10000` */
async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      seed: { type: "string", default: "1" },
      accounts: { type: "string", default: "10000" },
      policies: { type: "string", default: "1000" },
      modules: { type: "string", default: "1000" },
      kept: { type: "string", default: join(packageRoot, "node_modules", ".cache", "fuzz") },
    },
  });
  const start = performance.now();
  const { files, good, faults } = await fuzz({
    seed: Number(values.seed),
    counts: {
      accounts: Number(values.accounts),
      policies: Number(values.policies),
      modules: Number(values.modules),
    },
    kept: values.kept,
  });
  const seconds = (performance.now() - start) / 1000;
  for (const fault of faults) {
    console.log(fault);
  }
  console.log(
    `seed ${values.seed}: ${files} files, ${good} of them good, ${faults.length} faults, ${(files / seconds).toFixed(0)} a second`,
  );
  process.exitCode = faults.length === 0 ? 0 : 1;
}

void main();
