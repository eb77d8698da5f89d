// Resolves cdktf's packages to cdktn's for every file that is required after this one. CDKTN_FOLDER has them installed.
const { Module } = require("node:module");

const paths = [process.env.CDKTN_FOLDER];
const resolve = Module._resolveFilename;

Module._resolveFilename = (request, ...others) => {
  const own = request
    .replace(/^cdktf(?=\/|$)/, "cdktn")
    .replace(/^@cdktf\/(?=provider-aws\/|hcl-tools$)/, "@cdktn/");
  return own !== request || /^constructs(?=\/|$)/.test(request)
    ? resolve.call(Module, own, null, false, { paths })
    : resolve.call(Module, request, ...others);
};
