import { onOff } from './arguments.ts';
import type { SimulatorLine } from './line.ts';
import { Mettler8217Simulator } from './mettler-8217.ts';
import type { Simulator } from './simulator.ts';

/** The scale with its verbs. */
export function mettler8217Simulator(line: SimulatorLine): Simulator {
  const scale = new Mettler8217Simulator(line);
  return {
    start: () => scale.start(),
    stop: () => scale.stop(),
    verbs: {
      weight: {
        usage: 'KILOGRAMS',
        help: { zh: '秤盘上的重量，千克', en: 'what lies on the plate, in kilograms' },
        run: ([text = '']) => scale.setWeight(grams(text)),
      },
      motion: {
        usage: 'on|off',
        help: { zh: '重量不稳定', en: 'the weight does not settle' },
        run: ([state]) => scale.setMotion(onOff(state, 'motion')),
      },
      silent: {
        usage: 'on|off',
        help: { zh: '秤不应答', en: 'the scale does not answer' },
        run: ([state]) => scale.setSilent(onOff(state, 'silent')),
      },
    },
  };
}

function grams(kilograms: string): number {
  if (!/^-?\d{1,3}(\.\d{1,3})?$/.test(kilograms))
    throw new Error(`KILOGRAMS is e.g. 1.234, not "${kilograms.slice(0, 40)}"`);
  return Math.round(Number(kilograms) * 1_000);
}
