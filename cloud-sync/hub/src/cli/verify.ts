import { join } from 'node:path';
import type { Command } from 'commander';
import type { HubConfig } from '../config.ts';
import { openStorage } from '../storage/open-storage.ts';
import type { EventAudit } from '../storage/port.ts';
import { openSqliteReader } from '../storage/sqlite/index.ts';
import { auditStore, type Finding, type FindingKind, isSound, isTampered, type StreamAudit } from '../sync/audit.ts';
import { language, type Output, table } from './output.ts';

/** A long audit says where it is this often. */
const TELL_EVERY_EVENTS = 100_000;

interface Words {
  readonly zh: string;
  readonly en: string;
}
const KINDS: Readonly<Record<FindingKind, Words>> = {
  text: { zh: '正文被改动：与其哈希不符', en: 'changed: the text does not fit its hash' },
  columns: { zh: '被改动：正文与所在行不符', en: 'changed: the text is not that of its row' },
  link: { zh: '链条断开：与前一事件不相接', en: 'changed: it does not follow from the event before it' },
  position: {
    zh: '被改动：位置记录与事件不符',
    en: "changed: the stream's position is not what its events make of it",
  },
  lost: { zh: '丢失：曾经收到，现已不在', en: 'lost: it was held once and is gone' },
  declared: { zh: '门店声明放弃（磁盘空间）', en: 'given up by the store, as it declared' },
  waiting: { zh: '尚未收到', en: 'has not come yet' },
  forked: { zh: '门店曾从备份恢复，此后另开新纪元', en: 'the store was restored here and went on in a new epoch' },
};
const VERDICTS = {
  whole: { zh: '完整', en: 'whole' },
  waiting: { zh: '完整，有事件未到', en: 'whole so far' },
  declared: { zh: '完整，有声明的缺口', en: 'whole but for declared holes' },
  lost: { zh: '有丢失', en: 'LOST' },
  tampered: { zh: '被改动', en: 'TAMPERED' },
} as const satisfies Record<string, Words>;

function verdictOf(audit: StreamAudit): Words {
  if (isTampered(audit)) return VERDICTS.tampered;
  if (audit.counts.lost > 0) return VERDICTS.lost;
  if (audit.counts.declared > 0) return VERDICTS.declared;
  return audit.counts.waiting > 0 ? VERDICTS.waiting : VERDICTS.whole;
}

const rangeOf = ({ fromSeq, toSeq }: Finding): string => (fromSeq === toSeq ? `${fromSeq}` : `${fromSeq}-${toSeq}`);

/** For reading alone, so that a hub may run meanwhile. */
async function openAudit(config: HubConfig): Promise<{ audit: EventAudit; close(): Promise<void> }> {
  return config.storage.kind === 'sqlite' ? openSqliteReader(join(config.dataDir, 'hub.db')) : openStorage(config);
}

/** Tells of every stream of a store; true when nothing was changed or lost. */
async function verify(audit: EventAudit, store: string, output: Output): Promise<boolean> {
  const words = (of: Words): string => of[language()];
  let told = 0;
  const looked = (events: number): void => {
    if (events - told < TELL_EVERY_EVENTS) return;
    told = events;
    output.err(words({ zh: `已检查 ${events} 个事件…`, en: `${events} events checked…` }));
  };
  const rows: string[][] = [];
  let [sound, events, linkedOnly] = [true, 0, 0];
  for await (const stream of auditStore(audit, store, looked)) {
    const { key, hashed, conflicts, counts, findings } = stream;
    sound &&= isSound(stream);
    events += hashed + stream.linkedOnly;
    linkedOnly += stream.linkedOnly;
    rows.push([
      key.epoch,
      key.stream,
      String(hashed + stream.linkedOnly),
      words(verdictOf(stream)),
      String(counts.declared),
      String(counts.waiting),
      String(conflicts),
    ]);
    for (const finding of findings)
      output.out(`${key.epoch} ${key.stream} ${rangeOf(finding)}: ${words(KINDS[finding.kind])}`);
    const all = Object.values(counts).reduce((sum, count) => sum + count, 0);
    const shown = findings.reduce((sum, { fromSeq, toSeq }) => sum + toSeq - fromSeq + 1, 0);
    if (all > shown) output.out(words({ zh: `……另有 ${all - shown} 处`, en: `… and ${all - shown} more` }));
  }
  if (rows.length === 0) {
    output.out(words({ zh: `没有门店 ${store} 的事件。`, en: `No events of store ${store} are held.` }));
    return false;
  }
  const head =
    language() === 'zh'
      ? ['纪元', '事件流', '事件', '结论', '声明放弃', '未到', '冲突']
      : ['epoch', 'stream', 'events', 'verdict', 'declared', 'waiting', 'conflicts'];
  output.out(table(head, rows));
  if (linkedOnly > 0)
    output.out(
      words({
        zh: `其中 ${linkedOnly} 个来自旧版本，只能检查链条。`,
        en: `${linkedOnly} of them are from an older version: only their links can be checked.`,
      }),
    );
  output.out(
    sound
      ? words({
          zh: `门店 ${store}：${events} 个事件，未发现改动或丢失。`,
          en: `Store ${store}: ${events} events, nothing was changed or lost.`,
        })
      : words({
          zh: `门店 ${store}：有事件被改动或丢失，见上。`,
          en: `Store ${store}: events were changed or lost, see above.`,
        }),
  );
  return sound;
}

export function addVerify(
  store: Command,
  output: Output,
  { config, unsound }: { readonly config: () => HubConfig; readonly unsound: () => void },
): void {
  store
    .command('verify <id>')
    .description("audit a store's events: hashes, links, positions and declared holes; works beside a running hub")
    .action(async (id: string) => {
      const { audit, close } = await openAudit(config());
      try {
        if (!(await verify(audit, id, output))) unsound();
      } finally {
        await close();
      }
    });
}
