import type { IncomingMessage } from 'node:http';
import { Busboy } from '@fastify/busboy';

const MAX_UPLOAD_BYTES = 1_000_000;

export interface Form {
  readonly fields: ReadonlyMap<string, string>;
  readonly file: Buffer | undefined;
}

/** A form with at most one file, which counts only when `mac` came before it; or what is wrong with it. */
export function readForm(request: IncomingMessage, done: (form: Form | string) => void): void {
  const contentType = request.headers['content-type'];
  if (!contentType?.includes('form')) {
    request.resume();
    done('parameters incomplete');
    return;
  }
  const fields = new Map<string, string>();
  const chunks: Buffer[] = [];
  let hasFile = false;
  let problem: string | undefined;
  const form = new Busboy({
    headers: { ...request.headers, 'content-type': contentType },
    limits: { fileSize: MAX_UPLOAD_BYTES },
  });
  form.on('field', (name, value) => fields.set(name, value));
  form.on('file', (_name, stream) => {
    hasFile = true;
    if (!fields.has('mac')) problem = 'parameters incomplete';
    stream.on('data', (chunk: Buffer) => chunks.push(chunk));
    stream.on('limit', () => {
      problem = 'file too large';
    });
  });
  form.on('error', () => done('parameters incomplete'));
  form.on('finish', () => done(problem ?? { fields, file: hasFile ? Buffer.concat(chunks) : undefined }));
  request.pipe(form);
}
