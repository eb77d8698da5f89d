import { describeE2e } from "../harness/gate";
import { Estate } from "./estate";

describeE2e("verify", () => {
  let estate: Estate;
  beforeAll(async () => {
    estate = await Estate.start();
  });
  afterAll(() => estate?.stop());

  test("after an apply everything passes", async () => {
    const { code, stdout, stderr } = await estate.verify();
    console.log(code, stdout, stderr, estate.aws.seen.join("\n"));
    const r = await estate.verify("--format json");
    console.log(JSON.stringify(JSON.parse(r.stdout), null, 1));
  });
});
