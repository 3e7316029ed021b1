import { openAsBlob } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { HubError, ImportReport, PartnerScope } from '@tillside/hub-contract';
import type { Command } from 'commander';
import { type HubConfig, keysDirOf } from '../config.ts';
import { HubFault } from '../fault.ts';
import { erasureSigner, verifyProof } from '../members/erasure-proof.ts';
import { loadOperator } from '../operator-file.ts';
import { type HubClient, HubRefusal } from './client.ts';
import { language, type Output, table } from './output.ts';

interface Ports {
  readonly output: Output;
  readonly config: () => HubConfig;
  readonly withHub: (work: (client: HubClient) => Promise<void>) => Promise<void>;
}

/** `partner`, `members import` and `erasure`. */
export function addMembers(program: Command, ports: Ports): void {
  addPartners(program, ports);
  addImport(program, ports);
  addErasure(program, ports);
}

const zh = (): boolean => language() === 'zh';

function scopesOf(text: string): PartnerScope[] {
  const read = PartnerScope.array()
    .min(1)
    .safeParse(text.split(',').map((scope) => scope.trim()));
  if (!read.success) throw new HubFault('HUB_REQUEST_INVALID', `scopes: ${PartnerScope.options.join(', ')}`);
  return read.data;
}

function addPartners(program: Command, { output, withHub }: Ports): void {
  const partner = program
    .command('partner')
    .description('online shop, CRM, mini-program: who may use members and points');
  const scopes = `comma-separated: ${PartnerScope.options.join(', ')}`;
  partner
    .command('add <name>')
    .description('make a credential and print it, this once')
    .requiredOption('--scopes <scopes>', scopes)
    .action((name: string, flags: { scopes: string }) =>
      withHub(async (client) => {
        const made = await client('createPartner', { body: { name, scopes: scopesOf(flags.scopes) } });
        output.out(`${made.credentialId} ${made.credential}`);
      }),
    );
  partner
    .command('code')
    .description('print a one-time code with which a partner pairs itself')
    .requiredOption('--scopes <scopes>', scopes)
    .action((flags: { scopes: string }) =>
      withHub(async (client) => {
        const { code, expiresAt } = await client('createPairing', {
          body: { kind: 'partner', scopes: scopesOf(flags.scopes) },
        });
        output.out(`${code} (${expiresAt})`);
      }),
    );
  partner
    .command('list')
    .description('partners, revoked ones too')
    .action(() =>
      withHub(async (client) => {
        const { credentials } = await client('credentials');
        const rows = credentials
          .filter(({ kind }) => kind === 'partner')
          .map(({ id, name, scopes: held, createdAt, revokedAt }) => [
            id,
            name,
            held.join(' '),
            createdAt,
            revokedAt ?? '-',
          ]);
        output.out(
          table(zh() ? ['编号', '名称', '权限', '建立', '吊销'] : ['id', 'name', 'scopes', 'made', 'revoked'], rows),
        );
      }),
    );
  partner
    .command('revoke <id>')
    .description('revoke a credential at once')
    .action((id: string) =>
      withHub(async (client) => {
        const { name } = await client('revokeCredential', { params: { id } });
        output.out(zh() ? `已吊销 ${name}` : `Revoked ${name}`);
      }),
    );
}

function addImport(program: Command, { output, config }: Ports): void {
  program
    .command('members')
    .description('members at HQ')
    .command('import <file>')
    .description('members of another system, as CSV with the columns of docs/members-import.md')
    .action(async (file: string) => {
      const { url, credential } = await loadOperator(config().dataDir);
      // Read from the disk as it is sent.
      const body = await openAsBlob(file).catch(() => {
        throw new HubFault('HUB_IMPORT_REFUSED', file);
      });
      const headers = { authorization: `Bearer ${credential}`, 'content-type': 'text/csv' };
      const response = await fetch(new URL('/v1/members/import', url), { method: 'POST', headers, body }).catch(() => {
        throw new HubFault('HUB_UNREACHABLE', url);
      });
      const answer: unknown = await response.json();
      if (!response.ok) throw new HubRefusal(HubError.parse(answer));
      const { rows, added, known, rejectedCount, rejected } = ImportReport.parse(answer);
      output.out(
        zh()
          ? `${rows} 行：新增 ${added}，已有 ${known}，拒绝 ${rejectedCount}。`
          : `${rows} rows: ${added} added, ${known} known, ${rejectedCount} rejected.`,
      );
      const told = rejected.map(({ row, code, message }) => [String(row), code, message]);
      if (told.length > 0) output.err(table(zh() ? ['行', '代码', '原因'] : ['row', 'code', 'why'], told));
    });
}

function addErasure(program: Command, { output, config }: Ports): void {
  const erasure = program.command('erasure').description('proofs that a person was forgotten');
  erasure
    .command('verify <file>')
    .description('check the signature of a proof; says what it proves, and which stores have not confirmed yet')
    .option('--key <hex>', "the hub's public key; by default the one in this hub's keys folder")
    .action(async (file: string, { key }: { key?: string }) => {
      const publicKey = key ?? (await erasureSigner(keysDirOf(config()))).key.keyval.public;
      const document: unknown = await readFile(file, 'utf8').then(JSON.parse, () => undefined);
      const { memberId, erasedAt, destroyed, stores, asOf } = verifyProof(document, publicKey);
      const waiting = stores.filter(({ confirmedAt }) => confirmedAt === 'waiting').map(({ store }) => store);
      output.out(
        zh()
          ? `签名有效。会员 ${memberId} 于 ${erasedAt} 删除；总部销毁 ${destroyed.length} 个密钥；截至 ${asOf}，${stores.length - waiting.length}/${stores.length} 家门店已确认。`
          : `The signature is good. Member ${memberId} was erased at ${erasedAt}; HQ destroyed ${destroyed.length} keys; by ${asOf} ${stores.length - waiting.length} of ${stores.length} stores have confirmed.`,
      );
      if (waiting.length > 0) output.out(`${zh() ? '等待' : 'Waiting'}: ${waiting.join(', ')}`);
    });
  erasure
    .command('key')
    .description('the public key that proofs are signed with, in hex: publish it')
    .action(async () => output.out((await erasureSigner(keysDirOf(config()))).key.keyval.public));
}
