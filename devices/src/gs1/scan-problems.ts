/** Of scans as a whole, and of the lines that `tillside-gs1` reads. */
export const SCAN_PROBLEMS = {
  SCAN_TOO_LONG: {
    message: 'The text is longer than a scan can be.',
    hint: 'At most 4096 characters; check the suffix of the scanner: many scans may have run together.',
  },
  SCAN_TOO_MANY_ELEMENTS: {
    message: 'The code has more than 64 elements.',
    hint: 'No code on goods has so many; look at what printed it.',
  },
  SCAN_NOT_UTF8: {
    message: 'The line is not UTF-8.',
    hint: 'Save the file as UTF-8, or set the scanner to send UTF-8.',
  },
} as const;
