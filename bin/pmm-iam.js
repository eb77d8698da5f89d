#!/usr/bin/env node
require("./register.js");
require("../src/index.ts").run();
