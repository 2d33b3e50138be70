type Column = readonly unknown[] | undefined;

/** The values of a table from one reading to the next: of tens of thousands of rows an update changes few. */
export class RowMemory {
  private columns: Array<unknown[] | undefined> = [];
  private rows = 0;
  private start = 0;

  /**
   * Compares a table with what it was in the reading before, column by column, which is several times as fast as row by
   * row. Values are kept as copies: who streams data may write into the same lists.
   * @param start of its first row among those of all tables
   * @returns for each row 1 where it has the values that it had
   */
  compare(columns: readonly Column[], rows: number, start: number): Uint8Array {
    const same = new Uint8Array(rows);
    const isLike =
      start === this.start &&
      columns.length === this.columns.length &&
      columns.every((column, at) => (column === undefined) === (this.columns[at] === undefined));
    if (isLike) {
      same.fill(1, 0, Math.min(rows, this.rows));
      columns.forEach((column, at) => renew(this.columns[at] ?? [], column ?? [], rows, same));
    } else {
      this.columns = columns.map((column) => column?.slice(0, rows));
    }
    [this.rows, this.start] = [rows, start];
    return same;
  }
}

function renew(kept: unknown[], column: readonly unknown[], rows: number, same: Uint8Array): void {
  for (let row = 0; row < rows; row++) {
    const value = column[row];
    // An object may have changed within.
    if (kept[row] !== value || (typeof value === 'object' && value !== null)) {
      kept[row] = value;
      same[row] = 0;
    }
  }
  kept.length = rows;
}
