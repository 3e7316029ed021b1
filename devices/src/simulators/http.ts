import type { Connection } from '../contract/config.ts';
import { onOff, wholeNumber } from './arguments.ts';
import { MerakiSimulator } from './meraki.ts';
import { OpenEpaperLinkSimulator } from './openepaperlink.ts';
import type { Simulator, SimulatorVerb } from './simulator.ts';

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

/** 2.9" black, white and red. */
const COMMON_TAG = 1;
const FIRST_TAGS = ['0000021A5B7C1D01', '0000021A5B7C1D02'];
const MAX_HEAP_BYTES = 8_000_000;
const MAX_COUNT = 100_000;

/** The access point with two tags; it listens at `address`. */
export function accessPoint(address: HttpAddress): HttpSimulator {
  const simulator = new OpenEpaperLinkSimulator({
    ...address,
    tags: FIRST_TAGS.map((mac) => ({ mac, hwType: COMMON_TAG })),
  });
  return {
    options: {},
    get connection(): Connection {
      return { kind: 'http', url: simulator.url };
    },
    start: () => simulator.start(),
    stop: () => simulator.stop(),
    verbs: accessPointVerbs(simulator),
  };
}

function accessPointVerbs(simulator: OpenEpaperLinkSimulator): Readonly<Record<string, SimulatorVerb>> {
  return {
    tag: {
      usage: 'MAC [HWTYPE]',
      help: { zh: '新价签来到附近：16 位十六进制地址、硬件型号', en: 'a tag comes near: 16 hex digits, hardware type' },
      run: ([mac, type]) =>
        simulator.addTag({
          mac: tagAddress(mac),
          hwType: type === undefined ? COMMON_TAG : wholeNumber(type, 'HWTYPE', 0, 255),
        }),
    },
    silent: {
      usage: 'MAC on|off',
      help: { zh: '价签不再（或重新）联系基站', en: 'a tag stops checking in, or starts again' },
      run: ([mac, state]) => simulator.setSilent(tagAddress(mac), onOff(state, 'the second word')),
    },
    break: {
      usage: 'MAC N',
      help: { zh: '价签接下来 N 次传输中断', en: "the tag's next N transfers break off" },
      run: ([mac, count]) => simulator.breakTransfers(tagAddress(mac), wholeNumber(count, 'N', 0, MAX_COUNT)),
    },
    refuse: {
      usage: 'N',
      help: { zh: '接下来 N 次上传回答 409', en: 'the next N uploads are answered 409' },
      run: ([count]) => simulator.refuseUploads(wholeNumber(count, 'N', 0, MAX_COUNT)),
    },
    heap: {
      usage: 'BYTES',
      help: { zh: '基站剩余内存', en: 'free memory of the access point' },
      run: ([bytes]) => simulator.setHeap(wholeNumber(bytes, 'BYTES', 0, MAX_HEAP_BYTES)),
    },
    say: {
      usage: 'TEXT',
      help: { zh: '向所有 WebSocket 发送任意文字', en: 'any text to every WebSocket' },
      run: ([text = '']) => simulator.broadcast(text),
    },
  };
}

function tagAddress(text = ''): string {
  if (!/^[0-9a-fA-F]{16}$/.test(text)) throw new Error(`a tag's address is 16 hex digits, not "${text.slice(0, 40)}"`);
  return text.toUpperCase();
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
