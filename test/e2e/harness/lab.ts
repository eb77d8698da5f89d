import { mkdtempSync, realpathSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Account, account } from "./accounts";
import { environment } from "./environment";
import { removeAtExit, removed, type Service, serve } from "./processes";
import { findProvider, type ProviderKind, realProviderEnvironment } from "./provider";
import { Folder, type Onlooker } from "./terraform";
import { pythonPath, ROOT, terraformPath } from "./tools";

/** A local AWS, a provider for it, and temporary folders: all that a test needs, gone when it stops. */
export interface Lab {
  /** The local AWS. */
  readonly url: string;
  /** The folder that everything is in. */
  readonly folder: string;
  readonly aws: Service;
  /** Left out where terraform finds the real provider by itself. */
  readonly provider: Service | undefined;
  account(id: string): Promise<Account>;
  /** A folder to run terraform in, with who is to see each apply and destroy there. */
  terraform(name: string, onlooker?: Onlooker): Folder;
  /** Empties every account. */
  reset(): Promise<void>;
  /** Whether AWS evaluates the policies of who calls. Off at first: credentials must be taken before. */
  enforce(on: boolean): Promise<void>;
  stop(): Promise<void>;
}

export interface Options {
  /** The account of Terraform's own credentials. */
  readonly account?: string;
  /** What the provider takes for AWS, where something stands between the two. */
  readonly url?: (aws: string) => string;
  /** More variables for terraform and the provider; undefined removes one. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** The provider, where it is not the one that `findProvider` finds. */
  readonly provider?: ProviderKind;
}

/** Starts the local AWS and, where terraform finds no AWS provider, the stand-in. */
export async function startLab(options: Options = {}): Promise<Lab> {
  const [terraform, python] = [terraformPath(), pythonPath()];
  const kind = options.provider ?? (await findProvider());
  const folder = realpathSync(mkdtempSync(join(tmpdir(), "pmm-iam-e2e-")));
  removeAtExit(folder);
  const services: Service[] = [];
  try {
    const aws = await serve("moto", {
      command: python,
      args: [
        join(__dirname, "..", "aws", "server.py"),
        "--account",
        options.account ?? "111111111111",
        "--folder",
        folder,
      ],
      env: environment(folder, "http://127.0.0.1:9"),
    });
    services.push(aws);
    const url = `http://127.0.0.1:${aws.said["port"]}`;
    const all = Object.entries({ ...environment(folder, options.url?.(url) ?? url), ...options.env });
    const env = Object.fromEntries(all.filter((entry): entry is [string, string] => entry[1] !== undefined));
    const provider = kind === "real" ? undefined : await startProvider(env);
    if (provider !== undefined) services.push(provider);
    const reattach = provider?.said["TF_REATTACH_PROVIDERS"];
    const terraformEnv =
      typeof reattach === "string"
        ? { ...env, TF_REATTACH_PROVIDERS: reattach }
        : realProviderEnvironment(folder, env);
    const died = () => services.map((service) => service.died()).find((line) => line !== undefined);
    return {
      url,
      folder,
      aws,
      provider,
      account: (id) => account(url, id),
      terraform: (name, onlooker) => new Folder(join(folder, name), terraform, terraformEnv, died, onlooker),
      reset: async () => {
        await fetch(`${url}/moto-api/reset`, { method: "POST" });
      },
      enforce: async (on) => {
        const headers = { "Content-Type": "text/plain" };
        await fetch(`${url}/moto-api/reset-auth`, { method: "POST", headers, body: on ? "0" : "inf" });
      },
      stop: async () => {
        for (const service of services.reverse()) await service.stop();
        removed(folder);
      },
    };
  } catch (error) {
    for (const service of services) await service.stop();
    removed(folder);
    throw error;
  }
}

function startProvider(env: Readonly<Record<string, string>>): Promise<Service> {
  return serve("stand-in provider", {
    command: process.execPath,
    args: ["--require", join(ROOT, "bin", "register.js"), join(__dirname, "..", "provider", "main.ts")],
    cwd: ROOT,
    env,
  });
}
