/** One file, one step, never changed once released. Runs in one transaction; the table `hub_schema` says how far a database is. */
export interface Migration {
  readonly version: number;
  readonly name: string;
  readonly sql: string;
}
