import type { StatusView } from '@tillside/agent-contract';
import { describe, expect, it } from 'vitest';
import type { z } from 'zod';
import { parseConfig } from '../config.ts';
import { devicesOfFile, examineHq } from './doctor-hq.ts';
import type { Io } from './io.ts';

type Status = z.infer<typeof StatusView>;
const io = (locale: Io['locale']) => ({ locale }) as Io;
const status = (hq: Status['hq'], deviceIds: string[] = []) =>
  ({ hq, devices: deviceIds.map((deviceId) => ({ deviceId, model: 'm', state: 'online' })) }) as unknown as Status;

describe('the doctor on what HQ published', () => {
  it('says each kind, and why one is not in force, in both languages', () => {
    const said = status([
      { kind: 'items', version: 7, state: 'applied' },
      { kind: 'devices', version: 3, state: 'refused', code: 'DEVICES_ROLLED_BACK', message: 'scanner-2 stayed away' },
    ]);
    expect(examineHq(said, io('en'))).toMatchObject([
      { subject: 'HQ items and prices', ok: true, found: 'version 7 in force' },
      {
        subject: 'HQ devices',
        ok: false,
        condition: { code: 'DEVICES_ROLLED_BACK', message: 'version 3: scanner-2 stayed away' },
      },
    ]);
    expect(examineHq(said, io('zh-CN'))).toMatchObject([{ found: '第 7 版 已生效' }, { ok: false }]);
    expect(examineHq(undefined, io('en'))).toEqual([]);
    const pack = { version: 2, members: 900, leftOut: 0, asOf: '2026-11-20T00:00:00Z', ageSeconds: 7_300 };
    const members = {
      ...status([{ kind: 'members', version: 2, state: 'applied' }]),
      members: { pack, strangers: { kept: 0, dropped: 0 } },
    };
    expect(examineHq(members, io('en'))[0]).toMatchObject({
      found: 'version 2 in force; 900 members, as of 2 h ago',
    });
    expect(examineHq(members, io('zh-CN'))[0]).toMatchObject({ found: '第 2 版 已生效；900 位会员，2 小时前的数据' });
  });

  it('leaves devices of the config file alone that HQ has replaced', () => {
    const device = (id: string) => ({
      id,
      model: 'scanner/serial-generic',
      lane: '1',
      connection: { kind: 'tcp', host: 'h', port: 1 },
    });
    const base = {
      version: 1,
      storeId: 's1',
      storeName: { zh: '店', en: 'Store' },
      dataDir: 'd',
      devices: [device('a'), device('b')],
    };
    const config = parseConfig(base);
    const byHq = status([{ kind: 'devices', version: 1, state: 'applied' }], ['a']);
    expect(devicesOfFile(config, byHq).map(({ id }) => id)).toEqual(['a']);
    expect(devicesOfFile(parseConfig({ ...base, devicesFrom: 'file' }), byHq)).toHaveLength(2);
    expect(devicesOfFile(config, status([]))).toHaveLength(2);
    expect(devicesOfFile(config, undefined)).toHaveLength(2);
  });
});
