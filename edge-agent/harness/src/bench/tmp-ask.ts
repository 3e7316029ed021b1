import { mkdtempSync, writeFileSync, readFileSync } from 'node:fs';
import { loadDemoData } from '@tillside/demo';
import { InferenceProcess } from '@tillside/inference';
import { createChance } from '../random.ts';
import { skusOf, madeUpStats } from './recommend/catalogue.ts';
import { madeUpContexts } from './recommend/contexts.ts';
import { madeUpPack } from './recommend/model.ts';
const dir = mkdtempSync('/tmp/ask-');
const rss = (pid:number)=>Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`,'utf8'))![1])/1024;
const hwm = (pid:number)=>Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`,'utf8'))![1])/1024;
const pss = (pid:number)=>Number(/^Pss:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`,'utf8'))![1])/1024;
const procs:any[]=[];
for (const n of [2000,20000,200000]) {
  const chance=createChance(1); const now=Date.now();
  let t=performance.now();
  const stats=madeUpStats(skusOf(loadDemoData(),n),now,chance);
  const contexts=madeUpContexts(stats.skus,{count:100,nowMs:now,chance});
  const pack=madeUpPack(stats,contexts,chance);
  const f=`${dir}/${n}.tillmodel`; writeFileSync(f,pack);
  console.log(n,'made',(performance.now()-t).toFixed(0),'ms',(pack.length/1e6).toFixed(1),'MB');
  const before=process.memoryUsage.rss()/1e6;
  const p=new InferenceProcess({agentVersion:'0.1.0',timeoutMs:1000});await p.start();
  t=performance.now(); const r=await p.load(f); console.log(r, 'load',(performance.now()-t).toFixed(0)); 
  const pid=p.status().pid!;
  console.log('child rss',rss(pid).toFixed(0),'hwm',hwm(pid).toFixed(0),'pss',pss(pid).toFixed(0), 'parent grew', (process.memoryUsage.rss()/1e6-before).toFixed(0));
  procs.push({n,p,contexts,ts:[]});
}
for(let round=-100;round<300;round++){ for(const o of procs){const c=o.contexts[(round+100)%100];const t=performance.now();const a=await o.p.recommend(c,24);const d=performance.now()-t;if(a.source!=='model')console.log(a.source,a.fallbackReason);if(round>=0)o.ts.push(d)} }
for(const o of procs){o.ts.sort((a:number,b:number)=>a-b);console.log(o.n,'ask p50',o.ts[150].toFixed(2),'p99',o.ts[297].toFixed(2),'child rss after',rss(o.p.status().pid).toFixed(0));}
for(const o of procs)await o.p.stop();
