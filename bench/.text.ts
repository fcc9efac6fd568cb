import { textModels } from '../src/strength/models/text.js'
import { viewOf } from '../src/strength/estimate/view.js'
for(const s of process.argv.slice(2)){const v=viewOf(s,false,[]); console.log(s, textModels.map(m=>{const b=m.bits(v)!; let t=b.first[0]!; for(let i=1;i<v.length;i++) t+=b.later[i]!; return ((t+m.enter+m.exit)).toFixed(0)}).join(' '), (s.length*4.7).toFixed(0))}
