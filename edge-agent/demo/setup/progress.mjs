/**
 * Shows how the set-up gets on. All of it goes to stderr, so that a command's own output (a JSON line, say) stays alone on
 * stdout. On a terminal the running step is one line that is rewritten; elsewhere each step is a plain line when it starts
 * and when it ends, with a sign of life in between.
 */

/** How often a plain log shows that a long step still runs. */
const HEARTBEAT_MS = 15_000;
const REDRAW_MS = 200;
/** A step shorter than this shows no line for its start in a plain log. */
const QUIET_START_MS = 700;

const seconds = (ms) => `${(ms / 1000).toFixed(1)} s`;

/**
 * @param {{ total: number, out?: NodeJS.WriteStream, quiet?: boolean }} options
 *   total: how many steps will run; quiet: print nothing but warnings.
 */
export function createProgress({ total, out = process.stderr, quiet = false }) {
  let count = 0;
  const live = !quiet && out.isTTY === true && process.env.CI === undefined;
  const print = (text) => out.write(`${text}\n`);
  const clear = () => live && out.write('\r\u001b[2K');
  let redraw = () => {};

  /**
   * Runs one step. `work` may return a word for the closing line ("up to date") and gets `say` for what it is doing now.
   * @param {string} name
   * @param {(say: (detail: string) => void) => Promise<string | undefined> | string | undefined} work
   */
  async function step(name, work) {
    count += 1;
    const label = `[${count}/${total}] ${name}`;
    const began = Date.now();
    let detail = '';
    redraw = () => {
      const width = (out.columns ?? 80) - 1;
      out.write(`\r\u001b[2K${`${label} … ${seconds(Date.now() - began)}  ${detail}`.slice(0, width)}`);
    };
    const first = live || quiet ? undefined : setTimeout(() => print(`${label} …`), QUIET_START_MS);
    const beat = () => (live ? redraw() : print(`${label} … ${seconds(Date.now() - began)}${detail && `  ${detail}`}`));
    const timer = quiet ? undefined : setInterval(beat, live ? REDRAW_MS : HEARTBEAT_MS);
    let ended = 'failed';
    try {
      ended = (await work((text) => (detail = text))) ?? 'done';
    } finally {
      clearTimeout(first);
      clearInterval(timer);
      redraw = () => {};
      clear();
      if (!quiet) print(`${label}: ${ended} (${seconds(Date.now() - began)})`);
    }
  }

  return {
    step,
    /** A line that stays, whatever runs. */
    note(text) {
      clear();
      print(text);
      redraw();
    },
  };
}
