/** Of element strings and their values, and of GTINs. */
export const ELEMENT_PROBLEMS = {
  GTIN_CHECK_DIGIT: {
    message: 'The check digit is wrong.',
    hint: 'Scan again; if it stays, the code was printed or typed wrongly.',
  },
} as const;
