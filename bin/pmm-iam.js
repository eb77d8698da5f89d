#!/usr/bin/env node
require("./register.js");
require("../src/commands/cli/command-line.ts").runCommandLine();
