/** Of scales. Code -> what happened and what to do. */
export const SCALE_CONDITIONS = {
  SCALE_IN_MOTION: { message: 'The weight is not steady.', hint: 'Let the goods rest on the scale and weigh again.' },
  SCALE_OVER_CAPACITY: { message: 'The weight is over what the scale may weigh.', hint: 'Weigh fewer goods at once.' },
  SCALE_UNDER_ZERO: {
    message: 'The scale is below zero.',
    hint: 'Clear the plate, zero the scale, weigh again.',
  },
  SCALE_ZERO_RANGE: {
    message: 'The scale is outside the range in which it can be zeroed.',
    hint: 'Clear the plate; if it stays, switch the scale off and on with an empty plate.',
  },
  SCALE_ZERO_REFUSED: {
    message: 'The scale did not go to zero.',
    hint: 'Clear the plate and try again.',
  },
  SCALE_NO_WEIGHT: {
    message: 'The scale answered but sent no weight.',
    hint: 'Lift the goods and put them down again.',
  },
  SCALE_SILENT: {
    message: 'The scale does not answer.',
    hint: 'Check power, cable and that the scale is set to the protocol and line settings of its set-up sheet.',
  },
  SCALE_GARBLED: {
    message: 'Bytes come from the scale, but nothing that its protocol knows.',
    hint: 'Check baud rate, data bits, parity and the protocol in the menu of the scale against its set-up sheet.',
  },
  SCALE_TARE_REFUSED: {
    message: 'The scale did not take the tare.',
    hint: 'Let the scale rest; a tare must be within its range and division, and enabled in its menu.',
  },
  SCALE_DEFECT: {
    message: 'The scale reports a fault of its own memory or calibration.',
    hint: 'Switch it off and on with an empty plate; if the fault stays, have the scale serviced.',
  },
  SCALE_NEEDS_CALIBRATION: {
    message: 'The scale says that it must be calibrated.',
    hint: 'Do not sell by it; have it calibrated and verified.',
  },
  SCALE_NEEDS_ZERO: {
    message: 'The scale says that it must be zeroed.',
    hint: 'Clear the plate, zero the scale, weigh again.',
  },
  SCALE_REPORT_UNKNOWN: {
    message: 'The scale sent a report in a form that is not known.',
    hint: 'Check that the device is a USB HID scale and the model is the right one.',
  },
  SCALE_PRICE_NEEDED: {
    message: 'This scale computes the price, so it needs the price of a kilogram before it weighs.',
    hint: 'Send `unitPriceFen` with the command.',
  },
  SCALE_PRICE_REFUSED: {
    message: 'The scale can not take this price.',
    hint: 'Check the price of the item, and the option priceDigits against the digits that the scale shows.',
  },
  SCALE_RECORD_REFUSED: {
    message: 'The scale does not know this record or its text.',
    hint: 'Check in the menu of the scale that it is set to Dialog 02, 04 or 06.',
  },
  SCALE_TOTAL_DIFFERS: {
    message: 'The scale answered with another price, or a total that is not weight times price.',
    hint: 'Do not sell by it. Check decimals of price and weight in the menu of the scale; weigh again.',
  },
  SCALE_NOT_MOVED: {
    message: 'The goods have not moved since they were weighed last.',
    hint: 'Lift the goods and put them down again.',
  },
  SCALE_NOT_FINISHED: { message: 'The scale has not finished weighing.', hint: 'Weigh again in a moment.' },
  SCALE_UNDER_MINIMUM: {
    message: 'The weight is under the least that the scale may weigh.',
    hint: 'Put the goods on the plate; very light goods can not be sold by this scale.',
  },
  SCALE_ERROR: {
    message: 'The scale reports an error that its protocol does not explain.',
    hint: 'Look at its display; switch it off and on with an empty plate.',
  },
  SCALE_SECRET_MISSING: {
    message: 'The scale asks for checksums (Dialog 06), and no secret for them is configured.',
    hint: 'Set the option checksum to what the maker of the scale gave you, or set the scale to Dialog 02 or 04.',
  },
  SCALE_SECRET_WRONG: {
    message: 'The scale did not accept the checksums (Dialog 06).',
    hint: 'Check the option checksum against what the maker of the scale gave you.',
  },
  SCALE_BAD_CHECKSUM: {
    message: 'A message of the scale came with a wrong checksum and was dropped.',
    hint: 'Check cable and shielding, and the protocol in the menu of the scale.',
  },
  SCALE_BAD_REQUEST: {
    message: 'A request that the protocol of the scale does not know.',
    hint: 'Check that the program at the other end speaks the protocol of this scale.',
  },
  SCALE_BAD_WEIGHT: {
    message: 'The scale sent a weight in a form that does not fit its options.',
    hint: 'Set unit and decimals to what the scale shows; a wrong setting would charge a wrong price.',
  },
  SCALE_BAD_PARITY: {
    message: 'Bytes with a wrong parity arrived.',
    hint: 'Set data bits and parity of the line to those of the set-up sheet, e.g. 7 data bits, even parity.',
  },
} as const;
