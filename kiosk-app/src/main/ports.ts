/** What the shell needs of Electron, cut to the parts it uses, so that its rules run in a test without it. */

export interface Preventable {
  preventDefault(): void;
}

export interface KeyInput {
  readonly key: string;
  readonly control: boolean;
  readonly alt: boolean;
  readonly meta: boolean;
}

/** The window's web contents and their session. Listeners are added once, at the start. */
export interface PagePort {
  /** Rejects when the page can't be loaded. */
  load(address: string): Promise<void>;
  onNavigate(listener: (event: Preventable, address: string) => void): void;
  onAttachWebview(listener: (event: Preventable) => void): void;
  onKey(listener: (event: Preventable, input: KeyInput) => void): void;
  /** The renderer crashed, was killed, or stopped answering. */
  onGone(listener: (reason: string) => void): void;
  /** The answer to every `window.open`; false denies it. */
  decideWindowOpen(decide: (address: string) => boolean): void;
  /** The answers to every permission request and check of a page, and to device pickers (HID, serial, USB). */
  decidePermissions(decide: (permission: string) => boolean): void;
  /** Refuses every download. */
  denyDownloads(): void;
}

export interface ClockPort {
  /** Calls back once after the delay; the answer cancels it. */
  after(delayMs: number, callback: () => void): () => void;
}

export interface LogPort {
  write(line: { code: string; detail: string }): void;
}
