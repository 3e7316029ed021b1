import { CODE_STEP_MS } from '@tillside/decide';
import { useEffect, useState } from 'react';
import { type Codes, codesAt } from '../phone/codes.ts';
import type { KeptPhone } from '../phone/store.ts';

const TICK_MS = 250;

/** The codes of now, made anew with each half minute, and how long they stay. */
export function useCodes(phone: KeptPhone): { readonly codes: Codes | undefined; readonly leftMs: number } {
  const [codes, setCodes] = useState<Codes>();
  const [nowMs, setNowMs] = useState(() => Date.now() + phone.offsetMs);
  useEffect(() => {
    const timer = setInterval(() => setNowMs(Date.now() + phone.offsetMs), TICK_MS);
    return () => clearInterval(timer);
  }, [phone.offsetMs]);
  const step = Math.floor(nowMs / CODE_STEP_MS);
  useEffect(() => {
    let isGone = false;
    void codesAt(phone, step * CODE_STEP_MS).then((made) => {
      if (!isGone) setCodes(made);
    });
    return () => {
      isGone = true;
    };
  }, [phone, step]);
  return { codes, leftMs: CODE_STEP_MS - (nowMs % CODE_STEP_MS) };
}
