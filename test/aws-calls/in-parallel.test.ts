import { inParallel } from "../../src/aws-calls/in-parallel";

test("answers are in the items' order, however long each takes", async () => {
  const waits = [30, 1, 15];
  const outcomes = await inParallel(
    waits,
    3,
    (wait) => new Promise((done) => setTimeout(done, wait, wait * 2)),
  );
  expect(outcomes).toEqual([
    { item: 30, result: 60 },
    { item: 1, result: 2 },
    { item: 15, result: 30 },
  ]);
});

test("never more at a time than the limit", async () => {
  let running = 0;
  let most = 0;
  await inParallel([...Array(50).keys()], 4, async () => {
    running += 1;
    most = Math.max(most, running);
    await new Promise(setImmediate);
    running -= 1;
  });
  expect(most).toBe(4);
});

test("what one throws keeps no other from being done", async () => {
  const wrong = new Error("no");
  const outcomes = await inParallel([1, 2, 3], 1, async (item) => {
    if (item === 2) {
      throw wrong;
    }
    return item;
  });
  expect(outcomes).toEqual([
    { item: 1, result: 1 },
    { item: 2, cause: wrong },
    { item: 3, result: 3 },
  ]);
});

test("nothing to do", async () => {
  expect(await inParallel([], 4, () => Promise.reject(new Error("called")))).toEqual([]);
});
