/** Of presence sensors. Code -> what happened and what to do. */
export const PRESENCE_CONDITIONS = {
  PRESENCE_SECRET_WRONG: {
    message: 'A post came with a wrong secret and was not read.',
    hint: 'Set the same secret in the Wi-Fi dashboard and in the options of the device.',
  },
  PRESENCE_MALFORMED: {
    message: 'A post was not a scanning report that is known; it was not read.',
    hint: 'Set the scanning API to version 2 or 3.',
  },
  PRESENCE_TOO_LARGE: {
    message: 'A post was larger than a scanning report may be; it was not read.',
    hint: 'Check what posts to this address.',
  },
  PRESENCE_ROUTE_UNKNOWN: {
    message: 'The listener has no such address or method.',
    hint: 'Use GET for the validator and POST for reports, at the root path.',
  },
} as const;
