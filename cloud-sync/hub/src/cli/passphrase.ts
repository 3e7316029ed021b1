import { readFile } from 'node:fs/promises';
import { HubFault } from '../fault.ts';

const MIN_CHARS = 12;
const ENVIRONMENT = 'TILLSIDE_KEY_PASSPHRASE';

/** From the given file, the environment, or the terminal without showing it. Throws HUB_KEY_PASSPHRASE. */
export async function passphrase(file: string | undefined, asking: string): Promise<string> {
  const found = await look(file, asking);
  if (found.length < MIN_CHARS) throw new HubFault('HUB_KEY_PASSPHRASE', `${MIN_CHARS} characters or more`);
  return found;
}

async function look(file: string | undefined, asking: string): Promise<string> {
  if (file !== undefined) {
    const text = await readFile(file, 'utf8').catch(() => {
      throw new HubFault('HUB_KEY_FILE_UNREADABLE', file);
    });
    return text.replace(/\r?\n$/u, '');
  }
  const given = process.env[ENVIRONMENT];
  if (given !== undefined) return given;
  if (!process.stdin.isTTY) throw new HubFault('HUB_KEY_PASSPHRASE', `--passphrase-file or ${ENVIRONMENT}`);
  return askHidden(asking);
}

function askHidden(asking: string): Promise<string> {
  const { stdin, stderr } = process;
  stderr.write(asking);
  stdin.setRawMode(true);
  stdin.setEncoding('utf8');
  return new Promise((resolve, reject) => {
    let typed = '';
    const end = (): void => {
      stdin.off('data', onData);
      stdin.setRawMode(false);
      stdin.pause();
      stderr.write('\n');
    };
    const onData = (chunk: string): void => {
      for (const char of chunk) {
        if (char === '\u0003') {
          end();
          reject(new HubFault('HUB_KEY_PASSPHRASE'));
          return;
        }
        if (char === '\r' || char === '\n') {
          end();
          resolve(typed);
          return;
        }
        typed = char === '\u007f' ? typed.slice(0, -1) : typed + char;
      }
    };
    stdin.on('data', onData);
    stdin.resume();
  });
}
