import { KINDS, type Kind } from "./proxy";

/** How a fault was got over. */
export type Way =
  | "the same apply"
  | "the command for the lost key"
  | "the command for what is left"
  | "the backup of the state"
  | "an import block";

interface Cell {
  tried: number;
  survived: number;
}

/** Faults tried and survived, by step and kind. */
export class Table {
  private readonly rows = new Map<string, Map<Kind, Cell>>();
  private readonly ways = new Map<Way, number>();
  private readonly imported = new Map<string, number>();

  private cell(row: string, kind: Kind): Cell {
    const cells = this.rows.get(row) ?? new Map<Kind, Cell>();
    this.rows.set(row, cells);
    const cell = cells.get(kind) ?? { tried: 0, survived: 0 };
    cells.set(kind, cell);
    return cell;
  }

  tried(row: string, kind: Kind): void {
    this.cell(row, kind).tried++;
  }

  /** What only an import got over has not been survived: the next apply alone does not do it. */
  ended(row: string, kind: Kind, way: Way, call: string): void {
    this.ways.set(way, (this.ways.get(way) ?? 0) + 1);
    if (way === "an import block")
      this.imported.set(`${call}, ${kind}`, (this.imported.get(`${call}, ${kind}`) ?? 0) + 1);
    else this.cell(row, kind).survived++;
  }

  text(rows: readonly string[]): string {
    const lines = [["survived/tried", ...KINDS, "all"]];
    const total = new Map<Kind, Cell>(KINDS.map((kind) => [kind, { tried: 0, survived: 0 }]));
    for (const row of rows) {
      const cells = this.rows.get(row) ?? new Map<Kind, Cell>();
      for (const [kind, { tried, survived }] of cells) {
        const sum = total.get(kind) as Cell;
        sum.tried += tried;
        sum.survived += survived;
      }
      lines.push([row, ...line(cells)]);
    }
    lines.push(["all", ...line(total)]);
    const widths = lines[0]?.map((_, at) => Math.max(...lines.map((cells) => cells[at]?.length ?? 0))) ?? [];
    const table = lines.map((cells) =>
      cells
        .map((cell, at) => cell.padEnd(widths[at] ?? 0))
        .join("  ")
        .trimEnd(),
    );
    const ways = [...this.ways].map(([way, count]) => `${count} by ${way}`).join(", ");
    const imported = [...this.imported].map(([what, count]) => `${what} (${count})`).join("; ");
    return [...table, `got over: ${ways}`, ...(imported === "" ? [] : [`by import only: ${imported}`])].join(
      "\n",
    );
  }
}

function line(cells: ReadonlyMap<Kind, Cell>): string[] {
  const all = [...cells.values()];
  const sum = (of: (cell: Cell) => number) => all.reduce((total, cell) => total + of(cell), 0);
  return [
    ...KINDS.map((kind) => {
      const cell = cells.get(kind);
      return cell === undefined ? "-" : `${cell.survived}/${cell.tried}`;
    }),
    `${sum(({ survived }) => survived)}/${sum(({ tried }) => tried)}`,
  ];
}
