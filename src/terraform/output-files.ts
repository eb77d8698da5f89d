export type OutputFormat = "json" | "hcl";

/** The files of an output folder, by their path in it, with `/` on every system. */
export type OutputFiles = ReadonlyMap<string, string | Buffer>;
