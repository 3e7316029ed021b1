/** One file, one step, never changed once released. Runs in one transaction; PRAGMA user_version says how far a database is. */
export interface Migration {
  readonly version: number;
  readonly name: string;
  readonly sql: string;
}
