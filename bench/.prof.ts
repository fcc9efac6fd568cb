import { randomBytes } from 'node:crypto'
import { layersOf } from '../src/strength/layers/layers-of.js'
import { estimate } from '../src/strength/estimate/estimate.js'
const t0=process.cpuUsage(); estimate(layersOf('x'.repeat(32)),[]); console.log('cold cpu ms', process.cpuUsage(t0).user/1000)
const gens=[()=>randomBytes(32).toString('base64'),()=>randomBytes(64).toString('hex'),()=>randomBytes(64).toString('base64'),()=>randomBytes(16).toString('hex')]
for(const g of gens){for(let i=0;i<200;i++) estimate(layersOf(g()),['acme','prod']);}
for(const g of gens){const t=process.cpuUsage(); for(let i=0;i<500;i++) estimate(layersOf(g()),['acme','prod']); console.log('cpu ms per', process.cpuUsage(t).user/500000)}
