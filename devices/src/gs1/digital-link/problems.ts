/** Of GS1 Digital Link URIs. */
export const LINK_PROBLEMS = {
  LINK_NOT_A_URI: { message: 'This is no web address.', hint: 'A GS1 Digital Link begins with https:// or http://.' },
} as const;
