import { parse } from '../src/strength/estimate/parse.js'
import { viewOf } from '../src/strength/estimate/view.js'
import { uniformBits } from '../src/strength/models/random.js'
for(const s of process.argv.slice(2)){const p=parse(viewOf(s,false,['arqonbus'])); console.log(uniformBits(s).toFixed(0),p.code.toFixed(0), p.price.toFixed(0), p.parts.map(x=>s.slice(x.start,x.end)+':'+x.family[0]+x.price.toFixed(0)).join(' | '))}
