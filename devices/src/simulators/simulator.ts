/** One thing that a script or a person can make a simulator do, e.g. `weight 1.234`. */
export interface SimulatorVerb {
  /** The arguments, e.g. `KILOGRAMS`; empty for none. */
  readonly usage: string;
  readonly help: { readonly zh: string; readonly en: string };
  /** Throws an Error that says what is wrong with the arguments. */
  run(args: readonly string[]): Promise<void> | void;
}

/** The other end of a wire, as a product: made on a line, driven by verbs. Faults of the line itself are made by the line. */
export interface Simulator {
  start(): Promise<void>;
  stop(): Promise<void>;
  readonly verbs: Readonly<Record<string, SimulatorVerb>>;
}
