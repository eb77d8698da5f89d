import "../bin/optimizer.js";

export * from "../src/index";
