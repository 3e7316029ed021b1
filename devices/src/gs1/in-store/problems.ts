/** Of in-store codes and the patterns that describe them. */
export const IN_STORE_PROBLEMS = {
  IN_STORE_CHECK: {
    message: 'The inner check digit of the in-store code is wrong.',
    hint: 'Scan again; if it stays, check that the pattern fits the scale that printed the label.',
  },
  IN_STORE_CHECK_DIGIT: {
    message: 'The last check digit of the in-store code is wrong.',
    hint: 'Scan again; if it stays, the label was printed or typed wrongly.',
  },
  IN_STORE_PRESET: {
    message: 'There is no such set of in-store rules.',
    hint: 'Name one of the sets in the message, or write a rule with a pattern of your own.',
  },
  IN_STORE_PRESET_OPTION: {
    message: 'This option does not fit the set of in-store rules.',
    hint: 'A flag can be given to a set of one rule, price decimals to rules with P, a weight to rules with W; else write own rules.',
  },
  IN_STORE_PATTERN_LETTER: {
    message: 'A pattern is made of digits and the letters I P W Q V C X.',
    hint: 'I item, P price, W weight, Q count, V inner check digit, C last check digit, X anything. Example: 20IIIIIPPPPPC.',
  },
  IN_STORE_PATTERN_LENGTH: {
    message: 'A pattern has 8, 12, 13 or 18 places.',
    hint: '8 and 13 places for EAN, 12 for UPC-A, 18 for the long labels of scales in China. Count the letters.',
  },
  IN_STORE_PATTERN_PREFIX: {
    message: 'The pattern does not begin with a number range for codes of one store or chain.',
    hint: 'Begin with 02, 04 or 20 to 29 (13 and 18 places: 20 to 29), 2 or 4 (12 places), 0 or 2 (8 places): others would hide real GTINs.',
  },
  IN_STORE_PATTERN_SPLIT: {
    message: 'A field of the pattern stands in two pieces.',
    hint: 'Write all places of one letter side by side; only X may stand in several places.',
  },
  IN_STORE_PATTERN_MISSING: {
    message: 'The pattern lacks a field.',
    hint: 'It needs an item (I) and at least one of price (P), weight (W) and count (Q); 8, 12 and 13 places end in C.',
  },
  IN_STORE_PATTERN_CHECK: {
    message: 'The check digits of the pattern are not as they can be.',
    hint: 'C is the last place. V is one place, named by innerCheck, with one price, weight or count of 4 or 5 places.',
  },
  IN_STORE_PATTERN_UNIT: {
    message: 'The pattern and its units do not fit each other.',
    hint: 'P needs price.decimals and W needs weight.unit and weight.decimals; without the letter leave the unit out.',
  },
  IN_STORE_PATTERN_PAYMENT: {
    message: 'A code of this pattern may be a payment code of a shopper.',
    hint: 'Alipay shows codes of 18 digits from 25 to 30: set the scale to a flag from 20 to 24, or to 13 digits; or set mayBePayment: true if you must.',
  },
  IN_STORE_OVERLAP: {
    message: 'Two in-store rules match the same code.',
    hint: 'Take one of them out, or give each its own leading digits.',
  },
  IN_STORE_VALUE: {
    message: 'The value does not fit the field of the in-store code.',
    hint: 'Give every field of the pattern a value of its length and steps, and no other.',
  },
} as const;
