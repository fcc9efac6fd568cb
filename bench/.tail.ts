import { layersOf } from '../src/strength/layers/layers-of.js'
import { parse } from '../src/strength/estimate/parse.js'
import { viewOf } from '../src/strength/estimate/view.js'
import { readingsOf } from '../src/strength/estimate/readings.js'
import { fewSymbols } from '../src/strength/models/few-symbols.js'
import { estimate } from '../src/strength/estimate/estimate.js'
import { generators } from '../test/fixtures/strength/generators.js'
import { freshSource } from '../test/fixtures/strength/random-source.js'
const N=Number(process.argv[2]??3000)
for(const g of generators){ const gaps:number[]=[]; for(let i=0;i<N;i++){const k=g.make(freshSource); const ls=layersOf(k); const b0=estimate(ls,[]).bits; let best=-1e9; for(const l of ls) for(const r of readingsOf(l)){const v=viewOf(r,l.binary,['arqonbus','arqon','shield','production'],r!==l.text); const c=Math.min(parse(v).code,fewSymbols(v).code); best=Math.max(best,b0-c)} gaps.push(best)} gaps.sort((a,b)=>b-a); console.log(g.name.padEnd(26), 'max', gaps[0]!.toFixed(1), '1e-2', gaps[Math.floor(N/100)]!.toFixed(1), '1e-3', gaps[Math.floor(N/1000)]!.toFixed(1), 'median', gaps[N/2|0]!.toFixed(1)) }
