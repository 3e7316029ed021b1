import { PackReader } from '@tillside/edge-agent/journal';
import { residentMemory } from '../../store/proc.ts';
import { collectGarbage } from '../decide-scenes.ts';
import { numberOf, packAt } from './fixture.ts';

/** FILE SHA256 MEMBERS LOOKUPS: puts a pack in force in a process that has done nothing else, looks members up all over it, and prints by how many bytes the process grew. */
const [file = '', sha256 = '', members = '', lookups = ''] = process.argv.slice(2);
collectGarbage();
const before = residentMemory(process.pid).aloneMb;
const pack = await PackReader.open(packAt(file, sha256));
const steps = Number(lookups);
for (let step = 0; step < steps; step += 1) {
  const number = numberOf(Math.floor((step * Number(members)) / steps));
  if (pack.find('number', number)?.number !== number) throw new Error(`member ${number} is not found`);
}
collectGarbage();
process.stdout.write(String(Math.round((residentMemory(process.pid).aloneMb - before) * 1e6)));
pack.close();
