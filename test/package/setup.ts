import { pack } from "./packed";

/** Packs the program before any test. */
function setup(): void {
  pack();
}

module.exports = setup;
