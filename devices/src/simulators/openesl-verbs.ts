import type { Connection } from '../contract/config.ts';
import { oneOf, onOff, share, tagAddress, wholeNumber } from './arguments.ts';
import type { HttpAddress, HttpSimulator } from './http.ts';
import { OpenEslSimulator } from './openesl.ts';
import type { SimulatorVerb } from './simulator.ts';

const COMMON_MODEL = '296x128-bw';
const FIRST_TAGS = ['0000021A5B7C2E01', '0000021A5B7C2E02'];
const TOKEN = 'simulated-token';
const POLL_MS = 2_000;
const MAX_HEAP_BYTES = 8_000_000;
const MAX_COUNT = 100_000;

/** The access point with two tags; it listens at `address`. */
export function openEslAccessPoint(address: HttpAddress, seed: number): HttpSimulator {
  const simulator = new OpenEslSimulator({
    ...address,
    seed,
    token: TOKEN,
    pollMs: POLL_MS,
    tags: FIRST_TAGS.map((mac) => ({ mac, model: COMMON_MODEL })),
  });
  return {
    options: { token: TOKEN },
    get connection(): Connection {
      return { kind: 'http', url: simulator.url };
    },
    start: () => simulator.start(),
    stop: () => simulator.stop(),
    verbs: verbsOf(simulator),
  };
}

function verbsOf(simulator: OpenEslSimulator): Readonly<Record<string, SimulatorVerb>> {
  return {
    tag: {
      usage: 'MAC [MODEL]',
      help: { zh: '新价签来到附近：16 位十六进制地址、型号', en: 'a tag comes near: 16 hex digits, model' },
      run: ([mac, model = COMMON_MODEL]) => simulator.addTag({ mac: tagAddress(mac), model }),
    },
    silent: {
      usage: 'MAC on|off',
      help: { zh: '价签不再（或重新）联系基站', en: 'a tag stops asking, or starts again' },
      run: ([mac, state]) => simulator.setSilent(tagAddress(mac), onOff(state, 'the second word')),
    },
    forget: {
      usage: 'MAC',
      help: { zh: '价签重启，屏幕变空', en: 'a tag starts anew and is empty' },
      run: ([mac]) => simulator.forgetContent(tagAddress(mac)),
    },
    loss: {
      usage: 'SHARE',
      help: { zh: '无线丢失的比例，0 到 1', en: 'share of radio polls and transfers that are lost, 0 to 1' },
      run: ([text]) => simulator.setLossRate(share(text, 'SHARE')),
    },
    refuse: {
      usage: 'N',
      help: { zh: '接下来 N 次请求回答 503', en: 'the next N requests are answered 503' },
      run: ([count]) => simulator.refuse(wholeNumber(count, 'N', 0, MAX_COUNT)),
    },
    heap: {
      usage: 'BYTES',
      help: { zh: '基站剩余内存', en: 'free memory of the access point' },
      run: ([bytes]) => simulator.setHeap(wholeNumber(bytes, 'BYTES', 0, MAX_HEAP_BYTES)),
    },
    hang: {
      usage: 'off|mute|half',
      help: { zh: '基站不回答，或只回答一半', en: 'the access point answers nothing, or half' },
      run: ([what]) => simulator.hang(oneOf(what, 'the word', ['off', 'mute', 'half'])),
    },
    lie: {
      usage: 'none|claims|drops',
      help: { zh: '基站抢先说已显示，或说已收却丢弃', en: 'it claims too early, or says "queued" and throws away' },
      run: ([what]) => simulator.setLie(oneOf(what, 'the word', ['none', 'claims', 'drops'])),
    },
    reboot: {
      usage: '',
      help: { zh: '基站重启：等待的内容丢失', en: 'the access point starts anew: waiting content is lost' },
      run: () => simulator.reboot(),
    },
  };
}
