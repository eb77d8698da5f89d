import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser, Page } from "playwright-core";
import { manyAccounts } from "../../bench/accounts";
import { packageRoot } from "../../src/project";
import { pageOf } from "../../src/report/page";
import type { AccessReport } from "../../src/report/report";
import { FILE, rowsOf } from "../diff/estate";
import { reportOfFile } from "../report/made";
import { describeBrowser, type Opened, open, startBrowser } from "./browser";

const HOSTILE = "<img src=x onerror=alert(1)></script><script>alert(2)</script>\u202e";

const CONTRAST = readFileSync(join(__dirname, "contrast.js"), "utf8");

/** Two accounts, one without a boundary, a vendor, and a change since v1; texts of users are hostile where they may. */
function report(): AccessReport {
  const text = FILE.replace("admin_role_name: Admin", 'admin_role_name: Admin, tags: {team: "x"}');
  const made = reportOfFile(text, {
    rows: rowsOf(["aurora: true", "aurora: {key_generation: 2}"], ["minimal", "standard"]),
  });
  return {
    ...made,
    since: { ref: HOSTILE, commit: "0".repeat(40) },
    accounts: made.accounts.map((account) => ({
      ...account,
      identities: account.identities.map((identity) => ({ ...identity, tags: { [HOSTILE]: HOSTILE } })),
    })),
  };
}

