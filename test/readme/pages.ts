import { readFileSync } from "node:fs";
import { join } from "node:path";
import { packageRoot } from "../../src/project";
import { type Block, blocksOf } from "./blocks";

/** The pages that say what the program does, whose blocks the tests hold to it. The pages of docs/README.md that are followed step by step have tests of their own. */
export const PAGES = [
  "README.md",
  "docs/account-life.md",
  "docs/architecture.md",
  "docs/commands.md",
  "docs/features.md",
  "docs/keys.md",
  "docs/limits.md",
  "docs/made-in-aws.md",
  "docs/plan-and-apply.md",
] as const;

export type Page = (typeof PAGES)[number];

/** A block, and the page that it is on. */
export interface PageBlock extends Block {
  readonly page: Page;
}

export function pageText(page: Page): string {
  return readFileSync(join(packageRoot, page), "utf8");
}

/** The blocks of all these pages, in the order of the pages. */
export function pageBlocks(): readonly PageBlock[] {
  return PAGES.flatMap((page) => blocksOf(pageText(page)).map((block) => ({ ...block, page })));
}
