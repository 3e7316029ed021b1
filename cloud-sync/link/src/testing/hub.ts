import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gunzipSync } from 'node:zlib';
import { type BatchAck, type Envelope, genesisHash, readBatch } from '@tillside/protocol';
import type { TestRepo } from './repo.ts';

export interface SeenBatch {
  readonly batchId: string;
  readonly envelopes: readonly Envelope[];
}

export interface Seen {
  readonly method: string;
  readonly url: string;
  readonly range?: string | undefined;
}

/** Pairing, batches, keys and the repository over real HTTP on loopback. Fields are knobs and records for tests. */
export class TestHub {
  readonly credential = 'c'.repeat(43);
  code = 'ABCD-1234';
  store = 'demo';
  mqttUrl: string | undefined;
  readonly seen: Seen[] = [];
  readonly batches: SeenBatch[] = [];
  readonly held = new Map<string, Envelope>();
  readonly keys = new Map<string, string>();
  readonly repo: TestRepo;
  /** Answers the next sync requests in place of the hub. */
  readonly replies: { status: number; headers?: Record<string, string> }[] = [];
  /** Cuts the connection of the next target download after this many bytes. */
  cutAfterBytes: number | undefined;
  conflictNext = false;
  #server: Server | undefined;

  constructor(repo: TestRepo) {
    this.repo = repo;
  }

  async listen(port = 0): Promise<string> {
    const server = createServer((request, response) => void this.#answer(request, response));
    this.#server = server;
    await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  }

  async close(): Promise<void> {
    const server = this.#server;
    if (server === undefined) return;
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method = '', url = '', headers } = request;
    this.seen.push({ method, url, range: headers.range });
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const json = (status: number, body: unknown): void => {
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    };
    const bytes = (): Buffer => gunzipSync(Buffer.concat(chunks));
    const body = (): unknown => JSON.parse(bytes().toString('utf8'));
    if (url === '/v1/pair') {
      const { code } = body() as { code: string };
      if (code !== this.code) return json(403, { code: 'HUB_PAIRING_CODE_REFUSED' });
      this.code = '';
      const root = JSON.parse(this.repo.files.get('1.root.json')?.toString('utf8') ?? '{}');
      return json(200, { kind: 'store', credential: this.credential, store: this.store, mqttUrl: this.mqttUrl, root });
    }
    if (headers.authorization !== `Bearer ${this.credential}`) return json(401, { code: 'HUB_CREDENTIAL_REFUSED' });
    if (url.startsWith('/repo/')) return this.#serve(url.slice('/repo/'.length), headers.range, response);
    const scripted = this.replies.shift();
    if (scripted !== undefined) {
      response.writeHead(scripted.status, scripted.headers).end('{}');
      return;
    }
    if (url === '/v1/sync/keys') {
      for (const { memberId, key } of (body() as { keys: { memberId: string; key: string }[] }).keys) {
        this.keys.set(memberId, key);
      }
      return json(200, {});
    }
    const batch = readBatch(bytes());
    if (!batch.ok) return json(400, { code: 'HUB_REQUEST_INVALID', message: batch.message });
    const envelopes = batch.lines.map((line) => JSON.parse(line) as Envelope);
    json(200, this.#take({ batchId: batch.head.batchId, envelopes }));
  }

  #take(batch: SeenBatch): BatchAck {
    this.batches.push(batch);
    const first = batch.envelopes[0];
    if (this.conflictNext && first !== undefined) {
      this.conflictNext = false;
      const { epoch, stream, seq } = first;
      return { batchId: batch.batchId, acks: [], quarantined: 0, conflicts: [{ epoch, stream, seq }] };
    }
    const acks = batch.envelopes.map(({ epoch, stream, seq }) => ({
      epoch,
      stream,
      contiguousSeq: 0,
      ranges: [[seq, seq] as [number, number]],
    }));
    for (const envelope of batch.envelopes) this.held.set(envelope.id, envelope);
    return { batchId: batch.batchId, acks, quarantined: 0, conflicts: [] };
  }

  #serve(name: string, range: string | undefined, response: ServerResponse): void {
    const bytes = this.repo.files.get(name);
    if (bytes === undefined) {
      response.writeHead(404).end();
      return;
    }
    const from = Number(/^bytes=(\d+)-$/.exec(range ?? '')?.[1] ?? 0);
    const headers: Record<string, string | number> = { 'content-length': bytes.length - from };
    if (range !== undefined) headers['content-range'] = `bytes ${from}-${bytes.length - 1}/${bytes.length}`;
    response.writeHead(range === undefined ? 200 : 206, headers);
    const cut = this.cutAfterBytes;
    if (name.startsWith('targets/') && cut !== undefined) {
      this.cutAfterBytes = undefined;
      // Two writes apart, or the client may see neither the head nor the bytes before the line breaks.
      response.write(bytes.subarray(from, from + cut), () => setImmediate(() => response.destroy()));
      return;
    }
    response.end(bytes.subarray(from));
  }
}

export const EPOCH = '7f1c6a52-8a3e-4a4b-9f5e-0d7f6f1f2a11';

export function testEnvelope(store: string, seq: number, stream: Envelope['stream'] = 'sales'): Envelope {
  return {
    specversion: '1.0',
    id: `00000000-0000-4000-8000-${String(seq).padStart(12, '0')}`,
    source: '/test',
    type: 'tillside.sale.completed.v1',
    time: '2026-01-05T09:00:00+08:00',
    datacontenttype: 'application/json',
    store,
    epoch: EPOCH,
    stream,
    seq,
    prevhash: genesisHash(store, EPOCH, stream),
    data: { seq },
  };
}
