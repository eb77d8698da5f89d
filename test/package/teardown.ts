import { rmSync } from "node:fs";
import { packedFolder } from "./packed";

function teardown(): void {
  rmSync(packedFolder(), { recursive: true, force: true });
}

module.exports = teardown;
