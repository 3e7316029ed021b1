import type { Clock } from '../contract/transport.ts';
import { share, wholeNumber } from './arguments.ts';
import { FAULTS, type FaultyLine, isFaultKind } from './faults.ts';
import { nearest } from './nearest.ts';
import { between } from './random.ts';
import type { SimulatorVerb } from './simulator.ts';

const MAX_WAIT_MS = 86_400_000;
const MAX_AMOUNT = 100_000;

type Verbs = Readonly<Record<string, SimulatorVerb>>;

const KINDS = Object.keys(FAULTS);

/** What can be done to any line while it runs. */
export function lineVerbs(line: FaultyLine): Verbs {
  return {
    fault: {
      usage: 'KIND|off [RATE] [N]',
      help: {
        zh: `线路故障：${KINDS.join('、')}，概率 0 到 1；fault off 全部关闭`,
        en: `faults of the line: ${KINDS.join(', ')}, with a rate of 0 to 1; fault off ends all`,
      },
      run: (args) => setFault(line, args),
    },
    unplug: {
      usage: '[MS]',
      help: { zh: '拔掉线路，MS 毫秒后插回；不写则等 plug', en: 'pull the plug for MS milliseconds, or until plug' },
      async run([ms]) {
        const back = line.unplug(ms === undefined ? Number.POSITIVE_INFINITY : wholeNumber(ms, 'MS', 1, MAX_WAIT_MS));
        // Without a time the next command must be heard while it is unplugged.
        if (ms === undefined) back.catch(() => undefined);
        else await back;
      },
    },
    plug: { usage: '', help: { zh: '插回线路', en: 'put the plug back' }, run: () => line.plug() },
  };
}

/** `noise 0.2`, `delay 0.5 300`, `off`, `noise off`; the command line's `--fault noise=0.2` and `--fault delay=0.5:300` end here too. Throws an Error. */
export function setFault(line: FaultyLine, [kind = '', rate, amount]: readonly string[]): void {
  if (kind === 'off') {
    line.clear();
    return;
  }
  if (!isFaultKind(kind)) {
    throw new Error(
      `there is no fault "${kind}"; did you mean "${nearest(kind, KINDS)}"? There are: ${KINDS.join(', ')}`,
    );
  }
  const often = rate === 'off' ? 0 : share(rate, 'RATE');
  line.set(kind, often, amount === undefined ? undefined : wholeNumber(amount, 'N', 0, MAX_AMOUNT));
}

/** `wait 500` or `wait 100-500`, a random time between. Ends early when `signal` aborts. */
export function waitVerb(ports: {
  readonly clock: Clock;
  readonly random: () => number;
  readonly signal: AbortSignal;
}): SimulatorVerb {
  return {
    usage: 'MS|MS-MS',
    help: { zh: '等待若干毫秒，如 500 或 100-500', en: 'wait so many milliseconds, e.g. 500 or 100-500' },
    run([text = '']) {
      const [, low, high = low] = /^(\d+)(?:-(\d+))?$/.exec(text) ?? [];
      const shortest = wholeNumber(low, 'MS', 0, MAX_WAIT_MS);
      const ms = between(ports.random, shortest, wholeNumber(high, 'MS', shortest, MAX_WAIT_MS));
      return new Promise<void>((resolve) => {
        const end = (): void => {
          timer.cancel();
          ports.signal.removeEventListener('abort', end);
          resolve();
        };
        const timer = ports.clock.setTimeout(end, ms);
        ports.signal.addEventListener('abort', end, { once: true });
        if (ports.signal.aborted) end();
      });
    },
  };
}
