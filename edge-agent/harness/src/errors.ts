/** Every refusal of the harness, by stable code. `USAGE` codes end the process with 2, the others with 1. */
export const HARNESS_ERRORS = {
  HARNESS_USAGE: { exitCode: 2, hint: 'npm run bench|eval|soak -- NAME [options]; --help lists the options.' },
  HARNESS_NAME_UNKNOWN: { exitCode: 2, hint: 'Take one of the names listed.' },
  HARNESS_OUTPUT_REFUSED: {
    exitCode: 1,
    hint: 'A measure gave a value that is missing or not a number; this is a bug of that measure, not of what it measures.',
  },
  HARNESS_NEEDS_PROC: { exitCode: 1, hint: 'Resident memory is read from /proc; run this one on Linux.' },
  HARNESS_NEEDS_COMPILER: {
    exitCode: 1,
    hint: 'Power cuts are played by a small C library that is compiled when it is needed: install a C compiler (Debian: gcc and libc6-dev), on Linux.',
  },
  HARNESS_NEEDS_BROWSER: {
    exitCode: 1,
    hint: 'The kiosk is measured in a real browser: install Chromium (Debian: chromium) or set TILLSIDE_CHROMIUM.',
  },
  HARNESS_NEEDS_PAGES: { exitCode: 1, hint: 'The pages are not built: npm run build -w kiosk-app.' },
  HARNESS_BROWSER_FAILED: { exitCode: 1, hint: 'The browser ended or did not answer; what it said last stands above.' },
  HARNESS_STORE_FAILED: {
    exitCode: 1,
    hint: "The store's logs are in the folder named; npm run build makes dist new.",
  },
  HARNESS_DATA_MISSING: { exitCode: 1, hint: 'Give a path to a file that is there and may be read.' },
  HARNESS_DATA_INVALID: {
    exitCode: 1,
    hint: 'The file is not of the form asked for; docs/measuring.md describes the forms.',
  },
  HARNESS_TIMED_OUT: { exitCode: 1, hint: 'The machine may be too busy; try again when it is idle.' },
} as const;

export type HarnessErrorCode = keyof typeof HARNESS_ERRORS;

/** A failure of the harness itself, with its code and what to do. */
export class HarnessError extends Error {
  readonly code: HarnessErrorCode;
  readonly hint: string;
  readonly exitCode: number;

  constructor(code: HarnessErrorCode, message: string) {
    super(message);
    this.name = 'HarnessError';
    this.code = code;
    this.hint = HARNESS_ERRORS[code].hint;
    this.exitCode = HARNESS_ERRORS[code].exitCode;
  }
}
