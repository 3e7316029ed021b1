import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import type { Finding } from './watch.ts';

const PHONE = /1[3-9]\d{9}/g;
/** Chromium's own parts, no shopper's. */
const ITS_OWN = /^(component_crx_cache|Crashpad|GrShaderCache|ShaderCache)\b/;

/** Phones of shoppers in the files of a browser's profile, as bytes or as UTF-16. */
export function diskFindings(folder: string, phones: ReadonlySet<string>): Finding[] {
  const findings: Finding[] = [];
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name);
    if (!entry.isFile() || ITS_OWN.test(relative(folder, path))) continue;
    const text = readText(path);
    for (const [phone] of [...text.matchAll(PHONE), ...text.replaceAll('\0', '').matchAll(PHONE)])
      if (phones.has(phone))
        findings.push({ code: 'LEFT_ON_DISK', message: `${phone.slice(0, 4)}… in ${relative(folder, path)}` });
  }
  return findings;
}

/** A file that vanished meanwhile, or a socket, holds nothing. */
function readText(path: string): string {
  try {
    return readFileSync(path, 'latin1');
  } catch {
    return '';
  }
}
