/** Of receipt printers. Code -> what happened and what to do. */
export const PRINTER_CONDITIONS = {
  PRINTER_OFFLINE: {
    message: 'The printer is there but does not print.',
    hint: 'Look at its lights: close what is open, let go of its feed button, switch it off and on.',
  },
  PRINTER_COVER_OPEN: { message: 'The cover of the printer is open.', hint: 'Close it until it clicks.' },
  PRINTER_PAPER_OUT: { message: 'The printer has no paper.', hint: 'Put in a new roll and close the cover.' },
  PRINTER_PAPER_NEAR_END: {
    message: 'The paper of the printer is nearly at its end.',
    hint: 'Have a new roll at hand; it still prints.',
  },
  PRINTER_CUTTER_STUCK: {
    message: 'The cutter of the printer is stuck.',
    hint: 'Switch the printer off, take out jammed paper, switch it on.',
  },
  PRINTER_ERROR: {
    message: 'The printer reports an error of its own.',
    hint: 'Let it cool down if it printed much; else switch it off and on. If the error stays, have it serviced.',
  },
  PRINTER_SILENT: {
    message: 'The printer does not say how it is.',
    hint: 'Check power, cable and line settings. For a printer that never answers set the option status to none.',
  },
  PRINTER_BYTES_UNKNOWN: {
    message: 'Bytes that no printer of this kind sends, or that it does not know.',
    hint: 'Check line settings, and that the device speaks ESC/POS.',
  },
  PRINT_BROKEN: {
    message: 'The printer stopped in the middle of the job.',
    hint: 'Put right what the printer shows. What it had taken may still come out: throw it away, then print the whole again.',
  },
  PRINT_JOB_REFUSED: {
    message: 'This job can not be printed as it is.',
    hint: 'Make a job of whole ESC/POS commands that ask the printer nothing; its state is asked by the driver.',
  },
  PRINT_PICTURE_REFUSED: {
    message: 'This is no picture that can be printed.',
    hint: 'Send a JPEG no larger than the limits that the message names.',
  },
} as const;
