/** Of GS1 Digital Link URIs. */
export const LINK_PROBLEMS = {
  LINK_NOT_A_URI: { message: 'This is no web address.', hint: 'A GS1 Digital Link begins with https:// or http://.' },
  LINK_CHARACTER: {
    message: 'A web address cannot hold this character.',
    hint: 'Write it percent-encoded, e.g. %3C for <.',
  },
  LINK_PERCENT: {
    message: 'A percent sign is not followed by two hexadecimal digits.',
    hint: 'Write a percent sign that belongs to the value as %25.',
  },
  LINK_HOST: {
    message: 'The domain of the link cannot be one.',
    hint: 'After https:// stands a host name of letters, digits, dots and hyphens, at most with a port; no user name.',
  },
  LINK_NO_KEY: {
    message: 'The path holds no GS1 key, so that this web address is no GS1 Digital Link.',
    hint: 'The path ends in pairs that begin with a key, e.g. /01/ and a GTIN of 14 digits.',
  },
  LINK_COMPRESSED: {
    message: 'This is a compressed GS1 Digital Link.',
    hint: 'Compressed links need a resolver; have the code printed with the uncompressed link.',
  },
  LINK_TRAILING_SLASH: {
    message: 'The path of the link ends in a slash.',
    hint: 'Take the last slash off.',
  },
  LINK_ODD_PATH: {
    message: 'The path ends in an application identifier without a value.',
    hint: 'Behind the key the path is made of pairs: /AI/value.',
  },
  LINK_EMPTY_VALUE: {
    message: 'An application identifier of the link has no value.',
    hint: 'Give it a value or leave the application identifier out.',
  },
  LINK_UNKNOWN_AI: {
    message: 'GS1 has assigned no application identifier of this number.',
    hint: 'In a path behind the key, and as names of digits in the query, only application identifiers may stand.',
  },
  LINK_QUALIFIER: {
    message: 'The application identifier does not qualify this key, or stands in the wrong place of the path.',
    hint: 'Behind a GTIN the order is 22, 10, 21, or 235 alone; other application identifiers belong into the query.',
  },
  LINK_QUALIFIER_IN_QUERY: {
    message: 'A qualifier of the key stands in the query.',
    hint: 'Write it into the path behind the key, e.g. /01/…/10/LOT1.',
  },
  LINK_NOT_AN_ATTRIBUTE: {
    message: 'The application identifier cannot stand in the query of a link.',
    hint: 'The GS1 syntax dictionary names those that can, such as 17, 15 and 3103.',
  },
  LINK_DUPLICATE_AI: {
    message: 'An application identifier stands in the link twice.',
    hint: 'Leave it in only once.',
  },
  LINK_PLUS: {
    message: 'A plus sign in the query means a space, which the value cannot hold.',
    hint: 'Write a plus sign that belongs to the value as %2B.',
  },
  LINK_STEM: {
    message: 'Links cannot begin like this.',
    hint: 'Give https:// and a domain, with a path if you like, without ? and #.',
  },
  LINK_NO_PLACE: {
    message: 'This element has no place in a link beside the others.',
    hint: 'A link holds one key, its qualifiers in the path, and attributes in the query; leave the element out.',
  },
} as const;
