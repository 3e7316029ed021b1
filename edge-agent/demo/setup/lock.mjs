/**
 * One set-up at a time in one work tree. The lock is a file made by link(2), so that it never exists without its owner's
 * process in it; one whose owner is gone is taken over.
 */
import { linkSync, mkdirSync, readFileSync, rmdirSync, rmSync, statSync, unlinkSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { SetupError } from './run.mjs';

const POLL_MS = 300;
/** Longer than a first set-up with a compile on a slow machine takes. */
const WAIT_LIMIT_MS = 30 * 60_000;
/** Breaking a stale lock takes microseconds; a marker of it this old was left by a crash. */
const BREAK_LIMIT_MS = 10_000;

/** When the process started, in clock ticks since boot; a number used again by another process differs in it. */
function startOf(pid) {
  try {
    return readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)?.split(' ')[19] ?? '';
  } catch {
    return '';
  }
}

function isAlive({ pid, start }) {
  try {
    process.kill(pid, 0);
  } catch (error) {
    if (error.code === 'ESRCH') return false;
  }
  return start === '' || startOf(pid) === start;
}

function readOwner(path) {
  try {
    const owner = JSON.parse(readFileSync(path, 'utf8'));
    return Number.isInteger(owner.pid) ? owner : { pid: 0, start: 'unreadable' };
  } catch (error) {
    return error.code === 'ENOENT' ? undefined : { pid: 0, start: 'unreadable' };
  }
}

const isStale = (owner) => owner.pid <= 0 || !isAlive(owner);

function tryTake(path) {
  const own = `${path}.${process.pid}`;
  writeFileSync(own, JSON.stringify({ pid: process.pid, start: startOf(process.pid) }));
  try {
    linkSync(own, path);
    return true;
  } catch (error) {
    if (error.code === 'EEXIST') return false;
    throw error;
  } finally {
    unlinkSync(own);
  }
}

/** Removes a lock whose owner is gone. Of several that want to, one at a time looks again and acts. */
function breakStale(path) {
  const breaking = `${path}.breaking`;
  try {
    mkdirSync(breaking);
  } catch {
    try {
      if (Date.now() - statSync(breaking).mtimeMs > BREAK_LIMIT_MS) rmdirSync(breaking);
    } catch {
      // Whoever was breaking it is done.
    }
    return;
  }
  try {
    const owner = readOwner(path);
    if (owner !== undefined && isStale(owner)) rmSync(path, { force: true });
  } finally {
    rmdirSync(breaking);
  }
}

/**
 * Waits for the lock and takes it. Released by the returned function, and at the process's exit.
 * @param {string} path
 * @param {(pid: number) => void} onWait told once, when another process has it
 * @returns {Promise<() => void>}
 */
export async function takeLock(path, onWait) {
  mkdirSync(dirname(path), { recursive: true });
  const began = Date.now();
  let told = false;
  while (!tryTake(path)) {
    const owner = readOwner(path);
    if (owner !== undefined && isStale(owner)) {
      breakStale(path);
      continue;
    }
    if (Date.now() - began > WAIT_LIMIT_MS) {
      throw new SetupError(
        'SETUP_LOCKED',
        `another set-up (process ${owner?.pid}) has not ended`,
        `End it, or remove ${path}.`,
      );
    }
    if (!told && owner !== undefined) {
      told = true;
      onWait(owner.pid);
    }
    await sleep(POLL_MS);
  }
  const release = () => {
    process.off('exit', release);
    if (readOwner(path)?.pid === process.pid) rmSync(path, { force: true });
  };
  process.on('exit', release);
  return release;
}
