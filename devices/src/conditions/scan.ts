/** Of scans. Code -> what happened and what to do. */
export const SCAN_CONDITIONS = {
  SCAN_GARBAGE: {
    message: 'The bytes of a scan are not text.',
    hint: 'Check baud rate, data bits and parity of the scanner.',
  },
  SCAN_PREFIX_MISSING: {
    message: 'A scan came without the configured prefix.',
    hint: 'Set the prefix in the scanner, or remove it from the options.',
  },
  SCAN_LABEL_UNKNOWN: {
    message: 'A scan begins with no label identifier that fits its data; it was dropped.',
    hint: 'Set the label identifiers of the scanner back to those of the factory, with check digits sent, or set the option labelIds to none.',
  },
  SCAN_REPORT_UNKNOWN: {
    message: 'The scanner sent a report in a form that is not known.',
    hint: 'Let the scanner send AIM identifiers, and check the options layout and reportBytes against its manual.',
  },
  SCAN_UNFINISHED: {
    message: 'A scan of several reports began and its end never came; it was dropped.',
    hint: 'Scan the code again. If it stays, check the cable and the option reportBytes.',
  },
} as const;
