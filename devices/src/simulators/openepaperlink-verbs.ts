import type { Connection } from '../contract/config.ts';
import { oneOf, onOff, share, tagAddress, wholeNumber } from './arguments.ts';
import type { HttpAddress, HttpSimulator } from './http.ts';
import { OpenEpaperLinkSimulator } from './openepaperlink.ts';
import type { SimulatorVerb } from './simulator.ts';

/** 2.9" black, white and red. */
const COMMON_TAG = 1;
const FIRST_TAGS = ['0000021A5B7C1D01', '0000021A5B7C1D02'];
const MAX_HEAP_BYTES = 8_000_000;
const MAX_COUNT = 100_000;
const MAX_BATTERY_MV = 10_000;

/** The access point with two tags; it listens at `address`. */
export function accessPoint(address: HttpAddress, seed: number): HttpSimulator {
  const simulator = new OpenEpaperLinkSimulator({
    ...address,
    seed,
    tags: FIRST_TAGS.map((mac) => ({ mac, hwType: COMMON_TAG })),
  });
  return {
    options: {},
    get connection(): Connection {
      return { kind: 'http', url: simulator.url };
    },
    start: () => simulator.start(),
    stop: () => simulator.stop(),
    verbs: { ...tagVerbs(simulator), ...faultVerbs(simulator) },
  };
}

function tagVerbs(simulator: OpenEpaperLinkSimulator): Readonly<Record<string, SimulatorVerb>> {
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
    kind: {
      usage: 'MAC HWTYPE',
      help: { zh: '价签换成另一种硬件型号', en: 'a tag becomes one of another hardware type' },
      run: ([mac, type]) => simulator.changeTag(tagAddress(mac), { hwType: wholeNumber(type, 'HWTYPE', 0, 255) }),
    },
    battery: {
      usage: 'MAC MILLIVOLTS',
      help: { zh: '价签电池电压', en: "a tag's battery" },
      run: ([mac, mv]) =>
        simulator.changeTag(tagAddress(mac), { batteryMv: wholeNumber(mv, 'MILLIVOLTS', 0, MAX_BATTERY_MV) }),
    },
    signal: {
      usage: 'MAC DBM LQI',
      help: { zh: '基站听到价签的信号', en: 'how well a tag is heard' },
      run: ([mac, dbm, lqi]) =>
        simulator.changeTag(tagAddress(mac), {
          signal: { rssiDbm: wholeNumber(dbm, 'DBM', -128, 20), lqi: wholeNumber(lqi, 'LQI', 0, 255) },
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
    forget: {
      usage: 'MAC',
      help: { zh: '价签重启，基站不再知道它显示什么', en: 'a tag starts anew; nobody knows what it shows' },
      run: ([mac]) => simulator.forgetPicture(tagAddress(mac)),
    },
  };
}

function faultVerbs(simulator: OpenEpaperLinkSimulator): Readonly<Record<string, SimulatorVerb>> {
  return {
    loss: {
      usage: 'SHARE',
      help: { zh: '无线丢失的比例，0 到 1', en: 'share of radio check-ins and transfers that are lost, 0 to 1' },
      run: ([text]) => simulator.setLossRate(share(text, 'SHARE')),
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
    hang: {
      usage: 'off|mute|half',
      help: { zh: '基站不回答，或只回答一半', en: 'the access point answers nothing, or half' },
      run: ([what]) => simulator.hang(oneOf(what, 'the word', ['off', 'mute', 'half'])),
    },
    lie: {
      usage: 'none|drops|other-hash',
      help: { zh: '基站说已保存却丢弃，或报别的图', en: 'it says "saved" and throws away, or names another picture' },
      run: ([what]) => simulator.setLie(oneOf(what, 'the word', ['none', 'drops', 'other-hash'])),
    },
    reboot: {
      usage: '',
      help: { zh: '基站重启：等待的图丢失', en: 'the access point starts anew: waiting pictures are lost' },
      run: () => simulator.reboot(),
    },
    say: {
      usage: 'TEXT',
      help: { zh: '向所有 WebSocket 发送任意文字', en: 'any text to every WebSocket' },
      run: ([text = '']) => simulator.broadcast(text),
    },
  };
}
