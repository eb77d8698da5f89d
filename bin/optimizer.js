// A run lasts about a second, of which V8 spends a fifth on optimizing functions that are not called often enough to
// pay that back. With three times its budget it waits longer, and still optimizes what is hot in a run over 10,000
// accounts. The flag is Node 20's: later versions have a cheaper compiler for such functions.
const { setFlagsFromString } = require("node:v8");

if (process.versions.node.startsWith("20.")) {
  setFlagsFromString("--interrupt-budget=200000");
}
