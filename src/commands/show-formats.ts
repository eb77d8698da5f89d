import { accessOutput, type HandedOn } from "../access/handovers";
import type { Line } from "../accounts/lines";
import type { Handover } from "../features/handover";

export const SHOW_FORMATS = ["text", "json"] as const;

export type ShowFormat = (typeof SHOW_FORMATS)[number];

/** What is handed on, for people or for programs. */
export function formatShow(format: ShowFormat, shown: readonly HandedOn[]): Line[] {
  switch (format) {
    case "text":
      return shown.flatMap((one, index) => [...(index === 0 ? [] : [""]), ...linesOf(one)]);
    case "json":
      return [
        {
          json: {
            version: 1,
            access: accessOutput(shown, ({ value }) => value),
            handovers: shown.flatMap(({ name: of, stack, handovers }) =>
              handovers.map(({ to, key, steps }) => ({ of, stack, to, key, steps })),
            ),
          },
        },
      ];
  }
}

function linesOf({ name, account, stack, handovers }: HandedOn): Line[] {
  const place = account === undefined ? "" : ` (${account.accountId}, ${account.region})`;
  const heading: Line = [{ style: "bold", text: name }, `${place}, stack ${stack}`];
  return handovers.length === 0
    ? [heading, `  ${account?.lifecycle}: nothing to hand on`]
    : [heading, ...handovers.flatMap(handoverLines)];
}

function handoverLines({ to, key, facts, steps }: Handover): Line[] {
  const width = Math.max(...Object.keys(facts).map(({ length }) => length));
  return [
    `  For ${to}${key.length === 0 ? "" : ` (${key.join(".")})`}:`,
    ...Object.entries(facts).map(([name, { value }]) => `    ${name.padEnd(width)}  ${value}`),
    ...steps.map((step) => `    - ${step}`),
  ];
}
