import { existsSync } from "node:fs";
import { type Browser, chromium, type Page } from "playwright-core";

/** Debian's; CHROMIUM names another. */
const CHROMIUM = process.env["CHROMIUM"] ?? "/usr/bin/chromium";

/** Of a headless browser that looks for nothing outside: no updates, no experiments, no first-run pages. */
const OPTIONS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

/** Tests that open pages. Without Chromium they are skipped, with one line that says what to install. */
export function describeBrowser(name: string, tests: () => void): void {
  if (existsSync(CHROMIUM)) {
    describe(name, tests);
    return;
  }
  const lack = `there is no ${CHROMIUM}; install it (apt-get install chromium), or name another in CHROMIUM`;
  process.stderr.write(`skipped: ${name}: ${lack}\n`);
  describe.skip(`${name}: skipped, ${lack}`, tests);
}

export function startBrowser(): Promise<Browser> {
  return chromium.launch({ executablePath: CHROMIUM, args: OPTIONS });
}

export interface Opened {
  readonly page: Page;
  /** Errors of the script, refusals of the page's policy, and whatever else the console says. */
  readonly complaints: readonly string[];
  /** Every address that was asked for beside the page's own. */
  readonly requests: readonly string[];
}

interface Look {
  readonly width?: number;
  readonly colorScheme?: "light" | "dark";
}

/** Opens a file at a fragment, such as `#keys`. */
export async function open(
  browser: Browser,
  file: string,
  fragment = "",
  { width = 1280, colorScheme = "light" }: Look = {},
): Promise<Opened> {
  const page = await browser.newPage({ viewport: { width, height: 900 }, colorScheme });
  const complaints: string[] = [];
  const requests: string[] = [];
  page.on("console", (message) => complaints.push(message.text()));
  page.on("pageerror", (error) => complaints.push(String(error)));
  page.on("request", (request) => {
    if (request.url().split("#")[0] !== `file://${file}`) {
      requests.push(request.url());
    }
  });
  await page.goto(`file://${file}${fragment}`);
  await page.waitForSelector("main h1");
  return { page, complaints, requests };
}
