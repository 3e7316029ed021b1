/** Of in-store codes and the patterns that describe them. */
export const IN_STORE_PROBLEMS = {
  IN_STORE_CHECK: {
    message: 'The inner check digit of the in-store code is wrong.',
    hint: 'Scan again; if it stays, check that the pattern fits the scale that printed the label.',
  },
} as const;
