/** Of element strings and their values, and of GTINs. */
export const ELEMENT_PROBLEMS = {
  GTIN_CHECK_DIGIT: {
    message: 'The check digit is wrong.',
    hint: 'Scan again; if it stays, the code was printed or typed wrongly.',
  },
  GTIN_LENGTH: {
    message: 'A GTIN has 8, 12, 13 or 14 digits.',
    hint: 'Give all digits that stand under the bars, also a small one at the left or right edge.',
  },
  GTIN_NOT_DIGITS: { message: 'A GTIN has only digits.', hint: 'Leave out blanks, hyphens and letters.' },
  UPCE_LENGTH: {
    message: 'A UPC-E code has 6, 7 or 8 digits.',
    hint: 'Give the six digits under the bars, or these with the number system before and the check digit after.',
  },
  UPCE_NUMBER_SYSTEM: {
    message: 'The number system of a UPC-E code is 0 or 1.',
    hint: 'The code may be a GTIN-8: have the scanner send AIM identifiers, which tell the two apart.',
  },
  ELEMENT_STRING_EMPTY: {
    message: 'There is no element in this text.',
    hint: 'A GS1 code begins with an application identifier, such as 01 for a GTIN.',
  },
  ELEMENT_STRING_TOO_LONG: {
    message: 'The text is longer than any GS1 code.',
    hint: 'Check the suffix of the scanner: two scans may have run together.',
  },
  ELEMENT_BRACKETS: {
    message: 'An application identifier of 2 to 4 digits in brackets is expected here.',
    hint: 'Write (01)09521234543213(10)LOT1; put a backslash before a bracket that belongs to a value.',
  },
  ELEMENT_AI_UNKNOWN: {
    message: 'GS1 has not assigned this application identifier.',
    hint: 'The separator before it may be missing, or the value before it may have a wrong length.',
  },
  ELEMENT_SEPARATOR: {
    message: 'A separator (FNC1) stands where an application identifier is expected.',
    hint: 'Print one separator after a value, not two.',
  },
  ELEMENT_TOO_SHORT: {
    message: 'The value is too short for its application identifier.',
    hint: 'Scan again; if it stays, the code was printed wrongly.',
  },
  ELEMENT_TOO_LONG: {
    message: 'The value is too long for its application identifier.',
    hint: 'The separator (FNC1) after it may be missing, or the scanner does not send it: set it to transmit GS, 0x1D.',
  },
  ELEMENT_NOT_DIGIT: { message: 'A digit is expected here.', hint: 'This part of the value has only digits.' },
  ELEMENT_CHARACTER: {
    message: 'This character must not stand in a GS1 element.',
    hint: 'Letters, digits and !"%&\'()*+,-./:;<=>?_ are allowed; a scanner may have changed the separator or the case.',
  },
  ELEMENT_CHARACTER_39: {
    message: 'This character must not stand in this element.',
    hint: 'Capital letters, digits and # - / are allowed.',
  },
  ELEMENT_CHARACTER_64: {
    message: 'This character must not stand in this element.',
    hint: 'Letters, digits, hyphen and underscore are allowed (base64 for file names).',
  },
  ELEMENT_PADDING_64: {
    message: 'The = at the end do not fill the value up to a multiple of four characters.',
    hint: 'Leave them out, or encode as RFC 4648 says.',
  },
  ELEMENT_REPEATED: {
    message: 'The same application identifier stands twice with different values.',
    hint: 'Two labels may have been read as one; only the same value may be repeated.',
  },
  ELEMENT_REQUIRES: {
    message: 'This element must not stand without others.',
    hint: 'Print the elements named here in the same code, or scan all codes of the item.',
  },
  ELEMENT_EXCLUDES: {
    message: 'These two elements must not stand together.',
    hint: 'They say different things of one item: print only one of them.',
  },
  ELEMENT_KEY_NOT_SERIALISED: {
    message: 'A digital signature needs a key with a serial component.',
    hint: 'Add the serial part to the key, AI (253), (255) or (8003).',
  },
  ELEMENT_CHECK_DIGIT: {
    message: 'The check digit of the key is wrong.',
    hint: 'Scan again; if it stays, the code was printed or typed wrongly.',
  },
  ELEMENT_CHECK_PAIR: {
    message: 'The two check characters at the end are wrong.',
    hint: 'Scan again; if it stays, the code was printed or typed wrongly.',
  },
  ELEMENT_COMPANY_PREFIX: {
    message: 'A GS1 Company Prefix is expected here.',
    hint: 'A key begins with at least four digits of the prefix that GS1 gave to the company.',
  },
  ELEMENT_ALL_DIGITS: {
    message: 'The value must not be all digits.',
    hint: 'The model reference needs at least one letter or sign.',
  },
  ELEMENT_MONTH: { message: 'There is no such month.', hint: 'Dates are written YYMMDD, months 01 to 12.' },
  ELEMENT_DAY: {
    message: 'The month has no such day.',
    hint: 'Dates are written YYMMDD; day 00 is allowed only where the day does not matter.',
  },
  ELEMENT_HOUR: { message: 'There is no such hour.', hint: 'Hours are 00 to 23.' },
  ELEMENT_MINUTE: { message: 'There is no such minute.', hint: 'Minutes are 00 to 59.' },
  ELEMENT_SECOND: { message: 'There is no such second.', hint: 'Seconds are 00 to 59.' },
  ELEMENT_NOT_HYPHEN: { message: 'A hyphen is expected here.', hint: 'A temperature below zero ends with a hyphen.' },
  ELEMENT_COUNTRY: {
    message: 'This is no country code.',
    hint: 'Three digits by ISO 3166-1 are expected, such as 156 for China.',
  },
  ELEMENT_COUNTRY_OR_999: {
    message: 'This is neither a country code nor 999.',
    hint: 'Three digits by ISO 3166-1 are expected, or 999 for several countries.',
  },
  ELEMENT_COUNTRY_ALPHA2: {
    message: 'This is no country code.',
    hint: 'Two capital letters by ISO 3166-1 are expected, such as CN.',
  },
  ELEMENT_CURRENCY: {
    message: 'This is no currency code.',
    hint: 'Three digits by ISO 4217 are expected, such as 156 for CNY.',
  },
  ELEMENT_SEX: { message: 'This is no code of ISO/IEC 5218.', hint: '0, 1, 2 and 9 are allowed.' },
  ELEMENT_IBAN_LENGTH: {
    message: 'An IBAN has 11 to 34 characters.',
    hint: 'Give the whole account number, without blanks.',
  },
  ELEMENT_IBAN_CHARACTER: {
    message: 'This character must not stand in an IBAN.',
    hint: 'Capital letters and digits are allowed.',
  },
  ELEMENT_IBAN_COUNTRY: {
    message: 'An IBAN begins with a country code.',
    hint: 'Two capital letters by ISO 3166-1 are expected.',
  },
  ELEMENT_IBAN_CHECK: {
    message: 'The check digits of the IBAN are wrong.',
    hint: 'Compare the account number with its source.',
  },
  ELEMENT_IMPORTER_INDEX: {
    message: 'This is no importer index.',
    hint: 'One letter, digit, hyphen or underscore is expected.',
  },
  ELEMENT_LATITUDE: {
    message: 'There is no such latitude.',
    hint: 'It is written as (latitude + 90) * 10000000 in ten digits, at most 1800000000.',
  },
  ELEMENT_LONGITUDE: {
    message: 'There is no such longitude.',
    hint: 'It is written as (longitude + 360) modulo 360, times 10000000, in ten digits, at most 3600000000.',
  },
  ELEMENT_MEDIA_TYPE: {
    message: 'This is no AIDC media type.',
    hint: '01 to 10 and 80 to 99 are assigned.',
  },
  ELEMENT_PACKAGE_TYPE: {
    message: 'This is no package type.',
    hint: "A code of GS1's list PackageTypeCode is expected, such as PX for a pallet.",
  },
  ELEMENT_ZERO: { message: 'The value must not be zero.', hint: 'Give the measured value.' },
  ELEMENT_NOT_ZERO: { message: 'A zero is expected here.', hint: 'A GRAI begins with a zero before its 13 digits.' },
  ELEMENT_LEADING_ZERO: {
    message: 'The number must not begin with a zero.',
    hint: 'Print the number without leading zeros.',
  },
  ELEMENT_PERCENT: {
    message: 'A % must be followed by two hexadecimal digits.',
    hint: 'Write %25 for a percent sign; letters beyond ASCII as the bytes of UTF-8.',
  },
  ELEMENT_PIECE_ZERO: {
    message: 'A piece number or a number of pieces is zero.',
    hint: 'Both are counted from 1.',
  },
  ELEMENT_PIECE_EXCEEDS_TOTAL: {
    message: 'The piece number is greater than the number of pieces.',
    hint: 'The first half is the piece, the second half the number of all pieces.',
  },
  ELEMENT_SEQUENCE: {
    message: 'This is no position in a sequence.',
    hint: 'A position, a slash and the number of all are expected, such as 1/2.',
  },
  ELEMENT_SEQUENCE_EXCEEDS_END: {
    message: 'The position is greater than the number of all.',
    hint: 'The position stands before the slash.',
  },
  ELEMENT_WINDING: {
    message: 'This is no winding direction.',
    hint: '0 face out, 1 face in and 9 undefined are allowed.',
  },
  ELEMENT_YES_NO: { message: 'A 0 or a 1 is expected here.', hint: '0 is no, 1 is yes.' },
  ELEMENT_COUPON_MISSING: {
    message: 'The coupon ends before this field.',
    hint: 'Scan again; if it stays, the coupon was made wrongly.',
  },
  ELEMENT_COUPON_CUT: {
    message: 'The coupon ends within this field.',
    hint: 'Scan again; if it stays, the length before the field is wrong.',
  },
  ELEMENT_COUPON_LENGTH: {
    message: 'The length of this field of the coupon is not allowed.',
    hint: 'The length indicator was made wrongly.',
  },
  ELEMENT_COUPON_CODE: {
    message: 'This field of the coupon has a value that is not defined.',
    hint: 'The coupon was made wrongly, or by newer rules.',
  },
  ELEMENT_COUPON_DATE: { message: 'This date of the coupon does not exist.', hint: 'Dates are written YYMMDD.' },
  ELEMENT_COUPON_DATES: {
    message: 'The coupon ends before it begins.',
    hint: 'The date of expiry must not be before the start date.',
  },
  ELEMENT_COUPON_EXCESS: {
    message: 'There is more after the last field of the coupon.',
    hint: 'Optional fields stand in the order of their numbers; the separator after the coupon may be missing.',
  },
} as const;

export type ElementProblemCode = keyof typeof ELEMENT_PROBLEMS;
