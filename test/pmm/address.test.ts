import { InputError } from "../../src/changes/input-error";
import { neededPmmAddress, pmmAddress } from "../../src/pmm/address";

const PMM_TOKEN = "glsa_AbCdEf0123456789_0badc0de";

test.each([
  ["https://pmm.example.com", "https://pmm.example.com"],
  [" https://pmm.example.com/\n", "https://pmm.example.com"],
  ["HTTPS://PMM.example.com:443//", "https://pmm.example.com"],
  ["https://pmm.example.com:8443/tools/pmm/", "https://pmm.example.com:8443/tools/pmm"],
  ["https://[2001:db8::1]:8443", "https://[2001:db8::1]:8443"],
  ["http://localhost:8080", "http://localhost:8080"],
  ["http://127.0.0.1", "http://127.0.0.1"],
  ["http://127.1", "http://127.0.0.1"],
  ["http://[::1]:8080", "http://[::1]:8080"],
])("%j is an address", (PMM_URL, url) => {
  expect(pmmAddress({ PMM_URL, PMM_TOKEN })).toEqual({ url, token: PMM_TOKEN });
});

test("the token without the line end of the file that it comes from", () => {
  expect(pmmAddress({ PMM_URL: "https://pmm", PMM_TOKEN: `${PMM_TOKEN}\n` })?.token).toBe(PMM_TOKEN);
});

function refusal(environment: Readonly<Record<string, string>>): string {
  try {
    neededPmmAddress(environment);
    return "";
  } catch (cause) {
    expect(cause).toBeInstanceOf(InputError);
    return cause instanceof Error ? cause.message : "";
  }
}

test.each([
  ["pmm.example.com", "PMM_URL is not a web address"],
  ["pmm.example.com:8443", "PMM_URL is not a web address"],
  ["ftp://pmm.example.com", "PMM_URL is not a web address"],
  ["https://", "PMM_URL is not a web address"],
  ["https://admin:hunter2@pmm.example.com", "PMM_URL has a user or a password in it"],
  ["https://hunter2@pmm.example.com", "PMM_URL has a user or a password in it"],
  ["https://:hunter2@pmm.example.com", "PMM_URL has a user or a password in it"],
  ["http://admin:hunter2@pmm.example.com", "PMM_URL has a user or a password in it"],
  ["https://pmm.example.com/?token=hunter2", "PMM_URL has a ? or a # in it"],
  ["https://pmm.example.com/#hunter2", "PMM_URL has a ? or a # in it"],
  ["http://pmm.example.com", "PMM_URL begins with http://, so the keys would travel in clear"],
  ["http://10.0.0.7", "PMM_URL begins with http://"],
  ["http://localhost.example.com", "PMM_URL begins with http://"],
  ["http://127.0.0.1.example.com", "PMM_URL begins with http://"],
])("%j is refused, and not printed", (PMM_URL, message) => {
  const refused = refusal({ PMM_URL, PMM_TOKEN });
  expect(refused).toContain(message);
  expect(refused).not.toMatch(/hunter2|glsa_|\n/);
});

test.each([
  [{}, "PMM_URL and PMM_TOKEN are not set"],
  [{ PMM_URL: "", PMM_TOKEN: " " }, "PMM_URL and PMM_TOKEN are not set"],
  [{ PMM_TOKEN }, "PMM_TOKEN is set and PMM_URL is not"],
  [{ PMM_URL: "https://pmm" }, "PMM_URL is set and PMM_TOKEN is not"],
  [{ PMM_URL: "https://pmm", PMM_TOKEN: "glsa_a b" }, "PMM_TOKEN has characters in it that no token has"],
  [{ PMM_URL: "https://pmm", PMM_TOKEN: "glsa_a\nb" }, "PMM_TOKEN has characters in it"],
  [{ PMM_URL: "https://pmm", PMM_TOKEN: "glsa_ä" }, "PMM_TOKEN has characters in it"],
  [
    { PMM_URL: "https://pmm", PMM_TOKEN, NODE_TLS_REJECT_UNAUTHORIZED: "0" },
    "NODE_TLS_REJECT_UNAUTHORIZED is 0, so that any server would be taken for PMM",
  ],
])("%j is refused", (environment, message) => {
  const refused = refusal(environment);
  expect(refused).toContain(message);
  expect(refused).not.toMatch(/glsa_|\n/);
});

test("neither is set: there is no PMM to ask", () => {
  expect(pmmAddress({})).toBeUndefined();
});
