import { join } from "node:path";
import { git } from "./forge";
import type { Event } from "./github-runner";

/** What actions/checkout does: a commit of the repository, with the history and the branches or without. */
export function checkout(
  origin: string,
  workspace: string,
  { sha, baseRef }: Event,
  with_: Readonly<Record<string, string>>,
): void {
  git(workspace, "init", "--quiet");
  git(workspace, "remote", "add", "origin", origin);
  if (with_["fetch-depth"] === "0") git(workspace, "fetch", "--quiet", "origin");
  git(workspace, "fetch", "--quiet", ...(with_["fetch-depth"] === "0" ? [] : ["--depth=1"]), "origin", sha);
  if (baseRef === undefined) git(workspace, "checkout", "--quiet", "-B", "main", sha);
  else git(workspace, "checkout", "--quiet", "--detach", sha);
  // Without credentials nothing more comes from a private repository, and nothing goes there.
  if (with_["persist-credentials"] === "false")
    git(workspace, "remote", "set-url", "origin", join(origin, "nowhere"));
}
