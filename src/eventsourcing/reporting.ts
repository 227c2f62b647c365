/** How a program that knows only SQL takes a column. `day`: a date; `instant`: a moment, RFC 3339. */
export type FlatType = 'text' | 'integer' | 'decimal' | 'boolean' | 'day' | 'instant';

/** A table of plain values, for programs that know nothing of a ledger. Names are those of SQL: `fiscal_year`. */
export interface FlatTable {
  readonly name: string;
  /** In words, for who looks at it there. */
  readonly title: string;
  readonly columns: readonly { readonly name: string; readonly title: string; readonly type: FlatType }[];
  readonly rows: readonly Readonly<Record<string, string | number | boolean | null>>[];
}

/** Where those tables are kept for others. */
export interface Reporting {
  /** All of them in place of those before, or nothing: nobody sees one of today beside one of yesterday. @throws Error */
  publish(tables: readonly FlatTable[]): Promise<void>;
  close(): Promise<void>;
}
