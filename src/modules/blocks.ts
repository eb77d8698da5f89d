import { hclCode } from "./hcl";
import { jsonCode } from "./json";
import type { TerraformCode } from "./syntax";

/**
 * Reads a Terraform file: the one reader of Terraform code here, for the program's own modules and for teams'.
 *
 * What decides whether a team's code is let through must read it exactly as Terraform does, so this reads the
 * whole grammar and refuses whatever is not plainly in it. It is held against Terraform itself on mutated files.
 * The parser of npm that is as exact, `@cdktf/hcl2json`, is Terraform's own in WebAssembly: it takes half a second
 * to load and two minutes for 8 MB, tells no places, reads no JSON, and is archived.
 *
 * @throws UnreadableText
 */
export function terraformCode(name: string, text: string): TerraformCode {
  return name.endsWith(".json") ? jsonCode(text) : hclCode(text);
}
