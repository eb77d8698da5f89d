import { spawn, spawnSync } from "node:child_process";
import { chownSync, existsSync, mkdtempSync, readdirSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { removeAtExit, removed } from "../harness/processes";

/** PostgreSQL or MariaDB from Debian's packages, in a temporary folder, on a Unix socket alone. */
export interface DatabaseServer {
  /** Runs a file of SQL as its client does for a person, with further options and environment. */
  run(file: string, options?: ClientOptions): Ran;
  /** The rows of a query, each a line. */
  rows(query: string): string[];
  stop(): Promise<void>;
}

export interface ClientOptions {
  readonly args?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
}

export interface Ran {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

const [POSTGRES, MARIADB] = ["/usr/lib/postgresql", "/usr/sbin/mariadbd"];

/** Tests that need the servers. Without them they are skipped, with one line that says what to install. */
export function describeDatabases(name: string, tests: () => void): void {
  const lack = [POSTGRES, MARIADB].filter((path) => !existsSync(path));
  if (lack.length === 0) {
    describe(name, tests);
    return;
  }
  const advice = `there is no ${lack.join(" and no ")}; install them (apt-get install postgresql mariadb-server)`;
  process.stderr.write(`skipped: ${name}: ${advice}\n`);
  describe.skip(`${name}: skipped, ${advice}`, tests);
}

export async function startPostgres(): Promise<DatabaseServer> {
  const bin = join(POSTGRES, newest(readdirSync(POSTGRES)), "bin");
  const place = placeFor("postgres");
  const data = join(place.folder, "data");
  place.make(join(bin, "initdb"), [
    "-D",
    data,
    "-U",
    "master",
    "-A",
    "trust",
    "-E",
    "UTF8",
    "--locale=C",
    "-N",
  ]);
  const options = ["-c", "listen_addresses=", "-c", "fsync=off"];
  const client = ["-X", "-h", place.folder, "-U", "master", "-d", "postgres"];
  return place.serve(join(bin, "postgres"), ["-D", data, "-k", place.folder, ...options], {
    run: (file, { args = [], env = {} } = {}) =>
      ran(join(bin, "psql"), [...client, "-v", "ON_ERROR_STOP=1", "-q", ...args, "-f", file], { env }),
    query: (sql) => ran(join(bin, "psql"), [...client, "-q", "-A", "-t", "-c", sql], {}),
  });
}

export async function startMariadb(): Promise<DatabaseServer> {
  const place = placeFor("mysql");
  const [data, socket] = [join(place.folder, "data"), join(place.folder, "socket")];
  place.make("mariadb-install-db", [
    "--no-defaults",
    `--datadir=${data}`,
    "--auth-root-authentication-method=normal",
    "--skip-test-db",
  ]);
  const client = ["--no-defaults", `--socket=${socket}`, "--user=root"];
  return place.serve(
    MARIADB,
    [
      "--no-defaults",
      `--datadir=${data}`,
      `--socket=${socket}`,
      "--skip-networking",
      "--innodb-flush-method=fsync",
    ],
    {
      run: (file, { args = [], env = {} } = {}) =>
        ran("mariadb", [...client, "--show-warnings", ...args, "-e", `source ${file}`], { env }),
      query: (sql) =>
        ran("mariadb", [...client, "--default-character-set=utf8mb4", "-N", "-B", "--raw", "-e", sql], {}),
    },
  );
}

/** The servers refuse to run as root; Debian's packages make a user for each. */
function placeFor(user: string) {
  const folder = mkdtempSync(join(tmpdir(), "pmm-iam-database-"));
  removeAtExit(folder);
  const isRoot = process.getuid?.() === 0;
  const [uid, gid] = isRoot ? [idOf("-u", user), idOf("-g", user)] : [];
  if (uid !== undefined && gid !== undefined) {
    chownSync(folder, uid, gid);
  }
  const as = { cwd: folder, ...(uid === undefined ? {} : { uid }), ...(gid === undefined ? {} : { gid }) };

  return {
    folder,
    make(command: string, args: readonly string[]): void {
      const { status, stdout, stderr } = ran(command, args, as);
      if (status !== 0) throw new Error(`${command} ended with ${status}\n${stdout}${stderr}`);
    },
    async serve(
      command: string,
      args: readonly string[],
      client: { run: DatabaseServer["run"]; query: (sql: string) => Ran },
    ): Promise<DatabaseServer> {
      const server = spawn(command, args, { ...as, stdio: ["ignore", "ignore", "pipe"] });
      let said = "";
      server.stderr?.on("data", (chunk: Buffer) => {
        said += chunk;
      });
      const ended = new Promise<void>((resolve) => server.once("close", () => resolve()));
      const end = () => server.kill("SIGKILL");
      process.once("exit", end);
      for (const deadline = Date.now() + 180_000; client.query("SELECT 1").status !== 0; await pause(200)) {
        if (Date.now() > deadline || server.exitCode !== null)
          throw new Error(`${command} does not answer\n${said}`);
      }
      return {
        run: client.run,
        rows(query) {
          const { status, stdout, stderr } = client.query(query);
          if (status !== 0) throw new Error(stderr);
          return stdout.split("\n").filter((row) => row !== "");
        },
        async stop() {
          server.kill("SIGTERM");
          await Promise.race([ended, pause(60_000, undefined, { ref: false })]);
          end();
          process.off("exit", end);
          removed(folder);
        },
      };
    },
  };
}

function idOf(option: string, user: string): number {
  return Number(ran("id", [option, user], {}).stdout);
}

interface Running {
  readonly cwd?: string;
  readonly uid?: number;
  readonly gid?: number;
  readonly env?: Readonly<Record<string, string>>;
}

/** With the PATH and a locale of ASCII alone, as in a container. */
function ran(command: string, args: readonly string[], { env = {}, ...as }: Running): Ran {
  const PATH = `${process.env["PATH"]}:/usr/sbin`;
  const { status, stdout, stderr, error } = spawnSync(command, args, {
    ...as,
    env: { PATH, LC_ALL: "C", ...env },
    encoding: "utf8",
  });
  if (error !== undefined) throw error;
  return { status, stdout, stderr };
}

function newest(versions: readonly string[]): string {
  return [...versions].sort((a, b) => Number(a) - Number(b)).at(-1) ?? "";
}
