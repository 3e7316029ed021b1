import { existsSync } from 'node:fs';
import type { KeyRole, KeysStatus } from '@tillside/hub-contract';
import { DESIRED_KINDS } from '@tillside/protocol';
import type { MetadataDoc } from '../storage/port.ts';
import { contentOf, type RoleJson, RootJson, TargetsJson } from './format.ts';
import { keyFile, nextFile } from './keys.ts';
import { expiresAtMs, LIFE_DAYS, signersOf } from './metadata.ts';
import type { RepositoryPorts } from './repository.ts';

const DAY_MS = 24 * 60 * 60 * 1000;
/** Holders need time to meet. */
const ROOT_WARNING_DAYS = 90;

type Note = KeysStatus['notes'][number];

/** Roles with those who may sign and who did, and what somebody should do about keys. Bins of a kind are not listed: they are signed with it. */
export async function keysStatus({ storage, clock, keysDir }: RepositoryPorts): Promise<KeysStatus> {
  const newest = (role: string) => storage.desired.metadata(role);
  const [root, targets] = [await newest('root'), await newest('targets')];
  if (root === null) return { roles: [], embeddedRoot: false, notes: [] };
  const content = contentOf(RootJson, root);
  const delegations = targets === null ? undefined : contentOf(TargetsJson, targets).delegations;
  const delegated = new Map((delegations?.roles ?? []).map((role) => [role.name, role]));
  const roles: KeyRole[] = [];
  const docs: MetadataDoc[] = [];
  for (const name of ['root', 'targets', 'snapshot', 'timestamp', ...DESIRED_KINDS]) {
    const doc = await newest(name);
    const holders: RoleJson | undefined = content.roles[name as keyof RootJson['roles']] ?? delegated.get(name);
    if (doc === null || holders === undefined) continue;
    docs.push(doc);
    const { threshold, keyids: keyIds } = holders;
    const expires = new Date(expiresAtMs(doc)).toISOString();
    roles.push({ role: name, version: doc.version, expires, threshold, keyIds, signedBy: signersOf(doc) });
  }
  const embeddedRoot = existsSync(keyFile(keysDir, 'root'));
  const nowMs = clock.now();
  const waiting = existsSync(nextFile(keysDir, 'online'));
  const notes = [
    ...rootNotes(content, embeddedRoot, nowMs),
    ...(waiting ? [KEY_WAITS] : []),
    ...docs.slice(1).flatMap((doc) => lateNotes(doc, nowMs)),
  ];
  return { roles, embeddedRoot, notes };
}

function rootNotes({ expires, roles }: RootJson, embedded: boolean, nowMs: number): Note[] {
  const notes: Note[] = [];
  const days = Math.floor((Date.parse(expires) - nowMs) / DAY_MS);
  if (days < 0) {
    notes.push({
      code: 'ROOT_EXPIRED',
      text: {
        zh: `根元数据已于 ${expires} 过期，门店不再接受任何新内容。请立即起草、签署并提交新的根（docs/keys.zh-CN.md）。`,
        en: `The root expired on ${expires}; stores accept nothing new. Draft, sign and accept a new one now (docs/keys.md).`,
      },
    });
  } else if (days < ROOT_WARNING_DAYS) {
    notes.push({
      code: 'ROOT_EXPIRES_SOON',
      text: {
        zh: `根元数据将在 ${days} 天后（${expires}）过期。请召集持有人签署新的根。`,
        en: `The root expires in ${days} days, on ${expires}. Have its holders sign a new one.`,
      },
    });
  }
  if (embedded) {
    notes.push({
      code: 'ROOT_KEY_EMBEDDED',
      text: {
        zh: '根密钥就在这台总部服务器上：谁拿到服务器，谁就能永久冒充总部。多店经营前请换成离线密钥（docs/keys.zh-CN.md）。',
        en: 'The root key is on this very server: whoever takes the server can pose as HQ for good. Move it to offline holders before you run many stores (docs/keys.md).',
      },
    });
  } else if (roles.root.threshold === 1) {
    notes.push({
      code: 'ROOT_THRESHOLD_ONE',
      text: {
        zh: '任何一位根密钥持有人都能单独更换所有密钥。建议门限至少为 2。',
        en: 'Any single holder of a root key can replace all keys. A threshold of two or more is wiser.',
      },
    });
  }
  return notes;
}

const KEY_WAITS: Note = {
  code: 'KEY_WAITS_FOR_ROOT',
  text: {
    zh: '已生成新的在线密钥，等待新的根启用它：起草、由持有人签署、提交。',
    en: 'A new online key was made and waits for a root that names it: draft one, have it signed, accept it.',
  },
};

/** The hub signs these again at half their life: less than a quarter left means that it could not. */
function lateNotes(doc: MetadataDoc, nowMs: number): Note[] {
  const { role } = doc;
  const days = role === 'targets' || role === 'snapshot' || role === 'timestamp' ? LIFE_DAYS[role] : LIFE_DAYS.kind;
  if (expiresAtMs(doc) - nowMs >= (days * DAY_MS) / 4) return [];
  const expires = new Date(expiresAtMs(doc)).toISOString();
  const text = {
    zh: `${role} 元数据没有按时续签，将于 ${expires} 过期。请查看总部日志和密钥文件。`,
    en: `${role} metadata was not renewed in time and expires on ${expires}. Look at the hub's log and its key files.`,
  };
  return [{ code: 'METADATA_NOT_RENEWED', text }];
}
