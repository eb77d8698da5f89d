// What the packages load when they start and this program never calls, which is a third of the time that the
// program takes to start. Each is replaced by an empty module before anything requires it.
const { createRequire, Module } = require("node:module");

const UNUSED = [
  // cdktf packs assets with it, and does that in a process of its own. There are no assets here.
  { by: "cdktf", name: "archiver" },
  // zod's messages in 50 languages. English, which is its default, is loaded apart from these.
  { by: "zod", name: "zod/v4/locales" },
];

for (const { by, name } of UNUSED) {
  const path = createRequire(require.resolve(by)).resolve(name);
  const empty = new Module(path);
  empty.filename = path;
  empty.loaded = true;
  require.cache[path] = empty;
}
