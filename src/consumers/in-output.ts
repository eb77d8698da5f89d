import type { AccessModel } from "../access/model";
import { CONSUMERS_FOLDER, type Consumer } from "../features/consumer";
import { FeatureError } from "../modules/feature-error";
import { CONSUMERS_README, isConsumerPath } from "../output/names";
import type { OutputFiles } from "../terraform/output-files";
import { consumers as programsOwn } from "./index";
import { readmeText, type Written } from "./readme";

/**
 * An output with the files of the consumers beside its stacks: those of the program, then those that features bring.
 * Without any file there is no README either.
 */
export function withConsumers(
  files: OutputFiles,
  access: AccessModel,
  consumers: readonly Consumer<AccessModel>[] = programsOwn,
): OutputFiles {
  const brought = access.features.flatMap((feature) => feature.consumers ?? []);
  const written = [...consumers, ...brought].map(
    (consumer): Written => ({ kinds: consumer.readme, files: consumer.files(access) }),
  );
  const texts = new Map<string, string>();
  const taken = new Set<string>();
  for (const [path, text] of written.flatMap((one) => [...one.files])) {
    refuseUnusable(path, taken);
    taken.add(path.toLowerCase());
    texts.set(path, text);
  }
  if (texts.size === 0) {
    return files;
  }
  texts.set(CONSUMERS_README, readmeText(written));
  return new Map([
    ...files,
    ...[...texts].map(([path, text]) => [`${CONSUMERS_FOLDER}/${path}`, text] as const),
  ]);
}

/**
 * A path that a feature gets wrong is for who wrote the feature. Not every file system keeps two names
 * apart that differ by case alone: `others` are in lower case.
 */
function refuseUnusable(path: string, others: ReadonlySet<string>): void {
  const expected = !isConsumerPath(path)
    ? "letters, digits and _+=,.@- between slashes, no name that begins with a full stop, and none of Terraform's"
    : path.toLowerCase() === CONSUMERS_README.toLowerCase()
      ? `another name: ${CONSUMERS_README} is the program's own`
      : others.has(path.toLowerCase())
        ? "a path that no other consumer has"
        : undefined;
  if (expected !== undefined) {
    throw new FeatureError(`a consumer writes the file "${path}"; expected ${expected}`);
  }
}