describeBrowser("the page of a report", () => {
  let browser: Browser;
  let folder: string;
  let file: string;
  const opened: Opened[] = [];

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), "pmm-iam-page-"));
    file = join(folder, "access-report.html");
    writeFileSync(file, pageOf(report()));
    browser = await startBrowser();
  });

  afterAll(async () => {
    await browser?.close();
    rmSync(folder, { recursive: true });
  });

  /** After every test: whatever it did, the script failed nowhere and asked for nothing. */
  afterEach(async () => {
    for (const { page, complaints, requests } of opened.splice(0)) {
      expect({ complaints, requests }).toEqual({ complaints: [], requests: [] });
      await page.close();
    }
  });

  async function at(fragment: string, look?: Parameters<typeof open>[3]): Promise<Page> {
    const one = await open(browser, file, fragment, look);
    opened.push(one);
    return one.page;
  }

  const rowsShown = (page: Page) => page.locator("tbody th a:visible").allTextContents();

  const title = (page: Page) => page.locator("main h1").textContent();

  /** Clicks a link, and waits until the page shows where it leads. */
  async function follow(page: Page, link: string | ReturnType<Page["locator"]>): Promise<void> {
    // Added after the page's own listener, and so called after it.
    await page.evaluate(
      "void (window.followed = new Promise((done) => addEventListener('hashchange', done, { once: true })))",
    );
    await (typeof link === "string" ? page.locator(link) : link).click();
    await page.evaluate("window.followed.then(() => {})");
  }

  const VIEWS = [
    "#accounts",
    "#accounts?boundary=none",
    "#principals",
    "#principals?only=vendors",
    "#keys",
    "#changes",
    "#unmanaged",
    "#account/orders",
    "#principal/999999999999",
    "#no/such/page",
    "#account/%E0%A4%A",
    "#account/__proto__",
    "#policy/__proto__",
    "#policy/constructor",
    "#principal/toString",
    "#accounts?search=%22%3E%3Cimg%20src%3Dx%20onerror%3Dalert(1)%3E&stack=__proto__&kind=constructor",
    "#__proto__",
  ];

  test("the matrix has every account, with what is granted there", async () => {
    const page = await at("");
    expect(await rowsShown(page)).toEqual(["account 111111111111", "billing", "orders"]);
    const orders = page.locator("tr", { has: page.getByRole("link", { name: "orders", exact: true }) });
    const cells = await orders.locator("td").allTextContents();
    expect(cells).toEqual([
      "yes",
      expect.stringContaining("gained"),
      "minimal",
      "key 1, from 1 source",
      "1 login",
      "vendor",
      "–",
      "pmm-iam",
    ]);
  });

  test("search and filters narrow it, and the address keeps them", async () => {
    const page = await at("#accounts");
    await page.fill("#search", "ORDERS db-orders");
    expect(await rowsShown(page)).toEqual(["orders"]);
    expect(await page.getByRole("status").textContent()).toBe("1 of 3 accounts");
    expect(page.url()).toContain("#accounts?search=ORDERS+db-orders");
    await page.fill("#search", "nothing of that name");
    expect(await page.locator("tbody").textContent()).toBe("No account matches. Show all accounts");
    await follow(page, "text=Show all accounts");
    expect(await rowsShown(page)).toHaveLength(3);
    await page.selectOption("select[name=kind]", { label: "Teleport" });
    expect(await rowsShown(page)).toEqual(["orders"]);
    const again = await at(`#${page.url().split("#")[1]}`);
    expect(await rowsShown(again)).toEqual(["orders"]);
  });

  test("the questions of a review are answered", async () => {
    const page = await at("#accounts");
    await follow(page, "nav >> text=Without a boundary");
    expect(await rowsShown(page)).toEqual(["billing"]);
    await follow(page, "nav >> text=What vendors reach");
    await follow(page, "text=any role or user of account 999999999999");
    expect(await title(page)).toBe("vendor");
    expect(await page.locator("tbody").textContent()).toContain("ordersassume vendor-monitoring");
    await follow(page, "nav >> text=Who reads keys");
    const keys = await page.locator("tbody tr").allTextContents();
    expect(keys).toHaveLength(2);
    expect(keys[1]).toContain("pmm/aurora/orders");
    expect(keys[1]).toContain("role/pmm-ec2-role of 111111111111");
    expect(keys[1]).toContain("198.51.100.7/32");
  });

  test("an account's page has each grant with its reason, condition and policy text", async () => {
    const page = await at("#account/orders");
    const text = await page.locator("main").textContent();
    for (const part of [
      "PMM's discovery and rds_exporter",
      "sts:ExternalId is 9b2d41c6",
      "arn:aws:iam::222222222222:policy/boundary",
      "dbuser:db-ORDERS/alice",
      "198.51.100.7/32",
    ]) {
      expect(text).toContain(part);
    }
    const details = page.locator("details.text").first();
    await details.locator("summary").click();
    expect(await details.locator("pre").textContent()).toContain('"Version": "2012-10-17"');
    await details.locator("text=Who has this policy").click();
    await page.waitForSelector("h1:has-text('Policy ')");
    expect(await page.locator("table").last().textContent()).toContain("orders");
  });

  test("changes are marked in the matrix, on the account's page and by themselves", async () => {
    const page = await at("#changes");
    expect(await page.locator("tbody tr").first().textContent()).toContain("gained");
    await follow(page, page.locator("tbody tr", { hasText: "orders" }).first().locator("a"));
    expect(await title(page)).toBe("orders");
    expect(await page.locator("h3 .chip.warn").count()).toBeGreaterThan(0);
  });

  test("all of it by keyboard", async () => {
    const page = await at("#accounts");
    const focused = () => page.evaluate("document.activeElement.textContent || document.activeElement.id");
    await page.keyboard.press("Tab");
    expect(await focused()).toBe("Skip to the contents");
    await page.keyboard.press("Enter");
    expect(await focused()).toContain("Accounts by what is granted");
    await page.keyboard.press("/");
    expect(await focused()).toBe("search");
    await page.keyboard.type("billing/");
    expect(await page.inputValue("#search")).toBe("billing/");
    await page.fill("#search", "");
    await page.locator("tbody th a", { hasText: "billing" }).focus();
    await page.keyboard.press("ArrowDown");
    expect(await focused()).toBe("orders");
    await page.keyboard.press("ArrowRight");
    expect(await focused()).toBe("minimal");
    await page.keyboard.press("ArrowUp");
    expect(await focused()).toBe("standard");
    await page.keyboard.press("Enter");
    await page.waitForSelector("h1:has-text('billing')");
    expect(await focused()).toBe("Monitoring role in billing");
    await page.locator("summary").first().focus();
    await page.keyboard.press("Enter");
    // The text comes with the event that says that it is open.
    await page.waitForSelector("details[open] pre");
    expect(await page.locator("details[open] pre").count()).toBe(1);
  });

  test.each(VIEWS)("%s shows what users wrote as text", async (view) => {
    const page = await at(view);
    expect(await page.locator("img").count()).toBe(0);
    expect(await page.locator("header.top").textContent()).toContain("<img src=x onerror=alert(1)>");
    expect(await page.locator("main").textContent()).not.toMatch(/\u202e/);
  });

  test.each((["light", "dark"] as const).flatMap((scheme) => VIEWS.map((view) => [scheme, view] as const)))(
    "in %s, %s has a contrast of AA everywhere",
    async (colorScheme, view) => {
      const page = await at(view, { colorScheme });
      const { seen, low } = await page.evaluate<{ seen: number; low: unknown[] }>(CONTRAST);
      expect(seen).toBeGreaterThan(8);
      expect(low).toEqual([]);
      const ground = await page.evaluate("getComputedStyle(document.body).backgroundColor");
      expect(ground).toBe({ light: "rgb(255, 255, 255)", dark: "rgb(16, 20, 26)" }[colorScheme]);
    },
  );

  test.each(VIEWS.flatMap((view) => [320, 390, 1024].map((width) => [view, width] as const)))(
    "%s fits a window of %d pixels",
    async (view, width) => {
      const page = await at(view, { width });
      expect(await page.evaluate("document.documentElement.scrollWidth")).toBeLessThanOrEqual(width);
    },
  );

  test("on paper the contents are there, open, and nothing that is clicked", async () => {
    const page = await at("#account/orders");
    await page.emulateMedia({ media: "print" });
    await page.evaluate("dispatchEvent(new Event('beforeprint'))");
    expect(await page.locator("nav").isVisible()).toBe(false);
    expect(await page.locator("pre").first().isVisible()).toBe(true);
    expect(await page.locator("details:not([open])").count()).toBe(0);
    expect((await page.pdf()).length).toBeGreaterThan(10_000);
    await page.evaluate("dispatchEvent(new Event('afterprint'))");
    expect(await page.locator("details[open]").count()).toBe(0);
  });

  test("every link of a file with everything leads to a page", async () => {
    const support = join(packageRoot, "test", "support");
    const everything = join(folder, "everything.html");
    const text = readFileSync(join(support, "everything.yaml"), "utf8");
    writeFileSync(everything, pageOf(reportOfFile(`name: everything\n${text}`, { folder: support })));
    const one = await open(browser, everything);
    opened.push(one);
    const seen = new Set<string>();
    const queue = ["#accounts"];
    for (let fragment = queue.pop(); fragment !== undefined; fragment = queue.pop()) {
      const { title: shown, links } = await one.page.evaluate<{
        title: string;
        links: string[];
      }>(`(async () => {
        const before = location.hash;
        const shown = new Promise((done) => addEventListener("hashchange", done, { once: true }));
        location.hash = ${JSON.stringify(fragment)};
        if (location.hash !== before) await shown;
        dispatchEvent(new Event("beforeprint"));
        const links = [...document.querySelectorAll("a")].map((link) => link.getAttribute("href"));
        return { title: document.querySelector("main h1").textContent, links };
      })()`);
      expect({ fragment, shown }).not.toEqual({ fragment, shown: "Not in this report" });
      for (const link of links.filter((href) => href !== "#main" && !seen.has(href))) {
        expect(link).toMatch(/^#/);
        seen.add(link);
        queue.push(link);
      }
    }
    expect(seen.size).toBeGreaterThan(60);
  });

  test("1,000 accounts are under 3 MB, open within 2 s and are searched at once", async () => {
    const large = join(folder, "large.html");
    const content = pageOf(reportOfFile(manyAccounts(1000, { groups: 4 })));
    expect(content.length).toBeLessThan(3_000_000);
    writeFileSync(large, content);
    const one = await open(browser, large);
    opened.push(one);
    expect(await one.page.locator("tbody tr").count()).toBe(1001);
    // Since the start of its loading, and until it is painted. What else the machine does is not the page's: of
    // ten times, one within the limit shows that the page can.
    let best = Number.POSITIVE_INFINITY;
    for (let round = 0; round < 10 && best >= 2000; round += 1) {
      await one.page.reload({ waitUntil: "load" });
      const time = await one.page.evaluate<number>(
        "new Promise((done) => requestAnimationFrame(() => setTimeout(() => done(performance.now()))))",
      );
      best = Math.min(best, time);
    }
    expect(best).toBeLessThan(2000);
    await one.page.fill("#search", "account-00123");
    expect(await rowsShown(one.page)).toEqual(["account-00123"]);
  });
});
