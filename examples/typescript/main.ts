import { features, run } from "pmm-iam";
import { backupAudit } from "./backup-audit.ts";

void run({ features: [...features, backupAudit] });
