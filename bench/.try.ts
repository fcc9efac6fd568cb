import { randomBytes, randomUUID } from 'node:crypto'
import { layersOf } from '/work/main/src/strength/layers/layers-of.js'
import { estimate } from '/work/main/src/strength/estimate/estimate.js'
import { parse } from '/work/main/src/strength/estimate/parse.js'
import { viewOf } from '/work/main/src/strength/estimate/view.js'
const t0=performance.now(); estimate(layersOf('x'.repeat(32)),[]); console.log('cold ms', performance.now()-t0)
const list = process.argv.slice(2).length? process.argv.slice(2) : ['correct-horse-battery-staple-correct','thisismyverylongsecretkeythatnobodywillguess','Password123!Password123!Password1','qwertyuiopasdfghjklzxcvbnm123456','zazolcgeslajaznzazolcgeslajazn12','1qaz2wsx3edc4rfv5tgb6yhn7ujm8ik9','mojebardzodlugietajnehaslodoserwera','Warszawa2024!Krakow2025?Gdansk2026#', Buffer.from('my super secret jwt token').toString('base64'), 'drowssap terces repus ym si siht', 'is this the real life is this just fantasy caught in a landslide','W przyszlym roku kupie sobie nowy rower gorski', randomBytes(16).toString('hex'), randomUUID(), randomBytes(32).toString('base64'),
 'abacus-zoom-yodel-wildcat-vertigo-unwind','abacus-zoom-yodel-wildcat-vertigo-unwind-tricky-sweat','abacus zoom yodel wildcat vertigo unwind tricky sweat stump paddle','psaescsrweotr1d2psaescsrweotr1d2','00000000000000000000000000000000','kartofelnasalatkababcijankizsierpnia']
for (const s of list) { const ls=layersOf(s); const e=estimate(ls,['acme']); console.log(JSON.stringify(s), ls.map(l=>l.name).join(), e.bits.toFixed(1), e.layer, e.dominant, e.humanShaped);
 const p=parse(viewOf(s,false,['acme'])); console.log('   ',p.code.toFixed(0), p.price.toFixed(0), p.parts.map(x=>s.slice(x.start,x.end)+':'+x.family[0]+x.price.toFixed(0)).join(' | ')) }
const gens=[()=>randomBytes(32).toString('base64'),()=>randomBytes(64).toString('hex'),()=>randomBytes(64).toString('base64'),()=>randomBytes(16).toString('hex')]
for(const g of gens){const t=performance.now(); for(let i=0;i<300;i++) estimate(layersOf(g()),['acme','prod']); console.log('ms per', (performance.now()-t)/300)}
