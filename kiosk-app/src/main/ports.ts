/** What the shell needs of a browser, cut to the parts it uses: the same rules hold in Electron and in Chromium's kiosk mode. */

export interface KeyInput {
  readonly key: string;
  readonly control: boolean;
  readonly alt: boolean;
  readonly meta: boolean;
}

export type DeniedCode =
  | 'PERMISSION_DENIED'
  | 'NAVIGATION_DENIED'
  | 'WINDOW_DENIED'
  | 'WEBVIEW_DENIED'
  | 'DOWNLOAD_DENIED'
  | 'REQUEST_DENIED'
  | 'CERTIFICATE_DENIED';

export interface PageRules {
  /** Where the page may go by itself. */
  isNavigationAllowed(address: string): boolean;
  isKeyBlocked(input: KeyInput): boolean;
  /** Something was refused. `detail` names a permission or an origin, never a whole address. */
  onDenied(code: DeniedCode, detail: string): void;
  /** The renderer or the browser ended without being asked to. */
  onGone(reason: string): void;
}

/**
 * One locked page on the screen. Whatever the rules say, it grants no permission or device, opens no second window,
 * attaches no webview and saves no file.
 */
export interface PagePort {
  /** Opens it, locked and empty. Called again, it replaces what is there, hung or crashed as it may be. */
  open(rules: PageRules): Promise<void>;
  /** Rejects when the address can't be loaded. */
  load(address: string): Promise<void>;
  /** What `<html data-screen>` says, or ''. Never settles while the page hangs: the caller keeps the time. */
  screen(): Promise<string>;
  /** What the page's renderer holds in memory. */
  memoryBytes(): Promise<number>;
  close(): Promise<void>;
}

/** Monotonic time and waiting. */
export interface ClockPort {
  nowMs(): number;
  /** Calls back once after the delay; the answer cancels it. */
  after(delayMs: number, callback: () => void): () => void;
}

export interface LogLine {
  readonly code: string;
  readonly detail: string;
  /** How often this was said since the start. */
  readonly count?: number;
}

export interface LogPort {
  write(line: LogLine): void;
}

/** Turns the screen's light on and off. */
export interface DisplayPort {
  set(isOn: boolean): Promise<void>;
}
