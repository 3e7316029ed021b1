/** Of shelf labels and their access points. Code -> what happened and what to do. */
export const LABEL_CONDITIONS = {
  AP_UNREACHABLE: {
    message: 'The label access point can not be reached.',
    hint: 'Check its power, address and network; labels keep their last picture and updates wait.',
  },
  AP_SILENT: {
    message: 'The label access point is connected but says nothing.',
    hint: 'It is connected to again by itself; if it stays so, switch the access point off and on.',
  },
  AP_BUSY: {
    message: 'The label access point refuses pictures for now; they wait.',
    hint: 'They go out by themselves when its own update is over; if it stays so, switch the access point off and on.',
  },
  AP_LOW_MEMORY: {
    message: 'The label access point is short of memory, so uploads wait.',
    hint: 'They go on by themselves; if not, restart the access point.',
  },
  AP_REFUSED: {
    message: 'The label access point refused the request.',
    hint: 'Check that its firmware is supported and that the tag kind is right.',
  },
  AP_BAD_ANSWER: {
    message: 'The label access point answered in a form that is not known.',
    hint: 'Check that the address is an OpenEPaperLink access point and its firmware is supported.',
  },
  AP_QUEUE_FULL: {
    message: 'Too many label pictures wait for the access point.',
    hint: 'Send fewer labels at once; the queue drains by itself.',
  },
  AP_TOO_MANY_TAGS: {
    message: 'The label access point lists more tags than can be served.',
    hint: 'Move tags to another access point; those beyond the limit get no pictures.',
  },
  AP_TOKEN_REFUSED: {
    message: 'The label access point refused the token, so nothing is asked of it for a minute.',
    hint: 'Put the token that the access point shows into the options of this device.',
  },
  TAG_UNKNOWN: {
    message: 'The access point does not know this tag.',
    hint: 'Wake the tag near the access point and wait until it is discovered.',
  },
  TAG_TYPE_UNKNOWN: {
    message: 'No picture can be made for this kind of tag.',
    hint: 'Add the hardware type to the tag types in firmware-configs.',
  },
  TAG_TYPE_CHANGED: {
    message: 'The tag is of another kind than the one that its picture was drawn for.',
    hint: 'The label is drawn anew for its kind by itself; check the tag if it keeps changing.',
  },
  LABEL_NOT_PROVEN: {
    message: 'The tag did not take its picture in time.',
    hint: 'Check that the tag is in range and its battery is good; then send the label again.',
  },
  LABEL_OVERFLOW: {
    message: 'The content does not fit on the label.',
    hint: 'Shorten the words or choose a larger label; a price is never cut.',
  },
  LABEL_RENDER_FAILED: {
    message: 'The label picture could not be drawn.',
    hint: 'Check the label content; report the message to the maker if it is right.',
  },
  LABEL_RENDER_BUSY: {
    message: 'Too many label pictures wait to be drawn.',
    hint: 'Send fewer labels at once.',
  },
  LABEL_FONT_MISSING: {
    message: 'A bundled label font could not be loaded.',
    hint: 'Reinstall the packages with `npm ci`.',
  },
} as const;
