import { PassThrough } from "node:stream";
import { Dialogue, Ended } from "../../src/commands/dialogue";

function open() {
  const [input, output] = [new PassThrough(), new PassThrough()];
  return { input, output, dialogue: new Dialogue(input, output) };
}

test("what is typed ahead answers the questions that follow", async () => {
  const { input, output, dialogue } = open();
  input.write("one\ntwo\nth");
  expect([await dialogue.ask("First: "), await dialogue.ask("Second: ")]).toEqual(["one", "two"]);
  const third = dialogue.ask("Third\u001b[2J: ");
  input.write("ree\n");
  expect(await third).toBe("three");
  expect(String(output.read())).toBe("First: Second: Third\\u001b[2J: ");
  dialogue.close();
});

test("lines that came before the end are answers; then there is none", async () => {
  const { input, dialogue } = open();
  input.end("one\n");
  expect(await dialogue.ask("First: ")).toBe("one");
  await expect(dialogue.ask("Second: ")).rejects.toBeInstanceOf(Ended);
});
