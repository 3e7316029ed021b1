import type { Connection } from '../contract/config.ts';
import { MerakiSimulator } from './meraki.ts';
import type { Simulator } from './simulator.ts';

/** A simulator whose wire is HTTP: it brings its own port, and what a device config needs besides the connection. */
export interface HttpSimulator extends Simulator {
  /** Valid after `start`. */
  readonly connection: Connection;
  readonly options: Readonly<Record<string, unknown>>;
}

export interface HttpAddress {
  readonly host: string;
  readonly port: number;
}

/** The Wi-Fi cloud; it posts to a listener at `address`. */
export function wifiCloud(address: HttpAddress, seed: number): HttpSimulator {
  const options = { validator: 'simulated-validator', secret: 'simulated-secret', zone: 'shop-floor' };
  const simulator = new MerakiSimulator({
    url: `http://${address.host}:${address.port}/`,
    validator: options.validator,
    secret: options.secret,
    shoppers: 14,
    seed,
  });
  let stop: (() => void) | undefined;
  const pause = (): void => {
    stop?.();
    stop = undefined;
  };
  return {
    options,
    connection: { kind: 'http-listen', ...address },
    start: async () => {
      stop ??= simulator.start();
    },
    stop: async () => pause(),
    verbs: {
      post: {
        usage: '[SECRET]',
        help: { zh: '立即上报一次，可用错误的密钥', en: 'post one report now, with a wrong secret if you like' },
        async run([secret]) {
          const status = await simulator.post(secret);
          if (status >= 400) throw new Error(`the listener answered ${status}`);
        },
      },
      pause: { usage: '', help: { zh: '停止每秒上报', en: 'no more reports every second' }, run: pause },
      resume: {
        usage: '',
        help: { zh: '恢复每秒上报', en: 'reports every second again' },
        run() {
          stop ??= simulator.start();
        },
      },
    },
  };
}
