#!/usr/bin/env node
require("./register.js");
require("../src/commands/cli.ts");
